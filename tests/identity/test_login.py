"""Signing in, over fakes."""

from __future__ import annotations

import pytest

from indelible.core.activity import Action, ActorType, Status
from indelible.errors import Throttled, WrongCredentials
from indelible.identity.access import Role
from indelible.identity.login import digest_of
from indelible.identity.throttling import Limits, network_of


async def test_right_password_opens_a_session(house):
    """The right password opens a session of the user, whose token is not what is stored."""
    signed_in = await house.login.sign_in("Anna@ACME.test ", house.password, house.visit())
    assert signed_in.session.user == house.anna
    assert list(house.sessions.stored) == [digest_of(signed_in.token)]
    assert signed_in.session.id not in signed_in.token
    assert signed_in.token not in repr(signed_in)


async def test_sign_in_is_an_entry(house):
    """A sign-in is a create of its session in the log of the user's tenant."""
    signed_in = await house.login.sign_in("anna@acme.test", house.password, house.visit())
    [activity] = house.recorder.activities
    assert (activity.action, activity.status) == (Action.CREATE, Status.SUCCESS)
    assert (activity.resource.type, activity.resource.id) == ("session", signed_in.session.id)
    assert activity.session == signed_in.session.id
    assert activity.tenant == house.acme.id
    assert activity.actor == house.anna.actor
    assert activity.client.ip == "203.0.113.7"
    assert activity.request.status == 200


async def test_super_admins_sign_in_to_the_platform_log(house):
    """What a Super Admin does belongs to no tenant, and the session is a shorter one."""
    root = await house.login.sign_in("root@platform.test", house.password, house.visit())
    anna = await house.login.sign_in("anna@acme.test", house.password, house.visit())
    assert house.recorder.activities[0].tenant is None
    minutes = [
        (session.idle_expires_at - session.created_at).total_seconds() / 60
        for session in (root.session, anna.session)
    ]
    hours = [
        (session.expires_at - session.created_at).total_seconds() / 3600
        for session in (root.session, anna.session)
    ]
    assert (minutes, hours) == ([15, 30], [8, 12])


async def test_wrong_password_is_a_failure_of_that_user(house):
    """A wrong password is recorded in the tenant's log, as the user's failure, with its reason."""
    await house.fail()
    [activity] = house.recorder.activities
    assert (activity.action, activity.status) == (Action.CREATE, Status.FAILURE)
    assert (activity.actor, activity.tenant) == (house.anna.actor, house.acme.id)
    assert activity.resource.id == "-"
    assert activity.payload == {"reason": "wrong password"}
    assert activity.request.status == 401
    assert house.sessions.stored == {}


async def test_unknown_address_is_an_anonymous_failure(house):
    """An unknown address goes to the platform log, with the address as a disclosure."""
    await house.fail("nobody@acme.test")
    [activity] = house.recorder.activities
    assert activity.actor.type is ActorType.ANONYMOUS
    assert activity.actor.email == "nobody@acme.test"
    assert activity.tenant is None


async def test_what_is_no_address_is_not_recorded(house):
    """A password typed into the field of the address reaches no entry."""
    await house.fail("correct horse battery")
    [activity] = house.recorder.activities
    assert activity.actor.email is None


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("nobody@acme.test", "x"),
        ("no address \ud800", "x"),
        ("anna@acme.test", "x"),
        ("off@acme.test", "seven green kettles hum"),
        ("new@acme.test", "seven green kettles hum"),
    ],
    ids=["unknown", "malformed", "wrong", "disabled", "no password"],
)
async def test_every_failure_costs_and_says_the_same(house, email, password):
    """Every failure: one verification, one entry, one answer in the same words."""
    house.add("off@acme.test", Role.ADMIN, house.acme)
    house.change("off@acme.test", disabled=True)
    house.add("new@acme.test", Role.ADMIN, house.acme, password=None)
    with pytest.raises(WrongCredentials, match="do not match"):
        await house.login.sign_in(email, password, house.visit())
    assert len(house.hasher.verified) == 1
    assert len(house.recorder.activities) == 1


async def test_users_of_a_disabled_tenant_stay_out(house):
    """With its tenant disabled, nobody of it signs in."""
    house.change("anna@acme.test", tenant=type(house.acme)(**_disabled(house.acme)))
    with pytest.raises(WrongCredentials):
        await house.login.sign_in("anna@acme.test", house.password, house.visit())


async def test_delays_grow_from_the_fifth_failure(house):
    """Four failures cost no delay; the attempts after the fifth wait longer and longer."""
    for _ in range(9):
        await house.fail()
    assert house.waited == [0, 0, 0, 0, 0, 0.5, 1, 2, 4]


async def test_throttled_at_ten_without_looking_at_the_password(house):
    """After ten failures even the right password is not looked at, and nothing is recorded."""
    for number in range(10):
        await house.fail(ip=f"203.0.113.{number}")
    looked = len(house.hasher.verified)
    with pytest.raises(Throttled) as caught:
        await house.login.sign_in("anna@acme.test", house.password, house.visit("203.0.113.99"))
    assert caught.value.retry_after > 0
    assert len(house.hasher.verified) == looked == len(house.recorder.activities)


async def test_one_address_is_throttled_over_all_accounts(house):
    """Trying one password on many accounts is throttled by the address."""
    for number in range(10):
        await house.fail(f"user{number}@acme.test")
    with pytest.raises(Throttled):
        await house.login.sign_in("anna@acme.test", house.password, house.visit())
    await house.login.sign_in("anna@acme.test", house.password, house.visit("198.51.100.1"))


async def test_a_stranger_does_not_lock_the_owner_out(house):
    """While strangers fill an account's bucket, its owner signs in from a familiar address."""
    house.attempts.known.add(("anna@acme.test", network_of("198.51.100.1")))
    for number in range(10):
        await house.fail(ip=f"203.0.113.{number}")
    await house.login.sign_in("anna@acme.test", house.password, house.visit("198.51.100.1"))


async def test_a_familiar_address_is_throttled_by_its_own_failures(house):
    """A familiar address guesses ten times as well, and a success empties its bucket."""
    house.attempts.known.add(("anna@acme.test", network_of("198.51.100.1")))
    for _ in range(9):
        await house.fail(ip="198.51.100.1")
    await house.login.sign_in("anna@acme.test", house.password, house.visit("198.51.100.1"))
    for _ in range(10):
        await house.fail(ip="198.51.100.1")
    with pytest.raises(Throttled):
        await house.login.sign_in("anna@acme.test", house.password, house.visit("198.51.100.1"))


async def test_a_busy_pool_is_nobodys_failure(house):
    """Being sent away because many sign in at once does not count as a failure."""
    house.hasher.busy = True
    for _ in range(12):
        with pytest.raises(Throttled, match="busy"):
            await house.login.sign_in("anna@acme.test", house.password, house.visit())
    house.hasher.busy = False
    await house.login.sign_in("anna@acme.test", house.password, house.visit())


async def test_hashes_are_renewed_when_parameters_change(house):
    """A sign-in replaces a hash of other parameters, and keeps one of today's."""
    await house.login.sign_in("anna@acme.test", house.password, house.visit())
    assert house.users.accounts["anna@acme.test"].password_hash.startswith("2026:")
    house.hasher.parameters = "2027"
    await house.login.sign_in("anna@acme.test", house.password, house.visit())
    assert house.users.accounts["anna@acme.test"].password_hash == f"2027:{house.password}"


async def test_signing_out_ends_the_session_and_is_an_entry(house):
    """After sign-out the token is worth nothing, and the log has a delete of the session."""
    signed_in = await house.login.sign_in("anna@acme.test", house.password, house.visit())
    session = await house.desk.authenticate(signed_in.token)
    await house.desk.sign_out(session, house.visit())
    assert await house.desk.authenticate(signed_in.token) is None
    last = house.recorder.activities[-1]
    assert (last.action, last.resource.id) == (Action.DELETE, session.id)
    assert last.tenant == house.acme.id


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 10_000, "\ud800" * 43])
async def test_made_up_tokens_are_nobody(house, token):
    """Whatever a cookie says that we did not issue is nobody."""
    assert await house.desk.authenticate(token) is None


def test_delay_is_bounded():
    """No number of failures makes a request wait for more than the longest delay."""
    assert [Limits().delay(n) for n in (0, 4, 5, 6, 9, 1000)] == [0, 0, 0.5, 1, 8, 8]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7/32"),
        ("::ffff:203.0.113.7", "203.0.113.7/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", None),
        (None, None),
    ],
)
def test_network_is_what_one_subscriber_holds(address, network):
    """An IPv4 address stands for itself, IPv6 for its /64: changing within it changes nothing."""
    assert network_of(address) == network


def _disabled(tenant):
    return {"id": tenant.id, "name": tenant.name, "disabled": True}
