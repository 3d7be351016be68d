"""The table of an export, rendered many rows at once."""

from __future__ import annotations

import csv
import io
import json
import random
from typing import Any

import pytest

from indelible.core.activity import TenantId
from indelible.core.disclosure import disclose
from indelible.export.activity_table import HEADINGS, UNREADABLE, renderer
from indelible.export.cells import cell, cells
from indelible.export.said import client, person, resource
from indelible.ledger.exported_row import ExportedRow

HOSTILE = [
    "", "plain", "/path", "0", "=1+1", "@x", "-1", "\t=x", "a,b", 'q"q', '"', "end\nof line", "\r",
    "\u200b=x", "\uff1d1", " =x", "ü", "'", '{"', "null", "\\", "\u2028",
]  # fmt: skip
SPOILT = [b"", b"{}", b"\xff", b'["salt","person",{"email":1,"ip":1,"name":1,"path":1}]']


def rows(seed: int) -> list[ExportedRow]:
    """Return entries with anything in them, some of them spoilt, some without what they disclosed."""
    draw = random.Random(seed)

    def some(**values: Any) -> dict[str, Any]:
        return {name: value for name, value in values.items() if draw.random() < 0.7}

    def any_() -> str:
        return draw.choice(HOSTILE)

    def text(kind: str, /, **values: Any) -> bytes | None:
        fate = draw.random()
        if fate < 0.05:
            return draw.choice(SPOILT)
        blanks = draw.choice([None, None, None, 1])
        value = json.dumps(some(**values), ensure_ascii=False, indent=blanks).encode()
        return None if fate < 0.15 else disclose(kind, bytes(16), value)[0]

    def row(seq: int) -> ExportedRow:
        public = {
            "action": "update",
            "actor": {"id": any_(), "type": "user"},
            **some(assumedBy={"id": any_()}, session=any_(), occurred="then"),
            "id": f"id-{seq}",
            "log": any_(),
            "request": some(id=any_(), method=any_(), route=any_(), status=200),
            "resource": {"id": any_(), "type": any_()},
            "sd": dict.fromkeys(("person", "client", "resource", "details"), "digest"),
            "seq": seq,
            "status": "success",
            "time": "now",
        }
        who = text("person", email=any_(), name=any_(), assumedBy=some(email=any_()))
        whence, what = text("client", ip=any_(), userAgent=any_()), text("resource", name=any_())
        payload = draw.choice([{"a": any_(), any_(): [any_()]}, [any_()], any_(), None, {}, 1])
        return ExportedRow(
            log=1,
            seq=seq,
            tenant=draw.choice([None, TenantId("tenant"), TenantId("=tenant")]),
            public=json.dumps(public).encode() if draw.random() < 0.97 else b'{"action":"',
            person=None if who is None else person(who),
            client=None if whence is None else client(whence),
            resource=None if what is None else resource(what),
            details=text("details", path=any_(), payload=payload, changes={any_(): any_()})
            if draw.random() < 0.97
            else UNREADABLE,
        )

    return [row(seq) for seq in range(300)]


@pytest.mark.parametrize("size", [2, 50, 300])
def test_many_rows_are_as_each_by_itself(size: int) -> None:
    """However many are rendered at once, and whatever is in one of them, the bytes are the same."""
    entries, lines = rows(size), renderer()
    alone = "".join(lines([each]) for each in entries)
    together = "".join(lines(entries[at : at + size]) for at in range(0, len(entries), size))
    assert together == alone
    table = list(csv.reader(io.StringIO(alone, newline="")))
    assert len(table) == len(entries)
    assert {len(row) for row in table} == {len(HEADINGS)}
    assert 0 < sum("indelible check" in row[HEADINGS.index("Details")] for row in table) < 150


def test_no_rows() -> None:
    """Of nothing there is no line."""
    assert renderer()([]) == ""


def test_one_cell_that_is_not_plain() -> None:
    """A column of cells is what its cells are, wherever the one stands that needs care."""
    for hostile in HOSTILE:
        for place in range(3):
            column = ["a", "", "/b"]
            column[place] = hostile
            assert list(cells(column)) == [cell(each) for each in column]
