"""The audit log as its page asks for it: every filter and every two, at ten million entries.

Each question is asked over HTTP for the first page, the next, page 1,000, the last, and the counts
over time; once cold, which is never before of this server process, and a few times more.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import re
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.figures import Figures
from benchmarks.filled import KEPT, PASSWORD, Workload, filled
from benchmarks.load import Connection
from benchmarks.questions import Question, Reader, questions, readers
from benchmarks.service import free_port, running, serve
from benchmarks.watching import Tally, Watch, database_at, server_at, spent

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
WORST = 10
INDEXED_LATER = 4_096
PAGE = 20
KINDS = ("first_page", "next_page", "page_1000", "last_page", "histogram")


@dataclass(slots=True)
class Asked:
    """One question of one kind by one reader: what it took, in seconds.

    Attributes:
        times: on the clock, one for each time it was asked.
        spent: of processors, by server and database.
    """

    name: str
    kind: str
    times: list[float] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)

    @property
    def cold(self) -> float:
        """What it took when it was never asked before."""
        return self.times[0]

    @property
    def again(self) -> float:
        """The median of what it took after that."""
        later = sorted(self.times[1:])
        return later[len(later) // 2]

    def said(self) -> dict[str, object]:
        """Return it as the results file lists it."""
        return {
            "question": self.name,
            "kind": self.kind,
            "cold_ms": round(self.cold * 1000, 3),
            "again_ms": round(self.again * 1000, 3),
            "cold_cpu_ms": round(self.spent[0] * 1000, 3),
        }


def measure(figures: Figures) -> None:
    """Ask everything, of one server process."""
    with filled() as log:
        port = free_port()
        with running(log.data, serve(port, 1), port, INDELIBLE_RETENTION_DAYS=str(KEPT.days)):
            settle(port)
            watches = Watch(server_at(port)), Watch(database_at(log.url))
            asked = asyncio.run(_ask_all(port, log.workload, watches))
    figures.note("search_entries", log.entries)
    _note(figures, asked)
    figures.note("search_server_memory_max_mib", watches[0].most / 2**20)


def settle(port: int) -> None:
    """Wait until the index has what it will have of a log that does not grow."""
    known = -1
    while (behind := _behind(port)) > INDEXED_LATER or behind != known:
        known = behind
        time.sleep(3)


def _behind(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        found = re.search(
            r"^indelible_index_behind_entries(?:{.*})? (\S+)$", answer.read().decode(), re.MULTILINE
        )
    return 0 if found is None else int(float(found[1]))


def _note(figures: Figures, asked: Sequence[Asked]) -> None:
    figures.note("search_questions", len({each.name for each in asked}))
    for kind in KINDS:
        of_kind = [each for each in asked if each.kind == kind]
        if of_kind:
            _note_spread(figures, f"search_{kind}_cold", [each.cold for each in of_kind])
            _note_spread(figures, f"search_{kind}_again", [each.again for each in of_kind])
    every = [time for each in asked if each.kind != "histogram" for time in each.times]
    _note_spread(figures, "search_any_page", every)
    processors = [each for one in asked if one.kind != "histogram" for each in one.spent]
    _note_spread(figures, "search_any_page_cpu", processors)
    figures.note_rows(
        "search_worst_cold", [each.said() for each in _worst(asked, lambda each: each.cold)]
    )
    figures.note_rows(
        "search_worst_again", [each.said() for each in _worst(asked, lambda each: each.again)]
    )


def _worst(asked: Sequence[Asked], took: Any) -> list[Asked]:
    return sorted(asked, key=took, reverse=True)[:WORST]


def _note_spread(figures: Figures, name: str, seconds: Sequence[float]) -> None:
    ordered = sorted(seconds)
    for label, share in (("p50", 0.5), ("p95", 0.95), ("max", 1.0)):
        place = max(0, math.ceil(len(ordered) * share) - 1)
        figures.note(f"{name}_{label}_ms", ordered[place] * 1000)


async def _ask_all(port: int, workload: Workload, watches: Sequence[Watch]) -> list[Asked]:
    asked: list[Asked] = []
    for reader in readers(workload):
        began = time.perf_counter()
        client = Client(port, watches)
        await client.sign_in(reader.email)
        every = list(questions(workload, reader))
        for question in every:
            asked += await _ask(client, reader, question)
            for watch in watches:
                watch.look()
        seconds = time.perf_counter() - began
        print(f"  {reader.name}: {len(every)} questions, {seconds:.0f} s", flush=True)
    return asked


async def _ask(client: Client, reader: Reader, question: Question) -> list[Asked]:
    """Ask for all kinds of answers to one question."""
    name = f"{reader.name}: {question.name}"
    first, page = await _timed(client, name, "first_page", question, {})
    asked, total = [first], int(page["total"])
    jumps: dict[str, dict[str, str]] = {}
    if page["next"]:
        jumps["next_page"] = {"cursor": str(page["next"])}
    if total > 1_000 * PAGE:
        jumps["page_1000"] = {"position": str(999 * PAGE)}
    if total > PAGE:
        jumps["last_page"] = {"position": str(total - PAGE)}
    for kind, how in jumps.items():
        if "position" in how and not client.jumps:
            continue
        one, page = await _timed(client, name, kind, question, how)
        if page is not _UNKNOWN:
            asked.append(one)
            _expect(len(page["items"]) == PAGE or kind == "next_page", f"{name}, {kind}: rows")
            _expect(page["total"] == total, f"{name}, {kind}: {page['total']} of {total}")
            if "position" in how:
                _expect(str(page["position"]) == how["position"], f"{name}, {kind}: position")
    counted, histogram = await _timed(client, name, "histogram", question, {})
    found = sum(each["success"] + each["failure"] for each in histogram["buckets"])
    _expect(found == total, f"{name}: {found} in the histogram, {total} in all")
    return [*asked, counted]


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise SystemExit(f"A wrong answer. {what}")


_UNKNOWN: dict[str, Any] = {}


async def _timed(
    client: Client, name: str, kind: str, question: Question, how: Mapping[str, str]
) -> tuple[Asked, dict[str, Any]]:
    path = "/api/activity/histogram" if kind == "histogram" else "/api/activity"
    query = "&".join([*filter(None, [question.query]), *(f"{k}={v}" for k, v in how.items())])
    asked = Asked(name, kind)
    answer: dict[str, Any] = _UNKNOWN
    for _ in range(1 + ROUNDS):
        seconds, processors, status, body = await client.get(f"{path}?{query}")
        if status == 422 and "position" in how:
            client.jumps = False
            print("  this server does not jump to a position: no page 1,000, no last page")
            return asked, _UNKNOWN
        if status != 200:
            raise SystemExit(f"{name}, {kind}: {status} {body[:300]!r}")
        asked.times.append(seconds)
        asked.spent.append(processors)
        answer = json.loads(body)
    return asked, answer


class Client:
    """Somebody signed in, on one connection."""

    def __init__(self, port: int, watches: Sequence[Watch]) -> None:
        self._connection = Connection(port)
        self._watches = watches
        self._cookie = ""
        self.jumps = True

    async def sign_in(self, email: str) -> None:
        body = json.dumps({"email": email, "password": PASSWORD}).encode()
        status, answer = await self._connection.request(
            "POST", "/api/auth/sign-in", headers={"content-type": "application/json"}, body=body
        )
        if status != 200:
            raise SystemExit(f"sign-in: {status} {answer!r}")
        self._cookie = self._connection.cookie

    async def get(self, path: str) -> tuple[float, float, int, bytes]:
        """Return seconds on the clock, seconds of processors, status and body."""
        before = self._tally()
        began = time.perf_counter()
        status, body = await self._connection.request("GET", path, headers={"cookie": self._cookie})
        seconds = time.perf_counter() - began
        return seconds, spent(before, self._tally()), status, body

    def _tally(self) -> Tally:
        found: Tally = {}
        for watch in self._watches:
            found |= watch.tally()
        return found
