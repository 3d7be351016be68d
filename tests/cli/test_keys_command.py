"""``indelible keys verifiers`` and ``rotate``, as an operator runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from indelible.cli import keys, tenants
from indelible.core.key import VerifierKey
from indelible.signing.file_key import load_signer

pytestmark = pytest.mark.database


def test_the_key_of_every_log_is_told_and_can_be_rotated(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line for each log, for auditors; after a rotation the same logs with another key."""
    monkeypatch.setenv("INDELIBLE_DATABASE_URL", database_url)
    monkeypatch.setenv("INDELIBLE_DATA", str(tmp_path))
    run = CliRunner().invoke
    assert run(tenants.app, ["create", "Acme"]).exit_code == 0
    before = [VerifierKey.parse(line) for line in run(keys.app, ["verifiers"]).stdout.splitlines()]
    assert before[0].name == "localhost/audit/root"
    assert {key.public_key for key in before} == {load_signer(tmp_path / "signing.key").public_key}
    rotated = run(keys.app, ["rotate"])
    assert rotated.exit_code == 0, rotated.output
    assert "restart the service" in rotated.stdout
    after = [VerifierKey.parse(line) for line in run(keys.app, ["verifiers"]).stdout.splitlines()]
    assert {key.name for key in after} >= {key.name for key in before}
    (new,) = {key.public_key for key in after}
    assert new == load_signer(tmp_path / "signing.key").public_key != before[0].public_key
    assert new.hex() in rotated.stdout
