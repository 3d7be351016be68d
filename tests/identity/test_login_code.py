"""Signing in and stepping up with a second factor, over fakes."""

from __future__ import annotations

import asyncio

import pytest

from indelible.core.activity import Action, Status
from indelible.errors import (
    Invalid,
    SecondFactorRequired,
    Throttled,
    WrongCode,
    WrongCredentials,
)
from indelible.identity import recovery, totp

ANNA = "anna@acme.test"


@pytest.fixture
def secret(house):
    """Anna's secret: she has a second factor, and one recovery code."""
    return house.factors.enrolled(ANNA, recovery.digest_of(house.anna.id, "k7m2q-x4w9p"))


def sign_in(house, code=None, *, password=None, ip="203.0.113.7"):
    """Try to sign in as Anna."""
    return house.login.sign_in(ANNA, password or house.password, house.visit(ip), code=code)


async def test_a_code_is_asked_for_once_the_password_is_right(house, secret):
    """The right password alone opens no session; it is no entry and no failure."""
    for _ in range(20):
        with pytest.raises(SecondFactorRequired):
            await sign_in(house)
    assert house.sessions.stored == {}
    assert house.recorder.activities == []
    assert not any(house.attempts.held.values())


async def test_nobody_learns_of_a_second_factor_without_the_password(house, secret):
    """With a wrong password the answer is that of any account, code or not."""
    for code in (None, totp.code_at(secret, house.clock())):
        with pytest.raises(WrongCredentials, match="do not match") as caught:
            await sign_in(house, code, password="wrong")
        assert caught.value.field is None
    assert [each.payload for each in house.recorder.activities] == [
        {"reason": "wrong password"}
    ] * 2


async def test_password_and_code_open_a_session(house, secret):
    """Both together open a session, and the entry says how the code came."""
    signed_in = await sign_in(house, totp.code_at(secret, house.clock()))
    assert signed_in.session.user.email == ANNA
    [entry] = house.recorder.activities
    assert (entry.action, entry.status) == (Action.CREATE, Status.SUCCESS)
    assert entry.payload == {"secondFactor": "authenticator"}


async def test_a_wrong_code_is_a_failure_and_an_entry(house, secret):
    """A wrong code is recorded as one, in the tenant's log, and names its field."""
    wrong = f"{(int(totp.code_at(secret, house.clock())) + 1) % 10**6:06}"
    with pytest.raises(WrongCode) as caught:
        await sign_in(house, wrong)
    assert caught.value.field == "code"
    [entry] = house.recorder.activities
    assert (entry.action, entry.status, entry.tenant) == (
        Action.CREATE,
        Status.FAILURE,
        house.acme.id,
    )
    assert entry.payload == {"reason": "wrong code"}
    assert wrong not in repr(entry)


async def test_a_code_is_good_once(house, secret):
    """A code that was taken opens no second session, nor does the one before it; the next does."""
    shown, before = (totp.code_at(secret, house.clock() + n * 30) for n in (0, -1))
    await sign_in(house, shown)
    for used in (shown, before):
        with pytest.raises(WrongCode):
            await sign_in(house, used)
    house.clock.moment += 30
    await sign_in(house, totp.code_at(secret, house.clock()))


async def test_of_two_at_once_one_gets_in(house, secret):
    """The same code sent twice at the same time opens one session."""
    shown = totp.code_at(secret, house.clock())
    answers = await asyncio.gather(
        sign_in(house, shown), sign_in(house, shown), return_exceptions=True
    )
    assert sorted(isinstance(each, WrongCode) for each in answers) == [False, True]
    assert len(house.sessions.stored) == 1


async def test_a_recovery_code_signs_in_once(house, secret):
    """A recovery code does in place of the authenticator's, once, however it is typed."""
    await sign_in(house, " K7M2Q x4w9p")
    assert house.recorder.activities[-1].payload == {"secondFactor": "recovery code"}
    with pytest.raises(WrongCode):
        await sign_in(house, "k7m2q-x4w9p")
    assert house.recorder.activities[-1].payload == {"reason": "wrong code"}


async def test_guessed_codes_are_throttled(house, secret):
    """Who knows the password guesses ten codes; the right password alone does not clear that."""
    for number in range(10):
        with pytest.raises(WrongCode):
            await sign_in(house, f"x{number}", ip=f"203.0.113.{number}")
    for code in (totp.code_at(secret, house.clock()), None):
        with pytest.raises(Throttled):
            await sign_in(house, code, ip="203.0.113.99")


async def test_asking_again_does_not_clear_wrong_codes(house, secret):
    """Between guesses, the right password without a code leaves the failures that there are."""
    for _ in range(9):
        with pytest.raises(WrongCode):
            await sign_in(house, "000 00")
        with pytest.raises(SecondFactorRequired):
            await sign_in(house)
    with pytest.raises(WrongCode):
        await sign_in(house, "000 00")
    with pytest.raises(Throttled):
        await sign_in(house)


async def test_a_code_that_nobody_asked_for_is_not_looked_at(house):
    """Without a second factor the password is enough, whatever stands in the code's place."""
    await sign_in(house, "123456")
    assert house.recorder.activities[-1].payload is None


async def test_a_code_steps_up_once(house, secret):
    """A code of the authenticator steps up, and does so once; recovery codes do not."""
    session = (await sign_in(house, totp.code_at(secret, house.clock()))).session
    house.clock.moment += 30
    shown = totp.code_at(secret, house.clock())
    await house.step_up.prove(session, house.visit(), code=shown)
    assert house.sessions.proved == [(session.id, None)]
    for wrong in (shown, "k7m2q-x4w9p", "nonsense"):
        with pytest.raises(WrongCode):
            await house.step_up.prove(session, house.visit(), code=wrong)
        assert house.recorder.activities[-1].payload == {"reason": "wrong code"}
        assert house.recorder.activities[-1].action is Action.UPDATE
    assert len(house.sessions.proved) == 1


@pytest.mark.parametrize("given", [{}, {"password": "x", "code": "123456"}])
async def test_step_up_takes_one_proof(house, secret, given):
    """Neither nothing nor both: nothing is looked at."""
    session = (await sign_in(house, totp.code_at(secret, house.clock()))).session
    verified = len(house.hasher.verified)
    with pytest.raises(Invalid):
        await house.step_up.prove(session, house.visit(), **given)
    assert len(house.hasher.verified) == verified


async def test_step_up_by_code_needs_an_authenticator(house):
    """Without a second factor a code is not looked at."""
    session = (await sign_in(house)).session
    with pytest.raises(Invalid, match="no second factor"):
        await house.step_up.prove(session, house.visit(), code="123456")
