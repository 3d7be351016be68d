"""The signing key in a file: made once, private, refused when anything about it is odd."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from indelible.core.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from indelible.core.key import VerifierKey
from indelible.core.merkle import leaf_hash
from indelible.errors import Misconfigured
from indelible.signing.file_key import load_signer, make_signer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a key can be made."""
    return tmp_path / "keys" / "signing.key"


def test_made_once(path: Path) -> None:
    """What was made is what is loaded, and a second making yields the first key."""
    made = make_signer(path)
    assert load_signer(path).public_key == made.public_key
    assert make_signer(path).public_key == made.public_key


def test_private(path: Path) -> None:
    """Key file and the folder made for it are their owner's alone, whatever the umask."""
    before = os.umask(0)
    try:
        make_signer(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_race_has_one_key(path: Path) -> None:
    """Processes that start at once agree on one key."""
    found: set[bytes] = set()
    barrier = threading.Barrier(8)

    def make() -> None:
        barrier.wait()
        found.add(make_signer(path).public_key)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {load_signer(path).public_key}


def test_signatures(path: Path) -> None:
    """A signature holds under the public key, in a checkpoint too."""
    signer = make_signer(path)
    Ed25519PublicKey.from_public_bytes(signer.public_key).verify(signer.sign(b"text"), b"text")
    key = VerifierKey("audit.example.com/logs/platform", signer.public_key)
    checkpoint = Checkpoint(key.name, 1, leaf_hash(b"entry"))
    assert open_checkpoint(sign_checkpoint(checkpoint, key, signer.sign), key) == checkpoint


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_readable_by_others(path: Path, mode: int) -> None:
    """A key that others may use is refused, and the refusal says what to do."""
    make_signer(path)
    path.chmod(mode)
    with pytest.raises(Misconfigured, match="chmod 600"):
        load_signer(path)


def test_absent(path: Path) -> None:
    """A key that is gone is not made anew behind the operator's back."""
    with pytest.raises(Misconfigured, match="restore it from a backup"):
        load_signer(path)
    assert not path.exists()


def other_key() -> bytes:
    return X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.mark.parametrize("data", [b"", b"\xff\0", b"no key", other_key()])
def test_something_else(path: Path, data: bytes) -> None:
    """A file that holds no Ed25519 key is refused by its name, without its content."""
    make_signer(path)
    path.write_bytes(data)
    with pytest.raises(Misconfigured) as refusal:
        load_signer(path)
    assert str(path) in str(refusal.value)
    assert "BEGIN" not in str(refusal.value)


def test_encrypted(path: Path) -> None:
    """A key under a password is refused in words."""
    make_signer(path)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"password"),
        )
    )
    with pytest.raises(Misconfigured, match="is not a PEM private key"):
        load_signer(path)
