"""Code that nobody here wrote reads the published log and agrees on every entry.

The verifier is in Go, on golang.org/x/mod/sumdb: the tiles, proofs and signed notes of Go's own
checksum database.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from indelible.core.key import VerifierKey
from indelible.signing.file_key import load_signer
from tests.interop.conftest import Served

pytestmark = pytest.mark.database

ENTRIES = 70_000
EARLIER = (1, 255, 256, 300, 65_536)


@pytest.fixture
def key(served: Served, tmp_path: Path) -> str:
    """The public key of the served log, as auditors write it down."""
    public = load_signer(tmp_path / "signing.key").public_key
    return VerifierKey(f"localhost/audit/logs/{served.tenant.id}", public).to_text()


async def checkpoint_of(served: Served) -> str:
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {served.key}"}) as client:
        answer = await client.get(f"{served.log}/checkpoint")
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_go_agrees_on_every_entry(
    served: Served, go_verifier: Path, key: str, tmp_path: Path
) -> None:
    """A log of 70,000 entries: each is where the signed root says, and each earlier tree in it."""
    older = []
    for size in EARLIER:
        await served.fill(size)
        older.append(tmp_path / f"checkpoint-{size}")
        older[-1].write_text(await checkpoint_of(served), encoding="utf-8")
    await served.fill(ENTRIES)
    found = await served.agreed(go_verifier, served.log, key, *older)
    assert found["origin"] == f"localhost/audit/logs/{served.tenant.id}"
    assert (found["size"], found["entries"], found["proofs"]) == (ENTRIES,) * 3
    assert found["consistency"] == len(older)
    assert found["digest"] == await served.digest()


async def test_go_agrees_on_the_root_log(served: Served, go_verifier: Path, tmp_path: Path) -> None:
    """The log of checkpoints is read the same way, and a tenant's key may read it."""
    root = served.services.root
    async with asyncio.timeout(60):
        for size in range(20, 32):
            before = await root.size()
            await served.fill(size)
            while await root.size() == before:  # noqa: ASYNC110  # another connection publishes
                await asyncio.sleep(0.05)
    public = load_signer(tmp_path / "signing.key").public_key
    key = VerifierKey("localhost/audit/root", public).to_text()
    found = await served.agreed(go_verifier, f"{served.url}/root", key)
    assert found["origin"] == "localhost/audit/root"
    assert found["size"] == found["entries"] == found["proofs"]
    assert int(str(found["size"])) >= 12


async def test_go_tells_a_wrong_key(served: Served, go_verifier: Path, key: str) -> None:
    """The verifier is no yes-man: with another key it refuses the very same log."""
    await served.fill(300)
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    wrong = VerifierKey(VerifierKey.parse(key).name, stranger).to_text()
    status, said, complaint = await served.checked(go_verifier, served.log, wrong)
    assert (status, said) == (1, "")
    assert "no verifiable signatures" in complaint
