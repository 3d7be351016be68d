"""What processes take while they are measured: memory, and processors' time.

What a clock says depends on who else is at work; what the processors spent does so much less.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from benchmarks.filled import plain

Tally = dict[int, float]
"""Seconds by thread."""


class Watch:
    """Looks at a group of processes; *most* is the most memory they had when it looked."""

    def __init__(self, parent: psutil.Process) -> None:
        """Watch *parent* and its children, those of a database server left out unless it is one."""
        self._parent = parent
        self._processes: Sequence[psutil.Process] = ()
        self.most = 0
        self.look()

    def look(self) -> None:
        """Find out who belongs to it now, and how much memory they have."""
        own = self._parent.name()
        self._processes = [
            each
            for each in (self._parent, *self._parent.children(recursive=True))
            if own == "postgres" or each.name() != "postgres"
        ]
        held = 0  # what they share is counted once
        for process in self._processes:
            with suppress(psutil.NoSuchProcess):
                held += process.memory_full_info().pss
        self.most = max(self.most, held)

    def tally(self) -> Tally:
        """Return the seconds of processors that each of their threads has taken so far."""
        found: Tally = {}
        for process in self._processes:
            found |= _threads(process)
        return found


def spent(before: Tally, after: Tally) -> float:
    """Return what was taken between two tallies, by those who were there at the end."""
    return sum(seconds - before.get(thread, 0.0) for thread, seconds in after.items())


def server_at(port: int) -> psutil.Process:
    """Return the server that was told to listen on *port*."""
    return next(
        each
        for each in psutil.process_iter(["cmdline"])
        if f"--port {port}" in " ".join(each.info["cmdline"] or [])
    )


def database_at(url: str) -> psutil.Process:
    """Return the database server, which runs on this machine."""
    with psycopg.connect(plain(url)) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        parent = psutil.Process(row[0]).parent() if row else None
    if parent is None:
        raise SystemExit("The database server does not run here.")
    return parent


def _threads(process: psutil.Process) -> Tally:
    """Return nanosecond-exact what Linux counts, or what there is elsewhere."""
    with suppress(OSError):
        return {
            int(task.name): int((task / "schedstat").read_text().split()[0]) / 1e9
            for task in Path(f"/proc/{process.pid}/task").iterdir()
        }
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return {process.pid: float(times.user + times.system)}
    return {}
