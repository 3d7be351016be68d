"""A witness in a process of its own, asked over HTTP."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from indelible.core.add_checkpoint import AddCheckpoint
from indelible.core.checkpoint import Checkpoint
from indelible.core.key import SignerKey, VerifierKey
from indelible.core.note import parse_note
from tests.witness.histories import LOG, ORIGIN, History
from tests.witness.running import COMMAND, WitnessProcess, environment

HONEST = History(600)


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[WitnessProcess]:
    """A witness that has seen nothing."""
    with WitnessProcess(tmp_path / "w1", [LOG.verifier]) as running:
        yield running


def ask(witness: WitnessProcess, body: bytes) -> httpx.Response:
    return httpx.post(f"{witness.url}/add-checkpoint", content=body, timeout=10)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def cosigned_size(witness: WitnessProcess, note: str) -> int:
    parsed = parse_note(note)
    parsed.verify([witness.key])
    return Checkpoint.parse(parsed.text).size


def test_each_answer_has_the_status_of_the_specification(witness: WitnessProcess) -> None:
    """200 with a cosignature line; 400, 403, 404, 409 with the size, 422."""
    good = ask(witness, HONEST.request(0, 5))
    assert good.status_code == 200
    assert good.text.startswith("— w1.test ")
    assert cosigned_size(witness, HONEST.note(5) + good.text) == 5
    assert ask(witness, b"old 0\n").status_code == 400
    assert ask(witness, HONEST.request(5, 9).replace(b"old 5", b"old 10", 1)).status_code == 400
    impostor = SignerKey.from_seed(ORIGIN, bytes(32))
    assert ask(witness, History(9, key=impostor).request(5, 9)).status_code == 403
    stranger = SignerKey.from_seed("other.test/root", bytes(32))
    assert ask(witness, History(9, key=stranger).request(0, 9)).status_code == 404
    conflict = ask(witness, HONEST.request(3, 9))
    assert (conflict.status_code, conflict.text) == (409, "5\n")
    assert conflict.headers["content-type"] == "text/x.tlog.size"
    bad = AddCheckpoint(5, (bytes(32),) * 3, HONEST.note(9)).to_text().encode()
    assert ask(witness, bad).status_code == 422
    assert ask(witness, b"x" * 70_000).status_code == 413
    assert httpx.get(f"{witness.url}/add-checkpoint").status_code == 405
    assert httpx.get(f"{witness.url}/elsewhere").status_code == 404
    assert cosigned_size(witness, witness.seen()[ORIGIN]) == 5
    assert ask(witness, HONEST.request(5, 600)).status_code == 200
    assert ask(witness, HONEST.request(600, 600)).status_code == 200  # again, with a new time


def test_forks_and_roll_backs_are_refused_whatever_the_order(witness: WitnessProcess) -> None:
    """Once a history was seen, another one of any size has no way in, and the proof is printed."""
    fork = History(60, fork_at=20)
    assert ask(witness, HONEST.request(0, 30)).status_code == 200
    for old, new, status in ((30, 30, 409), (30, 31, 422), (30, 60, 422), (20, 30, 409)):
        assert ask(witness, fork.request(old, new)).status_code == status
    assert ask(witness, HONEST.request(10, 20)).status_code == 409
    assert cosigned_size(witness, witness.seen()[ORIGIN]) == 30
    witness.stop()
    assert "two histories" in witness.output


def test_what_was_answered_survives_a_kill(witness: WitnessProcess) -> None:
    """A cosignature that left the house is in the state of the process that comes after."""
    size = 0
    for new in (3, 40, 300):
        assert ask(witness, HONEST.request(size, new)).status_code == 200
        size = new
        witness.kill()
        witness.start()
        answer = ask(witness, History(600, fork_at=2).request(0, size))
        assert (answer.status_code, answer.text) == (409, f"{size}\n")


async def test_of_many_at_once_one_history_wins(witness: WitnessProcess) -> None:
    """Concurrent requests for forks and sizes leave one history, and no cosignature beside it."""
    histories = [History(80, fork_at=fork) for fork in (1, 2, 3, 4)]
    async with httpx.AsyncClient(timeout=30) as client:

        async def post(history: History, old: int, new: int) -> tuple[History, int] | None:
            url = f"{witness.url}/add-checkpoint"
            answer = await client.post(url, content=history.request(old, new))
            assert answer.status_code in {200, 409, 422}
            return (history, new) if answer.status_code == 200 else None

        granted: list[tuple[History, int]] = []
        last = 0
        for _ in range(6):
            requests = [post(h, last, last + 1 + n) for n in range(3) for h in histories]
            round_ = [each for each in await asyncio.gather(*requests) if each]
            # Whoever comes first decides: the others do not start from what is seen any more.
            assert len(round_) == 1
            granted += round_
            last = round_[0][1]
    # Until they part, several histories are one: it is the last that all before it belong to.
    winner = granted[-1][0]
    assert all(history.checkpoint(size) == winner.checkpoint(size) for history, size in granted)
    assert cosigned_size(witness, witness.seen()[ORIGIN]) == last


def test_a_monitor_reads_what_was_cosigned(witness: WitnessProcess) -> None:
    """The last checkpoint of a log, with both signatures; 404 before there is one."""
    address = f"{witness.url}/logs/{ORIGIN}/checkpoint"
    assert httpx.get(address).status_code == 404
    ask(witness, HONEST.request(0, 5))
    ask(witness, HONEST.request(5, 8))
    answer = httpx.get(address)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert len(parse_note(answer.text).verify([witness.key, LOG.verifier])) == 2
    assert Checkpoint.parse(parse_note(answer.text).text) == HONEST.checkpoint(8)
    about = httpx.get(witness.url).text.splitlines()
    assert about == [witness.key.to_text(), "", LOG.verifier.to_text()]
    assert httpx.delete(address).status_code == 405


def test_the_command_makes_a_witness_and_refuses_to_start_without_its_state(
    tmp_path: Path,
) -> None:
    """``witness key`` prints the key to trust; ``witness serve`` without the state says why not."""
    files = ["--key", str(tmp_path / "key"), "--state", str(tmp_path / "state")]
    made = run("key", "w9.test", *files)
    assert VerifierKey.parse(made.stdout.strip()).name == "w9.test"
    (tmp_path / "state").unlink()
    ended = run("serve", *files, "--log", LOG.verifier.to_text())
    assert ended.returncode == 1
    assert "no longer knows what it cosigned" in ended.stderr
