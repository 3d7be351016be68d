"""Packing: what was stored comes back, to the byte, or is refused."""

from __future__ import annotations

import json
import random
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.errors import Tampered
from indelible.ledger import packing_words
from indelible.ledger.packing import (
    MAX_UNPACKED,
    pack_details,
    pack_entry,
    unpack,
    unpacked_entries,
)


@given(st.binary(max_size=5_000))
def test_what_is_packed_comes_back(text: bytes) -> None:
    """Any bytes survive, and packing never adds more than its mark."""
    packed = pack_details(text)
    assert unpack(packed) == text
    assert len(packed) <= len(text) + 1


@given(st.dictionaries(st.text(), st.text() | st.integers()))
def test_an_entry_comes_back(said: dict[str, str | int]) -> None:
    """A JSON object survives, and never gets longer."""
    data = json.dumps(said).encode()
    packed = pack_entry(data)
    assert unpack(packed) == unpack(data) == data
    assert [*unpacked_entries([packed, data])] == [data, data]
    assert len(packed) <= len(data)


def test_usual_details_shrink() -> None:
    """A short entry's details shrink although they repeat nothing: the dictionary knows them."""
    text = b'["AAAAAAAAAAAAAAAAAAAAAA","details",{"path":"/api/v1/edges","payload":{"name":"x"}}]'
    assert len(pack_details(text)) < 0.75 * len(text)


def test_the_largest_comes_back() -> None:
    """As much as may be kept survives; what would unpack to more is refused unread."""
    text = random.Random(1).randbytes(MAX_UNPACKED // 2).hex().encode()
    packed = pack_details(text)
    assert unpack(packed) == text
    at = packed.index((MAX_UNPACKED).to_bytes(4, "little"))
    with pytest.raises(Tampered):
        unpack(packed[:at] + (MAX_UNPACKED + 1).to_bytes(4, "little") + packed[at + 4 :])


def test_what_was_deflated_once_comes_back() -> None:
    """Details that were stored before Zstandard was used are read as they were."""
    text = b'["x","details",{"path":"/api/v1/edges"}]'
    deflater = zlib.compressobj(1, zlib.DEFLATED, -15, zdict=packing_words.DEFLATED_DETAILS)
    assert unpack(b"\x01" + deflater.compress(text) + deflater.flush()) == text


def test_threads_do_not_get_in_each_others_way() -> None:
    """What packs is not shared: sixteen at once get back what each put in."""
    texts = [
        f'["{n}","details",{{"payload":{{"n":"{n * 7919}"}}}}]'.encode() * 9 for n in range(999)
    ]
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(lambda text: unpack(pack_details(text)), texts)) == texts


@pytest.mark.parametrize(
    "flaw",
    [
        "cut",
        "longer",
        "other kind",
        "empty",
        "bomb",
        "claim",
        "other frame",
        "frame cut",
        "twice",
    ],
)
def test_flawed_data_is_refused(flaw: str) -> None:
    """Whatever was done to stored details, the error is ours."""
    packed = pack_details(b"a" * 500)
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = deflater.compress(bytes(1 << 26)) + deflater.flush()
    flawed = {
        "cut": packed[:-1],
        "longer": packed + b"x",
        "other kind": b"\x07" + packed[1:],
        "empty": b"",
        "bomb": b"\x01" + bomb,
        "claim": packed[:1] + b"\xa0\xff\xff\xff\xff" + packed[4:],
        "other frame": packed[:1] + bytes([packed[1] | 0x10]) + packed[2:],
        "frame cut": packed[:1],
        "twice": packed + packed[1:],
    }[flaw]
    with pytest.raises(Tampered):
        unpack(flawed)
    assert [*unpacked_entries([flawed])] == [b""]
