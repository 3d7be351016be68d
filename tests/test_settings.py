"""Settings: read from the environment, refused in words, used and documented."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from indelible.bootstrap import open_database
from indelible.config.settings import Settings, load_settings
from indelible.core.key import KeyType, SignerKey
from indelible.errors import Misconfigured

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "indelible"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine gets into a test."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"INDELIBLE_{name.upper()}", raising=False)


def test_nothing_has_to_be_set() -> None:
    """Without any variable there are settings to run with, key in the data folder."""
    settings = load_settings()
    assert settings.database_url is None
    assert settings.signing_key == Path("var/signing.key")


def test_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A setting is INDELIBLE_ and its name; a list is JSON."""
    monkeypatch.setenv("INDELIBLE_DATA", str(tmp_path))
    monkeypatch.setenv("INDELIBLE_TRUSTED_PROXIES", '["10.0.0.0/8", "::1"]')
    monkeypatch.setenv("INDELIBLE_SESSION_HOURS", "1.5")
    settings = load_settings()
    assert settings.signing_key == tmp_path / "signing.key"
    assert settings.trusted_proxies == ["10.0.0.0/8", "::1"]
    assert settings.session_hours == 1.5


def test_key_file_elsewhere(tmp_path: Path) -> None:
    """The signing key is where the setting says, whatever the data folder."""
    assert load_settings(key_file=tmp_path / "k").signing_key == tmp_path / "k"


def test_what_is_handed_over_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arguments win over the environment."""
    monkeypatch.setenv("INDELIBLE_ORIGIN", "one.example/audit")
    assert load_settings(origin="two.example/audit").origin == "two.example/audit"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "mysql://owner@localhost/audit"),
        ("database_url", "sqlite:///audit.db"),
        ("database_pool", "0"),
        ("origin", "https://audit.example.com"),
        ("origin", "audit.example.com/"),
        ("origin", ""),
        ("append_lanes", "many"),
        ("session_hours", "0"),
        ("insecure_cookies", "perhaps"),
    ],
)
def test_refusals(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A value that can't be taken is refused by the name of its variable."""
    monkeypatch.setenv(f"INDELIBLE_{name.upper()}", value)
    with pytest.raises(Misconfigured, match=f"INDELIBLE_{name.upper()}: "):
        load_settings()


def test_all_faults_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two faults are named in one message: nobody mends them one start at a time."""
    monkeypatch.setenv("INDELIBLE_DATABASE_POOL", "0")
    monkeypatch.setenv("INDELIBLE_APPEND_LANES", "0")
    with pytest.raises(Misconfigured, match=r"INDELIBLE_DATABASE_POOL: .*INDELIBLE_APPEND_LANES: "):
        load_settings()


def test_no_password_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's password stands neither in what settings print nor in a refusal."""
    settings = load_settings(database_url="postgresql://owner:hunter2@localhost/audit")
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings)
    monkeypatch.setenv("INDELIBLE_DATABASE_URL", "mysql://owner:hunter2@localhost/audit")
    with pytest.raises(Misconfigured) as refusal:
        load_settings()
    assert "hunter2" not in str(refusal.value)


@pytest.mark.database
def test_password_in_a_file(database_url: str, tmp_path: Path) -> None:
    """The database's password may come from a file; one that can't be read is named."""
    secret = tmp_path / "password"
    plain = sa.make_url(database_url).set(drivername="postgresql")
    settings = load_settings(database_url=plain.render_as_string(), database_password_file=secret)
    with pytest.raises(Misconfigured, match=str(secret)), open_database(settings):
        pass
    secret.write_text("hunter/2@\n")
    with open_database(settings) as url:
        assert sa.make_url(url).password == "hunter/2@"


def test_settings_do_not_change() -> None:
    """What runs on settings can trust that they stay."""
    with pytest.raises(ValueError, match="frozen"):
        load_settings().origin = "elsewhere"


W1 = SignerKey.from_seed("w1.test", b"1" * 32, KeyType.COSIGNATURE).verifier.to_text()
W2 = SignerKey.from_seed("w2.test", b"2" * 32, KeyType.COSIGNATURE).verifier.to_text()
W1_AGAIN = SignerKey.from_seed("w9.test", b"1" * 32, KeyType.COSIGNATURE).verifier.to_text()
LOG = SignerKey.from_seed("log.test", b"3" * 32).verifier.to_text()


def test_witnesses_are_keys_and_addresses() -> None:
    """Each is read; more than half of them are a quorum, unless another number is named."""
    both = [f"{W1} https://w1.test/", f"{W2} http://127.0.0.1:8081"]
    settings = load_settings(witnesses=both)
    assert [(key.name, url) for key, url in settings.witness_keys] == [
        ("w1.test", "https://w1.test/"),
        ("w2.test", "http://127.0.0.1:8081"),
    ]
    assert settings.quorum == 2
    assert load_settings(witnesses=both, witness_quorum=1).quorum == 1
    assert load_settings(witnesses=both[:1]).quorum == 1
    assert load_settings().quorum == 0


@pytest.mark.parametrize(
    ("witnesses", "quorum"),
    [
        (["w1.test"], None),
        ([W1], None),
        ([f"{W1} ftp://w1.test"], None),
        ([f"{LOG} https://w1.test"], None),
        ([f"{W1[:-2]}A= https://w1.test"], None),
        ([f"{W1} https://w1.test", f"{W1} https://other.test"], None),
        ([f"{W1} https://w1.test", f"{W1_AGAIN} https://w1.test"], None),
        ([f"{W1} https://w1.test"], 2),
        ([], 1),
    ],
)
def test_a_quorum_that_is_none_stops_the_start(witnesses: list[str], quorum: int | None) -> None:
    """No key, no address, a log's key, one witness twice, more cosignatures than witnesses."""
    with pytest.raises(Misconfigured, match="WITNESS"):
        load_settings(witnesses=witnesses, witness_quorum=quorum)


def test_every_setting_has_an_effect() -> None:
    """No setting is offered that nothing reads."""
    source = "\n".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    read = set(re.findall(r"\bsettings\.(\w+)", source))
    read |= set(re.findall(r"\bself\.(\w+)", inspect.getsource(Settings)))
    assert [name for name in Settings.model_fields if name not in read] == []


def test_every_setting_says_what_it_does() -> None:
    """Each has a sentence for the reference page."""
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
