"""The tables of the page about speed, from what was measured."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docs.pages.markdown import code, table

BEGIN, END = "<!-- made from benchmarks/results.json by `make docs` -->", "<!-- to here -->"
_BETWEEN = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
_ABSENT = "not measured"

Numbers = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Goal:
    """A figure with what it must be (*reach*) and what we want it to be (*aim*)."""

    what: str
    figure: str
    unit: str
    reach: float
    aim: float | None = None
    less: bool = True  # is better


_GOALS = (
    _Goal(what="durable appends, batches of 500 over HTTP, 50 tenants", unit="entries/s",
          figure="append_batches_of_500_entries_per_s", reach=15_000, aim=50_000, less=False),
    _Goal(what="added latency of a recorded request, p50 at 1 client", unit="ms",
          figure="recording_added_latency_1_client_p50_ms", reach=3, aim=1),
    _Goal(what="recorded requests/s of the example platform at 64 clients, against the same "
          "without recording", unit="", figure="recording_share_of_rate_64_clients",
          reach=0.5, aim=0.8, less=False),
    _Goal(what="any filter, page and count at 10 million entries, p95", unit="ms",
          figure="search_any_page_p95_ms", reach=50, aim=20),
    _Goal(what="memory of the server in all of this", unit="MiB",
          figure="search_server_memory_max_mib", reach=300),
    _Goal(what="export of 1 million rows", unit="s", figure="export_1m_rows_s", reach=12, aim=5),
    _Goal(what="the same at 10 million entries", unit="s", figure="export_at_size_1m_rows_s",
          reach=12, aim=5),
    _Goal(what="memory of that export above idle", unit="MiB",
          figure="export_peak_memory_above_idle_mib", reach=200, aim=100),
    _Goal(what="rate of appends beside exports, against the same without", unit="",
          figure="export_append_share", reach=0.9, less=False),
    _Goal(what="full check of a log", unit="entries/s", figure="check_entries_per_s",
          reach=150_000, aim=500_000, less=False),
    _Goal(what="the same at 10 million entries", unit="entries/s",
          figure="check_at_size_entries_per_s", reach=150_000, aim=500_000, less=False),
    _Goal(what="inclusion proof with root proof, p50", unit="ms",
          figure="proof_with_root_proof_p50_ms", reach=5, aim=1),
    _Goal(what="the same at 10 million entries", unit="ms", figure="proof_at_size_p50_ms",
          reach=5, aim=1),
    _Goal(what="disk an entry, indexes in, at 10 million entries", unit="bytes",
          figure="disk_bytes_an_entry", reach=1_200, aim=500),
)  # fmt: skip
_SIZES = (("10k", "10 thousand"), ("100k", "100 thousand"), ("1m", "1 million"),
          ("10m", "10 million"))  # fmt: skip
_KINDS = ("first_page", "next_page", "page_1000", "last_page", "histogram")
_CLICKHOUSE_ANSWER = re.compile(r"clickhouse_(everything|largest|smallest)_(.+)_"
                                r"(count|page|histogram)_p95_ms")  # fmt: skip


def weave(text: str, results: Path) -> str:
    """Return the page *text* with its tables made anew from the file *results*."""
    made = f"{BEGIN}\n\n{tables(json.loads(results.read_text(encoding='utf-8')))}\n\n{END}"
    return _BETWEEN.sub(lambda _: made, text)


def tables(results: Mapping[str, Any]) -> str:
    """Return every table, each under its heading; what was not measured is left out or says so."""
    figures: Numbers = results["figures"]
    lists: Mapping[str, Sequence[Mapping[str, Any]]] = results.get("lists", {})
    blocks = [_machine(results), _goals(figures)]
    for heading, block in (
        ("Appends in a growing log", _growth(figures)),
        ("Appends by processes", _processes(figures)),
        ("Several nodes on one PostgreSQL", _nodes(figures)),
        ("Every filter, and every two", _search(figures)),
        ("The worst ten, never asked before", _worst(lists.get("search_worst_cold", ()))),
        ("The worst ten, asked again", _worst(lists.get("search_worst_again", ()))),
        ("Where the bytes of an entry are", _disk(lists.get("disk", ()))),
        ("Search in ClickHouse", _clickhouse(figures)),
        ("What this machine can do at all", _limits(figures)),
    ):
        if block:
            blocks += [f"### {heading}", block]
    return "\n\n".join(blocks)


def _machine(results: Mapping[str, Any]) -> str:
    machine = results["machine"]
    return (
        f"Measured on {results['measured']}: {machine['cores']} cores ({machine['processor']}), "
        f"{machine['memory_gib']:.0f} GiB of memory, {machine['system']}, Python "
        f"{machine['python']}; {machine['note']}."
    )


def _goals(figures: Numbers) -> str:
    rows = [
        [
            goal.what,
            _number(goal.reach, goal.unit),
            "" if goal.aim is None else _number(goal.aim, goal.unit),
            _number(figures[goal.figure], goal.unit) if goal.figure in figures else _ABSENT,
            _verdict(goal, figures.get(goal.figure)),
        ]
        for goal in _GOALS
    ]
    return table(["figure", "reach", "aim", "here", ""], rows)


def _verdict(goal: _Goal, value: float | None) -> str:
    if value is None:
        return ""

    def holds(than: float) -> bool:
        return value <= than if goal.less else value >= than

    if not holds(goal.reach):
        return "short of it"
    return "aim" if goal.aim is not None and holds(goal.aim) else "reach"


def _growth(figures: Numbers) -> str:
    rows = []
    for label, said in _SIZES:
        cells = []
        for kind in ("mixed", "hot", "small"):
            clock = figures.get(f"append_cost_at_{label}_{kind}_us")
            spent = figures.get(f"append_cost_at_{label}_{kind}_cpu_us")
            cells.append(
                _ABSENT if clock is None or spent is None else f"{clock:.0f} / {spent:.0f}"
            )
        if cells != [_ABSENT] * 3:
            rows.append([said, *cells])
    if not rows:
        return ""
    head = ["entries in the log", "all 50 tenants", "one hot tenant", "40 small tenants"]
    return (
        "Microseconds an entry, in batches of 500 from one process, one after the other: on the "
        f"clock / of processors, database included.\n\n{table(head, rows)}"
    )


def _processes(figures: Numbers) -> str:
    named = {
        1: "append_by_1_processes_entries_per_s",
        2: "append_batches_of_500_entries_per_s",
        4: "append_by_4_processes_entries_per_s",
    }
    rows = [
        [str(count), _number(figures[name], "entries/s")]
        for count, name in named.items()
        if name in figures
    ]
    return table(["server processes", "batches of 500 over HTTP, 50 tenants"], rows) if rows else ""


def _nodes(figures: Numbers) -> str:
    rows = []
    for count in (1, 2, 4):
        for kind, said in (
            ("", "each node gets anything"),
            ("by_tenant_", "each its own tenants"),
            ("one_tenant_", "one tenant over all nodes"),
        ):
            name = f"appending_{count}_nodes_{kind}"
            if f"{name}entries_per_s" in figures:
                rows.append([
                    str(count), said, _number(figures[f"{name}entries_per_s"]),
                    _number(figures[f"{name}cpu_us_an_entry"]),
                    _number(figures[f"{name}connections_waiting_for_locks"]),
                ])  # fmt: skip
    if not rows:
        return ""
    pages = ", ".join(
        f"{_number(figures[name])} by {count}"
        for count in (1, 2, 4)
        if (name := f"searching_{count}_nodes_pages_per_s") in figures
    )
    head = ["nodes", "batches of 500", "entries/s", "processors, µs an entry", "waiting for a lock"]
    return (
        "All on the same two cores, so that more nodes can't do more: what counts is what an entry "
        "costs, and how many connections wait for a lock on average "
        f"([what to make of it](scaling.md)).\n\n{table(head, rows)}\n\n"
        f"Pages a second that eight people turn, sent to any node: {pages}."
    )


def _search(figures: Numbers) -> str:
    rows = []
    for kind in _KINDS:
        for when, said in (("cold", "never asked before"), ("again", "asked again")):
            names = [f"search_{kind}_{when}_{label}_ms" for label in ("p50", "p95", "max")]
            if all(name in figures for name in names):
                rows.append([_worded(kind), said, *(_number(figures[name]) for name in names)])
    if not rows:
        return ""
    intro = (
        f"{figures.get('search_questions', 0):,.0f} questions at "
        f"{figures.get('search_entries', 0):,.0f} entries, over HTTP, from a Super Admin and from "
        "Admins of the largest and of the smallest tenant. Milliseconds."
    )
    return f"{intro}\n\n{table(['what', 'when', 'p50', 'p95', 'max'], rows)}"


def _worst(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    return table(
        ["question", "what", "cold, ms", "again, ms"],
        [
            [row["question"], _worded(row["kind"]), _number(row["cold_ms"]),
             _number(row["again_ms"])]
            for row in rows
        ],
    )  # fmt: skip


def _disk(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    return table(
        ["table or index", "bytes an entry"],
        [[code(row["relation"]), _number(row["bytes_an_entry"])] for row in rows],
    )


def _clickhouse(figures: Numbers) -> str:
    if "clickhouse_entries" not in figures:
        return ""
    rows = [
        ["entries", _number(figures["clickhouse_entries"])],
        *_known(figures, (
            ("bytes an entry", "clickhouse_bytes_an_entry"),
            ("bytes an entry, people and things included",
             "clickhouse_bytes_an_entry_mentions_included"),
            ("followed, entries/s", "clickhouse_followed_entries_per_s"),
            ("catches up with 11,000 entries, s", "clickhouse_catches_up_11000_s"),
        )),
    ]  # fmt: skip
    answers: dict[tuple[str, str], dict[str, float]] = {}
    for name, value in figures.items():
        if found := _CLICKHOUSE_ANSWER.fullmatch(name):
            answers.setdefault((found[1], found[2]), {})[found[3]] = value
    kinds = ("count", "page", "histogram")
    asked = [
        [_worded(seen), _worded(question), *(_number(times[kind]) for kind in kinds)]
        for (seen, question), times in sorted(answers.items())
    ]
    head = ["who asks", "filter", *kinds]
    return "\n\n".join(
        [table(["figure", "here"], rows), "p95 of five, in milliseconds:", table(head, asked)]
    )


def _limits(figures: Numbers) -> str:
    named = (
        ("a page made durable (fsync), p50, ms", "limit_fsync_p50_ms"),
        ("SHA-256 of long blocks, MiB/s", "limit_sha256_mib_per_s"),
        ("SHA-256 of entries of 700 bytes from Python, 1/s", "limit_sha256_entries_per_s"),
        ("Ed25519 signatures, 1/s", "limit_ed25519_signatures_per_s"),
        ("entries written as JSON, 1/s", "limit_json_encoded_entries_per_s"),
        ("entries read from JSON, 1/s", "limit_json_decoded_entries_per_s"),
        ("deflate, MiB/s", "limit_deflate_mib_per_s"),
        ("COPY into a table without index, rows/s", "limit_copy_bare_rows_per_s"),
        ("COPY into a table with the indexes of entries, rows/s", "limit_copy_indexed_rows_per_s"),
    )
    rows = list(_known(figures, named))
    return table(["limit, of one processor or of the disk", "here"], rows) if rows else ""


def _known(figures: Numbers, named: Sequence[tuple[str, str]]) -> Iterator[list[str]]:
    for what, name in named:
        if name in figures:
            yield [what, _number(figures[name])]


def _worded(name: str) -> str:
    return name.replace("_", " ").replace("page 1000", "page 1,000")


def _number(value: float, unit: str = "") -> str:
    digits = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
    said = f"{value:,.{digits}f}"
    return f"{said} {unit}" if unit else said
