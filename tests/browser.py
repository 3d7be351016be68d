"""Chromium for the browser tests: found, or installed from Debian's packages where we are root.

``python -m tests.browser --install`` is what ``make test`` calls; without Chromium those tests skip
and say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """Return the path of a Chromium, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def install() -> None:
    """Install Debian's Chromium where that can be done; say what happens."""
    if find():
        return
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        print("No Chromium here, and no way to install it: browser tests will skip.")
        return
    print("Installing Chromium from Debian's packages...")
    quiet = {
        "stdout": subprocess.DEVNULL,
        "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.run([apt, "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
    command = [
        apt,
        "install",
        "-qq",
        "-y",
        "--no-install-recommends",
        "chromium",
        "fonts-liberation",
    ]
    subprocess.run(command, check=False, **quiet)  # type: ignore[call-overload]
    if not find():
        print("Chromium could not be installed: browser tests will skip.")


if __name__ == "__main__":
    if "--install" in sys.argv:
        install()
    print(find() or "none")
