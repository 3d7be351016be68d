"""Sessions end with their cause, and nothing that is under way meanwhile slips through."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from indelible.core.activity import Actor
from indelible.core.scope import Scope
from indelible.errors import Conflict, NotSignedIn, StepUpRequired, WrongCredentials
from indelible.identity.access import Role
from indelible.identity.model import SessionId, User, UserId
from indelible.identity.ports import Ending, NewAssumption, Successor, Whose
from indelible.identity.session_search import SessionFilter
from indelible.storage.postgres.assumed_sessions import renew
from indelible.storage.postgres.people import PostgresPeople
from tests.identity.stores import Stores

pytestmark = pytest.mark.database

ALL = Scope.everything()


def off(stores: Stores, what: str, expected: int):
    """Return the effects that disable the user, or its tenant, and end what there is."""
    anna, acme = stores.anna, stores.acme
    if what == "user":
        change = PostgresPeople(stores.database).change(anna, replace(anna, disabled=True))
        whose = Whose(user=anna.id)
    else:
        change = stores.tenants.change(acme, replace(acme, disabled=True))
        whose = Whose(tenant=acme.id)
    return change, stores.sessions.end_all(whose, how=Ending.DISABLED, expected=expected)


async def waits(task: asyncio.Task) -> None:
    done, _ = await asyncio.wait([task], timeout=0.3)
    assert not done


async def statuses(stores: Stores) -> list[str]:
    page = await stores.directory.page(SessionFilter(), ALL)
    return [each.status.value for each in page.items]


@pytest.mark.parametrize("what", ["user", "tenant"])
async def test_a_sign_in_under_way_first(stores, what):
    """Who disables waits for a sign-in that came before, and ends its session too."""
    async with stores.database.begin() as connection:
        await stores.sessions.open(stores.new())(connection)
        disabling = asyncio.create_task(stores.commit(*off(stores, what, 1)))
        await waits(disabling)
    await disabling
    assert await statuses(stores) == ["ended"]
    await stores.sql(f"UPDATE {what}s SET disabled = false")
    assert await statuses(stores) == ["ended"]


@pytest.mark.parametrize("what", ["user", "tenant"])
async def test_a_sign_in_under_way_second(stores, what):
    """A sign-in that comes while somebody disables waits, and finds that nobody is let in."""
    async with stores.database.begin() as connection:
        for effect in off(stores, what, 0):
            await effect(connection)
        opening = asyncio.create_task(stores.open())
        await waits(opening)
    with pytest.raises(WrongCredentials):
        await opening
    assert await statuses(stores) == []


async def test_another_number(stores):
    """Where the entry would name a wrong number, nothing ends."""
    await stores.open()
    with pytest.raises(Conflict):
        await stores.commit(*off(stores, "user", 2))
    assert await statuses(stores) == ["active"]
    assert await stores.sessions.count(Whose(user=stores.anna.id)) == 1


async def a_super_admin(stores: Stores) -> User:
    root = User(
        id=UserId(str(uuid.uuid4())),
        email=f"{uuid.uuid4().hex}@x.test",
        name="Root",
        role=Role.SUPER_ADMIN,
        tenant=None,
    )
    await stores.commit(stores.users.insert(root, "hash"))
    return root


def assumption(stores: Stores, parent: SessionId, **changes) -> NewAssumption:
    base = stores.new(user=stores.anna.id)
    said = NewAssumption(
        id=base.id,
        user=base.user,
        digest=base.digest,
        parent=parent,
        by=Actor(id="root"),
        reason="why",
        lifetime=base.idle,
        ip=None,
        user_agent=None,
    )
    return replace(said, **changes)


def successor() -> Successor:
    return Successor(
        id=SessionId(str(uuid.uuid4())),
        digest=uuid.uuid4().bytes * 2,
        ip=None,
        user_agent=None,
    )


@pytest.mark.parametrize(
    "cause", ["sign out", "revocation", "disabled", "renewed", "tenant disabled", "user disabled"]
)
async def test_what_was_assumed_ends_too(stores, cause):
    """However one's own session ends, or the user's who is acted as, the assumed one ends with it."""
    root = await a_super_admin(stores)
    own = await stores.open(user=root.id)
    assumed = assumption(stores, own.id)
    await stores.commit(stores.sessions.assume(assumed))
    assert await stores.sessions.count(Whose(user=root.id)) == 2
    people = PostgresPeople(stores.database)
    gone = {
        "sign out": lambda: [stores.sessions.end(own.id)],
        "revocation": lambda: [
            stores.sessions.revoke(own.id, by=Actor(id="boss"), reason="stolen")
        ],
        "disabled": lambda: [
            people.change(root, replace(root, disabled=True)),
            stores.sessions.end_all(Whose(user=root.id), how=Ending.DISABLED, expected=2),
        ],
        "renewed": lambda: [renew(own.id, successor())],
        "tenant disabled": lambda: off(stores, "tenant", 1),
        "user disabled": lambda: off(stores, "user", 1),
    }[cause]
    await stores.commit(*gone())
    assert await stores.sessions.find(assumed.digest) is None
    with pytest.raises(NotSignedIn):
        await stores.commit(stores.sessions.hold(assumed.id))
    own_stands = await stores.sessions.find(own.digest) if "user" in cause else None
    assert (own_stands is not None) == (cause == "user disabled")


async def test_an_assumption_under_way(stores):
    """Who ends a session waits for an assumption that begins from it, and ends that too."""
    root = await a_super_admin(stores)
    own = await stores.open(user=root.id)
    assumed = assumption(stores, own.id)
    async with stores.database.begin() as connection:
        await stores.sessions.hold(own.id)(connection)
        await stores.sessions.assume(assumed)(connection)
        ending = asyncio.create_task(stores.commit(stores.sessions.end(own.id)))
        await waits(ending)
    await ending
    assert await stores.sessions.find(assumed.digest) is None


async def test_never_from_an_assumed_one_and_never_a_super_admin(stores):
    """The store itself refuses what the use case should have."""
    root = await a_super_admin(stores)
    own = await stores.open(user=root.id)
    assumed = assumption(stores, own.id)
    await stores.commit(stores.sessions.assume(assumed))
    for wrong in (
        assumption(stores, assumed.id),
        assumption(stores, own.id, user=root.id),
    ):
        with pytest.raises(Conflict):
            await stores.commit(stores.sessions.assume(wrong))


async def test_nobody_proved_to_be_the_user(stores):
    """What asks for a fresh password is refused while one acts as somebody else."""
    root = await a_super_admin(stores)
    own = await stores.open(user=root.id)
    assumed = assumption(stores, own.id)
    await stores.commit(stores.sessions.assume(assumed))
    await stores.commit(stores.sessions.hold(assumed.id))
    with pytest.raises(StepUpRequired):
        await stores.commit(stores.sessions.hold(assumed.id, proved_within=timedelta(minutes=10)))


async def test_the_absolute_end(stores):
    """An assumed session ends when its parent would, and so does what comes back from it."""
    root = await a_super_admin(stores)
    own = await stores.open(user=root.id)
    await stores.sql(
        f"UPDATE sessions SET expires_at = clock_timestamp() + interval '9 min' WHERE id='{own.id}'"
    )
    end = (await stores.sessions.find(own.digest)).expires_at
    assumed = assumption(stores, own.id)
    await stores.commit(stores.sessions.assume(assumed))
    assert (await stores.sessions.find(assumed.digest)).expires_at == end
    after = successor()
    await stores.commit(stores.sessions.resume(assumed.id, after))
    assert (await stores.sessions.find(after.digest)).expires_at == end
    with pytest.raises(NotSignedIn):
        await stores.commit(stores.sessions.resume(assumed.id, successor()))


async def test_time_that_is_over_is_written_down(stores):
    """A session seen to be over is marked, and stays over whatever its times say later."""
    new = await stores.open()
    await stores.sql("UPDATE sessions SET last_active_at = last_active_at - interval '31 min'")
    assert await stores.sessions.find(new.digest) is None
    await stores.sql("UPDATE sessions SET last_active_at = clock_timestamp()")
    assert await stores.sessions.find(new.digest) is None
    assert await statuses(stores) == ["expired"]
