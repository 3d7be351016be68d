"""The evidence of one entry: it is in the log that it names, or nothing is proved."""

from __future__ import annotations

import msgspec

from indelible.core.evidence_file import EntryEvidence, reader, spell
from indelible.verify.trust import Trust
from tests.verify.conftest import Verify
from tests.verify.operator import ACME, BASE, BOLT, Operator


def test_an_entry_in_its_log(operator: Operator, verify: Verify) -> None:
    """What is in its log, under a checkpoint that the root log has, holds."""
    assert verify(operator.evidence(ACME, 3)).holds


def test_an_entry_that_stands_in_the_root_log(operator: Operator, verify: Verify) -> None:
    """An entry that is a leaf of the root log is in no tenant's log by that."""
    claim = reader(EntryEvidence)(operator.evidence(ACME, 0))
    root = operator._proof(operator.key(f"{BASE}/root"), [claim.entry], 0)
    forged = spell(msgspec.structs.replace(claim, proof=root.to_text(), root=None))
    report = verify(forged, Trust(keys=(operator.root_key,)))
    assert (report.holds, report.proved) == (False, ())
    assert verify(operator.evidence(BOLT, 1), Trust(keys=(operator.root_key,))).holds
