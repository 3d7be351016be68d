"""A segment: what is kept of a run of entries to find and count them by.

Bits stand for entries in the order of seq, the first in the lowest bit of the first byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indelible.errors import Unindexed
from indelible.index.postgres.runs import Numbers, Run

MOST = 1 << 16
"""Entries of a segment, at most: places in it fit two bytes."""

SAMPLED = 256
"""Every so many entries, the time is at hand without reading all times."""

Bits = npt.NDArray[np.uint8]


class Kind(IntEnum):
    """Fields with few values: each value has a bitmap."""

    ACTION = 1
    FAILED = 2
    RESOURCE_TYPE = 3


class Mentioned(IntEnum):
    """Fields with many values: rows of the table of people, resources or clients."""

    PERSON = 1
    RESOURCE = 2
    CLIENT = 3


class Bitmap(NamedTuple):
    """Which entries have one value in one field."""

    field: Kind
    value: int
    bits: bytes


class Column(NamedTuple):
    """Whom or what each entry mentions: a place among *ids*."""

    field: Mentioned
    ids: bytes
    codes: bytes


def samples_of(run: Run) -> bytes:
    """Return the seconds of each 256th entry and of the last one, 4 bytes each."""
    sampled = run.seconds[::SAMPLED]
    return _times(np.append(sampled, run.seconds[-1]))


def samples_in(size: int) -> int:
    """Return how many :func:`samples_of` writes for *size* entries."""
    return -(-size // SAMPLED) + 1


def times_of(run: Run) -> bytes:
    """Return the seconds of all entries, 4 bytes each."""
    return _times(run.seconds)


def read_times(stored: bytes, number: int) -> Numbers:
    """Return the *number* of seconds that :func:`samples_of` or :func:`times_of` wrote.

    Raises:
        Unindexed: they are not as many.
    """
    if len(stored) != 4 * number:
        raise damaged()
    return np.frombuffer(stored, "<u4").astype(np.int64)


def read_bits(stored: bytes, size: int) -> Bits:
    """Return the bits that :func:`bitmaps_of` wrote for *size* entries.

    Raises:
        Unindexed: they are not as many.
    """
    if len(stored) != (size + 7) // 8:
        raise damaged()
    return np.frombuffer(stored, np.uint8)


def bitmaps_of(run: Run) -> Iterator[Bitmap]:
    """Yield a bitmap of each value that occurs; of failures the one of those."""
    for field, values in (
        (Kind.ACTION, run.action),
        (Kind.FAILED, run.failed),
        (Kind.RESOURCE_TYPE, run.resource_type),
    ):
        for value in np.unique(values).tolist():
            if value > 0 or field is Kind.ACTION:
                yield Bitmap(field, value, packed(values == value).tobytes())


def columns_of(run: Run) -> Iterator[Column]:
    """Yield the columns."""
    for field, values in (
        (Mentioned.PERSON, run.person),
        (Mentioned.RESOURCE, run.resource),
        (Mentioned.CLIENT, run.client),
    ):
        ids, codes = np.unique(values, return_inverse=True)
        yield Column(field, ids.astype("<i8").tobytes(), codes.astype("<u2").tobytes())


def read_column(ids: bytes, codes: bytes, size: int) -> tuple[Numbers, npt.NDArray[np.uint16]]:
    """Return the numbers that are mentioned, and for each of *size* entries the place of its own.

    Raises:
        Unindexed: they are not as many, or a place is none.
    """
    if len(ids) % 8 or len(codes) != 2 * size:
        raise damaged()
    known, places = np.frombuffer(ids, "<i8"), np.frombuffer(codes, "<u2")
    if size and places.max() >= len(known):
        raise damaged()
    return known, places


def damaged() -> Unindexed:
    """Return what to raise where something is stored that was not written so."""
    return Unindexed(
        "What the log is searched by is damaged. An operator makes it anew, out of the log itself: "
        "indelible index rebuild."
    )


def packed(passes: npt.NDArray[np.bool_]) -> Bits:
    """Return a bit for each of *passes*, filled up with zeros to whole bytes."""
    return np.packbits(passes, bitorder="little")


def _times(seconds: Numbers) -> bytes:
    return np.clip(seconds, 0, 0xFFFF_FFFF).astype("<u4").tobytes()
