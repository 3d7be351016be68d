"""``indelible verify``: what it says, how it ends, and what strangers' files can't do to it."""

from __future__ import annotations

import io
import json
import re
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from indelible.core.activity import ActorType
from indelible.core.entry import PublicActor
from indelible.core.evidence_file import ENTRIES, EVIDENCE
from tests.verify.operator import ACME, TABLE, Operator, zipped

_LIMIT = 400 * 1024 * 1024
_CODE = "from indelible.cli import main; main()"


def _confined() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_LIMIT, _LIMIT))


def verify(
    file: Path, data: bytes, *options: str, status: int
) -> subprocess.CompletedProcess[bytes]:
    """Run the command in little memory; return what it printed."""
    file.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", _CODE, "verify", str(file), *options],
        capture_output=True, timeout=120, check=False, preexec_fn=_confined,
    )  # fmt: skip
    assert done.returncode == status, (done.stdout[-2000:], done.stderr[-2000:])
    return done


@pytest.fixture(scope="module")
def operator() -> Operator:
    """An operator with a few entries."""
    operator = Operator()
    for _ in range(6):
        operator.record()
    return operator


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the file is put."""
    return tmp_path / "file"


def keys(operator: Operator) -> list[str]:
    witness = operator.witness.verifier.to_text()
    return ["--key", operator.root_key.to_text(), "--witness", witness]


def test_words_and_exit_status(operator: Operator, file: Path) -> None:
    """0 by pinned keys, 3 by its own, 1 if anything is wrong, 2 for a wrong call."""
    archive = zipped(operator.export())
    said = verify(file, archive, *keys(operator), status=0).stdout.decode()
    assert said.startswith("All of it holds.")
    assert all(title in said for title in ("Proved:", "By the word of:", "Not proved:"))
    assert "the witness witness.test" in said
    said = verify(file, archive, status=3).stdout.decode()
    assert "by the word of its own keys alone" in said
    assert "Who signed" in said
    verify(file, archive, "--key", "no key", status=2)
    verify(file, archive, "--key", operator.witness.verifier.to_text(), status=2)
    verify(file, archive, *keys(operator), "--quorum", "2", status=2)
    verify(file, operator.proof(ACME, 2).encode(), status=2)


def test_many_logs(file: Path) -> None:
    """A platform's export is told in a page, whatever number of tenants it has; JSON has all."""
    operator = Operator()
    tenants = [f"3f9c2a44-0000-4000-8000-{number:012}" for number in range(30)]
    for tenant in tenants:
        operator.record(tenant)
    archive = zipped(operator.export())
    said = verify(file, archive, *keys(operator), status=0).stdout.decode()
    assert "The same of 20 more logs. --json lists every one." in said
    key = operator.root_key.to_text().split("+", 2)[2]
    assert f"the operator, who signs with the key {key} in 30 logs (pinned by you)" in said
    assert len(said.splitlines()) < 40
    found = json.loads(verify(file, archive, *keys(operator), "--json", status=0).stdout)
    assert all(any(tenant in each for each in found["proved"]) for tenant in tenants)


def test_a_key_that_is_none(operator: Operator, file: Path) -> None:
    """Whoever copied half of a key is told which of them, and what one looks like."""
    archive = zipped(operator.export())
    done = verify(file, archive, "--witness", "half+of+it", status=2)
    words = "".join(done.stderr.decode().split()).replace("│", "")
    assert "--witness'half+of+it'isnoverifierkey" in words


def test_sessions(file: Path) -> None:
    """An export of sessions is told from an archive whose evidence was taken away."""
    said = verify(file, zipped({"sessions-2026-11-23.csv": b"User\r\n"}), status=1).stdout.decode()
    assert "an export of sessions, which carries no evidence" in said
    said = verify(file, zipped({TABLE: b"Log\r\n"}), status=1).stdout.decode()
    assert "entries.jsonl is missing: without it, nothing is proved" in said


def test_a_finding(operator: Operator, file: Path) -> None:
    """The row, the entry and the cell, in words and in JSON."""
    members = operator.export()
    members[TABLE] = members[TABLE].replace(b",192.0.2.3,", b",192.0.2.4,", 1)
    said = verify(file, zipped(members), *keys(operator), status=1).stdout.decode()
    place = f"audit.test/logs/{ACME}#3"
    expected = f"{TABLE}, row 4, {place}: IP address is '192.0.2.4', and the entry says '192.0.2.3'"
    assert said == f"This does not hold.\n  {expected}\n"
    found = json.loads(verify(file, zipped(members), "--json", status=1).stdout)
    assert (found["holds"], found["found"], found["proved"]) == (False, 1, [])
    assert (found["findings"][0]["row"], found["findings"][0]["entry"]) == (4, place)


def test_every_kind_of_file(operator: Operator, file: Path, tmp_path: Path) -> None:
    """An entry's evidence, and a plain proof file with the entry beside it."""
    found = json.loads(
        verify(file, operator.evidence(ACME, 2), *keys(operator), "--json", status=0).stdout
    )
    assert (found["kind"], found["holds"], found["pinned"]) == ("entry", True, True)
    entry = tmp_path / "entry"
    entry.write_bytes(operator.logs[ACME][2].public)
    key = ["--key", operator.root_key.to_text()]
    proof = operator.proof(ACME, 2).encode()
    said = verify(file, proof, *key, "--entry", str(entry), status=0).stdout.decode()
    assert f"These bytes are #2 of audit.test/logs/{ACME}" in said
    entry.write_bytes(operator.logs[ACME][3].public)
    verify(file, proof, *key, "--entry", str(entry), status=1)


_STRANGE = "no ZIP archive, no evidence in JSON and no proof file"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"\0", _STRANGE),
        (b"hello\n", _STRANGE),
        (b"\xff" * 100, _STRANGE),
        (b"PK\x03\x04", "not a whole ZIP file"),
        (b"{}", "not evidence as we write it"),
    ],
)
def test_other_files(file: Path, data: bytes, words: str) -> None:
    """Anything else is refused in words."""
    done = verify(file, data, status=1)
    assert done.stdout.startswith(b"This does not hold.")
    assert words in done.stdout.decode()
    assert b"Traceback" not in done.stderr


HOSTILE = "\x1b]0;owned\x07\x1b[2J\u202etxt\u200b\x9b31m\r\n"


def is_harmless(text: bytes) -> bool:
    """Whether *text* has no control characters but the ends of lines, and nothing invisible."""
    return all(c == "\n" or c.isprintable() for c in text.decode())


def test_hostile_content(file: Path) -> None:
    """What strangers wrote into an archive never drives the terminal."""
    operator = Operator()
    operator.record(session=HOSTILE, actor=PublicActor(id=HOSTILE, type=ActorType.USER))
    evidence = operator.evidence(ACME, 0)
    assert is_harmless(verify(file, evidence, *keys(operator), status=0).stdout)
    members = operator.export(said={HOSTILE: HOSTILE}, completeness="selection")
    for options in ([], ["--json"]):
        done = verify(file, zipped(members), *keys(operator), *options, status=0)
        assert is_harmless(done.stdout)
        table = members[TABLE].replace(b",create,", f",{HOSTILE.strip()},".encode(), 1)
        done = verify(file, zipped({**members, TABLE: table}), *options, status=1)
        assert is_harmless(done.stdout)
        assert b"owned" in done.stdout
        renamed = {HOSTILE: b"", **members}
        assert is_harmless(verify(file, zipped(renamed), *options, status=1).stdout)


def bomb(name: str, members: dict[str, bytes], begin: bytes, piece: bytes) -> bytes:
    """Pack *members* with 512 MiB in place of one of them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for each, data in members.items():
            if each != name:
                archive.writestr(each, data)
        with archive.open(name, "w", force_zip64=True) as member:
            member.write(begin)
            for _ in range(64):
                member.write(piece * (8 * 1024 * 1024 // len(piece)))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "begin", "piece"),
    [
        (EVIDENCE, b"{", b" "),
        (ENTRIES, b'{"entry":"', b"A"),
        (TABLE, b'Time\r\n"', b"\r\n"),
        (TABLE, b"", b'"'),
    ],
)
def test_bombs(operator: Operator, file: Path, name: str, begin: bytes, piece: bytes) -> None:
    """A member that unpacks to 512 MiB is refused in 400 MiB of address space."""
    data = bomb(name, operator.export(), begin, piece)
    assert len(data) < 50 * 1024 * 1024
    done = verify(file, data, status=1)
    assert b"Traceback" not in done.stderr
    assert re.search(rb"larger|longer", done.stdout), done.stdout


def test_a_huge_directory(operator: Operator, file: Path) -> None:
    """An archive of very many names is refused before they are read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{'x' * 60}{number}", b"")
    assert b"directory" in verify(file, packed.getvalue(), status=1).stdout
