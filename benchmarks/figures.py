"""What is measured, collected under its name, and where it was measured."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(os.environ.get("BENCH_RESULTS") or Path(__file__).with_name("results.json"))


@dataclass(slots=True)
class Figures:
    """Figures by name; a name ends in its unit.

    Attributes:
        lists: what is no figure but a list of rows, by name.
        anew: forget what an earlier run measured and this one does not.
    """

    values: dict[str, float | int] = field(default_factory=dict)
    lists: dict[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    anew: bool = False

    def note(self, name: str, value: float) -> None:
        """Take a figure and show it."""
        self.values[name] = round(value, 3) if value < 1000 else round(value)
        print(f"  {name:<58} {self.values[name]:>12,}", flush=True)

    def note_times(self, name: str, seconds: Sequence[float]) -> None:
        """Take the median, the 95th and the 99th percentile of *seconds*, in milliseconds."""
        ordered = sorted(seconds)
        for label, share in (("p50", 0.50), ("p95", 0.95), ("p99", 0.99)):
            place = min(len(ordered) - 1, int(len(ordered) * share))
            self.note(f"{name}_{label}_ms", ordered[place] * 1000)

    def note_rows(self, name: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Take a list of rows and show them."""
        self.lists[name] = rows
        print(f"  {name}:", flush=True)
        for row in rows:
            print("   ", *row.values(), sep="  ", flush=True)

    def write(self) -> None:
        """Merge into the results file; figures that were not measured this time stay."""
        known: dict[str, Any] = {}
        if RESULTS.exists() and not self.anew:
            known = json.loads(RESULTS.read_text(encoding="utf-8"))
        figures = known.get("figures", {}) | self.values
        lists = known.get("lists", {}) | self.lists
        document = {
            "measured": datetime.now(UTC).date().isoformat(),
            "machine": _machine(),
            "figures": dict(sorted(figures.items())),
            "lists": dict(sorted(lists.items())),
        }
        RESULTS.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _machine() -> dict[str, object]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "note": "database, server and load on the same machine",
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
