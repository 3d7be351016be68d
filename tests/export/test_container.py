"""Archives from pieces that were deflated apart."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.export.container import Member, container
from indelible.export.deflate import END, Deflater, Piece, deflated

NOW = datetime(2026, 11, 23, 20, 15, 42, tzinfo=UTC)


def zipped(*members: tuple[str, Iterator[Piece]]) -> bytes:
    """Return a whole archive."""
    return b"".join(container([Member(*member) for member in members], NOW))


@given(st.lists(st.lists(st.binary(max_size=3_000)), max_size=6))
def test_pieces_are_one_stream(pieces: list[list[bytes]]) -> None:
    """However a text is cut, and whoever deflated which part: the parts in a row are the text."""
    made = []
    for texts in pieces:
        deflater = Deflater()
        for text in texts:
            deflater.write(text)
        made.append(deflater.take())
    whole = b"".join(text for texts in pieces for text in texts)
    stream = b"".join(piece.data for piece in made) + END
    assert zlib.decompress(stream, -15) == whole
    archive = zipfile.ZipFile(io.BytesIO(zipped(("a.csv", iter(made)))))
    assert archive.testzip() is None
    assert archive.read("a.csv") == whole


def test_what_an_archive_says() -> None:
    """Names, times, sizes and rights are as they were given; an empty file is a file."""
    data = zipped(
        ("empty.csv", deflated([])),
        ("Zürich.jsonl", deflated([b"one\n", b"two\n"])),
        ("long.json", deflated(b"%09d" % number for number in range(400_000))),
    )
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.namelist() == ["empty.csv", "Zürich.jsonl", "long.json"]
    assert archive.testzip() is None
    assert archive.read("Zürich.jsonl") == b"one\ntwo\n"
    assert [info.file_size for info in archive.infolist()] == [0, 8, 3_600_000]
    assert {info.date_time for info in archive.infolist()} == {(2026, 11, 23, 20, 15, 42)}
    assert {info.external_attr >> 16 for info in archive.infolist()} == {0o100600}


def test_larger_than_four_gigabytes() -> None:
    """Sizes and places that 32 bits can't say are said in 64."""
    large = Piece(deflated_zeros := next(deflated([bytes(1 << 20)])).data, 5 << 30, 0)
    data = zipped(("large.csv", iter([large])), ("small.csv", deflated([b"x"])))
    large_info, small_info = zipfile.ZipFile(io.BytesIO(data)).infolist()
    assert large_info.file_size == 5 << 30
    assert large_info.compress_size == len(deflated_zeros) + len(END)
    assert small_info.file_size == 1


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_others_can_read_it(tmp_path: Path) -> None:
    """Another program unpacks it, and finds no fault."""
    file = tmp_path / "archive.zip"
    lines = [b"line %d\n" % number for number in range(300_000)]
    file.write_bytes(zipped(("a.csv", deflated(lines)), ("b.json", deflated([b"{}"]))))
    command = ["unzip", "-p", str(file), "a.csv"]
    assert subprocess.run(["unzip", "-tq", str(file)], check=False).returncode == 0
    assert subprocess.run(command, check=True, capture_output=True).stdout == b"".join(lines)


def test_nothing_is_read_ahead() -> None:
    """What is not asked for is not made."""
    asked = []

    def texts() -> Iterator[bytes]:
        for number in range(10):
            asked.append(number)
            yield bytes(1 << 20)

    chunks = container([Member("a.csv", deflated(texts()))], NOW)
    next(chunks)
    assert asked == []
    next(chunks)
    assert asked == [0]
