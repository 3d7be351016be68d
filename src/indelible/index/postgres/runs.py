"""Entries as columns of numbers, read a run of a log at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indelible.index.reader import Reader

Numbers = npt.NDArray[np.int64]

_POSTGRES_EPOCH = 946_684_800_000_000  # 2000-01-01, microseconds since 1970

# One value a column and run: a row for each entry costs more than all that is done with it.
_SENT = {
    "seq": ("int8send(seq)", ">i8"),
    "time": ("timestamptz_send(time)", ">i8"),
    "action": ("int2send(action)", ">i2"),
    "failed": ("boolsend(failed)", "u1"),
    "resource_type": ("int4send(resource_type)", ">i4"),
    "person": ("int8send(person)", ">i8"),
    "resource": ("int8send(resource)", ">i8"),
    "client": ("int8send(coalesce(client, 0))", ">i8"),
}
_RUNS = f"""
SELECT wanted.number, run.*
FROM unnest(%(logs)s::int[], %(firsts)s::bigint[], %(beyonds)s::bigint[]) WITH ORDINALITY
    AS wanted (log, first, beyond, number)
CROSS JOIN LATERAL (
    SELECT {", ".join(f"string_agg({sent}, ''::bytea)" for sent, _ in _SENT.values())} FROM (
        SELECT * FROM entries
        WHERE log = wanted.log AND seq >= wanted.first AND seq < wanted.beyond ORDER BY seq
    ) AS entries
) AS run
"""  # noqa: S608  # ours


class Run(NamedTuple):
    """Consecutive entries of a log, a number an entry in each column.

    Where somebody took a row away, it has action -1 and mentions nobody, as a purged entry does.

    Attributes:
        first: seq of the first one.
        seconds: when they were recorded, since 1970; never less than before.
        failed: 1 or 0.
        client: 0 where there is none.
    """

    log: int
    first: int
    seconds: Numbers
    action: Numbers
    failed: Numbers
    resource_type: Numbers
    person: Numbers
    resource: Numbers
    client: Numbers

    @property
    def size(self) -> int:
        """How many entries it has."""
        return len(self.seconds)


async def read_runs(reader: Reader, wanted: Sequence[tuple[int, range]]) -> list[Run]:
    """Return the stretches of logs that are *wanted*, in that order."""
    rows = await reader.all(
        _RUNS,
        {
            "logs": [log for log, _ in wanted],
            "firsts": [stretch.start for _, stretch in wanted],
            "beyonds": [stretch.stop for _, stretch in wanted],
        },
    )
    found = {number: columns for number, *columns in rows}
    return [_run(log, seqs, found[place]) for place, (log, seqs) in enumerate(wanted, start=1)]


def _run(log: int, seqs: range, sent: Sequence[bytes | None]) -> Run:
    columns = {
        name: np.frombuffer(data or b"", dtype).astype(np.int64)
        for (name, (_, dtype)), data in zip(_SENT.items(), sent, strict=True)
    }
    places = columns.pop("seq") - seqs.start
    seconds = (columns.pop("time") + _POSTGRES_EPOCH) // 1_000_000
    if len(places) == len(seqs):
        # What somebody set back would make halving go astray.
        return Run(log, seqs.start, np.maximum.accumulate(seconds), **columns)
    full = {name: np.zeros(len(seqs), np.int64) for name in (*columns, "seconds")}
    full["action"] -= 1
    for name, values in columns.items():
        full[name][places] = values
    full["seconds"][places] = seconds
    full["seconds"] = np.maximum.accumulate(full["seconds"])
    return Run(log, seqs.start, **full)
