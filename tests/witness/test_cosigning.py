"""The root log and its witnesses, each in a process of its own: one history, or an outcry."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from indelible.core.key import KeyType, SignerKey, VerifierKey
from indelible.core.note import parse_note
from indelible.delivery.witnesses import HttpWitness
from indelible.errors import Unavailable
from indelible.ledger.cosign import Cosigner
from indelible.ledger.root import WitnessState
from tests.witness.installation import KEY, SIGNER, Installation, copied, dropped
from tests.witness.running import WitnessProcess, free_port

pytestmark = pytest.mark.database


@pytest.fixture
def witnesses(tmp_path: Path) -> Iterator[list[WitnessProcess]]:
    """Two witnesses of the root log."""
    with (
        WitnessProcess(tmp_path / "w1", [KEY]) as one,
        WitnessProcess(tmp_path / "w2", [KEY]) as two,
    ):
        yield [one, two]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """What connects to witnesses."""
    async with httpx.AsyncClient() as client:
        yield client


@pytest.fixture
async def install(
    client: httpx.AsyncClient, witnesses: list[WitnessProcess]
) -> AsyncIterator[AsyncExitStack]:
    """Closes what a test opened."""
    async with AsyncExitStack() as stack:
        yield stack


async def installed(
    stack: AsyncExitStack,
    url: str,
    witnesses: Sequence[WitnessProcess],
    client: httpx.AsyncClient,
    quorum: int = 2,
) -> Installation:
    installation = Installation(url, witnesses, quorum, client)
    stack.push_async_callback(installation.database.close)
    return installation


async def test_two_witnesses_cosign_what_extends(
    install: AsyncExitStack,
    witnesses: list[WitnessProcess],
    client: httpx.AsyncClient,
    database_url: str,
) -> None:
    """Every publication is cosigned by both, found in the note, and the same at their own API."""
    log = await installed(install, database_url, witnesses, client)
    for count in (1, 3, 1, 9):
        await log.record(count)
        assert await log.states() == [WitnessState.COSIGNS] * 2
    newest = await log.root.newest()
    assert newest is not None
    assert (newest.size, newest.cosignatures, newest.witnessed) == (14, 2, True)
    keys = [KEY, *(witness.key for witness in witnesses)]
    assert len(parse_note(newest.note).verify(keys)) == 3
    for witness in witnesses:
        seen = await HttpWitness(witness.key, witness.url, client).latest(KEY.name)
        assert seen is not None
        assert (seen.size, seen.root) == (newest.size, newest.root)
    # Asked again within the hour, nobody is bothered.
    witnesses[0].kill()
    assert await log.states() == [WitnessState.COSIGNS] * 2


async def test_below_quorum_is_never_shown_as_witnessed(
    install: AsyncExitStack,
    witnesses: list[WitnessProcess],
    client: httpx.AsyncClient,
    database_url: str,
) -> None:
    """While one of two is away the new checkpoint is not witnessed; it is, once the one is back."""
    log = await installed(install, database_url, witnesses, client)
    await log.record()
    await log.ask()
    witnesses[1].kill()
    await log.record(2)
    assert await log.states() == [WitnessState.COSIGNS, WitnessState.UNREACHABLE]
    newest = await log.root.newest()
    assert newest is not None
    assert (newest.cosignatures, newest.witnessed, await log.witnessed()) == (1, False, 1)
    assert [report.state for report in await log.kept.reports()] == [
        WitnessState.COSIGNS,
        WitnessState.UNREACHABLE,
    ]
    await log.record()  # the one that was away is two steps behind, the other one is none
    witnesses[1].start()
    assert await log.states() == [WitnessState.COSIGNS] * 2
    assert await log.witnessed() == 4


async def test_a_forked_history_is_refused_and_told_apart(
    install: AsyncExitStack,
    witnesses: list[WitnessProcess],
    client: httpx.AsyncClient,
    database_url: str,
) -> None:
    """Of one log that goes on in two databases, the second to come is refused by both witnesses.

    The first goes on as if nothing had happened; the second learns that it is the fork.
    """
    log = await installed(install, database_url, witnesses, client)
    await log.record(5)
    await log.ask()
    await log.database.close()
    other_url = copied(database_url)
    try:
        fork = await installed(install, other_url, witnesses, client)
        log = await installed(install, database_url, witnesses, client)
        await log.record(3)
        await fork.record(3)
        assert await log.states() == [WitnessState.COSIGNS] * 2
        assert await fork.states() == [WitnessState.FORK] * 2  # the same size, another root
        await fork.record(2)
        assert await fork.states() == [WitnessState.FORK] * 2  # a larger one
        reports = await fork.kept.reports()
        assert all(report.state.accuses for report in reports)
        assert [(report.size, report.seen) for report in reports] == [(10, 8)] * 2
        newest = await fork.root.newest()
        assert newest is not None
        assert (newest.size, newest.witnessed, await fork.witnessed()) == (10, False, 5)
        await log.record(4)
        assert await log.states() == [WitnessState.COSIGNS] * 2
        assert await log.witnessed() == 12
        # What both witnesses hold is the one history.
        mine = await log.root.newest()
        assert mine is not None
        for witness in witnesses:
            seen = await HttpWitness(witness.key, witness.url, client).latest(KEY.name)
            assert seen is not None
            assert seen.root == mine.root
        await fork.database.close()
    finally:
        dropped(other_url)


async def test_a_database_that_went_back_is_told_so(
    install: AsyncExitStack,
    witnesses: list[WitnessProcess],
    client: httpx.AsyncClient,
    database_url: str,
) -> None:
    """A restored backup is behind the witnesses: a roll-back, and a fork once it has outgrown them."""
    log = await installed(install, database_url, witnesses, client)
    await log.record(3)
    await log.ask()
    await log.database.close()
    backup_url = copied(database_url)
    try:
        log = await installed(install, database_url, witnesses, client)
        await log.record(4)
        await log.ask()
        restored = await installed(install, backup_url, witnesses, client)
        await restored.record()
        outcomes = await restored.ask()
        assert [outcome.state for outcome in outcomes] == [WitnessState.ROLL_BACK] * 2
        assert [(outcome.size, outcome.seen) for outcome in outcomes] == [(4, 7)] * 2
        await restored.record(5)
        assert await restored.states() == [WitnessState.FORK] * 2
        await restored.database.close()
    finally:
        dropped(backup_url)


async def test_nodes_that_ask_at_once_accuse_nobody(
    install: AsyncExitStack,
    witnesses: list[WitnessProcess],
    client: httpx.AsyncClient,
    database_url: str,
) -> None:
    """A witness that another node has taken further is asked about our newest, not accused."""
    one = await installed(install, database_url, witnesses, client)
    two = await installed(install, database_url, witnesses, client)
    await one.record(2)
    early = await one.root.newest()
    await two.record(3)
    await two.ask()
    assert early is not None
    outcomes = [await cosigner.ask(early) for cosigner in one.cosigners]
    assert [outcome.state for outcome in outcomes] == [WitnessState.COSIGNS] * 2
    assert await one.witnessed() == 5


async def test_who_does_not_know_the_log_refuses_in_words(
    install: AsyncExitStack, tmp_path: Path, client: httpx.AsyncClient, database_url: str
) -> None:
    """A witness of another log answers 404, one with another key 403: neither is an accusation."""
    stranger = VerifierKey("other.test/root", SIGNER.public_key)
    outdated = VerifierKey(KEY.name, SignerKey.from_seed("x", bytes(32)).verifier.public_key)
    with (
        WitnessProcess(tmp_path / "w3", [stranger]) as unknowing,
        WitnessProcess(tmp_path / "w4", [outdated]) as distrusting,
    ):
        log = await installed(install, database_url, [unknowing, distrusting], client)
        await log.record()
        outcomes = await log.ask()
    assert [outcome.state for outcome in outcomes] == [WitnessState.REFUSES] * 2
    assert outcomes[0].detail.startswith("HTTP 404 This witness does not know the log.")
    assert outcomes[1].detail.startswith("HTTP 403")
    assert await log.witnessed() == 0


async def test_an_address_behind_which_nobody_or_somebody_else_is(
    install: AsyncExitStack,
    witnesses: list[WitnessProcess],
    client: httpx.AsyncClient,
    database_url: str,
) -> None:
    """A wrong port is unreachable; another witness's cosignature is not taken for this one's."""
    nobody = HttpWitness(witnesses[0].key, f"http://127.0.0.1:{free_port()}", client)
    with pytest.raises(Unavailable):
        await nobody.latest(KEY.name)
    log = await installed(install, database_url, witnesses, client)
    await log.record()
    newest = await log.root.newest()
    assert newest is not None
    swapped = HttpWitness(witnesses[0].key, witnesses[1].url, client)
    cosigner = Cosigner(log.root, log.kept, swapped, again_after=3600, clock=time.time)
    outcome = await cosigner.ask(newest)
    assert outcome.state is WitnessState.REFUSES
    assert "signed by no known key" in outcome.detail
    impostor = SignerKey.from_seed(witnesses[0].key.name, bytes(32), KeyType.COSIGNATURE)
    named_alike = HttpWitness(impostor.verifier, witnesses[0].url, client)
    cosigner = Cosigner(log.root, log.kept, named_alike, again_after=3600, clock=time.time)
    assert (await cosigner.ask(newest)).state is WitnessState.REFUSES
    assert await log.witnessed() == 0
