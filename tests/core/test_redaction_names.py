"""Names tell secrets from what only sounds like one, at the rates that the guide states."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from indelible.core.redaction import Redactor
from indelible.core.redaction_names import words
from tests.core.plainly_secret import plainly_secret

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "redaction.md"


def _listed(names: str) -> list[str]:
    return names.split()


SECRET = _listed("""
    password passwd PASSWORD password2 userPassword smtp_password fmgpasswd passphrase
    api_user_key_pass_phrase secret clientSecret client-secret X-Client-Secret chapsecret token
    accessToken auth_token csrftoken fortitoken refresh.token apiKey apikey api_key X-Api-Key
    private_key privkey privateKeyPem PresharedKey preshared_key psk tls_psk secretAccessKey
    aws_access_key sessionToken credentials authorization Proxy-Authorization cookie Set-Cookie
    PHPSESSID sessionid connect.sid otp totp_secret pin password_hash secret_value basic_auth
    auth bearer codeVerifier authCode verification_code recoveryCodes kubeconfig keytab
    snmp_community community_string enable_password connectionString ｐａｓｓｗｏｒｄ passwort
    contraseña пароль 密码 user[password] passWord
""")

HARMLESS = _listed("""
    passwordResetRequired secretId secret_id token_ttl max_tokens password_policy next_token
    NextToken paginationToken continuation-token clientToken public_key publicKey PublicKey
    key_name ssh_keys keyword key keys primary_key partition_key routing_key objectKey
    accessKeyId access_key_id kms_key_arn KmsKeyId password_length min_password_length
    must_change_password has_password use_credentials private_key_path passport bypass compass
    passenger monkey turkey hockey tokenizer secretary author authority authorized_keys session
    session_id sessionId community description name id value total_tokens completion_tokens
    password_expires_at secret_name update_password country_code statusCode zipCode pinned
    spinner shipping
""")


class Lists:
    """Names that other people declared secret, and names that they declared not to be."""

    def __init__(self, folder: Path) -> None:
        self.secret = [
            *_names(folder / "ansible_no_log_true.tsv"),
            *_names(folder / "aws_botocore_sensitive_members.tsv"),
            *json.loads((folder / "sentry_sdk_scrubber.json").read_text())["deny"],
        ]
        self.harmless = _names(folder / "ansible_no_log_false.tsv")
        redactor = Redactor()
        plain = [name for name in self.secret if plainly_secret(name)]
        self.plain = len(plain)
        self.missed = [name for name in plain if not redactor.is_secret(name)]
        self.kept = sum(not redactor.is_secret(name) for name in self.harmless)
        spoken = {name.lower() for name in plain}
        only = [name for name in self.harmless if name.lower() not in spoken]
        self.undisputed = len(only)
        self.undisputed_kept = sum(not redactor.is_secret(name) for name in only)


def _names(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[0] for line in lines if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def lists(vectors: Path) -> Lists:
    return Lists(vectors / "secrets")


def test_every_name_that_plainly_holds_a_secret_is_caught(lists: Lists) -> None:
    """None of the names of the true lists that pass the judgment is missed."""
    assert lists.missed == []
    assert lists.plain >= 590


def test_names_that_only_look_secret_are_not_lost(lists: Lists) -> None:
    """Four of five stay readable, nine of ten of those that no true list names as well."""
    assert lists.kept / len(lists.harmless) >= 0.80
    assert lists.undisputed_kept / lists.undisputed >= 0.89


def test_the_guide_states_these_rates(lists: Lists) -> None:
    """The figures in docs/guides/redaction.md are the ones computed here."""
    stated = re.findall(r"\*\*(\d+) of (\d+)\*\*", GUIDE.read_text(encoding="utf-8"))
    assert [tuple(map(int, pair)) for pair in stated] == [
        (lists.plain - len(lists.missed), lists.plain),
        (lists.kept, len(lists.harmless)),
        (lists.undisputed_kept, lists.undisputed),
    ]


@pytest.mark.parametrize(
    "name",
    SECRET,
)
def test_this_name_is_secret(name: str) -> None:
    """Whatever its spelling."""
    assert Redactor().is_secret(name)


@pytest.mark.parametrize(
    "name",
    HARMLESS,
)
def test_this_name_only_sounds_secret(name: str) -> None:
    """Its value stays readable."""
    assert not Redactor().is_secret(name)


def test_a_name_is_cut_into_words() -> None:
    """Camel case, kebab, snake, dots and runs of capitals come to the same words."""
    assert words("X-ApiKey") == words("x_api_key") == words("x.api.key") == ["x", "api", "key"]
    assert words("SSEKMSKeyId") == ["ssekms", "key", "id"]
    assert words("oAuth2Token") == ["o", "auth2", "token"]


def test_the_guides_code_runs() -> None:
    """What the guide shows works as it stands there."""
    for code in re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(code, str(GUIDE), "exec"), {})
