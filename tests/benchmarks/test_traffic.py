"""The workload that is measured with looks like a platform's."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.population import Named, Population, shares, tenant_names
from benchmarks.traffic import Traffic, mixture
from indelible.core.activity import Action, Activity, Status, TenantId
from indelible.ledger.prepare import check

SIZE = 20_000


def population(number: int) -> Population:
    tenant = TenantId(f"00000000-0000-4000-8000-{number:012}")
    return Population(Named(number, tenant, tenant_names()[number]))


def drawn() -> list[Activity]:
    people = [population(number) for number in range(3)]
    return mixture([Traffic(each, "test") for each in people], [4, 2, 1], "test")(SIZE)


def test_half_of_everything_is_the_first_tenants() -> None:
    """The others get less and less, the smallest a few thousand of ten million."""
    sizes = [round(share * 10_000_000) for share in shares()]
    assert len(sizes) == 50
    assert sizes[0] == 5_000_000
    assert sizes == sorted(sizes, reverse=True)
    assert 2_000 < sizes[-1] < 9_000


def test_everything_that_is_drawn_has_a_place_in_the_log() -> None:
    """All eight actions, one failure in twenty, details of 100 to 400 bytes, people of 3 tenants."""
    activities = drawn()
    for each in activities:
        check(each)
    assert {each.action for each in activities} == set(Action)
    assert {each.resource.type for each in activities} >= {"edge", "session", "user", "role"}
    failures = sum(each.status is Status.FAILURE for each in activities) / SIZE
    assert 0.04 < failures < 0.06
    bytes_ = sorted(len(msgspec.json.encode([each.payload, each.changes])) for each in activities)
    assert bytes_[SIZE // 20] < 100 < bytes_[SIZE // 2] < 400 < bytes_[-1]
    assert {(each.actor.email or "").partition("@")[2] for each in activities} == {
        population(number).domain for number in range(3)
    }


def test_use_is_skewed() -> None:
    """A tenth of the resources has most of the entries, and ids come again."""
    people = population(0)
    edges = Counter(
        each.resource.id
        for each in Traffic(people, "test").draw(SIZE)
        if each.resource.type == "edge" and each.action is not Action.EXPORT
    )
    top = sum(count for _, count in edges.most_common(len(people.things["edge"]) // 10))
    assert top > edges.total() * 0.4


def test_every_process_draws_the_same_people_and_things() -> None:
    """Ids are known without asking who made them."""
    assert population(7).users == population(7).users
    assert population(7).things == population(7).things
    assert population(7).users[0] not in population(8).users
