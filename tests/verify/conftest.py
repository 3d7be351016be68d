"""An operator with logs, and a file that is verified."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from indelible.verify.file import verify_file
from indelible.verify.report import Report
from indelible.verify.trust import Trust
from tests.verify.operator import ACME, BOLT, Operator, zipped

Verify = Callable[..., Report]


@pytest.fixture(scope="session")
def operator() -> Operator:
    """An operator with 40 entries in three logs."""
    operator = Operator()
    for number in range(40):
        operator.record((ACME, BOLT, None, ACME)[number % 4])
    return operator


@pytest.fixture(scope="session")
def trust(operator: Operator) -> Trust:
    """Somebody who pins the operator's root key and the witness."""
    return Trust(keys=(operator.root_key,), witnesses=(operator.witness.verifier,), quorum=1)


@pytest.fixture
def verify(tmp_path: Path, trust: Trust) -> Verify:
    """Verify bytes, or the members of an archive."""

    def check(data: object, believed: Trust = trust, entry: bytes | None = None) -> Report:
        file = tmp_path / "file"
        file.write_bytes(data if isinstance(data, bytes) else zipped(data))
        return verify_file(file, believed, entry=entry)

    return check
