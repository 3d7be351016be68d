"""``indelible erase`` and ``indelible retention``, against a real database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from indelible.cli import admin, erase, tenants
from indelible.errors import NotFound

pytestmark = pytest.mark.database


@pytest.fixture
def run(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Run a command against an installation with a tenant and a Super Admin."""
    monkeypatch.setenv("INDELIBLE_DATABASE_URL", database_url)
    monkeypatch.setenv("INDELIBLE_DATA", str(tmp_path))
    assert CliRunner().invoke(tenants.app, ["create", "Acme"]).exit_code == 0
    made = CliRunner().invoke(
        admin.app,
        ["create", "--email", "ada@platform.test", "--name", "Ada King", "--generate"],
    )
    assert made.exit_code == 0, made.output

    def run(app, *arguments: str, say: str = "") -> Result:
        result = CliRunner().invoke(app, list(arguments), input=say)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def test_it_asks_before_it_erases(run: Callable[..., Result]) -> None:
    """What would go is shown; only a yes erases; afterwards nobody is known."""
    refused = run(erase.app, "person", "ada@platform.test", say="n\n")
    assert refused.exit_code == 1
    assert "there is an account" in refused.stdout
    assert "platform" in refused.stdout
    done = run(erase.app, "person", "ada@platform.test", "--yes", "--reason", "asked")
    assert "is erased from:" in done.stdout
    assert "1 details" in done.stdout
    with pytest.raises(NotFound):
        run(erase.app, "person", "ada@platform.test", "--yes")


def test_retention_by_hand(run: Callable[..., Result]) -> None:
    """Days, hold and release are shown as they stand."""
    assert (
        "400 days (default), no hold, 0 entries purged"
        in run(erase.retention, "show", "Acme").stdout
    )
    assert "30 days, no hold" in run(erase.retention, "set", "Acme", "30").stdout
    assert (
        "30 days, on hold: case 9"
        in run(erase.retention, "hold", "Acme", "--reason", "case 9").stdout
    )
    assert "400 days (default), on hold" in run(erase.retention, "set", "Acme").stdout
    assert "no hold" in run(erase.retention, "release", "Acme").stdout
    assert "Nothing is old enough." in run(erase.retention, "purge").stdout
