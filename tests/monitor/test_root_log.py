"""A monitor of the root log sees every log in it: each may only grow."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from indelible.core.checkpoint import Checkpoint, sign_checkpoint
from indelible.core.key import SignerKey
from indelible.core.tile import Bundle
from indelible.monitor.alarms import Alarm, AlarmKind
from indelible.monitor.mirror import Mirror, State
from indelible.monitor.source import HttpLog
from indelible.monitor.watch import watch
from tests.monitor.conftest import Published

ROOT = SignerKey.from_seed("audit.test/root", b"k" * 32)
ONE, TWO = "audit.test/logs/one", "audit.test/logs/two"


def leaf(origin: str, size: int, tree: str = "", seed: bytes = b"k" * 32) -> bytes:
    """A signed checkpoint of a log."""
    key = SignerKey.from_seed(origin, seed)
    root = sha256(f"{origin} {size} {tree}".encode()).digest()
    return sign_checkpoint(Checkpoint(origin, size, root), key.verifier, key.sign).encode()


@pytest.fixture
def look(published: Published, tmp_path: Path) -> Callable[..., Alarm | None]:
    """Publish leaves and look."""

    def look(*leaves: bytes) -> Alarm | None:
        published.entries += leaves
        published.publish(signed=ROOT)
        mirror = Mirror(tmp_path / "mirror")
        with HttpLog(published.url) as source:
            state = mirror.load() or State(keys=(ROOT.verifier.to_text(),))
            return watch(source, mirror, state).alarm

    return look


def test_logs_that_grow_are_in_order(look: Callable[..., Alarm | None]) -> None:
    """Checkpoints of several logs, also the same one again, raise nothing."""
    assert look(leaf(ONE, 1), leaf(TWO, 5)) is None
    assert look(leaf(TWO, 5), leaf(ONE, 9)) is None


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (leaf(ONE, 8), AlarmKind.ROLL_BACK),
        (leaf(ONE, 9, "other"), AlarmKind.FORK),
        (leaf(ONE, 10, seed=b"x" * 32), AlarmKind.MISPLACED),
        (leaf("other.test/logs/one", 10), AlarmKind.MISPLACED),
        (b"no checkpoint", AlarmKind.MISPLACED),
        (b"\xff", AlarmKind.MISPLACED),
    ],
    ids=["shorter", "two trees", "stranger", "elsewhere", "none", "bytes"],
)
def test_a_log_that_does_not_grow_is_told(
    look: Callable[..., Alarm | None], bad: bytes, kind: AlarmKind
) -> None:
    """Whatever the root log proves, a log in it that went back or apart is an alarm."""
    assert look(leaf(ONE, 1), leaf(ONE, 9)) is None
    alarm = look(leaf(TWO, 1), bad)
    assert alarm is not None
    assert (alarm.kind, alarm.seq) == (kind, 3)


def test_nothing_of_the_root_log_is_ever_purged(
    published: Published, look: Callable[..., Alarm | None]
) -> None:
    """A checkpoint whose bytes are said to have gone with their time is one that is withheld."""
    published.purge(Bundle(0, 1))
    alarm = look(leaf(ONE, 1))
    assert alarm is not None
    assert alarm.kind is AlarmKind.GAP
