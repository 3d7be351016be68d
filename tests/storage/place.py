"""Processes that use the embedded server of a data folder, as one account or another."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

HOLDER = Path(__file__).with_name("holder.py")
NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


class Holder:
    """A process that uses the server of a data folder."""

    def __init__(self, data: Path, prefix: list[str], *options: str) -> None:
        self.process = subprocess.Popen(
            [*prefix, sys.executable, HOLDER, *options, data],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/",
        )  # fmt: skip

    def says(self) -> str:
        """Return what it prints first: where the server is, or why it is not."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def holds(self) -> Path:
        """Return the folder of the server's socket."""
        url = self.says()
        assert url.startswith("postgresql"), url
        return Path(parse_qs(urlsplit(url).query)["host"][0])

    def refuses(self) -> str:
        """Return why it does not start."""
        return self.process.communicate(timeout=60)[0]

    def leave(self) -> None:
        """End it the ordinary way."""
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.communicate(timeout=60)


class Place:
    """A data folder, and the account that uses it."""

    def __init__(self, data: Path, prefix: list[str]) -> None:
        self.data = data
        self.prefix = prefix
        self.holders: list[Holder] = []

    def hold(self, *options: str) -> Holder:
        holder = Holder(self.data, self.prefix, *options)
        self.holders.append(holder)
        return holder

    def clear(self) -> None:
        for holder in self.holders:
            if holder.process.poll() is None:
                holder.process.communicate(timeout=60)
        if self.data.is_dir():
            self.hold("--remove").leave()


def make_place(folder: Path, account: str) -> Place:
    if account == "another":
        if os.geteuid() != 0 or shutil.which("setpriv") is None:
            pytest.skip("only root with setpriv can act as another user")
        if subprocess.run([*AS_NOBODY, sys.executable, "-c", ""], check=False).returncode:
            pytest.skip("another user can't run this Python")
        os.chown(folder, NOBODY, NOBODY)
        return Place(folder / "var", AS_NOBODY)
    return Place(folder / "var", [])
