"""Entry ids: UUIDs of version 7 whose order is the order of recording (RFC 9562 section 5.7).

48 bits   Unix time in milliseconds
 4 bits   version, 7
12 bits   microseconds within the millisecond, as floor(µs * 4096 / 1000) (section 6.2, method 3)
 2 bits   variant, binary 10
14 bits   counter within the microsecond
48 bits   random
"""

from __future__ import annotations

import re
from struct import Struct

from indelible.core.activity import EntryId
from indelible.errors import Invalid

MAX_COUNTER = (1 << 14) - 1
"""How many ids one microsecond has room for, less one."""

PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z"
"""The one spelling of an entry id."""

_SPELLING = re.compile(PATTERN)
_HEAD = Struct(">QH")
_NO_RANDOM = bytes(6)


def entry_id(time_us: int, counter: int, random48: bytes) -> bytes:
    """Return the 16 bytes of an id.

    Ids sort by *time_us*, then by *counter*.

    Args:
        time_us: microseconds since 1970, before the year 10889.
        counter: 0 to ``MAX_COUNTER``; one number for each id of the same microsecond.
        random48: 6 random bytes.

    Raises:
        Invalid: an argument is out of its range.
    """
    milliseconds, microseconds = divmod(time_us, 1000)
    if milliseconds >> 48 or not 0 <= counter <= MAX_COUNTER or len(random48) != 6:
        raise Invalid(f"no id has time {time_us}, counter {counter}, {len(random48)} random bytes")
    fraction = (microseconds << 12) // 1000
    return _HEAD.pack(milliseconds << 16 | 0x7000 | fraction, 0x8000 | counter) + random48


def floor_id(time_us: int) -> bytes:
    """Return the smallest id of this microsecond: bounds a range of ids by a range of time."""
    return entry_id(time_us, 0, _NO_RANDOM)


def time_of(entry: bytes) -> int:
    """Return the microseconds since 1970 that the 16 bytes of an id carry."""
    head = int.from_bytes(entry[:8], "big")
    # 4096 steps for 1000 microseconds: the first microsecond that falls into the step.
    return (head >> 16) * 1000 - (head & 0xFFF) * 1000 // -4096


def format_id(entry: bytes) -> EntryId:
    """Return the usual lower-case spelling of the 16 bytes of an id."""
    text = entry.hex()
    return EntryId(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")


def parse_id(text: str) -> bytes:
    """Return the 16 bytes of an id.

    Raises:
        Invalid: *text* is no UUID of version 7 in its lower-case spelling.
    """
    if _SPELLING.match(text) is None:
        raise Invalid("not an entry id")
    return bytes.fromhex(text.replace("-", ""))
