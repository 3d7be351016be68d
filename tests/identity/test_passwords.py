"""Passwords: rules and hashing."""

from __future__ import annotations

import asyncio

import pytest

from indelible.errors import Invalid, Throttled
from indelible.identity.passwords import Argon2Hasher, check_password

ABOUT = ("anna.schmidt@acme.test", "Anna Schmidt")


@pytest.fixture
def hasher():
    hasher = Argon2Hasher()
    yield hasher
    hasher.close()


@pytest.mark.parametrize(
    "password",
    [
        "seven green kettles hum",
        "kjhs8 dfgk3 lqpwz",
        "löwenzahn über bürgersteig",
        "abcXgh72kkdm!!qq8",
        "lighthouse-1911-pickle",
        "zz 83920175620184",
    ],
)
def test_good_passwords_are_taken(password):
    """Long passwords that nobody tries first are taken, without rules of composition."""
    check_password(password, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "fourteen chars",
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "passwordpassword",
        "Password12345678",
        "P4ssw0rd12345678",
        "123456789012345678",
        "9876543210987654",
        "qwertyuiopasdfghjkl",
        "abcdefghijklmnop",
        "correct horse battery staple",
        "Welcome Password 2024!",
        "anna.schmidt@acme.test",
        "AnnaSchmidtAnnaSchmidt",
        "annaschmidt2024!!",
        "thisismypassword",
        "1qaz2wsx3edc4rfv",
        "................",
    ],
)
def test_guessable_passwords_are_refused(password):
    """Short ones and those that every guesser tries are refused, and the field is named."""
    with pytest.raises(Invalid) as caught:
        check_password(password, about=ABOUT)
    assert caught.value.field == "password"


def test_a_second_factor_allows_eight_characters():
    """With a second factor eight characters do; the blocklist holds all the same."""
    check_password("wq8 tree", second_factor=True)
    for password in ("wq8tree", "password", "qwertyui"):
        with pytest.raises(Invalid):
            check_password(password, second_factor=True)


def test_length_has_an_end():
    """Passwords of 256 characters are taken, longer ones refused rather than cut."""
    unit = "".join(chr(0x4E00 + n) for n in range(256))
    check_password(unit)
    with pytest.raises(Invalid, match="at most"):
        check_password(unit + "x")


async def test_hash_and_verify(hasher):
    """A hash is Argon2id with 19 MiB, two passes and one lane, and is of its password alone."""
    stored = await hasher.hash("seven green kettles hum")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await hasher.verify(stored, "seven green kettles hum")
    assert not await hasher.verify(stored, "seven green kettles hums")
    assert not hasher.outdated(stored)


async def test_another_keyboards_spelling_is_the_same_password(hasher):
    """Composed and decomposed letters are one password (NFKC)."""
    stored = await hasher.hash("caf\u00e9 on the corner")
    assert await hasher.verify(stored, "cafe\u0301 on the corner")


@pytest.mark.parametrize("password", ["", "\x00", "\ud800", "x" * 100_000])
async def test_no_account_is_never_right(hasher, password):
    """Without an account every password is wrong, whatever is in it."""
    assert not await hasher.verify(None, password)


@pytest.mark.parametrize("stored", ["", "nonsense", "$argon2id$v=19$m=19456,t=2,p=1$x$y"])
async def test_a_broken_hash_is_a_wrong_password(hasher, stored):
    """A stored hash that can't be read lets nobody in."""
    assert not await hasher.verify(stored, "x")


async def test_older_parameters_are_outdated(hasher):
    """A hash of weaker parameters is told from today's."""
    assert hasher.outdated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$hBtbPTLwAyiUDtbVuWS2sg")


async def test_a_full_queue_sends_people_away():
    """With the queue full the next is told to come again, and nobody waits for ever."""
    hasher = Argon2Hasher(threads=1, waiting=2)
    tasks = [asyncio.create_task(hasher.verify(None, "x")) for _ in range(6)]
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [bool, bool] + [Throttled] * 4
    assert await hasher.verify(None, "x") is False
    hasher.close()
