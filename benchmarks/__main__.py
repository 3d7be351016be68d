"""Measure: ``python -m benchmarks [PART ...]``; all parts by default."""

from __future__ import annotations

import sys
from importlib import import_module

from benchmarks.figures import RESULTS, Figures

# By name only: what a process of a check imports of this file, it imports once more.
PARTS = (
    "limits",
    "appending",
    "nodes",
    "growth",
    "recording",
    "overload",
    "searching",
    "storing",
    "retaining",
    "proving",
    "checking",
    "exporting",
    "at-size",
    "clickhouse",
)


def main() -> None:
    """Run the parts that are named."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        sys.exit(f"no part {unknown[0]}: there are {', '.join(PARTS)}")
    from benchmarks.filled import one_folder  # noqa: PLC0415  # see PARTS

    figures = Figures(anew=wanted == list(PARTS))
    with one_folder():
        for part in wanted:
            print(f"{part}:", flush=True)
            import_module(f"benchmarks.{part.replace('-', '_')}").measure(figures)
            figures.write()
    print(f"written to {RESULTS.name}")


if __name__ == "__main__":
    main()
