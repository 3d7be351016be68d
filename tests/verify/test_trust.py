"""Whom a verifier believes: pinned keys, those that they sign in, and nobody else."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from indelible.core.evidence_file import EVIDENCE
from indelible.core.key import VerifierKey
from indelible.core.rotation import Rotation
from indelible.errors import Invalid
from indelible.verify.trust import Trust, base_of, tenant_of
from tests.verify.conftest import Verify
from tests.verify.operator import ACME, BASE, Members, Operator

NEW = b"the next key".ljust(32)


def with_rotations(members: Members, *statements: str) -> Members:
    """Bring statements about keys along, as a file of a later day does."""
    said = json.loads(members[EVIDENCE])
    said["rotations"] = list(statements)
    spelled = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return {**members, EVIDENCE: spelled}


def test_after_a_rotation(operator: Operator, verify: Verify, trust: Trust) -> None:
    """An old pin leads to the new key by the old key's own statement, and by no other."""
    later = Operator(seed=NEW, logs=operator.logs, count=operator.count)
    members = later.export()
    assert not verify(members).holds
    name = f"{BASE}/keys"
    old, new = operator.key(name), later.key(name)
    rotation = Rotation(
        base=BASE, old=old.verifier.public_key, new=new.verifier.public_key, time=1_760_000_000
    )
    report = verify(with_rotations(members, rotation.sign(old.sign, new.sign)))
    assert (report.findings, report.pinned) == ((), True)
    forger = Operator(seed=b"forger".ljust(32)).key(name)
    forged = rotation.sign(forger.sign, new.sign)
    assert not verify(with_rotations(members, forged)).holds
    from_nowhere = replace(rotation, old=forger.verifier.public_key)
    assert not verify(with_rotations(members, from_nowhere.sign(forger.sign, new.sign))).holds
    elsewhere = replace(rotation, base="other.test").sign(old.sign, new.sign)
    assert not verify(with_rotations(members, elsewhere)).holds


def test_one_pin_is_enough(operator: Operator, verify: Verify) -> None:
    """One key signs for all logs of an installation: a pin of any of them counts for all."""
    for origin in (f"{BASE}/root", f"{BASE}/logs/{ACME}", f"{BASE}/logs/platform"):
        key = VerifierKey(origin, operator.root_key.public_key)
        assert verify(operator.export(), Trust(keys=(key,))).pinned
    other = VerifierKey("other.test/root", operator.root_key.public_key)
    assert not verify(operator.export(), Trust(keys=(other,))).holds


def test_pins_that_cannot_be(operator: Operator) -> None:
    """Keys in the wrong place, and more witnesses than are named, are wrong calls."""
    for wrong in (
        {"keys": (operator.witness.verifier,)},
        {"witnesses": (operator.root_key,)},
        {"quorum": 1},
        {"witnesses": (operator.witness.verifier,) * 2, "quorum": 2},
    ):
        with pytest.raises(Invalid):
            Trust(**wrong)


def test_names() -> None:
    """What logs of one installation share, and whose they are, stands in their names."""
    assert {base_of(f"a.test/x/{log}") for log in ("root", "keys", "logs/platform", "logs/1")} == {
        "a.test/x"
    }
    assert (tenant_of(f"a/logs/{ACME}"), tenant_of("a/logs/platform")) == (ACME, None)
