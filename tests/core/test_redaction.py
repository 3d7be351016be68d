"""No secret passes, nothing else is lost, and nothing that comes in can break it."""

from __future__ import annotations

import json
import math
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indelible.core.redaction import CUT_FIELD, REDACTED, Redactor
from tests.capture.planted_secrets import PLANTED, Planted

SECRET_NAMES = st.sampled_from(
    ["password", "adminPassword", "DB_PASSWORD", "api-key", "client.secret", "accessToken",
     "PrivateKey", "PresharedKey", "cookie", "Set-Cookie", "Authorization", "totp_secret"]
)  # fmt: skip
KEYS = st.text(max_size=12).filter(lambda key: not Redactor().is_secret(key))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.binary(max_size=9),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=20,
)
MARK = "pL4ntedS3cret"


@st.composite
def planted(draw: st.DrawFn) -> Any:
    """A value with a secret somewhere below a secret name, at any depth."""
    value: Any = {
        draw(SECRET_NAMES): draw(st.sampled_from([MARK, [MARK], {"x": [MARK]}, f"{MARK}=="]))
    }
    for _ in range(draw(st.integers(0, 8))):
        value = [value, draw(SCALARS)] if draw(st.booleans()) else {draw(KEYS): value}
    return value


@given(planted())
@settings(max_examples=300, deadline=None)
def test_what_stands_under_a_secret_name_never_survives(value: Any) -> None:
    """A planted secret is gone, whatever is around it and however it is nested."""
    assert MARK not in json.dumps(Redactor().json(value))


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_redacting_twice_is_redacting_once(value: Any) -> None:
    """What the client redacted, the recorder leaves as it is."""
    redactor = Redactor()
    once = redactor.json(value)
    assert redactor.json(once) is once
    json.dumps(once, allow_nan=False).encode()


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_redacting_text_and_paths_twice_is_redacting_once(text: str) -> None:
    """Text and paths are as stable as values."""
    redactor = Redactor()
    assert redactor.text(redactor.text(text)) == redactor.text(text)
    assert redactor.path(redactor.path(text)) == redactor.path(text)


FRAGMENTS = st.lists(
    st.sampled_from(
        ["password", "token", "a", "Cookie", "=", ":", ": ", " = ", "=>", " ", "\n", "\t", '"', "'", "\\",
         "{", "}", "[", "]", ",", "&", ";", "<", ">", "</", "--", "-", "%3D", "%", "?", "/", "@", "://",
         REDACTED, "…[cut: 3 characters]", "eyJhbGciOiJI", ".", "Bearer ", "abc123def456", "basic ",
         "ghp_abcdefghijklmnop1234", "-----BEGIN PRIVATE KEY-----", "null", "true", "7 ", "secret"]
    ), max_size=14,
).map("".join)  # fmt: skip


@given(FRAGMENTS)
@settings(max_examples=2_000, deadline=None)
def test_text_made_of_what_secrets_are_made_of_is_stable(text: str) -> None:
    """Quotes, separators, names and marks in any order are redacted once and for all."""
    redactor = Redactor()
    assert redactor.text(redactor.text(text)) == redactor.text(text)
    assert redactor.json({"x": redactor.json({"x": text})["x"]}) == redactor.json({"x": text})


@example('"password"=\n', f"\npassword: {MARK}", "")
@given(
    FRAGMENTS.map(lambda text: f"{text}\n"),
    st.sampled_from(
        [f'"password": "{MARK}"', f"\npassword = {MARK}", f"\npassword: {MARK}", f" password={MARK}",
         f" --password {MARK}", f"<password>{MARK}</password>", f" ghp_{MARK}0123456789", f" https://a:{MARK}@b/",
         f" Bearer {MARK}1", f"\nCookie: a={MARK}", f"-----BEGIN PRIVATE KEY-----{MARK}",
         f" eyJhbGciOiJI.eyJzdWIi.{MARK}"]
    ),
    FRAGMENTS,
)  # fmt: skip
@settings(max_examples=2_000, deadline=None)
def test_a_secret_in_any_text_never_survives(before: str, secret: str, after: str) -> None:
    """Whatever stands around a planted secret does not hide it."""
    assert MARK not in Redactor().text(before + secret + after)


@pytest.mark.parametrize("secret", PLANTED, ids=lambda secret: secret.name)
def test_each_planted_secret_is_found(secret: Planted) -> None:
    """Body, query and headers of the thirty keep nothing of their secret."""
    redactor = Redactor()
    assert secret.core not in json.dumps(redactor.json(secret.body))
    query = "&".join(f"{name}={value}" for name, value in secret.query.items())
    assert secret.core not in redactor.path(f"/x?{query}")
    kept = redactor.headers(secret.headers)
    kept.pop("X-Request-ID", None)
    assert secret.core not in json.dumps(kept)


def test_what_has_no_secret_is_returned_as_it_came() -> None:
    """Copy on write: an event without secrets costs no copy."""
    value = {"a": [1, {"b": "c", "publicKey": "x" * 44}], "note": "reset password e-mail sent"}
    assert Redactor().json(value) is value


def test_only_what_holds_a_secret_is_copied() -> None:
    """The rest of the value is shared with what came in, which itself is not changed."""
    value = {"kept": {"a": 1}, "password": "x"}
    redacted = Redactor().json(value)
    assert redacted == {"kept": {"a": 1}, "password": REDACTED}
    assert redacted["kept"] is value["kept"]
    assert value["password"] == "x"


def test_null_yes_and_no_are_no_secrets() -> None:
    """What tells nothing stays readable, so that a flag named after a password can be read."""
    value = {"password": None, "resetPassword": True, "secret": False}
    assert Redactor().json(value) is value


def test_a_changed_secret_keeps_the_shape_of_a_change() -> None:
    """One reads that a password was changed, and not to what."""
    changes = {"password": {"before": "a", "after": "b"}, "pin": {"before": None, "after": 1}}
    assert Redactor().json(changes) == {
        "password": {"before": REDACTED, "after": REDACTED},
        "pin": {"before": None, "after": REDACTED},
    }


def test_an_access_key_id_is_an_identifier() -> None:
    """AKIA and ASIA ids stay, also below a name of secrets: they tell who, not how."""
    value = {"aws_access_key": "AKIAIOSFODNN7EXAMPLE", "accessKeyId": "ASIAIOSFODNN7EXAMPLE"}
    assert Redactor().json(value) is value


def test_public_keys_and_certificates_stay() -> None:
    """What is meant to be public is not taken for its private half."""
    value = {
        "publicKey": "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=",
        "config": "[Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nEndpoint = a:1\n",
        "certificate": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf",
        "stripe": "pk_live_abcdefgh12345678",
    }
    assert Redactor().json(value) is value


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Bearer abc.def-123456 tail", f"Bearer {REDACTED} tail"),
        ("bearer authentication is used", "bearer authentication is used"),
        ("Basic dXNlcjpwYXNz", f"Basic {REDACTED}"),
        ("Basic authentication", "Basic authentication"),
        ("a postgres://u:p@ss/w@h:5432/x b", f"a postgres://u:{REDACTED}@h:5432/x b"),
        ("http://host:80/path@foo", "http://host:80/path@foo"),
        ("Cookie: a=b; c=d\nHost: x", f"Cookie: {REDACTED}\nHost: x"),
        ("PublicKey = abc\nPrivateKey = abc", f"PublicKey = abc\nPrivateKey = {REDACTED}"),
        ('{"a": 1, "password": "cut off', f'{{"a": 1, "password": "{REDACTED}"'),
        (r'{\"password\": \"x\", \"a\": 1}', rf'{{\"password\": \"{REDACTED}\", \"a\": 1}}'),
        ("Server=x;Password=abc;User=y", f"Server=x;Password={REDACTED};User=y"),
        ("username bob password 7 0822455D0A16", f"username bob password 7 {REDACTED}"),
        ("<password>x</password><a>y</a>", f"<password>{REDACTED}</password><a>y</a>"),
        ("max_tokens=5&next_token=abc", "max_tokens=5&next_token=abc"),
        ("password: |\n  a\n  b\nuser: c", f"password: {REDACTED}\nuser: c"),
        ("$2b$12$abcdefghijklmnopqrstuv", REDACTED),
        ("https://hooks.slack.com/services/T0/B0/abcd1234", f"https://hooks.slack.com/services/{REDACTED}"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE", REDACTED),
        ("reset password e-mail sent", "reset password e-mail sent"),
        ("eRnifHbMuIyV0XwAmiRTXyTPw==", "eRnifHbMuIyV0XwAmiRTXyTPw=="),
    ],
)  # fmt: skip
def test_only_the_secret_span_of_a_text_is_taken_out(text: str, left: str) -> None:
    """What stands around a secret can still be read."""
    assert Redactor().text(text) == left


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("/a?token=abc&x=1", f"/a?token={REDACTED}&x=1"),
        ("/a?pass%77ord=x&y=%2F", f"/a?pass%77ord={REDACTED}&y=%2F"),
        ("/a?pass%2577ord=x", f"/a?pass%2577ord={REDACTED}"),
        ("/a?u=https%3A%2F%2Fb%3Apw%40h%2F", f"/a?u=https://b:{REDACTED}@h/"),
        ("/a?user[password]=x", f"/a?user[password]={REDACTED}"),
        ("/a?code=a&state=b", f"/a?code={REDACTED}&state=b"),
        ("/a?code=DE", "/a?code=DE"),
        ("/a?next_token=b&limit=2", "/a?next_token=b&limit=2"),
        ("/a?X-Amz-Signature=ab&X-Amz-Credential=AKIA", f"/a?X-Amz-Signature={REDACTED}&X-Amz-Credential=AKIA"),
        ("/a;password=x/b", f"/a;password={REDACTED}"),
        ("/a?q=100%", "/a?q=100%"),
    ],
)  # fmt: skip
def test_a_path_keeps_its_spelling_but_for_its_secrets(path: str, left: str) -> None:
    """Names are read through percent-encoding, and what is no secret stays as it was sent."""
    assert Redactor().path(path) == left


def test_headers_lose_credentials_and_cookies() -> None:
    """A header that authenticates is redacted whole, another as text."""
    kept = Redactor().headers({"Cookie": "a", "X-Api-Key": "b", "Accept": "c", "X-Auth-Token": "d"})
    assert kept == {
        "Cookie": REDACTED,
        "X-Api-Key": REDACTED,
        "Accept": "c",
        "X-Auth-Token": REDACTED,
    }


def test_names_can_be_added() -> None:
    """A platform's own secret names count, in any spelling, in text too."""
    redactor = Redactor(names=["license_blob"])
    assert redactor.json({"licenseBlob": "x"}) == {"licenseBlob": REDACTED}
    assert redactor.text("LICENSE_BLOB=x") == f"LICENSE_BLOB={REDACTED}"


def test_names_can_be_allowed() -> None:
    """An allowed name is read again, but secrets that show by their shape still go."""
    redactor = Redactor(allowed=["credentials"])
    value = {"credentials": {"accessKeyId": "ASIAIOSFODNN7EXAMPLE", "sessionToken": "x"}}
    assert redactor.json(value) == {
        "credentials": {"accessKeyId": "ASIAIOSFODNN7EXAMPLE", "sessionToken": REDACTED}
    }
    assert redactor.json({"credentials": "ghp_abcdefghijklmnop1234"}) == {"credentials": REDACTED}


def test_a_long_string_is_cut_where_one_can_see_it() -> None:
    """The cut says how much is gone, and the object lists where."""
    redactor = Redactor(max_string=100)
    value = redactor.json({"a": {"b/c": ["x" * 1_000]}})
    text = value["a"]["b/c"][0]
    assert len(text) <= 100
    assert text.startswith("xxx")
    assert text.endswith("…[cut: 924 characters]")
    assert value[CUT_FIELD] == ["/a/b~1c/0"]
    assert redactor.json(value) is value


def test_a_cut_leaves_no_half_of_a_secret() -> None:
    """Secrets are taken out first, so the end of what is kept is none's beginning."""
    text = "x" * 60 + " password=" + "s3cret" * 100
    assert "s3cret" not in Redactor(max_string=90).text(text)


def test_what_nests_too_deep_is_cut() -> None:
    """A hundred thousand levels are no more trouble than thirty-two."""
    value: Any = "bottom"
    for _ in range(100_000):
        value = [value]
    found = Redactor(max_depth=8).examine(value)
    assert json.dumps(found.value).count("[") == 8 + 1
    assert found.cut == ("/0" * 8,)


def test_a_value_that_holds_itself_is_cut() -> None:
    """A ring is not followed for ever."""
    ring: dict[str, Any] = {}
    ring["a"], ring["b"] = ring, ring
    assert Redactor(max_nodes=500).examine(ring).cut


def test_long_lists_and_wide_objects_are_cut() -> None:
    """Only the first entries are kept, and it says how many are gone."""
    redactor = Redactor(max_items=10)
    found = redactor.examine({"list": list(range(100)), "wide": {str(n): n for n in range(100)}})
    assert found.value["list"][-1] == "…[cut: 91 items]"
    assert found.value["wide"]["…"] == "…[cut: 91 fields]"
    assert found.cut == ("/list", "/wide")
    assert redactor.json(found.value) is found.value


def test_what_is_no_json_becomes_what_is_nearest() -> None:
    """Whatever a handler hands over can be stored, and numbers stay exact."""

    class Stranger:
        def __str__(self) -> str:
            raise RuntimeError

    value = Redactor().json(
        {1: 2**70, None: math.inf, "n": math.nan, "b": b"\xff", "u": UUID(int=1), "t": (1,), "s": Stranger()}
    )  # fmt: skip
    assert value == {
        "1": 2**70, "null": "Infinity", "n": "NaN", "b": "�",
        "u": "00000000-0000-0000-0000-000000000001", "t": [1], "s": "[Stranger]",
    }  # fmt: skip


def test_lone_surrogates_are_replaced() -> None:
    """They can't be stored as UTF-8; also not in keys."""
    assert Redactor().json({"a\ud800": "\udfffb"}) == {"a�": "�b"}


def test_secrets_in_keys_are_taken_out_and_no_field_is_lost() -> None:
    """Two keys that become the same are told apart by a number."""
    token = "ghp_abcdefghijklmnop1234"
    assert Redactor().json({f"{token}a": 1, f"{token}b": 2}) == {REDACTED: 1, f"{REDACTED} (2)": 2}


def test_naughty_strings_do_no_harm(vectors: Any) -> None:
    """The list of naughty strings passes as values, keys, text, paths and headers."""
    redactor = Redactor()
    for text in json.loads((vectors / "strings" / "blns.json").read_text(encoding="utf-8")):
        json.dumps(redactor.json({text: [text, {"x": text}]})).encode()
        assert redactor.text(redactor.text(text)) == redactor.text(text)
        redactor.path(text)
        redactor.headers({"x": text})


@pytest.mark.parametrize(
    "text",
    ["a" * 60_000, "\\" * 60_000, "eyJ" * 20_000, "a://b:" * 10_000, "password " * 7_000,
     "--a " * 15_000, "<a " * 20_000, "'" * 60_000, "a=" * 30_000, "a: " * 20_000,
     '{"' * 20_000, "[" * 60_000, "-----BEGIN " * 5_000, "bearer " * 8_000, "%25" * 20_000,
     "password:" * 6_000, 'password="\\' * 5_000],
    ids=lambda text: text[:6],
)  # fmt: skip
def test_no_text_makes_it_slow(text: str) -> None:
    """A hostile text costs what an honest one of its length costs: well below a second."""
    import time

    began = time.process_time()
    redactor = Redactor()
    redactor.json({"x": text})
    redactor.path(text)
    assert time.process_time() - began < 1.0
