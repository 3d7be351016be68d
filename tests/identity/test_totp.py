"""One-time passwords: RFC 6238's vectors, drift and replay; recovery codes."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.identity import recovery, totp
from indelible.identity.model import UserId

RFC_SECRET = b"12345678901234567890"
ANNA = UserId("10cd846b-bc51-47a4-aa37-a350c4da42cb")


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(moment: int, shown: str) -> None:
    """Codes are those of RFC 6238 appendix B, of which six digits are shown."""
    assert totp.code_at(RFC_SECRET, moment) == shown
    assert totp.step_of(RFC_SECRET, shown, moment, after=None) == moment // 30


@given(st.integers(0, 2**33), st.integers(-5, 5))
def test_a_clock_may_be_half_a_minute_off(moment: int, steps: int) -> None:
    """The code of this step, of the one before and of the next are right, no others."""
    moment += 1_000
    shown = totp.code_at(RFC_SECRET, moment + steps * 30)
    found = totp.step_of(RFC_SECRET, shown, moment, after=None)
    if abs(steps) <= 1:
        # Two steps may show the same code; the later one is taken then.
        assert found is not None
        assert found >= moment // 30 + steps
    elif found is not None:
        assert totp.code_at(RFC_SECRET, found * 30) == shown


@given(st.integers(10_000, 2**33), st.integers(-1, 1))
def test_each_code_is_good_once(moment: int, steps: int) -> None:
    """A code that was taken is never right again, nor is one of before it."""
    shown = totp.code_at(RFC_SECRET, moment + steps * 30)
    taken = totp.step_of(RFC_SECRET, shown, moment, after=None)
    assert taken is not None
    for step in range(taken - 3, taken + 1):
        old = totp.code_at(RFC_SECRET, step * 30)
        again = totp.step_of(RFC_SECRET, old, moment, after=taken)
        assert again is None or again > taken


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("12345", None),
        ("1234567", None),
        ("12345a", None),
        ("", None),
        ("١٢٣٤٥٦", None),
    ],
)
def test_codes_have_one_spelling(text: str, code: str | None) -> None:
    """Six ASCII digits are a code, blanks among them do not count."""
    assert totp.spelled(text) == code


def test_the_address_says_what_an_authenticator_needs() -> None:
    """The address of the QR code names issuer, account, secret and parameters."""
    said = urlsplit(totp.as_uri(RFC_SECRET, email="anna+x@acme.test"))
    assert (said.scheme, said.netloc, said.path) == (
        "otpauth",
        "totp",
        "/Indelible:anna%2Bx@acme.test",
    )
    assert parse_qs(said.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["Indelible"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }


def test_recovery_codes_are_ten_and_differ() -> None:
    """There are ten, spelled to be read aloud, and no two alike."""
    codes = recovery.new_codes()
    assert len(set(codes)) == recovery.HOW_MANY == 10
    for code in codes:
        assert recovery.spelled(code) == code
        assert not set(code) & set("0o1il")


@pytest.mark.parametrize("typed", ["K7M2Q X4W9P", "k7m2qx4w9p", " k7m2q-x4w9p "])
def test_recovery_codes_are_typed_in_many_ways(typed: str) -> None:
    """Upper and lower case, dashes and blanks make no difference."""
    assert recovery.spelled(typed) == "k7m2q-x4w9p"


@pytest.mark.parametrize(
    "typed", ["", "123456", "k7m2q-x4w9", "k7m2q-x4w9pp", "k7m2q-x4w0p", "ж" * 10]
)
def test_what_can_be_no_recovery_code(typed: str) -> None:
    """What is not spelled like one is not looked up."""
    assert recovery.spelled(typed) is None


def test_digests_of_recovery_codes_are_of_one_user() -> None:
    """The same code of two users has two digests, and neither holds it."""
    mine = recovery.digest_of(ANNA, "k7m2q-x4w9p")
    theirs = recovery.digest_of(UserId("0" * 36), "k7m2q-x4w9p")
    assert len(mine) == 32
    assert mine != theirs
    assert b"k7m2q" not in mine
