"""From the export button to an auditor's machine, where nothing is installed but the base package."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import httpx
import pytest

from indelible.core.key import VerifierKey
from indelible.signing.file_key import load_signer
from tests.journeys.audit_log import AuditLog
from tests.journeys.demo import Demo
from tests.journeys.known_log import ENTRIES, KnownLog
from tests.packaging.environment import Environment, build_wheel

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.packaging]

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def auditor(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A fresh virtual environment with the base install alone."""
    wheel = build_wheel(_ROOT, tmp_path_factory.mktemp("dist"))
    return Environment(tmp_path_factory.mktemp("auditor"), wheel)


@pytest.fixture(scope="module")
def key(demo: Demo, api: httpx.Client) -> str:
    """The operator's key, as the operator hands it to auditors."""
    log = api.get("/api/activity", params={"limit": 1}).json()["items"][0]["log"]
    public = load_signer(demo.data / "signing.key").public_key
    return VerifierKey(f"{log.partition('/logs/')[0]}/root", public).to_text()


@pytest.fixture
def download(log: AuditLog, known: KnownLog, tmp_path: Path) -> Path:
    """What the export button hands over for one tenant."""
    log.open(tenant=known.tenant)
    with log.page.expect_download() as download:
        log.export.click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    return file


def test_the_download_verifies_elsewhere(auditor: Environment, download: Path, key: str) -> None:
    """All of it holds, by the key that the auditor was given, and nothing of the range is missing."""
    ran = auditor.run("indelible", "verify", str(download), "--key", key)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("All of it holds.")
    assert f"Every cell of the {ENTRIES} rows" in ran.stdout
    assert f"No entry is missing: {key.partition('/root+')[0]}/logs/" in ran.stdout
    assert "in the root log" in ran.stdout
    unpinned = auditor.run("indelible", "verify", str(download))
    assert unpinned.returncode == 3
    assert "Who signed" in unpinned.stdout


def test_an_edited_cell_is_named(auditor: Environment, download: Path, key: str) -> None:
    """Edit one cell as anybody could, and be told which, and what it was."""
    edited = download.with_name("edited.zip")
    with zipfile.ZipFile(download) as before, zipfile.ZipFile(edited, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name.endswith(".csv"):
                number = next(
                    at for at, line in enumerate(data.split(b"\r\n"), 1) if b",Wagon 07," in line
                )
                data = data.replace(b",Wagon 07,", b",Wagon 08,", 1)
            after.writestr(name, data)
    ran = auditor.run("indelible", "verify", str(edited), "--key", key)
    assert ran.returncode == 1
    told = re.search(r"\.csv, row (\d+), \S+#\d+: (.*)", ran.stdout)
    assert told is not None
    assert int(told[1]) == number
    assert told[2] == "Resource name is 'Wagon 08', and the entry says 'Wagon 07'"
    assert ran.stdout.count("\n") == 2


def test_evidence_of_one_entry(
    auditor: Environment,
    known: KnownLog,
    api: httpx.Client,
    tmp_path: Path,
    key: str,
    download: Path,
) -> None:
    """The evidence of an entry, fetched from the API, holds elsewhere too."""
    row = api.get("/api/activity", params={"tenant": known.tenant}).json()["items"][0]
    file = tmp_path / "entry.evidence.json"
    file.write_bytes(api.get(f"/api/activity/{row['id']}/proof").content)
    ran = auditor.run("indelible", "verify", str(file), "--key", key)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert f"{row['log']}#{row['seq']} is in its log, unchanged" in ran.stdout
