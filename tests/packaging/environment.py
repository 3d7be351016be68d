"""Empty virtual environments with the built wheel and what it says that it needs, nothing else.

The dependencies are copied from the environment that runs the tests, where they are pinned: those
that the wheel's own metadata lead to, so that one it forgets to name is missing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement


class Environment:
    """A virtual environment.

    Attributes:
        bin: folder of its programs.
    """

    def __init__(self, folder: Path, wheel: Path, extras: Iterable[str] = ()) -> None:
        """Make it in *folder* and install *wheel*, with *extras*."""
        venv.create(folder)
        self.bin = folder / "bin"
        (site,) = folder.glob("lib/python*/site-packages")
        self.pip("install", "--quiet", "--no-index", "--no-deps", str(wheel)).check_returncode()
        (metadata,) = site.glob("indelible-*.dist-info")
        for name in sorted(_needed(Distribution.at(metadata), frozenset(extras))):
            _copy(distribution(name), site)

    def pip(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run pip on it. There is none in it: it is as empty as it gets."""
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
        command += ["--python", str(self.bin / "python"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def run(
        self, program: str, *arguments: str, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one of its programs, with nothing of ours in the way, and return how it went."""
        return subprocess.run(
            [self.bin / program, *arguments],
            cwd=self.bin, env=env or self.variables(), capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip

    def variables(self, **more: str) -> dict[str, str]:
        """Return the variables of a bare environment: its own programs alone are on the path."""
        return {"PATH": str(self.bin), "HOME": str(self.bin), "LANG": "C.UTF-8", **more}


def _needed(root: Distribution, extras: frozenset[str]) -> set[str]:
    """Return the names of all distributions that *root* with *extras* needs here."""
    found: dict[str, frozenset[str]] = {}
    ahead = list(_requirements(root, extras))
    while ahead:
        requirement = ahead.pop()
        name = requirement.name.lower().replace("_", "-")
        wanted = found.get(name, frozenset()) | requirement.extras
        if found.get(name) != wanted:
            found[name] = wanted
            ahead += _requirements(distribution(name), wanted)
    return set(found)


def _requirements(of: Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    for text in of.requires or ():
        requirement = Requirement(text)
        environments = [{"extra": extra} for extra in extras or {""}]
        marker = requirement.marker
        if marker is None or any(marker.evaluate(environment) for environment in environments):
            yield requirement


def _copy(source: Distribution, site: Path) -> None:
    """Install *source* as it is installed here, without its programs."""
    for file in source.files or ():
        path = Path(str(file.locate()))
        if ".." in file.parts or not path.exists():
            continue
        target = site / file
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.hardlink_to(path)  # nothing writes to it, and it is ten times as fast
        except OSError:
            shutil.copy2(path, target)


def build_wheel(root: Path, folder: Path) -> Path:
    """Build the wheel of the project at *root*, offline, as ``make wheel`` does."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=root, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    return wheel
