"""Measure: ``python -m benchmarks [PART ...]``; all parts by default."""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks import (
    appending,
    at_size,
    checking,
    clickhouse,
    exporting,
    growth,
    limits,
    nodes,
    overload,
    proving,
    recording,
    retaining,
    searching,
    storing,
)
from benchmarks.figures import RESULTS, Figures
from benchmarks.filled import one_folder

PARTS: dict[str, Callable[[Figures], None]] = {
    "limits": limits.measure,
    "appending": appending.measure,
    "nodes": nodes.measure,
    "growth": growth.measure,
    "recording": recording.measure,
    "overload": overload.measure,
    "searching": searching.measure,
    "storing": storing.measure,
    "retaining": retaining.measure,
    "proving": proving.measure,
    "checking": checking.measure,
    "exporting": exporting.measure,
    "at-size": at_size.measure,
    "clickhouse": clickhouse.measure,
}


def main() -> None:
    """Run the parts that are named."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        sys.exit(f"no part {unknown[0]}: there are {', '.join(PARTS)}")
    figures = Figures(anew=wanted == list(PARTS))
    with one_folder():
        for part in wanted:
            print(f"{part}:", flush=True)
            PARTS[part](figures)
            figures.write()
    print(f"written to {RESULTS.name}")


if __name__ == "__main__":
    main()
