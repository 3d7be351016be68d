"""Evidence has one spelling, whether it is written at once or in pieces."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.evidence_file import (
    ENTRY_FORMAT,
    EXPORT_FORMAT,
    EntryEvidence,
    ExportedEntry,
    ExportEvidence,
    LogEvidence,
    RootEvidence,
    reader,
    spell,
    spell_export,
)
from indelible.errors import MalformedProof

ENTRY = EntryEvidence(
    format=ENTRY_FORMAT,
    entry=b"{}",
    disclosures={"person": '["é"]'},
    erased=("client",),
    proof="proof\n",
    root=RootEvidence(proof="root\n", timestamps=(b"\x00",)),
    keys=("a", "b"),
    rotations=(),
    witnesses=("w",),
)
LOG = LogEvidence(
    origin="a/logs/platform",
    checkpoint="note\n",
    root=None,
    keys=("k",),
    count=2,
    first=0,
    end=2,
    purged=0,
    before=None,
    after=b"x",
    hints=bytes(8),
    hashes=b"",
)
EXPORT = ExportEvidence(
    format=EXPORT_FORMAT,
    made="2026-11-23T00:00:00.000000Z",
    filter={"action": "update"},
    count=2,
    completeness="selection",
    rotations=(),
    witnesses=(),
    logs=(),
)


def test_frozen() -> None:
    """The spelling of evidence never changes: what was given out once verifies for good."""
    assert spell(ENTRY).decode() == (
        '{"format":"indelible-evidence@v1","entry":"e30=","disclosures":{"person":"[\\"é\\"]"},'
        '"erased":["client"],"proof":"proof\\n","root":{"proof":"root\\n","timestamps":["AA=="]},'
        '"keys":["a","b"],"rotations":[],"witnesses":["w"]}'
    )
    assert spell(msgspec.structs.replace(EXPORT, logs=(LOG,))).decode() == (
        '{"format":"indelible-export@v1","made":"2026-11-23T00:00:00.000000Z",'
        '"filter":{"action":"update"},"count":2,"completeness":"selection","rotations":[],'
        '"witnesses":[],"logs":[{"origin":"a/logs/platform","checkpoint":"note\\n","root":null,'
        '"keys":["k"],"count":2,"first":0,"end":2,"purged":0,"before":null,"after":"eA==",'
        '"hints":"AAAAAAAAAAA=","hashes":""}]}'
    )


@given(st.lists(st.lists(st.binary(max_size=100), max_size=4), max_size=3))
def test_in_pieces(logs: list[list[bytes]]) -> None:
    """What is written piece by piece is what would have been written at once."""
    written = b"".join(spell_export(EXPORT, [(LOG, iter(pieces)) for pieces in logs]))
    whole = tuple(msgspec.structs.replace(LOG, hashes=b"".join(pieces)) for pieces in logs)
    assert written == spell(msgspec.structs.replace(EXPORT, logs=whole))
    assert reader(ExportEvidence)(written).logs == whole


def test_many_hashes() -> None:
    """The same for more hashes than are held at once."""
    pieces = [bytes([number]) * 32 * 1000 for number in range(7)]
    written = b"".join(spell_export(EXPORT, [(LOG, iter(pieces))]))
    assert reader(ExportEvidence)(written).logs[0].hashes == b"".join(pieces)


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"entry":"e30=","disclosures":{}} ',
        b' {"entry":"e30=","disclosures":{}}',
        b'{"disclosures":{},"entry":"e30="}',
        b'{"entry":"e30=","disclosures":{},"more":1}',
        b'{"entry":"e30=","disclosures":{"a":"b","a":"b"}}',
        b'{"entry":"e30=","disclosures":{"a":"\\u0062"}}',
        b'{"entry":"e30=","disclosures":{"a":"\\ud800"}}',
        b'{"entry":"e31=","disclosures":{}}',
        b'{"entry":"e30","disclosures":{}}',
        b'{"entry":"e30=","disclosures":null}',
        b"[" * 100_000,
    ],
)
def test_other_spellings(other: bytes) -> None:
    """Any other spelling is refused: nobody can change a byte that means nothing."""
    read = reader(ExportedEntry)
    assert read(b'{"entry":"e30=","disclosures":{}}').entry == b"{}"
    with pytest.raises(MalformedProof):
        read(other)
