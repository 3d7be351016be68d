"""A witness's state: on disk before anything is said, whole after a crash, one process's."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from indelible.core.key import KeyType, SignerKey
from indelible.core.note import Note, cosigned, parse_note
from indelible.errors import Misconfigured
from indelible.witness.key import load_key, make_witness
from indelible.witness.service import WitnessService
from indelible.witness.state import State
from tests.witness.histories import LOG, ORIGIN, History

HONEST = History(40)
OTHER = SignerKey.from_seed("other.test", bytes(32), KeyType.COSIGNATURE)


@pytest.fixture
def key(tmp_path: Path) -> SignerKey:
    """A witness with its files in the folder of the test."""
    return make_witness("w1.test", key=tmp_path / "key", state=tmp_path / "state")


def keep(state: State, key: SignerKey, size: int, time: int = 1_760_000_000) -> None:
    note = parse_note(HONEST.note(size))
    own = cosigned(note.text, key.verifier, time, key.sign)
    state.keep(HONEST.checkpoint(size), Note(note.text, (*note.signatures, own)))


def test_a_witness_is_born_with_key_and_state(tmp_path: Path, key: SignerKey) -> None:
    """Both files are the owner's alone; a second witness does not write over the first."""
    for name in ("key", "state"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert load_key(tmp_path / "key") == key
    with pytest.raises(Misconfigured):
        make_witness("w2.test", key=tmp_path / "key2", state=tmp_path / "state")
    with pytest.raises(Misconfigured):
        make_witness("w2.test", key=tmp_path / "key", state=tmp_path / "state2")
    assert {path.name for path in tmp_path.iterdir()} == {"key", "state"}


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path, key: SignerKey) -> None:
    """The state is read back, its time included."""
    state = State(tmp_path / "state", key.verifier)
    keep(state, key, 7)
    keep(state, key, 9, 1_760_000_009)
    state.close()
    again = State(tmp_path / "state", key.verifier)
    assert again.latest == {ORIGIN: HONEST.checkpoint(9)}
    assert (again.time(ORIGIN), again.time("unknown")) == (1_760_000_009, 0)
    again.close()


def test_a_lost_state_is_not_made_anew(tmp_path: Path, key: SignerKey) -> None:
    """A witness that forgot would cosign a roll-back: it refuses to start, and says what to do."""
    (tmp_path / "state").unlink()
    with pytest.raises(Misconfigured, match="retire this witness"):
        State(tmp_path / "state", key.verifier)


def test_a_damaged_state_stops_the_witness(tmp_path: Path, key: SignerKey) -> None:
    """Cut, altered, of another witness: nothing goes on with it."""
    state = State(tmp_path / "state", key.verifier)
    keep(state, key, 7)
    state.close()
    whole = (tmp_path / "state").read_bytes()
    smaller = whole.replace(rb"\n7\n", rb"\n3\n")
    assert smaller != whole
    for data in (whole[:-20], b"", smaller, whole.replace(b"@v1", b"@v9")):
        (tmp_path / "state").write_bytes(data)
        with pytest.raises(Misconfigured):
            State(tmp_path / "state", key.verifier)
    (tmp_path / "state").write_bytes(whole)
    with pytest.raises(Misconfigured, match="another witness"):
        State(tmp_path / "state", OTHER.verifier)
    State(tmp_path / "state", key.verifier).close()


def test_a_state_is_one_processes(tmp_path: Path, key: SignerKey) -> None:
    """A second opening is refused while the first lasts."""
    state = State(tmp_path / "state", key.verifier)
    with pytest.raises(Misconfigured, match="Another process"):
        State(tmp_path / "state", key.verifier)
    state.close()
    State(tmp_path / "state", key.verifier).close()


def test_what_can_not_be_kept_is_not_cosigned(tmp_path: Path, key: SignerKey) -> None:
    """A full or lost disk: no cosignature leaves, and what was seen before still counts."""
    state = State(tmp_path / "state", key.verifier)
    service = WitnessService(key, [LOG.verifier], state, lambda: 1_760_000_000)
    assert service.add_checkpoint(HONEST.request(0, 5)).status == 200
    (tmp_path / "state.draft").mkdir()  # where the new state is to be written
    answer = service.add_checkpoint(HONEST.request(5, 9))
    assert (answer.status, "—" in answer.body.decode()) == (500, False)
    (tmp_path / "state.draft").rmdir()
    assert service.add_checkpoint(HONEST.request(5, 7)).status == 200
    state.close()


def test_time_never_runs_backwards(tmp_path: Path, key: SignerKey) -> None:
    """Of two cosignatures, the one of the larger tree is not the earlier one."""
    times = iter([1_760_000_100.9, 1_760_000_000.0])
    state = State(tmp_path / "state", key.verifier)
    service = WitnessService(key, [LOG.verifier], state, lambda: next(times))
    for old, new in ((0, 5), (5, 9)):
        line = service.add_checkpoint(HONEST.request(old, new)).body.decode()
        (verified,) = parse_note(f"{parse_note(HONEST.note(new)).text}\n{line}").verify(
            [key.verifier]
        )
        assert verified.time == 1_760_000_100
    state.close()


def test_a_key_that_others_may_read_is_refused(tmp_path: Path, key: SignerKey) -> None:
    """Like the log's own key."""
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod 600"):
        load_key(tmp_path / "key")
    (tmp_path / "log").write_text(LOG.to_text())
    (tmp_path / "log").chmod(0o600)
    with pytest.raises(Misconfigured, match="does not cosign"):
        load_key(tmp_path / "log")
