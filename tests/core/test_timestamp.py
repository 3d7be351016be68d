"""Time-stamps: what the pinned authority said of this text, and nothing else, is believed."""

from __future__ import annotations

import random
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from indelible.core.timestamp import Stamp, ask, check_token, read_certificates, token_in
from indelible.errors import Invalid, MalformedProof, Tampered, Unproven
from tests.authority import Authority

TEXT = b"audit.test/root\n7\nhash\n"

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to stamp with")


@pytest.fixture(scope="module", params=["rsa:2048", "ec"])
def authority(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Authority:
    """An authority, with keys of either kind."""
    return Authority(tmp_path_factory.mktemp("authority"), key=request.param)


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Somebody of the same name, with certificates of their own."""
    return Authority(tmp_path_factory.mktemp("stranger"))


@pytest.fixture(scope="module")
def token(authority: Authority) -> bytes:
    """A token over TEXT."""
    return token_in(authority.reply(ask(TEXT).data))


def test_a_stamp_says_who_saw_the_text_when(authority: Authority, token: bytes) -> None:
    """With the root pinned, or the signing certificate beside it, the token is believed."""
    for pinned in (authority.root, authority.root + authority.certificate):
        stamp = check_token(token, TEXT, read_certificates(pinned))
        assert stamp.authority == "Test Stamps"
        assert abs(datetime.now(UTC) - stamp.time) < timedelta(minutes=5)


def test_the_nonce_is_the_one_that_was_sent(authority: Authority) -> None:
    """An answer to an earlier question is no answer to this one."""
    question = ask(TEXT)
    token = token_in(authority.reply(question.data))
    certificates = read_certificates(authority.root)
    assert isinstance(check_token(token, TEXT, certificates, nonce=question.nonce), Stamp)
    with pytest.raises(Tampered, match="Nonce"):
        check_token(token, TEXT, certificates, nonce=ask(TEXT).nonce)


def test_another_text_is_not_stamped(authority: Authority, token: bytes) -> None:
    """A token is over one text."""
    with pytest.raises(Tampered):
        check_token(token, TEXT + b"\n", read_certificates(authority.root))


def test_only_the_pinned_authority_counts(
    authority: Authority, stranger: Authority, token: bytes
) -> None:
    """Certificates that a token brings along are worth nothing by themselves."""
    for pinned in (stranger.root, stranger.root + authority.certificate):
        with pytest.raises(Tampered):
            check_token(token, TEXT, read_certificates(pinned))
    with pytest.raises(Tampered, match="pinned certificate"):
        check_token(token, TEXT, read_certificates(authority.root + stranger.certificate))


def test_a_refusal_is_told(authority: Authority) -> None:
    """An authority that grants nothing is quoted."""
    with pytest.raises(MalformedProof):
        token_in(authority.reply(b"\x30\x03\x02\x01\x01"))
    with pytest.raises(Invalid):
        read_certificates(b"no certificates")


def test_no_changed_token_is_believed(authority: Authority, token: bytes) -> None:
    """Whatever bit is flipped, whatever is cut or put in: refused, in the verifier's own words."""
    certificates = read_certificates(authority.root)
    chance = random.Random(3161)
    for _ in range(3_000):
        changed = bytearray(token)
        at = chance.randrange(len(token))
        match chance.randrange(4):
            case 0 | 1:
                changed[at] ^= 1 << chance.randrange(8)
            case 2:
                del changed[at : at + chance.randrange(1, 40)]
            case 3:
                changed[at:at] = chance.randbytes(chance.randrange(1, 40))
        with pytest.raises(Unproven):
            check_token(bytes(changed), TEXT, certificates)


def test_bytes_around_the_signature_have_one_spelling(token: bytes, authority: Authority) -> None:
    """No bit of the last part of a token, the signer's, can be another one."""
    certificates = read_certificates(authority.root)
    for at in range(len(token) - 520, len(token)):
        changed = bytearray(token)
        changed[at] ^= 1 << at % 8
        with pytest.raises(Unproven):
            check_token(bytes(changed), TEXT, certificates)
