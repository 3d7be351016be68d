"""Every filter and every combination of two is asked."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import parse_qsl

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.filled import Workload
from benchmarks.questions import questions, readers
from indelible.core.activity import TenantId

WORKLOAD = Workload(
    entries=10_000_000,
    start=1_700_000_000_000_000_000,
    end=1_763_000_000_000_000_000,
    tenants=[TenantId(f"00000000-0000-4000-8000-{number:012}") for number in range(50)],
    admins=["root@x.test", "largest@x.test", "smallest@x.test"],
)
FILTERS = {"tenant", "resource_type", "action", "status", "user", "search", "from"}


def test_every_two_filters_meet() -> None:
    """For a Super Admin all of them, for Admins all but the tenant; each question has its name."""
    for reader in readers(WORKLOAD):
        asked = list(questions(WORKLOAD, reader))
        assert len({each.name for each in asked}) == len({each.query for each in asked})
        assert len({each.name for each in asked}) == len(asked)
        met = {
            frozenset(name for name, _ in parse_qsl(each.query) if name != "to") for each in asked
        }
        wanted = FILTERS if reader.all_tenants else FILTERS - {"tenant"}
        assert met == {
            frozenset(), *(frozenset({one, other}) for one in wanted for other in wanted)
        }  # fmt: skip


def test_search_is_for_what_is_rare_common_absent_and_everywhere() -> None:
    """The four that are told apart, each alone and with every other filter."""
    root = readers(WORKLOAD)[0]
    texts = [dict(parse_qsl(each.query)).get("search") for each in questions(WORKLOAD, root)]
    assert len({text for text in texts if text}) == 4
