"""Files of events: every form is read, nothing that is wrong ends the reading, memory stays small."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from pathlib import Path

import pytest

from indelible.capture.events_file import MAX_EVENT, EventFiles, FoundEvent, Malformed
from indelible.errors import Invalid

EVENTS = [{"eventID": str(number), "text": "ä € 🙂 \n"} for number in range(5)]
LINES = "".join(json.dumps(event) + "\n" for event in EVENTS).encode()
RECORDS = json.dumps({"Records": EVENTS}).encode()


def read(path: Path | str) -> list[FoundEvent | Malformed]:
    """Everything that a file holds."""
    return list(EventFiles(str(path)))


def events(path: Path) -> list[dict[str, str]]:
    """The events of a file in which nothing is wrong."""
    found = read(path)
    assert all(isinstance(item, FoundEvent) for item in found), found
    return [item.value for item in found if isinstance(item, FoundEvent)]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
@pytest.mark.parametrize(
    "data",
    [
        LINES,
        LINES.rstrip(b"\n"),
        LINES.replace(b"\n", b"\r\n\r\n"),
        b"\xef\xbb\xbf" + LINES,
        RECORDS,
        b"\xef\xbb\xbf" + RECORDS,
        json.dumps({"Records": EVENTS}, indent=2).encode(),
        json.dumps(EVENTS, ensure_ascii=False).encode(),
        RECORDS.replace(b', {"eventID": "3"', b'\n,\n {"eventID": "3"'),
        # Whole files of CloudTrail's, put behind one another.
        b'{"Records":[]}' + RECORDS[:-2] + b"]}" + b'\n{"Records": [ ] } \n',
    ],
    ids=[
        "lines", "no last newline", "blank lines", "lines with a mark", "records",
        "records with a mark", "indented", "bare list", "odd blanks", "one behind the other",
    ],
)  # fmt: skip
def test_every_form_is_read(tmp_path: Path, data: bytes, packed: bool) -> None:
    """One event a line or one list, gzipped or not, whatever the file is called."""
    path = tmp_path / "events"
    path.write_bytes(gzip.compress(data) if packed else data)
    assert events(path) == EVENTS


@pytest.mark.parametrize("end", [b"x", b"{}", b', {"a": 1}'])
def test_what_follows_a_list_is_not_passed_over_in_silence(tmp_path: Path, end: bytes) -> None:
    """Behind the last record nothing but another list may stand."""
    path = tmp_path / "more"
    path.write_bytes(RECORDS + end)
    found = read(path)
    assert [type(item) for item in found] == [FoundEvent] * 5 + [Malformed]


def test_lines_that_are_whole_files_are_opened(tmp_path: Path) -> None:
    """After an event a line, lines with records give each of their records, with its place."""
    path = tmp_path / "mixed"
    path.write_bytes(LINES + RECORDS)
    found = read(path)
    assert len(found) == 10
    assert found[0].place == "mixed:1"
    assert found[9].place == "mixed:6, record 5"


def test_lines_that_are_no_events_are_named_and_passed_over(tmp_path: Path) -> None:
    """Each has its line number, and the reading goes on behind it."""
    path = tmp_path / "bad"
    path.write_bytes(
        b"\n".join(
            [b'{"a": 1}', b"{oops", b"[1]", b'"x"', b"\xff\xfe", b'{"b": 2}', b"7", b'{"c": 3}']
        )
    )
    found = read(path)
    assert [item.place for item in found if isinstance(item, Malformed)] == [
        "bad:2", "bad:3", "bad:4", "bad:5", "bad:7",
    ]  # fmt: skip
    assert [item.value for item in found if isinstance(item, FoundEvent)] == [
        {"a": 1}, {"b": 2}, {"c": 3},
    ]  # fmt: skip


def test_a_list_that_breaks_off_gives_what_stood_before(tmp_path: Path) -> None:
    """Where the next item would begin can't be known: the rest of that file is one fault."""
    path = tmp_path / "cut.json"
    path.write_bytes(RECORDS[:-20])
    found = read(path)
    assert [type(item) for item in found] == [FoundEvent] * 4 + [Malformed]
    assert found[-1].place == "cut.json, record 5"


@pytest.mark.parametrize("data", [LINES, RECORDS], ids=["lines", "records"])
def test_a_damaged_archive_is_one_fault_and_other_files_go_on(tmp_path: Path, data: bytes) -> None:
    """A gzip file that was cut, or has a flipped byte, is named; the next file is read."""
    whole = gzip.compress(data * (200 if data is LINES else 1))
    (tmp_path / "a.json.gz").write_bytes(whole[:-12])
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    (tmp_path / "b.json.gz").write_bytes(bytes(flipped))
    (tmp_path / "c.json").write_bytes(data)
    found = read(tmp_path)
    assert {item.place.partition(".")[0] for item in found if isinstance(item, Malformed)} >= {"a"}
    assert [item.value for item in found[-5:] if isinstance(item, FoundEvent)] == EVENTS


def test_a_line_without_end_is_passed_over(tmp_path: Path) -> None:
    """A line beyond four MiB is one fault, held in memory a piece at a time."""
    path = tmp_path / "long"
    path.write_bytes(b'{"a": "' + b"x" * (3 * MAX_EVENT) + b'"}\n' + b'{"b": 2}\n')
    found = read(path)
    assert isinstance(found[0], Malformed)
    assert found[0].place == "long:1"
    assert found[1] == FoundEvent("long:2", {"b": 2})


def test_a_folder_is_read_in_order_without_digests(tmp_path: Path) -> None:
    """The files of a bucket: sorted by path, digest files and others passed over."""
    for name in ("2021/b.json.gz", "2021/a.ndjson", "2020/z.jsonl"):
        path = tmp_path / "CloudTrail" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = json.dumps({"file": name}).encode()
        path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    (tmp_path / "CloudTrail-Digest").mkdir()
    (tmp_path / "CloudTrail-Digest" / "d.json").write_text('{"digest": 1}')
    (tmp_path / "README.txt").write_text("no events")
    assert [event["file"] for event in events(tmp_path)] == [
        "2020/z.jsonl", "2021/a.ndjson", "2021/b.json.gz",
    ]  # fmt: skip


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    """A file that is not there and a folder without events are refused before anything starts."""
    with pytest.raises(Invalid, match="no file"):
        EventFiles(str(tmp_path / "absent"))
    with pytest.raises(Invalid, match="ndjson"):
        EventFiles(str(tmp_path))


def test_standard_input_is_read_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe that hands over a byte at a time is read like a file."""

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 1, 1) if size != 0 else 0)

    for data in (LINES, gzip.compress(LINES)):
        monkeypatch.setattr("sys.stdin", type("Input", (), {"buffer": Slow(data)}))
        files = EventFiles("-")
        assert files.total is None
        assert [item.value for item in files if isinstance(item, FoundEvent)] == EVENTS


@pytest.mark.parametrize("form", ["lines", "records"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, form: str) -> None:
    """Forty megabytes of events are read in a few."""
    path = tmp_path / "big.gz"
    event = json.dumps({"text": "x" * 10_000})
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write('{"Records": [' if form == "records" else "")
        for number in range(4_000):
            file.write(("," if number and form == "records" else "") + event + "\n")
        file.write("]}" if form == "records" else "")
    files = EventFiles(str(path))
    tracemalloc.start()
    count = sum(1 for _ in files)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 4_000
    assert peak < 8 * 1024 * 1024
    assert files.position == files.total == path.stat().st_size
