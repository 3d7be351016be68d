"""What every index promises. An implementation brings fixtures ``index``, ``world`` and ``add``."""

from __future__ import annotations

import asyncio
import base64
import json
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indelible.core.activity import Action, EntryId, Status
from indelible.core.disclosure import check
from indelible.core.entry import decode
from indelible.core.merkle import leaf_hash
from indelible.core.scope import Scope
from indelible.errors import Invalid, NotFound
from indelible.ledger.export_parts import Wanted
from indelible.ledger.search import ActivityIndex, Filter, Snapshot
from tests.index.model import ACME, BOLT, NOBODYS, SEARCHES, World

LANDING = 100  # examples of a property, unless it says otherwise
START = datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)

SCOPES = st.sampled_from((Scope.everything(), Scope.only(ACME), Scope.only(BOLT)))
INSTANTS = st.builds(
    lambda seconds, microseconds: START + timedelta(seconds=seconds, microseconds=microseconds),
    st.integers(-60, 4_000),
    st.sampled_from((-1, 0, 1)),
)
MAYBE = st.none
FILTERS = st.builds(
    Filter,
    search=MAYBE() | st.sampled_from(SEARCHES),
    tenant=MAYBE() | MAYBE() | st.sampled_from((ACME, BOLT, NOBODYS)),
    resource_type=MAYBE() | MAYBE() | st.sampled_from(("edge", "dns_zone", "unheard_of")),
    action=MAYBE() | MAYBE() | st.sampled_from(list(Action)),
    status=MAYBE() | st.sampled_from(list(Status)),
    from_=MAYBE() | INSTANTS,
    to=MAYBE() | INSTANTS,
    user=MAYBE() | MAYBE() | st.sampled_from(("u-1", "u-2", "root", "unknown")),
    session=MAYBE() | MAYBE() | st.sampled_from(("s-1", "s-9")),
    resource=MAYBE() | MAYBE() | st.sampled_from(("r-1", "r-99")),
    address=MAYBE() | MAYBE() | st.sampled_from(("192.0.2.1", "::1", "192.0.2.99")),
    assumed=MAYBE() | MAYBE() | st.booleans(),
)


def drawn(**strategies: st.SearchStrategy[Any]) -> Callable[[Any], Any]:
    """Have a promise checked with many values of *strategies*."""

    def mark(promise: Any) -> Any:
        promise.drawn = strategies
        return promise

    return mark


def exported(snapshot: Snapshot) -> Iterator[tuple[bytes, dict[str, str]]]:
    """Yield the hashed bytes of each entry, and the texts of its disclosures."""
    for part in snapshot.parts((Wanted.ENTRIES,)):
        text = zlib.decompressobj(-15).decompress(part.pieces[Wanted.ENTRIES].data)
        for line in text.splitlines():
            said = json.loads(line)
            yield base64.b64decode(said["entry"]), said["disclosures"]


class ActivityIndexContract:
    """The promises of :class:`indelible.ledger.search.ActivityIndex`."""

    def __init_subclass__(cls, *, examples: int = 150) -> None:
        """Take how many values are drawn when a change lands; a campaign draws more, as it does."""
        times = max(1, settings.default.max_examples // LANDING)
        often = settings(
            max_examples=examples * times,
            deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture],
        )
        for name, promise in vars(ActivityIndexContract).items():
            if strategies := getattr(promise, "drawn", None):
                setattr(cls, name, often(given(**strategies)(promise)))

    @drawn(where=FILTERS, scope=SCOPES, limit=st.integers(1, 60))
    async def test_pages(
        self, index: ActivityIndex, world: World, where: Filter, scope: Scope, limit: int
    ) -> None:
        """Pages hold what passes the filter, newest first, each with its rank and the total."""
        expected = [each.id for each in world.passing(where, scope)]
        page = await index.page(where, scope, limit=limit)
        assert page.previous is None
        seen = [row.id for row in page.items]
        for _ in range(3):
            assert page.total == len(expected)
            assert (page.next is not None) == (len(seen) < len(expected))
            if page.next is None:
                break
            page = await index.page(where, scope, limit=limit, cursor=page.next)
            assert page.position == len(seen)
            seen += [row.id for row in page.items]
            assert page.previous is not None
        assert seen == expected[: len(seen)]

    @drawn(where=FILTERS, scope=SCOPES, limit=st.integers(1, 60))
    async def test_back(
        self, index: ActivityIndex, world: World, where: Filter, scope: Scope, limit: int
    ) -> None:
        """Going back by ``previous`` shows the pages that one came by."""
        pages = [await index.page(where, scope, limit=limit)]
        while pages[-1].next is not None and len(pages) < 4:
            pages.append(await index.page(where, scope, limit=limit, cursor=pages[-1].next))
        page = pages.pop()
        while pages:
            page = await index.page(where, scope, limit=limit, cursor=page.previous)
            before = pages.pop()
            assert [row.id for row in page.items] == [row.id for row in before.items]
            assert (page.position, page.next) == (before.position, before.next)

    @drawn(where=FILTERS, scope=SCOPES, limit=st.integers(1, 60), position=st.integers(0, 500))
    async def test_position(
        self,
        index: ActivityIndex,
        world: World,
        where: Filter,
        scope: Scope,
        limit: int,
        position: int,
    ) -> None:
        """A page begins at any rank; beyond the end it is the last one."""
        expected = [each.id for each in world.passing(where, scope)]
        page = await index.page(where, scope, limit=limit, position=position)
        start = min(position, max(0, len(expected) - limit))
        assert page.position == start
        assert [row.id for row in page.items] == expected[start : start + limit]
        assert (page.previous is None) == (start == 0)

    @drawn(where=FILTERS, scope=SCOPES)
    async def test_count(
        self, index: ActivityIndex, world: World, where: Filter, scope: Scope
    ) -> None:
        """The count is the number of entries that pass."""
        assert await index.count(where, scope) == len(world.passing(where, scope))

    @drawn(where=FILTERS, scope=SCOPES, buckets=st.integers(1, 90))
    async def test_histogram(
        self, index: ActivityIndex, world: World, where: Filter, scope: Scope, buckets: int
    ) -> None:
        """Buckets are contiguous, not more than asked for, and hold what passes, by outcome."""
        found = await index.histogram(where, scope, buckets=buckets)
        width = timedelta(seconds=found.bucket_seconds)
        expected = world.passing(where, scope)
        assert len(found.buckets) <= buckets
        for bucket, following in zip(found.buckets, found.buckets[1:], strict=False):
            assert following.start - bucket.start == width
        assert sum(each.success + each.failure for each in found.buckets) == len(expected)
        for bucket in found.buckets:
            inside = [e for e in expected if bucket.start <= e.time < bucket.start + width]
            failed = sum(each.activity.status is Status.FAILURE for each in inside)
            assert (bucket.success, bucket.failure) == (len(inside) - failed, failed)

    @drawn(where=FILTERS, scope=SCOPES)
    async def test_snapshot(
        self, index: ActivityIndex, world: World, where: Filter, scope: Scope
    ) -> None:
        """A snapshot holds what passes, newest first, with all that proves it, again and again."""
        expected = world.passing(where, scope)
        async with index.snapshot(where, scope) as snapshot:
            assert snapshot.total == len(expected)
            for _ in range(2):
                entries = await asyncio.to_thread(lambda: list(exported(snapshot)))
                assert len(entries) == len(expected)
                for (public, said), each in zip(entries, expected, strict=True):
                    assert leaf_hash(public).hex() == each.receipt.leaf_hash
                    for name, digest in decode(public).sd.by_name().items():
                        check(said[name].encode(), name, digest)

    async def test_entry(self, index: ActivityIndex, world: World) -> None:
        """An entry is shown as it was reported, with its hash."""
        for each in world.entries[:50]:
            activity, entry = each.activity, await index.entry(each.id, Scope.everything())
            assert entry.leaf_hash == each.receipt.leaf_hash == leaf_hash(entry.public).hex()
            assert (entry.log, entry.seq) == (each.receipt.log, each.receipt.seq)
            assert (entry.tenant, entry.time) == (activity.tenant, each.time)
            for name in ("action", "status", "actor", "resource", "session", "client", "request"):
                assert getattr(entry, name) == getattr(activity, name)
            assert (entry.assumed_by, entry.occurred) == (activity.assumed_by, activity.occurred)
            assert (entry.changes, entry.erased) == (activity.changes, ())
            said = dict(entry.payload or {})
            assert ("assumedBy" in said) == (activity.assumed_by is not None)
            said.pop("assumedBy", None)
            assert (said or None) == activity.payload

    async def test_foreign_entry(self, index: ActivityIndex, world: World) -> None:
        """A foreign entry answers exactly as an absent one and as no id at all."""
        foreign = next(each for each in world.entries if each.activity.tenant == BOLT)
        absent = EntryId(foreign.id[:-4] + "ffff")
        said = set()
        for id_ in (foreign.id, absent, EntryId("x"), EntryId(foreign.id.upper())):
            with pytest.raises(NotFound) as caught:
                await index.entry(id_, Scope.only(ACME))
            said.add(str(caught.value))
        assert len(said) == 1

    async def test_foreign_types(self, index: ActivityIndex, world: World, add) -> None:
        """A tenant learns of its own resource types and of the built-in ones, not of others'."""
        await add(tenant=BOLT, resource_type="secret_project")
        everything = await index.resource_types(Scope.everything())
        assert everything[0] == "edge"
        assert {"dns_zone", "secret_project"} <= set(everything)
        assert "secret_project" in await index.resource_types(Scope.only(BOLT))
        assert "secret_project" not in await index.resource_types(Scope.only(ACME))

    async def test_no_log(self, index: ActivityIndex) -> None:
        """A tenant without a log has an empty page, not an error."""
        page = await index.page(Filter(), Scope.only(NOBODYS))
        assert (page.items, page.total, page.next, page.previous) == ([], 0, None, None)
        assert (await index.histogram(Filter(), Scope.only(NOBODYS))).buckets == []

    async def test_growing(self, index: ActivityIndex, world: World, add) -> None:
        """While the log grows, pages go on where they were, with the rank that now is right."""
        where, scope = Filter(search="edge"), Scope.only(ACME)
        first = await index.page(where, scope, limit=5)
        expected = [each.id for each in world.passing(where, scope)]
        for _ in range(3):
            await add(tenant=ACME, name="edge of the world")
        second = await index.page(where, scope, limit=5, cursor=first.next)
        assert [row.id for row in second.items] == expected[5:10]
        assert (second.position, second.total) == (8, len(expected) + 3)
        newer = await index.page(where, scope, limit=5, cursor=second.previous)
        assert [row.id for row in newer.items] == expected[:5]
        assert newer.position == 3
        top = await index.page(where, scope, limit=5, cursor=newer.previous)
        assert (top.position, top.previous, len(top.items)) == (0, None, 5)

    async def test_colleague(self, index: ActivityIndex, world: World) -> None:
        """A cursor out of another question's page shows the same place, with its rank there."""
        everything = await index.page(Filter(tenant=ACME), Scope.everything(), limit=7)
        page = await index.page(Filter(), Scope.only(ACME), limit=7, cursor=everything.next)
        expected = [each.id for each in world.passing(Filter(), Scope.only(ACME))]
        assert [row.id for row in page.items] == expected[7:14]
        assert page.position == 7

    @pytest.mark.parametrize("cursor", ["", "x", "=", "\u0660" * 44, "A" * 44, "_" * 44, "é"])
    async def test_bad_cursor(self, index: ActivityIndex, cursor: str) -> None:
        """A cursor that is none of ours is refused."""
        with pytest.raises(Invalid):
            await index.page(Filter(), Scope.everything(), cursor=cursor)
