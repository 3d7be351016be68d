"""Root checkpoints are stamped by an authority that the test runs itself."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.note import parse_note
from indelible.core.scope import Scope
from indelible.core.timestamp import ask, read_certificates
from indelible.errors import Misconfigured, Tampered, Unavailable
from indelible.ledger.search import Filter
from indelible.ledger.stamp import Stamper
from indelible.signing.timestamps import HttpTimestampAuthority
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.timestamps import PostgresTimestamps
from indelible.verify.timestamps import check_timestamps
from tests.authority import Authority
from tests.ledger.conftest import an_activity

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to stamp with")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """An authority that answers over HTTP."""
    with Authority(tmp_path_factory.mktemp("authority")) as authority:
        yield authority


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client."""
    async with httpx.AsyncClient() as client:
        yield client


@pytest.mark.database
async def test_root_checkpoints_are_stamped_and_the_stamps_are_evidence(
    authority: Authority, database_url: str, tmp_path: Path
) -> None:
    """What is appended is published, stamped, and its evidence brings the stamp along."""
    (tmp_path / "pinned.pem").write_bytes(authority.root + authority.certificate)
    settings = load_settings(
        data=tmp_path, database_pool=8, publish_seconds=0.1, timestamp_seconds=0,
        timestamp_url=authority.url, timestamp_certificates=tmp_path / "pinned.pem",
    )  # fmt: skip
    before = authority.asked
    async with open_services(settings, database_url, publish=True) as services:
        await services.recorder.record([an_activity()])
        page = await services.index.page(Filter(), Scope.everything(), limit=1)
        async with asyncio.timeout(60):
            while True:
                _, evidence = await services.prover.prove(page.items[0].id, Scope.everything())
                if evidence.root is not None and evidence.root.timestamps:
                    break
                await asyncio.sleep(0.1)
        proof = evidence.root.proof
    text = parse_note(proof.partition("\n\n")[2]).text.encode()
    (stamped,) = check_timestamps(text, evidence.root.timestamps, [authority.root])
    assert stamped.authority == "Test Stamps"
    assert authority.asked == before + 1


@pytest.mark.database
async def test_an_authority_is_not_asked_more_often_than_agreed(
    authority: Authority, client: httpx.AsyncClient, database_url: str, tmp_path: Path
) -> None:
    """A checkpoint is stamped once, and the next one when it is time again."""
    now = [0.0]
    before = authority.asked
    async with AsyncExitStack() as stack:
        settings = load_settings(data=tmp_path, database_pool=8, publish_seconds=0.1)
        opened = open_services(settings, database_url, publish=True)
        services = await stack.enter_async_context(opened)
        database = Database(database_url)
        stack.push_async_callback(database.close)
        store = PostgresTimestamps(database)
        stamper = Stamper(
            HttpTimestampAuthority(client, authority.url, read_certificates(authority.root)),
            store, every=600, clock=lambda: now[0],
        )  # fmt: skip
        sizes = []
        for wait in (0, 0, 599, 2):
            await services.recorder.record([an_activity()])
            async with asyncio.timeout(60):
                while (newest := await services.root.newest()) is None or newest.size in sizes:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            sizes.append(newest.size)
            last = await store.last()
            now[0] = (last[1].timestamp() if last and not now[0] else now[0]) + wait
            await stamper.follow(newest)
            await stamper.follow(newest)
        last = await store.last()
    assert last is not None
    assert last[0] == sizes[-1]
    assert authority.asked == before + 2


async def test_an_answer_to_another_question_is_refused(
    authority: Authority, client: httpx.AsyncClient
) -> None:
    """An old answer, replayed, has another nonce; one over another text proves nothing here."""
    asking = HttpTimestampAuthority(client, authority.url, read_certificates(authority.root))
    try:
        for text in (b"text\n", b"other\n"):
            authority.broken = ask(text).data
            with pytest.raises(Tampered):
                await asking.stamp(b"text\n")
    finally:
        authority.broken = None
    assert (await asking.stamp(b"text\n")).authority == "Test Stamps"


async def test_an_authority_that_fails_is_told(
    authority: Authority, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    """Out of reach, or no authority at all: the next turn asks again."""
    pinned = read_certificates(authority.root)
    for url in ("http://127.0.0.1:9/", f"{authority.url}../"):
        if url.endswith("../"):
            authority.broken = b"\x30\x00"
        try:
            with pytest.raises(Unavailable):
                await HttpTimestampAuthority(client, url, pinned).stamp(b"text\n")
        finally:
            authority.broken = None
    with pytest.raises(Misconfigured, match="go together"):
        load_settings(data=tmp_path, timestamp_url=authority.url)
