"""A monitor mirrors an honest log in peace, and tells each way in which one may be dishonest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from indelible.core.entry import decode
from indelible.core.key import SignerKey
from indelible.core.rotation import Rotation
from indelible.core.tile import Bundle, Tile, decode_bundle
from indelible.errors import Misconfigured, NotFound, Unavailable
from indelible.monitor.alarms import AlarmKind
from indelible.monitor.mirror import Mirror, State
from indelible.monitor.source import HttpLog
from indelible.monitor.watch import Round, watch
from tests.monitor.conftest import KEY, ORIGIN, Published, an_entry

SIZE = 700


@pytest.fixture
def look(published: Published, tmp_path: Path) -> Callable[[], Round]:
    """Look at the log once, as a process that starts anew each time and knows what it kept."""

    def look() -> Round:
        mirror = Mirror(tmp_path / "mirror")
        with mirror.locked(), HttpLog(published.url) as source:
            state = mirror.load() or State(keys=(KEY.verifier.to_text(),))
            return watch(source, mirror, state)

    return look


@pytest.fixture
def seen(published: Published, look: Callable[[], Round]) -> Published:
    """A log of 700 entries that was mirrored."""
    published.grow(SIZE)
    assert look().alarm is None
    return published


def replaced(entries: list[bytes], seq: int) -> list[bytes]:
    return [*entries[:seq], an_entry(seq, said="other"), *entries[seq + 1 :]]


def test_an_honest_log_is_mirrored_as_it_grows(
    published: Published, look: Callable[[], Round], tmp_path: Path
) -> None:
    """Whatever the sizes between two looks, every entry is kept and nothing is said."""
    sizes = [1, 2, 255, 256, 257, 511, 700, 700, 1024, 1500]
    before = 0
    for size in sizes:
        published.grow(size)
        found = look()
        assert (found.alarm, found.new, found.state.size) == (None, size - before, size)
        before = size
    kept = []
    for bundle in (*(Bundle(index) for index in range(5)), Bundle(5, 220)):
        data = (tmp_path / "mirror" / bundle.path()).read_bytes()
        kept += decode_bundle(data, bundle.width)
    assert kept == published.entries
    assert sorted((tmp_path / "mirror").glob("**/*.p/*")) == [
        tmp_path / "mirror" / "tile/entries/005.p/220"
    ]


def test_a_busy_server_is_asked_again(published: Published, look: Callable[[], Round]) -> None:
    """503 with Retry-After is no alarm and no end: the same is asked again, later."""
    published.grow(SIZE)
    published.busy_once("checkpoint")
    published.busy_once(Bundle(1).path())
    found = look()
    assert (found.alarm, found.new) == (None, SIZE)


@pytest.mark.parametrize("seq", [0, 300, 511, 512, 699])
def test_a_rewritten_entry_is_named(seen: Published, look: Callable[[], Round], seq: int) -> None:
    """History that was changed, hashed anew and signed with the true key is told, entry and all."""
    seen.entries = replaced(seen.entries, seq)
    seen.grow(SIZE + 40)
    alarm = look().alarm
    assert alarm is not None
    assert (alarm.kind, alarm.seq) == (AlarmKind.REWRITE, seq)
    assert [note.partition("\n")[0] for note in alarm.notes] == [ORIGIN, ORIGIN]
    assert look().alarm == alarm  # and it is told again, by the next process too


def test_two_trees_of_one_size_are_a_fork(seen: Published, look: Callable[[], Round]) -> None:
    """Both signed checkpoints are kept: together they prove it to anybody."""
    seen.publish(replaced(seen.entries, 10))
    alarm = look().alarm
    assert alarm is not None
    assert alarm.kind is AlarmKind.FORK
    assert len(set(alarm.notes)) == 2
    seen.publish()
    assert look().alarm is None


def test_a_log_that_lost_its_end_is_told(seen: Published, look: Callable[[], Round]) -> None:
    """A shorter log that begins alike was rolled back; one that does not was forked."""
    seen.publish(seen.entries[:600])
    alarm = look().alarm
    assert alarm is not None
    assert (alarm.kind, alarm.seq) == (AlarmKind.ROLL_BACK, 600)
    seen.publish(replaced(seen.entries, 10)[:600])
    alarm = look().alarm
    assert alarm is not None
    assert alarm.kind is AlarmKind.FORK
    seen.withdraw("checkpoint")
    alarm = look().alarm
    assert alarm is not None
    assert alarm.kind is AlarmKind.ROLL_BACK


def test_entries_that_are_not_served_are_a_gap(seen: Published, look: Callable[[], Round]) -> None:
    """What a signed checkpoint counts must be there, whole."""
    seen.grow(900)
    seen.withdraw(Bundle(3, 132).path())
    alarm = look().alarm
    assert alarm is not None
    assert (alarm.kind, alarm.seq) == (AlarmKind.GAP, 768)
    seen.publish()
    seen.put(Bundle(2).path(), b"\x00\x01a")
    alarm = look().alarm
    assert alarm is not None
    assert (alarm.kind, alarm.seq) == (AlarmKind.GAP, 700)
    seen.publish()
    assert look().new == 200


@pytest.mark.parametrize("seq", [700, 767, 768, 899])
def test_served_entries_must_be_those_of_the_tree(
    seen: Published, look: Callable[[], Round], seq: int
) -> None:
    """An entry that is shown otherwise than it was hashed is named."""
    seen.grow(900)
    seen.publish(served=replaced(seen.entries, seq))
    alarm = look().alarm
    assert alarm is not None
    assert (alarm.kind, alarm.seq) == (AlarmKind.ALTERED, seq)


@pytest.mark.parametrize(
    "entry",
    [
        an_entry(720, log="audit.test/logs/platform"),
        an_entry(719),
        an_entry(720, at=3),
        an_entry(720) + b" ",
        b"",
    ],
    ids=["log", "seq", "time", "spelling", "empty"],
)
def test_entries_are_in_their_place(
    seen: Published, look: Callable[[], Round], entry: bytes
) -> None:
    """An entry of another log or place, or out of time, is told though it was signed."""
    seen.grow(720)
    seen.entries.append(entry)
    seen.grow(730)
    alarm = look().alarm
    assert alarm is not None
    assert (alarm.kind, alarm.seq) == (AlarmKind.MISPLACED, 720)


def test_nobody_else_signs(seen: Published, look: Callable[[], Round]) -> None:
    """A checkpoint by another key, or a spoilt one, is no checkpoint of this log."""
    stranger = SignerKey.from_seed(ORIGIN, b"s" * 32)
    seen.grow(710)
    seen.publish(signed=stranger)
    for data in (None, b"", b"\xff", b"audit.test\n1\n"):
        if data is not None:
            seen.put("checkpoint", data)
        alarm = look().alarm
        assert alarm is not None
        assert alarm.kind is AlarmKind.SIGNATURE


def test_a_key_that_was_signed_in_is_followed(seen: Published, look: Callable[[], Round]) -> None:
    """Rotation needs nobody's attention; a successor that the old key did not sign in, an alarm."""
    heir = SignerKey.from_seed(ORIGIN, b"h" * 32)
    rotation = Rotation(
        base="audit.test", old=KEY.verifier.public_key, new=heir.verifier.public_key, time=1
    )
    seen.entries.append(an_entry(700))
    seen.publish(signed=heir)
    seen.says([rotation.sign(heir.sign, heir.sign)])
    alarm = look().alarm
    assert alarm is not None
    assert alarm.kind is AlarmKind.SIGNATURE
    seen.says([rotation.sign(KEY.sign, heir.sign)])
    found = look()
    assert (found.alarm, found.new) == (None, 1)
    assert found.state.keys == (KEY.verifier.to_text(), heir.verifier.to_text())


def test_what_an_older_checkpoint_needs_may_be_gone(
    seen: Published, look: Callable[[], Round]
) -> None:
    """Where a partial bundle is served no longer, the full one is taken."""
    checkpoint = (seen._folder / "checkpoint").read_bytes()
    seen.entries = [an_entry(seq) for seq in range(740)]
    seen.publish()
    at_740 = (seen._folder / "checkpoint").read_bytes()
    assert checkpoint != at_740
    seen.grow(800)
    seen.withdraw(Bundle(2, 228).path())
    seen.put("checkpoint", at_740)
    assert look().new == 40


def test_purged_entries_are_mirrored_by_their_hashes(
    published: Published, look: Callable[[], Round]
) -> None:
    """What retention took is counted apart, and what is kept still proves."""
    published.grow(300)
    published.purge(Bundle(0))
    found = look()
    assert (found.alarm, found.new, found.state.purged) == (None, 300, 256)
    published.grow(400)
    found = look()
    assert (found.alarm, found.new, found.state.purged) == (None, 100, 256)
    published.entries = replaced(published.entries, 7)
    published.grow(420)
    alarm = look().alarm
    assert alarm is not None
    assert (alarm.kind, alarm.seq) == (AlarmKind.REWRITE, 7)


@pytest.mark.parametrize("new", [600, 700])
def test_what_stands_behind_kept_entries_was_not_purged(
    published: Published, look: Callable[[], Round], new: int
) -> None:
    """Who says of entries alone that they went with their time, and serves those before, lies."""
    published.grow(new - 300)
    assert look().alarm is None
    published.grow(new)
    published.purge(Bundle(2, new - 512))
    alarm = look().alarm
    assert alarm is not None
    assert (alarm.kind, alarm.seq) == (AlarmKind.GAP, 512)
    for bundle in (Bundle(0), Bundle(1)):
        published.purge(bundle)
    found = look()
    assert (found.alarm, found.state.size) == (None, new)


def test_a_log_out_of_reach_proves_nothing(published: Published, tmp_path: Path) -> None:
    """No answer is no alarm; and what never was is not missed."""
    mirror, state = Mirror(tmp_path / "mirror"), State(keys=(KEY.verifier.to_text(),))
    with HttpLog("http://127.0.0.1:9") as source, pytest.raises(Unavailable):
        watch(source, mirror, state)
    with HttpLog(published.url) as source, pytest.raises(NotFound):
        watch(source, mirror, state)


def test_a_spoilt_state_is_refused(
    seen: Published, look: Callable[[], Round], tmp_path: Path
) -> None:
    """A monitor that does not know what it saw says so, and does not start over in silence."""
    state = tmp_path / "mirror/state.json"
    state.write_text(state.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    with pytest.raises(Misconfigured, match="start anew"):
        look()


def test_two_monitors_do_not_share_a_folder(tmp_path: Path) -> None:
    """The second is told, before it writes."""
    with Mirror(tmp_path).locked(), pytest.raises(Unavailable), Mirror(tmp_path).locked():
        pass


def test_entries_are_as_the_log_has_them() -> None:
    """The entries of these tests are such as a log has."""
    assert decode(an_entry(5)).seq == 5
    assert Tile(0, 0).path() == "tile/0/000"
