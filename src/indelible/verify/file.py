"""A file of any kind that Indelible gives out: told by its first bytes, then checked."""

from __future__ import annotations

from pathlib import Path

from indelible.errors import Invalid, Unproven
from indelible.verify.archive import Progress, verify_archive
from indelible.verify.container import open_container
from indelible.verify.report import Finding, Report
from indelible.verify.single import verify_evidence, verify_proof
from indelible.verify.trust import Trust

_MOST_EVIDENCE = 32 * 1024 * 1024
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PROOF = b"c2sp.org/tlog-proof@"
_STRANGE = "the file is no ZIP archive, no evidence in JSON and no proof file"


def verify_file(
    path: Path, trust: Trust, *, entry: bytes | None = None, progress: Progress = lambda *_: None
) -> Report:
    """Check the file at *path*, whatever it holds.

    Args:
        path: an exported archive, the evidence of an entry, or a proof file.
        trust: whom the caller believes.
        entry: for a proof file, the exact bytes that it is to be about.
        progress: is told how many rows of how many were looked at.

    Raises:
        Invalid: a proof file came without its entry or without a key.
        OSError: the file can't be read.
    """
    with path.open("rb") as file:
        head = file.read(len(_PROOF))
        data = b"" if head.startswith(_ZIP) else head + file.read(_MOST_EVIDENCE + 1 - len(head))
    try:
        if head.startswith(_ZIP):
            with open_container(path) as container:
                return verify_archive(container, trust, progress)
    except Unproven as error:
        return _refused("archive", str(error))
    if len(data) > _MOST_EVIDENCE:
        return _refused("entry", f"it is larger than {_MOST_EVIDENCE:,} bytes")
    if head != _PROOF and not data[:64].lstrip().startswith(b"{"):
        return _refused("entry", _STRANGE if data else "the file is empty")
    if head != _PROOF:
        return verify_evidence(data, trust)
    if entry is None:
        raise Invalid("A proof file does not hold what it proves: name that file with --entry.")
    return verify_proof(data, entry, trust)


def _refused(kind: str, what: str) -> Report:
    return Report(kind=kind, findings=(Finding(what),), found=1, rows=0, logs=())
