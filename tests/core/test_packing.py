"""Packing: what was stored comes back, to the byte, or is refused."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.packing import pack, unpack
from indelible.errors import Tampered


@given(st.binary(max_size=5_000))
def test_what_is_packed_comes_back(text: bytes) -> None:
    """Any bytes survive, and packing never adds more than its mark."""
    packed = pack(text)
    assert unpack(packed) == text
    assert len(packed) <= len(text) + 1


def test_usual_details_shrink() -> None:
    """A short entry's details shrink although they repeat nothing: the dictionary knows them."""
    text = b'["AAAAAAAAAAAAAAAAAAAAAA","details",{"path":"/api/v1/edges","payload":{"name":"x"}}]'
    assert len(pack(text)) < 0.75 * len(text)


@pytest.mark.parametrize("flaw", ["cut", "longer", "other kind", "empty", "bomb"])
def test_flawed_data_is_refused(flaw: str) -> None:
    """Whatever was done to stored details, the error is ours."""
    packed = pack(b"a" * 500)
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = deflater.compress(bytes(1 << 26)) + deflater.flush()
    flawed = {
        "cut": packed[:-1],
        "longer": packed + b"x",
        "other kind": b"\x07" + packed[1:],
        "empty": b"",
        "bomb": b"\x01" + bomb,
    }[flaw]
    with pytest.raises(Tampered):
        unpack(flawed)
