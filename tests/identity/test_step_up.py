"""Step-up: the password once more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indelible.core.activity import Action, Actor, Status
from indelible.errors import Forbidden, NotSignedIn, Throttled, WrongCredentials

ANNA = "anna@acme.test"


@pytest.fixture
async def session(house):
    """A session of Anna's; what signing in recorded is put away."""
    signed_in = await house.login.sign_in(ANNA, house.password, house.visit())
    house.recorder.activities.clear()
    return signed_in.session


async def test_the_password_proves_the_session_and_is_no_entry(house, session):
    """The right password is noted for this session, with the hash it was; nothing is recorded."""
    await house.step_up.prove(session, house.visit(), password=house.password)
    assert house.sessions.proved == [(session.id, f"2026:{house.password}")]
    assert house.recorder.activities == []


async def test_a_wrong_password_is_a_failed_update_of_the_session(house, session):
    """A wrong password proves nothing and is an entry; the session goes on."""
    with pytest.raises(WrongCredentials):
        await house.step_up.prove(session, house.visit(), password="wrong")
    assert house.sessions.proved == []
    [entry] = house.recorder.activities
    assert (entry.action, entry.status) == (Action.UPDATE, Status.FAILURE)
    assert (entry.resource.type, entry.resource.id) == ("session", session.id)
    assert (entry.session, entry.tenant) == (session.id, house.acme.id)
    assert entry.request.status == 401


async def test_guesses_count_together_with_those_at_sign_in(house, session):
    """Who guesses here can't guess on there: ten failures in all, then neither is looked at."""
    for _ in range(5):
        await house.fail()
        with pytest.raises(WrongCredentials):
            await house.step_up.prove(session, house.visit(), password="wrong")
    verified = len(house.hasher.verified)
    with pytest.raises(Throttled):
        await house.step_up.prove(session, house.visit(), password=house.password)
    with pytest.raises(Throttled):
        await house.login.sign_in(ANNA, house.password, house.visit())
    assert len(house.hasher.verified) == verified


async def test_a_success_is_no_failure(house, session):
    """However often somebody gives the right password, nothing is held against them."""
    for _ in range(20):
        await house.step_up.prove(session, house.visit(), password=house.password)
    assert not any(house.attempts.held.values())


async def test_an_ended_session_is_not_proved(house, session):
    """A session that ended meanwhile is not brought back by a password."""
    await house.desk.sign_out(session, house.visit())
    with pytest.raises(NotSignedIn):
        await house.step_up.prove(session, house.visit(), password=house.password)


async def test_an_assumed_session_is_not_stepped_up(house, session):
    """Who acts as somebody else proves nothing with a password, whoever's it is."""
    assumed = replace(session, assumed_by=Actor(id="root"))
    with pytest.raises(Forbidden):
        await house.step_up.prove(assumed, house.visit(), password=house.password)
    assert house.hasher.verified[1:] == []
