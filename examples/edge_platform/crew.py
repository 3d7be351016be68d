"""The processes of the demo: started, watched, started again, stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from edge_platform.lifeline import VARIABLE

SHORT_LIFE = 5.0
MAX_SHORT_LIVES = 3


class GivenUp(Exception):
    """A process that ends every time it is started."""


class Child:
    """One process, started again when it dies."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path):
        """Start it; what it prints goes to *log*."""
        self.name = name
        self._command = [sys.executable, "-m", *command]
        self._env = {**os.environ, **env, VARIABLE: "1"}
        self._log = log
        self._short_lives = 0
        self._start()

    def _start(self) -> None:
        self._started = time.monotonic()
        with self._log.open("ab") as log:
            # A session of its own: Ctrl-C at the terminal is for the demo to answer, in order.
            self.process = subprocess.Popen(
                self._command,
                env=self._env,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def revive(self) -> str | None:
        """Start it again if it died; return what to tell the reader.

        Raises:
            GivenUp: it never lives long.
        """
        code = self.process.poll()
        if code is None:
            return None
        lived = time.monotonic() - self._started
        self._short_lives = self._short_lives + 1 if lived < SHORT_LIFE else 0
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        if self._short_lives >= MAX_SHORT_LIVES:
            raise GivenUp(f"The {self.name} keeps ending ({how}). Its last words:\n{self.tail()}")
        self._start()
        return f"The {self.name} ended ({how}, see {self._log}); it is started again."

    def tail(self, lines: int = 12) -> str:
        """Return the end of what it printed."""
        text = self._log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])


class Crew:
    """All processes of the demo."""

    def __init__(self, logs: Path) -> None:
        """Keep what they print below *logs*."""
        self._logs = logs
        self._children: list[Child] = []
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, env: Mapping[str, str], *command: str) -> Child:
        """Start ``python -m command`` with *env* added, known to the reader as *name*."""
        child = Child(name, command, env, self._logs / f"{name.replace(' ', '-')}.log")
        self._children.append(child)
        return child

    def watch(self, tell: Callable[[str], None]) -> None:
        """Keep all of them running, for ever.

        Raises:
            GivenUp: one of them can't be kept running.
        """
        while True:
            time.sleep(0.3)
            for child in self._children:
                if message := child.revive():
                    tell(message)

    def stop(self, seconds: float = 8.0) -> None:
        """Ask all to end, last started first; kill who does not."""
        for child in reversed(self._children):
            child.process.terminate()
        deadline = time.monotonic() + seconds
        for child in self._children:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()


@contextmanager
def crew(logs: Path) -> Iterator[Crew]:
    """Assemble a crew that ends with the block."""
    assembled = Crew(logs)
    try:
        yield assembled
    finally:
        assembled.stop()
