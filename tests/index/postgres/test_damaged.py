"""Somebody changed what the log is searched by: whoever asks is told so, and how it is mended."""

from __future__ import annotations

import pytest

from indelible.core.activity import Action
from indelible.errors import Unindexed
from indelible.index.postgres.index import PostgresIndex
from indelible.ledger.search import Filter
from tests.index.postgres import conftest
from tests.index.postgres.conftest import EVERYTHING, Site, tamper

pytestmark = pytest.mark.database

EDGE = Filter(resource_type="edge")
TEXT = Filter(search="example")


@pytest.fixture
async def segmented(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Logs whose every entry is in a segment, of which columns are read and no single entries."""
    monkeypatch.setattr("indelible.index.postgres.fields.FEW", 0)
    for _ in range(4):
        await site.record(conftest.MOST)
    await site.segment()
    return site


@pytest.mark.parametrize(
    ("damage", "where"),
    [
        ("UPDATE search_segments SET samples = samples || '\\x00'", Filter()),
        ("UPDATE search_segments SET samples = ''", Filter()),
        ("UPDATE search_segments SET times = ''", Filter()),
        ("UPDATE search_bitmaps SET bits = bits || '\\xff'", EDGE),
        ("UPDATE search_bitmaps SET bits = '\\xff'", EDGE),
        ("UPDATE search_columns SET codes = substring(codes FROM 2)", TEXT),
        ("UPDATE search_columns SET codes = decode(repeat('ff', length(codes)), 'hex')", TEXT),
        ("UPDATE search_columns SET ids = ids || '\\x01'", TEXT),
        ("DELETE FROM search_columns", TEXT),
        ("UPDATE search_names SET ids = ''", TEXT),
        ("UPDATE search_names SET names = ''", TEXT),
        ("UPDATE search_names SET names = names || 'x'", TEXT),
        ("DELETE FROM search_names", TEXT),
    ],
)
async def test_damaged(segmented: Site, damage: str, where: Filter) -> None:
    """No damage breaks the server or is taken for an answer, and making the index anew mends it."""
    honest = await PostgresIndex(segmented.database.reading).page(where, EVERYTHING)
    await tamper(segmented, damage)
    index = PostgresIndex(segmented.database.reading)
    with pytest.raises(Unindexed, match="indelible index rebuild"):
        await index.histogram(where, EVERYTHING, buckets=500)
    await segmented.segmenter().reset()
    await segmented.segment()
    assert await index.page(where, EVERYTHING) == honest
    assert await index.count(Filter(action=Action.CREATE), EVERYTHING)
