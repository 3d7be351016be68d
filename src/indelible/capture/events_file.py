"""Files of JSON events: one event a line, or CloudTrail's own ``{"Records": [...]}``.

Either may be gzipped; what a file is shows in its first bytes, not in its name. However large, it
is read in constant memory, and a line that can't be read does not end the reading.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import msgspec

from indelible.errors import Invalid

MAX_EVENT = 4 * 1024 * 1024
"""Bytes of one event; CloudTrail's have at most 256 KiB."""

_CHUNK = 256 * 1024
_HEAD = 4_096
_GZIP = b"\x1f\x8b"
_LIST = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*"Records"\s*:\s*)?\[')
_NAMES = re.compile(r".*\.(?:ndjson|jsonl|json)(?:\.gz)?\Z")
_DIGESTS = "CloudTrail-Digest"  # beside the events: hashes of log files, no events
_BETWEEN = re.compile(r"[\s,]*")
_OPENS = re.compile(r'(?:\{\s*"Records"\s*:\s*)?\[')
_CLOSES = re.compile(r"\]\s*\}?")
_BREAKS = "the list can't be read any further: {}"
_ENDS = (OSError, EOFError, zlib.error, UnicodeDecodeError)

_decode = msgspec.json.Decoder().decode


class FoundEvent(NamedTuple):
    """A JSON object and where it stood, such as ``events.ndjson:17``."""

    place: str
    value: dict[str, Any]


class Malformed(NamedTuple):
    """Something that is no event, where it stood and why it is none."""

    place: str
    why: str


class EventFiles:
    """The events of a file, of all such files in a folder, or of standard input (``-``).

    Attributes:
        total: bytes of all files, as they are stored; None for standard input.
    """

    def __init__(self, source: str) -> None:
        """Find the files.

        Raises:
            Invalid: there is no such file, or the folder has none.
        """
        self._files: list[Path | None] = [None]
        self.total: int | None = None
        if source != "-":
            self._files = list(_files(Path(source)))
            self.total = sum(path.stat().st_size for path in self._files if path is not None)
        self._done = 0
        self._current: BinaryIO | None = None

    @property
    def position(self) -> int:
        """How many bytes of ``total`` have been read."""
        if self._current is None or self.total is None:
            return self._done
        return self._done + self._current.tell()

    def __iter__(self) -> Iterator[FoundEvent | Malformed]:
        for path in self._files:
            name = "standard input" if path is None else path.name
            try:
                yield from self._read(path, name)
            except OSError as error:
                yield Malformed(name, f"can't be read: {error}")

    def _read(self, path: Path | None, name: str) -> Iterator[FoundEvent | Malformed]:
        with ExitStack() as opened:
            raw = sys.stdin.buffer
            if path is not None:
                raw = opened.enter_context(path.open("rb"))
                self._current = raw
            head, stream = _peek(raw, len(_GZIP))
            if head == _GZIP:
                head, stream = _peek(cast("BinaryIO", gzip.GzipFile(fileobj=stream)), _HEAD)
            else:
                head, stream = _peek(stream, _HEAD)
            yield from (_records if _LIST.match(head) else _lines)(stream, name)
            if path is not None:
                self._done += raw.tell()
                self._current = None


def _files(source: Path) -> Iterator[Path]:
    if not source.exists():
        raise Invalid(f"There is no file {source}.")
    if not source.is_dir():
        yield source
        return
    found = False
    for path in sorted(source.rglob("*")):
        if path.is_file() and _NAMES.match(path.name) and _DIGESTS not in path.parts:
            found = True
            yield path
    if not found:
        raise Invalid(f"There is no .json, .jsonl or .ndjson file, gzipped or not, in {source}.")


class _Rewound(io.RawIOBase):
    """A stream with bytes that were read already put back in front."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        data = data or self._rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _peek(stream: BinaryIO, size: int) -> tuple[bytes, BinaryIO]:
    """Return the first *size* bytes, fewer only at the end, and a stream that starts with them."""
    head = b""
    try:
        while len(head) < size and (more := stream.read(size - len(head))):
            head += more
    except _ENDS:
        pass  # found again, and reported, by whoever reads on
    return head, cast("BinaryIO", io.BufferedReader(_Rewound(head, stream), _CHUNK))


def _lines(stream: BinaryIO, name: str) -> Iterator[FoundEvent | Malformed]:
    number = 0
    while True:
        number += 1
        place = f"{name}:{number}"
        try:
            line = stream.readline(MAX_EVENT)
            if len(line) == MAX_EVENT and not line.endswith(b"\n"):
                yield Malformed(place, f"a line of more than {MAX_EVENT:,} bytes")
                while line and not line.endswith(b"\n"):
                    line = stream.readline(MAX_EVENT)
                continue
        except _ENDS as error:
            yield Malformed(place, f"the file can't be read any further: {error}")
            return
        if not line:
            return
        text = line.removeprefix(b"\xef\xbb\xbf").strip()
        if not text:
            continue
        try:
            value = _decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield Malformed(place, f"not JSON: {error}")
            continue
        yield from _events(value, place)


def _events(value: Any, place: str) -> Iterator[FoundEvent | Malformed]:
    """Yield the event of a line, or the events where a line is a whole file of CloudTrail's."""
    if isinstance(value, dict) and isinstance(value.get("Records"), list):
        for number, record in enumerate(value["Records"], 1):
            yield from _events(record, f"{place}, record {number}")
    elif isinstance(value, dict):
        yield FoundEvent(place, value)
    else:
        yield Malformed(place, "a JSON value that is no object")


def _records(stream: BinaryIO, name: str) -> Iterator[FoundEvent | Malformed]:
    """Read the items of a long list, or of several behind each other, one at a time."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    scan = json.JSONDecoder().raw_decode
    number, buffer, more = 0, "", " "
    inside = False
    while more:
        try:
            more = text.read(_CHUNK)
        except _ENDS as error:
            yield Malformed(f"{name}, record {number + 1}", _BREAKS.format(error))
            return
        buffer += more
        at = 0
        while True:
            at = _end(_BETWEEN, buffer, at) or at
            if at == len(buffer) or (len(buffer) - at < _HEAD and more):
                break  # what stands here may go on in the next chunk
            bracket = _end(_CLOSES if inside else _OPENS, buffer, at)
            if bracket is not None:
                at, inside = bracket, not inside
                continue
            if not inside:
                yield Malformed(name, "something else stands behind its list")
                return
            try:
                value, at = scan(buffer, at)
            except (ValueError, RecursionError) as error:
                if more and len(buffer) - at < MAX_EVENT:
                    break
                # Where the next item would begin can't be known: this ends the file.
                yield Malformed(f"{name}, record {number + 1}", _BREAKS.format(error))
                return
            number += 1
            yield from _events(value, f"{name}, record {number}")
        buffer = buffer[at:]
    if inside:
        yield Malformed(f"{name}, record {number + 1}", _BREAKS.format("it has no end"))


def _end(pattern: re.Pattern[str], buffer: str, at: int) -> int | None:
    match = pattern.match(buffer, at)
    return match.end() if match else None
