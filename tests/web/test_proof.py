"""What is given out verifies offline, by the operator's key alone, and stays the same."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indelible.core.key import VerifierKey
from indelible.core.scope import Scope
from indelible.ledger.retention import Purger
from indelible.verify.file import verify_file
from indelible.verify.report import Report
from indelible.verify.single import verify_evidence
from indelible.verify.trust import Trust
from tests.web.conftest import Platform, an_activity

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
async def trust(platform: Platform) -> Trust:
    """Somebody who pins the operator's key."""
    async with platform.services.prover.store.open(Scope.everything()) as reader:
        (key,) = await reader.keys()
    return Trust(keys=(VerifierKey("localhost/audit/root", key),))


async def exported(
    platform: Platform, who: str, folder: Path, trust: Trust, **asked: str
) -> Report:
    """Export as somebody, and verify the archive."""
    answer = await platform.get(who, "/api/activity/export", **asked)
    assert answer.status_code == 200, answer.text
    file = folder / "export.zip"
    file.write_bytes(answer.content)
    report = verify_file(file, trust)
    assert report.findings == ()
    assert report.pinned or not report.logs  # a selection of nothing is about no log
    assert report.rows == int(answer.headers["x-row-count"])
    assert all(log.root_index is not None for log in report.logs)
    return report


async def test_proof_of_an_entry(platform: Platform, trust: Trust) -> None:
    """Before its log is published an entry is proved in its log; then in the root log, for good."""
    receipt = (await platform.report("acme", an_activity())).json()["receipts"][0]
    path = f"/api/activity/{receipt['id']}/proof"
    answer = await platform.get("acme.admin", path)
    name = f"{platform.tenants['acme']}-{receipt['seq']}.evidence.json"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    early = answer.json()
    assert early["root"] is None
    assert base64.b64decode(early["entry"])
    report = verify_evidence(answer.content, trust)
    assert (report.findings, report.pinned, report.logs[0].root_index) == ((), True, None)
    await platform.get("acme.admin", "/api/activity/export")  # publishes
    published = (await platform.get("acme.admin", path)).json()
    await platform.report("acme", an_activity())
    await platform.get("acme.admin", "/api/activity/export")
    later = await platform.get("acme.admin", path)
    assert later.json()["proof"] == published["proof"]
    report = verify_evidence(later.content, trust)
    assert (report.findings, report.logs[0].root_index is not None) == ((), True)


async def test_each_entry_is_proved(platform: Platform, trust: Trust) -> None:
    """Every entry that is in sight has evidence that holds, whatever its log's size was."""
    for _ in range(3):
        await platform.report("bolt", {"activities": [an_activity() for _ in range(120)]})
        await platform.get("root", "/api/activity/export", action="revoke")
    page = (await platform.get("root", "/api/activity", limit=200)).json()
    for row in page["items"][::7]:
        proof = await platform.get("root", f"/api/activity/{row['id']}/proof")
        report = verify_evidence(proof.content, trust)
        assert (report.findings, report.pinned) == ((), True), row
        assert f"{row['log']}#{row['seq']}" in report.proved[0]


async def test_whose_proof(platform: Platform) -> None:
    """A foreign entry's evidence is answered as that of an absent one."""
    receipt = (await platform.report("bolt", an_activity())).json()["receipts"][0]
    absent = receipt["id"][:-4] + "ffff"
    path = "/api/activity/{}/proof"
    foreign = await platform.get("acme.admin", path.format(receipt["id"]))
    nothing = await platform.get("acme.admin", path.format(absent))
    assert foreign.status_code == nothing.status_code == 404
    assert {**foreign.json(), "instance": 0} == {**nothing.json(), "instance": 0}
    assert (await platform.get("nobody", path.format(receipt["id"]))).status_code == 401
    assert (await platform.get("bolt.viewer", path.format(receipt["id"]))).status_code == 403
    assert (await platform.get("bolt.admin", path.format(receipt["id"]))).status_code == 200


async def test_whole_logs(platform: Platform, trust: Trust, tmp_path: Path) -> None:
    """An export of everything proves that nothing is missing, of each log in sight."""
    everything = await exported(platform, "root", tmp_path, trust)
    assert everything.completeness == "range"
    assert {log.origin.rpartition("/")[2] for log in everything.logs} == {
        "platform", *platform.tenants.values(),
    }  # fmt: skip
    own = await exported(platform, "acme.admin", tmp_path, trust)
    (log,) = own.logs
    assert (log.origin.rpartition("/")[2], log.first) == (platform.tenants["acme"], 0)
    assert log.end == own.rows


async def test_a_range_of_time(platform: Platform, trust: Trust, tmp_path: Path) -> None:
    """A stretch cut out by times is proved whole, also where a log has nothing in it."""
    receipts = [
        (await platform.report("acme", an_activity())).json()["receipts"][0] for _ in range(5)
    ]
    first, last = receipts[1]["time"], receipts[3]["time"]
    report = await exported(platform, "root", tmp_path, trust, **{"from": first, "to": last})
    assert report.rows == 2
    stretches = {log.origin: (log.first, log.end) for log in report.logs}
    assert stretches[receipts[0]["log"]] == (receipts[1]["seq"], receipts[3]["seq"])
    assert len(stretches) == 3


@pytest.mark.parametrize(
    "asked",
    [
        {"resource_type": "acl"},
        {"action": "export"},
        {"status": "failure"},
        {"user": "u-1"},
        {"session": "no such session"},
        {"resource": "plain"},
        {"resource_type": "no_such_type"},
    ],
)
async def test_complete_although_filtered(
    platform: Platform, trust: Trust, tmp_path: Path, asked: dict[str, str]
) -> None:
    """With what it leaves out, a filtered export proves that it leaves out nothing that passes."""
    await platform.report("acme", an_activity(resource={"type": "acl", "id": "plain"}))
    plain = await exported(platform, "acme.admin", tmp_path, trust, **asked)
    assert plain.completeness == "selection"
    whole = await exported(platform, "acme.admin", tmp_path, trust, **asked, complete="true")
    assert whole.completeness == "filtered"
    total = (await platform.get("acme.admin", "/api/activity", limit=1)).json()["total"]
    (log,) = whole.logs
    assert (log.first, log.end) == (0, total - 1)  # the last one is about this export


async def test_what_cannot_be_complete(platform: Platform) -> None:
    """What looks into private data can't be shown to leave nothing out, and is refused."""
    for name, value in (("search", "berlin"), ("address", "192.0.2.1")):
        answer = await platform.get(
            "root", "/api/activity/export", complete="true", **{name: value}
        )
        assert (answer.status_code, answer.json()["field"]) == (422, name)
    answer = await platform.get("root", "/api/activity/export", complete="yes")
    assert (answer.status_code, answer.json()["field"]) == (422, "complete")


async def test_an_edited_cell_is_named(platform: Platform, trust: Trust, tmp_path: Path) -> None:
    """Somebody edits the table of a real export: the verifier says which cell, and what is right."""
    await platform.report("acme", an_activity(resource={"type": "acl", "id": "e", "name": "here"}))
    answer = await platform.get("acme.admin", "/api/activity/export")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    (table,) = (name for name in members if name.endswith(".csv"))
    number = next(
        at for at, line in enumerate(members[table].split(b"\r\n"), 1) if b",here," in line
    )
    members[table] = members[table].replace(b",here,", b",elsewhere,", 1)
    file = tmp_path / "edited.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    (finding,) = verify_file(file, trust).findings
    assert (finding.member, finding.row) == (table, number)
    assert finding.what == "Resource name is 'elsewhere', and the entry says 'here'"


async def test_what_the_lines_say(platform: Platform) -> None:
    """No name, address or detail is in the public parts that are given out of what was left out."""
    secret = an_activity(resource={"type": "edge", "id": "e-9", "name": "Secretville"})
    await platform.report("acme", secret)
    answer = await platform.get(
        "acme.admin", "/api/activity/export", resource_type="acl", complete="true"
    )
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        lines = archive.read("left_out.jsonl").splitlines()
        evidence = archive.read("evidence.json")
    entries = [base64.b64decode(json.loads(line)["entry"]) for line in lines]
    assert any(b'"e-9"' in entry for entry in entries)
    assert not re.search(rb"Secretville|anna@acme", b"".join(entries) + evidence)


async def test_what_was_erased_and_purged(platform: Platform, trust: Trust, tmp_path: Path) -> None:
    """Exports before and after verify all the same, and say what is gone."""
    person = {"id": "u-gone", "email": "gone@acme.example", "name": "Gone"}
    receipt = (await platform.report("acme", an_activity(actor=person))).json()["receipts"][0]
    before = await platform.get("acme.admin", "/api/activity/export")
    await platform.people["root"].post("/api/erasures", json={"person": person["email"]})
    file = tmp_path / "before.zip"
    file.write_bytes(before.content)
    assert verify_file(file, trust).pinned
    report = await exported(platform, "acme.admin", tmp_path, trust)
    assert any("erased" in each for each in report.unproved)
    proof = await platform.get("acme.admin", f"/api/activity/{receipt['id']}/proof")
    assert proof.json()["erased"] == ["person"]
    assert verify_evidence(proof.content, trust).pinned
    services = platform.services
    purger = Purger(
        store=services.purger._store,
        recorder=services.recorder,
        clock=lambda: datetime.now(UTC) + timedelta(days=400),
    )
    await purger.run()
    gone = await platform.get("acme.admin", f"/api/activity/{receipt['id']}/proof")
    assert gone.status_code == 410
    later = (await platform.report("acme", an_activity())).json()["receipts"][0]
    for asked in ({}, {"action": "update"}, {"action": "update", "complete": "true"}):
        for who in ("acme.admin", "root"):
            report = await exported(platform, who, tmp_path, trust, **asked)
            (log,) = [each for each in report.logs if each.origin == later["log"]]
            if report.completeness != "selection":
                assert log.first == log.purged > receipt["seq"]
    assert verify_file(file, trust).pinned
