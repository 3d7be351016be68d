"""What is in the spool when append returns survives any crash, once and in order."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.capture import Spool
from indelible.capture.spool import frames_in
from indelible.errors import Misconfigured, TooLarge, Unavailable

RECORDS = [b"one", b"two" * 20, b"\0\0\0", b"four"]


def drained(spool: Spool) -> list[bytes]:
    """Take everything out."""
    records: list[bytes] = []
    while segment := spool.take():
        records += segment.records()
        segment.remove()
    return records


def test_records_come_out_in_the_order_in_which_they_went_in(tmp_path: Path) -> None:
    """Across segments and across appends."""
    spool = Spool(tmp_path, segment_bytes=40)
    for record in RECORDS:
        spool.append([record])
    assert len(list(tmp_path.iterdir())) > 1
    assert drained(spool) == RECORDS
    assert list(tmp_path.iterdir()) == []


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    """Files have mode 600 and the directory 700, whatever the umask."""
    before = os.umask(0)
    try:
        spool = Spool(tmp_path / "spool")
        spool.append([b"x"])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o700
    (file,) = (tmp_path / "spool").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@given(st.data())
def test_a_file_cut_anywhere_yields_its_whole_records(data: st.DataObject) -> None:
    """No cut makes up, joins or reorders a record."""
    records = data.draw(st.lists(st.binary(min_size=1, max_size=30), max_size=5))
    framed = b"".join(_framed(record) for record in records)
    found = list(frames_in(framed[: data.draw(st.integers(0, len(framed)))]))
    assert found == records[: len(found)]


def test_a_crash_at_every_byte_loses_only_what_was_never_acknowledged(tmp_path: Path) -> None:
    """Cut at any byte, the whole records in front of the cut are there, and the file is whole."""
    spool = Spool(tmp_path / "a")
    spool.append(RECORDS)
    spool.close()
    (file,) = (tmp_path / "a").iterdir()
    written = file.read_bytes()
    ends = [len(b"".join(_framed(r) for r in RECORDS[:count])) for count in range(5)]
    for size in range(len(written) + 1):
        file.write_bytes(written[:size])
        segment = Spool(tmp_path / "a").take()
        assert segment is not None
        whole = sum(end <= size for end in ends) - 1
        assert list(segment.records()) == RECORDS[:whole]
        assert segment.is_whole()
        segment.close()


def test_damage_in_the_middle_is_not_taken_for_a_crash(tmp_path: Path) -> None:
    """A flipped bit with records behind it is kept for a person, not deleted."""
    spool = Spool(tmp_path)
    spool.append(RECORDS)
    spool.close()
    (file,) = tmp_path.iterdir()
    written = bytearray(file.read_bytes())
    written[9] ^= 1
    file.write_bytes(written)
    segment = spool.take()
    assert segment is not None
    assert list(segment.records()) == []
    assert not segment.is_whole()
    assert segment.set_aside().suffix == ".damaged"
    assert spool.take() is None


def test_it_is_bounded(tmp_path: Path) -> None:
    """A full spool says so, keeps what it has and nothing of what did not fit."""
    spool = Spool(tmp_path, max_bytes=100)
    spool.append([b"x" * 50])
    with pytest.raises(TooLarge, match="100 bytes"):
        spool.append([b"y" * 30, b"z" * 30])
    assert drained(spool) == [b"x" * 50]


def test_a_disk_that_refuses_leaves_no_half_record(tmp_path: Path) -> None:
    """After a failed write the file ends where the last promise ended."""
    spool = Spool(tmp_path)
    spool.append([b"first"])
    code = (
        "import resource, sys, pathlib\n"
        "from indelible.capture import Spool\n"
        "from indelible.errors import Unavailable\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "spool = Spool(pathlib.Path(sys.argv[1]))\n"
        "spool.append([b'kept'])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (30, 30))\n"
        "try:\n    spool.append([b'x' * 100])\n"
        "except Unavailable:\n    print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "refused\n"
    assert drained(spool) == [b"first", b"kept"]


def test_another_process_leaves_a_live_segment_alone(tmp_path: Path) -> None:
    """Only what a dead process left is taken over."""
    live = Spool(tmp_path)
    live.append([b"mine"])
    other = Spool(tmp_path)
    code = "import sys, pathlib\nfrom indelible.capture import Spool\nprint(Spool(pathlib.Path(sys.argv[1])).take())"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "None\n"
    assert other.take() is None
    live.close()
    assert drained(other) == [b"mine"]


def test_a_directory_that_can_not_be_made_is_told_at_once(tmp_path: Path) -> None:
    """Not by the first activity that needs it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match="can't be made"):
        Spool(tmp_path / "file" / "spool")


def test_a_directory_that_goes_away_is_an_error_and_no_loss(tmp_path: Path) -> None:
    """Append says that nothing is promised."""
    spool = Spool(tmp_path / "spool")
    (tmp_path / "spool").rmdir()
    with pytest.raises(Unavailable):
        spool.append([b"x"])


def _framed(record: bytes) -> bytes:
    return len(record).to_bytes(4, "big") + zlib.crc32(record).to_bytes(4, "big") + record
