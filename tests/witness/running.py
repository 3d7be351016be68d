"""Witnesses for tests: each in a process of its own, as ``indelible witness serve`` runs it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from indelible.core.key import SignerKey, VerifierKey
from indelible.witness.key import make_witness

COMMAND = [sys.executable, "-c", "from indelible.cli import main; main()", "witness"]
"""What runs ``indelible witness``: the code under test, not what is installed."""

_START_SECONDS = 30.0


def environment() -> dict[str, str]:
    """Return what a process needs to import what this one does."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def free_port() -> int:
    """Return a port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class WitnessProcess:
    """A witness for *logs* that keeps its files in *folder*; made there if there is none yet."""

    def __init__(self, folder: Path, logs: Sequence[VerifierKey], name: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.state = folder / "state.json"
        self._key = folder / "witness.key"
        if not self._key.exists():
            make_witness(name or f"{folder.name}.test", key=self._key, state=self.state)
        self.key = SignerKey.parse(self._key.read_text().strip()).verifier
        self._logs = logs
        self._output = folder / "output.txt"
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the witness."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def setting(self) -> str:
        """The witness, as INDELIBLE_WITNESSES names it."""
        return f"{self.key.to_text()} {self.url}"

    @property
    def output(self) -> str:
        """What it has printed."""
        return self._output.read_text(errors="replace")

    def seen(self) -> dict[str, str]:
        """Return the notes in its state file, by origin."""
        return dict(json.loads(self.state.read_bytes())["logs"])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it answers."""
        logs = [part for log in self._logs for part in ("--log", log.to_text())]
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                [
                    *COMMAND, "serve", "--state", self.state, "--key", self._key, *logs,
                    "--listen", f"127.0.0.1:{self.port}",
                ],
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )  # fmt: skip
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the witness did not start: {self.output}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return httpx.get(self.url, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """End it without a chance to tidy up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
            self._process = None
