"""Mutated proofs, notes and archives: none says anything that is not so, and none breaks a verifier.

A mutation is accepted if it verifies by pinned keys and a quorum. It may be, where it only changes
what proves nothing (the time of the export, hints about keys, a filter that is as true as the one
before): then all that is claimed is compared with what the operator really has.

``MUTATIONS`` says how many, ``MUTATIONS_SEED`` which.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections import Counter
from pathlib import Path
from random import Random

import msgspec

from indelible.core.activity import Action
from indelible.core.checkpoint import open_checkpoint
from indelible.core.entry import decode
from indelible.core.evidence import ProofFile
from indelible.core.evidence_file import ENTRIES, EVIDENCE, LEFT_OUT, EntryEvidence
from indelible.errors import Unproven
from indelible.verify.conditions import Conditions
from indelible.verify.file import verify_file
from indelible.verify.report import Report
from indelible.verify.trust import Trust, tenant_of
from tests.verify import mutations
from tests.verify.operator import ACME, BOLT, TABLE, Members, Operator, zipped

COUNT = int(os.environ.get("MUTATIONS", "3000"))
SEED = int(os.environ.get("MUTATIONS_SEED", "20261123"))

SAID = {"action": "update"}


def updated(part) -> bool:
    return part.action is Action.UPDATE


class Campaign:
    """Mutates what an operator gave out, and looks at what becomes of it."""

    def __init__(self, folder: Path) -> None:
        self.operator = Operator()
        for number in range(20):
            self.operator.record((ACME, BOLT, ACME)[number % 3])
        key, witness = self.operator.root_key, self.operator.witness.verifier
        self.trust = Trust(keys=(key,), witnesses=(witness,), quorum=1)
        self.file = folder / "file"
        self.accepted: Counter[str] = Counter()
        export = self.operator.export
        self.archives = [
            export(tenants=[ACME], begin=3, end=9, said=_range(3, 9)),
            export(passes=updated, said=SAID, completeness="selection"),
            export(tenants=[BOLT], passes=updated, said=SAID, completeness="filtered"),
        ]
        self.reports = [self.verify(zipped(each)) for each in self.archives]
        self.evidence = self.operator.evidence(ACME, 4)
        self.proof = self.operator.proof(BOLT, 3)
        self.entry = self.operator.logs[BOLT][3].public
        assert all(each.pinned for each in self.reports)
        assert self.verify(self.evidence).pinned
        assert self.verify(self.proof.encode()).pinned

    def verify(self, data: bytes) -> Report:
        self.file.write_bytes(data)
        return verify_file(self.file, self.trust, entry=self.entry if _is_proof(data) else None)

    def archive(self, random: Random) -> None:
        """Change a file of an archive."""
        number = random.randrange(len(self.archives))
        original = self.archives[number]
        name = random.choice(list(original))
        how = mutations.of_bytes
        if name != TABLE and random.random() < 0.6:
            how = mutations.of_json if name == EVIDENCE else mutations.of_json_lines
        changed = {**original, name: how(original[name], random)}
        self._judge(zipped(changed), changed, number)

    def zip(self, random: Random) -> None:
        """Change the bytes of an archive."""
        number = random.randrange(len(self.archives))
        data = mutations.of_bytes(zipped(self.archives[number]), random)
        self._judge(data, None, number)

    def mixed(self, random: Random) -> None:
        """Put a file of one archive into another."""
        number, other = random.sample(range(len(self.archives)), 2)
        name = random.choice(list(self.archives[other]))
        changed = {**self.archives[number], name: self.archives[other][name]}
        self._judge(zipped(changed), changed, number)

    def single(self, random: Random) -> None:
        """Change an entry's evidence."""
        how = mutations.of_json if random.random() < 0.6 else mutations.of_bytes
        data = how(self.evidence, random)
        if not self.verify(data).pinned:
            return
        self.accepted["evidence"] += 1
        original = msgspec.json.decode(self.evidence, type=EntryEvidence)
        said = msgspec.json.decode(data, type=EntryEvidence)
        assert said.entry == original.entry
        assert said.disclosures.items() <= original.disclosures.items()

    def plain(self, random: Random) -> None:
        """Change a proof file."""
        data = mutations.of_bytes(self.proof.encode(), random)
        if _is_proof(data):
            assert not self.verify(data).pinned, data

    def note(self, random: Random) -> None:
        """Change a signed checkpoint."""
        file = ProofFile.parse(self.proof)
        data = mutations.of_bytes(file.checkpoint.encode(), random)
        key = self.operator.key(self.operator.origin(BOLT)).verifier
        try:
            opened = open_checkpoint(data.decode(errors="replace"), key)
        except Unproven:
            return
        self.accepted["note"] += 1
        assert opened == open_checkpoint(file.checkpoint, key)

    def _judge(self, data: bytes, members: Members | None, number: int) -> None:
        report = self.verify(data)
        if not report.pinned:
            assert report.findings or report.unproved
            return
        self.accepted["archive" if members else "zip"] += 1
        original, expected = self.archives[number], self.reports[number]
        found = members or _unzipped(data)
        for name in (TABLE, ENTRIES, LEFT_OUT):
            assert found.get(name) == original.get(name), f"{name} was changed and believed"
        facts = {log.origin: _facts(log) for log in report.logs}
        assert facts == {log.origin: _facts(log) for log in expected.logs}
        if report.completeness != "selection":
            self._is_complete(report)

    def _is_complete(self, report: Report) -> None:
        """Look whether what the report says is complete is so, in the operator's own logs."""
        conditions = Conditions(report.filter)
        for log in report.logs:
            entries = [decode(each.public) for each in self.operator.logs[tenant_of(log.origin)]]
            matching = [part for part in entries if conditions.broken_by(part) is None]
            assert len(matching) == log.proved, report.filter


def _range(begin: int, end: int) -> dict[str, str]:
    from indelible.core.instant import format_time
    from tests.verify.operator import MINUTE, START

    first, last = (format_time(START + minute * MINUTE) for minute in (begin, end))
    return {"from": first, "to": last, "tenant": ACME}


def _facts(log: object) -> object:
    # Who cosigned may become fewer, down to the quorum; hints about keys are nobody's word.
    names = ("origin", "size", "root_hash", "proved", "first", "end", "purged", "root_index",
             "root_size", "pinned")  # fmt: skip
    return [getattr(log, name) for name in names]


def _is_proof(data: bytes) -> bool:
    return data.startswith(b"c2sp.org/tlog-proof@")


def _unzipped(data: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


KINDS = ("archive",) * 4 + ("single",) * 3 + ("plain",) * 2 + ("zip", "mixed", "note")


def test_none_is_believed(tmp_path: Path) -> None:
    """Whatever is changed, nothing false is believed, and no error but the verifier's own gets out."""
    campaign = Campaign(tmp_path)
    for number in range(COUNT):
        random = Random(f"{SEED}:{number}")
        kind = random.choice(KINDS)
        try:
            getattr(campaign, kind)(random)
        except Exception as error:
            error.add_note(f"{kind}, MUTATIONS_SEED={SEED}, number {number}")
            raise
    print(f"{COUNT} mutations; changed nothing that is proved: {dict(campaign.accepted)}")
