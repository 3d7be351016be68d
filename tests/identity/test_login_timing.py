"""Failed sign-ins take the same time, whatever is wrong. Coarsely: the campaign looks closely."""

from __future__ import annotations

import statistics

import pytest

from tests.login_timing import measure, report, told_apart

pytestmark = pytest.mark.database


async def test_failures_take_the_same_time(database_url, tmp_path):
    """An unknown address costs neither half nor twice of what a wrong password does.

    Without the verification of a password for unknown addresses it would be a tenth.
    """
    found = await measure(database_url, tmp_path, each=10)
    usual = {kind: statistics.median(seconds) for kind, seconds in found.items()}
    assert max(usual.values()) < 2 * min(usual.values()), report(found)


def test_the_figure_is_what_it_says():
    """The same times are told apart like a coin, different ones always."""
    same = [float(n) for n in range(100)]
    assert told_apart(same, same) < 0.51
    assert told_apart(same, [n + 1000 for n in same]) == pytest.approx(1.0)
