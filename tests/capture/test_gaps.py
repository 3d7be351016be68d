"""What was missed is counted, and counting takes no more room the longer it goes on."""

from __future__ import annotations

from indelible.capture.gaps import Gaps
from indelible.core.activity import TenantId

TENANTS = [TenantId(f"t{number}") for number in range(5)]


def test_an_outage_of_days_is_told_in_a_few_gaps() -> None:
    """However often telling fails, there is one gap a tenant and the one that was tried."""
    gaps = Gaps()
    for _ in range(1_000):
        for tenant in TENANTS:
            gaps.add(tenant)
        gaps.put_back(gaps.take())
    told = gaps.take()
    assert len(told) <= len(TENANTS) + 1
    assert sum(gap.count for gap in told) == gaps.total == 5_000
    assert all(gap.first <= gap.last for gap in told)


def test_a_gap_that_was_tried_stays_as_it_was() -> None:
    """It may have arrived: sent again with the same key it counts once, and so must be the same."""
    gaps = Gaps()
    gaps.add(TENANTS[0])
    (first,) = gaps.take()
    before = first.activity()
    gaps.put_back([first])
    gaps.add(TENANTS[0])
    again, since = gaps.take()
    assert again.activity() == before
    assert (since.count, since.id != again.id) == (1, True)
