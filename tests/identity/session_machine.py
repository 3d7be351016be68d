"""A model of sessions so simple that it is plainly right, and the real thing beside it.

Time is a number of minutes here. In the database it passes by moving the sessions into the past.
"""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from indelible.core.scope import Scope
from indelible.errors import IndelibleError, SessionRevoked
from indelible.identity.access import Role
from indelible.identity.model import Session, Tenant, User, UserId, Visit
from indelible.identity.session_search import SessionFilter
from indelible.ledger.search import Filter

FRESH, ASSUMED = 10, 30
LIFETIMES = {Role.SUPER_ADMIN: (8 * 60, 15), Role.ADMIN: (720, 30), Role.VIEWER: (720, 30)}
PASSWORD = "seven green kettles hum"
WHY = "The machine says so"


@dataclass(eq=False)
class Login:
    """What the model knows of a session."""

    token: str
    real: Session
    user: str
    opened: float
    expires: float
    idle: float
    proved: float
    active: float
    parent: Login | None = None
    ended: str | None = None  # revoked, expired or ended


@dataclass
class Person:
    """What the model knows of a user."""

    real: User
    role: Role
    tenant: str | None
    disabled: bool = False


@dataclass
class Model:
    """Who there is, who is signed in, and what time it is."""

    people: dict[str, Person] = field(default_factory=dict)
    tenants: dict[str, bool] = field(default_factory=dict)  # whether disabled
    logins: list[Login] = field(default_factory=list)
    now: float = 0.0
    entries: int = 0

    def locked_out(self, user: str) -> bool:
        person = self.people[user]
        return person.disabled or (person.tenant is not None and self.tenants[person.tenant])

    def acting(self, login: Login) -> bool:
        """Whether somebody is acted as from this session now."""
        return any(
            child.parent is login and child.ended is None and self.now < child.expires
            for child in self.logins
        )

    def over(self, login: Login) -> bool:
        idle = self.now - login.active >= login.idle
        return self.now >= login.expires or (idle and not self.acting(login))

    def valid(self, login: Login) -> bool:
        return login.ended is None

    def settle(self) -> None:
        """Whatever is over is over for good; those that act as somebody after those they act as."""
        for login in sorted(self.logins, key=lambda each: each.parent is None):
            if login.ended is None and self.over(login):
                login.ended = "expired"

    def end(self, logins: list[Login], how: str) -> int:
        """End what is valid among *logins*, and what was assumed from them; return how many."""
        ending = [each for each in logins if self.valid(each)]
        children = [each for each in self.logins if each.parent in ending and self.valid(each)]
        for each in ending:
            each.ended = how
        for each in children:
            each.ended = each.ended or "ended"
        return len({*map(id, ending), *map(id, children)})

    def touch(self, login: Login) -> None:
        """Note a request. The database writes it at most once in 30 seconds."""
        if self.now > login.active:
            login.active = self.now
            if login.parent is not None:
                login.parent.active = self.now

    def fresh(self, login: Login) -> bool:
        return self.valid(login) and self.now - login.proved <= FRESH

    def near_a_boundary(self) -> bool:
        """Whether a few real seconds could make a difference."""
        return any(
            abs(edge - self.now) < 1.5
            for each in self.logins
            if each.ended is None
            for edge in (each.expires, each.active + each.idle, each.proved + FRESH)
        )


class SessionMachine(RuleBasedStateMachine):
    """Does things to the model and to the real thing, and compares."""

    logins = Bundle("logins")

    def __init__(self, house) -> None:
        super().__init__()
        self.house = house
        self.model = Model()
        self.numbers = itertools.count()
        self.marker = uuid.uuid4().hex[:10]
        for tenant in ("acme", "bolt"):
            self.model.tenants[tenant] = False
        self.real_tenants = self.run(house.tenants(self.marker, list(self.model.tenants)))
        for name, role, tenant in (
            ("root", Role.SUPER_ADMIN, None),
            ("boss", Role.SUPER_ADMIN, None),
            ("anna", Role.ADMIN, "acme"),
            ("vera", Role.VIEWER, "acme"),
            ("ben", Role.ADMIN, "bolt"),
        ):
            real = self.run(
                house.person(f"{name}-{self.marker}@x.test", role, self.real_tenants.get(tenant))
            )
            self.model.people[name] = Person(real=real, role=role, tenant=tenant)
        self.before = self.run(house.entries())

    def run(self, coroutine):
        return self.house.loop.run_until_complete(coroutine)

    def add(self, token: str, real: Session, user: str, **said) -> Login:
        now = self.model.now
        absolute, idle = LIFETIMES[self.model.people[user].role]
        known = {"opened": now, "expires": now + absolute, "idle": idle, "proved": now}
        login = Login(token=token, real=real, user=user, active=now, **{**known, **said})
        self.model.logins.append(login)
        return login

    def attempt(self, allowed: bool, coroutine, entries: int):
        """Do it; it succeeds exactly where it is allowed. Return what it returns, None refused."""
        try:
            done = self.run(coroutine)
        except IndelibleError:
            assert not allowed
            return None
        assert allowed
        self.model.entries += entries
        return done

    def asked(self, login: Login, in_flight: bool) -> bool:
        """Begin a request of *login*, unless it came before; return whether it is let in."""
        if not in_flight:
            valid = self.model.valid(login)
            found = self.run(self.house.authenticate(login.token))
            assert (found is not None) == valid
            if valid:
                self.model.touch(login)
        return self.model.valid(login)

    # What happens.

    @rule(target=logins, user=st.sampled_from(("root", "boss", "anna", "vera", "ben")))
    def sign_in(self, user):
        allowed = not self.model.locked_out(user)
        email = self.model.people[user].real.email
        if not allowed:
            self.model.entries += 1  # the failure
        done = self.attempt(allowed, self.house.sign_in(email, PASSWORD), 1)
        return self.add(done.token, done.session, user) if done else self.nobody()

    def nobody(self) -> Login:
        """Return a session that never was, so that rules have something to stumble over."""
        return self.model.logins[0] if self.model.logins else self.sign_in_root()

    def sign_in_root(self) -> Login:
        done = self.run(self.house.sign_in(self.model.people["root"].real.email, PASSWORD))
        self.model.entries += 1
        return self.add(done.token, done.session, "root")

    @rule(login=logins)
    def use(self, login):
        self.asked(login, in_flight=False)

    @rule(login=logins)
    def look_again(self, login):
        """A page that asks by itself is no activity."""
        found = self.run(self.house.authenticate(login.token, active=False))
        assert (found is not None) == self.model.valid(login)

    @rule(minutes=st.sampled_from((4, 7, 13, 17, 29, 45, 200, 420)))
    def time_passes(self, minutes):
        self.model.now += minutes
        while self.model.near_a_boundary():
            self.model.now += 2
            minutes += 2
        ids = [login.real.id for login in self.model.logins]
        self.run(self.house.into_the_past(ids, minutes))
        self.model.settle()

    @rule(login=logins)
    def sign_out(self, login):
        allowed = self.model.valid(login)
        entries = 2 if login.parent else 1
        self.attempt(allowed, self.house.sign_out(login.real), entries)
        if allowed:
            self.model.end([login, *([login.parent] if login.parent else [])], "ended")

    @rule(login=logins)
    def step_up(self, login):
        allowed = self.model.valid(login) and login.parent is None
        if login.parent is None:
            self.attempt(allowed, self.house.prove(login.real), 0)
        if allowed:
            login.proved = self.model.now

    @rule(by=logins, whose=logins, in_flight=st.booleans())
    def revoke(self, by, whose, in_flight):
        let_in = self.asked(by, in_flight)
        may = let_in and self.may_govern(by, self.model.people[whose.user].tenant)
        allowed = may and self.model.fresh(by) and self.model.valid(whose)
        self.attempt(allowed, self.house.revoke(whose.real.id, by.real), 1)
        if allowed:
            self.model.end([whose], "revoked")

    def may_govern(self, by: Login, tenant: str | None) -> bool:
        """Whether whoever it was when the request came may touch those of *tenant*."""
        role, own = by.real.user.role, self.model.people[by.user].tenant
        if by.real.assumed_by is not None:
            # Routes refuse it before; the use case knows the rights of the user alone.
            return role is Role.ADMIN and own == tenant
        return role is Role.SUPER_ADMIN or (role is Role.ADMIN and own == tenant)

    @rule(by=logins, user=st.sampled_from(("anna", "vera", "ben", "boss")), off=st.booleans())
    def disable(self, by, user, off):
        """Somebody is disabled, or enabled again."""
        if not self.asked(by, in_flight=False):
            return
        person = self.model.people[user]
        may = self.may_govern(by, person.tenant)
        nothing = person.disabled == off
        own = by.user == user and off
        allowed = may and not own and (nothing or self.model.fresh(by))
        self.attempt(
            allowed, self.house.disable(person.real.id, by.real, off=off), 0 if nothing else 1
        )
        if allowed and not nothing:
            person.disabled = off
            if off:
                self.model.end([each for each in self.model.logins if each.user == user], "ended")

    @rule(by=logins, tenant=st.sampled_from(("acme", "bolt")), off=st.booleans())
    def disable_tenant(self, by, tenant, off):
        if not self.asked(by, in_flight=False):
            return
        may = by.real.user.role is Role.SUPER_ADMIN
        nothing = self.model.tenants[tenant] == off
        allowed = may and (nothing or self.model.fresh(by))
        id_ = self.real_tenants[tenant].id
        coroutine = self.house.disable_tenant(id_, by.real, off=off)
        self.attempt(allowed, coroutine, 0 if nothing else 1)
        if allowed and not nothing:
            self.model.tenants[tenant] = off
            if off:
                theirs = [
                    each
                    for each in self.model.logins
                    if self.model.people[each.user].tenant == tenant
                ]
                self.model.end(theirs, "ended")

    @rule(
        by=logins,
        user=st.sampled_from(("anna", "vera", "ben")),
        role=st.sampled_from((Role.ADMIN, Role.VIEWER)),
    )
    def change_role(self, by, user, role):
        if not self.asked(by, in_flight=False):
            return
        person = self.model.people[user]
        may = self.may_govern(by, person.tenant)
        nothing = person.role is role
        own = by.user == user and not nothing
        allowed = may and not own and (nothing or self.model.fresh(by))
        coroutine = self.house.change_role(person.real.id, role, by.real)
        self.attempt(allowed, coroutine, 0 if nothing else 2)
        if allowed and not nothing:
            person.role = role
            self.model.end([each for each in self.model.logins if each.user == user], "ended")

    @rule(
        target=logins,
        by=logins,
        user=st.sampled_from(("boss", "anna", "vera", "ben")),
        in_flight=st.booleans(),
    )
    def assume(self, by, user, in_flight):
        let_in = self.asked(by, in_flight)
        person = self.model.people[user]
        allowed = (
            let_in
            and by.real.user.role is Role.SUPER_ADMIN
            and self.model.fresh(by)
            and person.role is not Role.SUPER_ADMIN
            and not self.model.locked_out(user)
        )
        done = self.attempt(allowed, self.house.assume(person.real.id, by.real), 1)
        if done is None:
            return by
        now = self.model.now
        return self.add(
            done.token, done.session, user,
            expires=min(now + ASSUMED, by.expires), idle=ASSUMED, parent=by, proved=-1_000,
        )  # fmt: skip

    @rule(target=logins, login=logins, in_flight=st.booleans())
    def stop(self, login, in_flight):
        let_in = self.asked(login, in_flight)
        parent = login.parent
        allowed = let_in and parent is not None
        done = self.attempt(allowed, self.house.stop(login.real), 1)
        if done is None:
            return login
        self.model.end([login], "ended")
        self.model.end([each for each in self.model.logins if each.parent is parent], "ended")
        parent.ended = "ended"
        return self.add(
            done.token, done.session, parent.user, expires=parent.expires, proved=parent.proved
        )

    # What always holds.

    @invariant()
    def everybody_is_let_in_or_not(self):
        """A token is good exactly while its session is; readers are told what became of it."""
        told = self.run(self.house.statuses([each.real.id for each in self.model.logins]))
        for login in self.model.logins:
            assert told[login.real.id] == (login.ended or "active"), login
            found = self.run(self.house.authenticate(login.token, active=False))
            assert (found is not None) == self.model.valid(login), login

    @invariant()
    def every_change_has_its_entry(self):
        """The log grew by what was done, and by nothing that was refused."""
        assert self.run(self.house.entries()) - self.before == self.model.entries


class House:
    """The use cases over a real database, with a hasher that does not take its time."""

    def __init__(self, loop, services, login, stores, visit: Visit) -> None:
        self.loop, self.identity, self.index = loop, services.identity, services.index
        self.login, self.stores, self.visit = login, stores, visit

    async def tenants(self, marker: str, names: list[str]) -> dict[str, Tenant]:
        made = [Tenant(id=str(uuid.uuid4()), name=f"{name} {marker}") for name in names]
        await self.stores.commit(*(self.stores.tenants.insert(each) for each in made))
        return dict(zip(names, made, strict=True))

    async def person(self, email: str, role: Role, tenant: Tenant | None) -> User:
        user = User(
            id=UserId(str(uuid.uuid4())), email=email, name="Somebody", role=role, tenant=tenant
        )
        await self.stores.commit(self.stores.users.insert(user, f"2026:{PASSWORD}"))
        return user

    async def entries(self) -> int:
        return await self.index.count(Filter(), Scope.everything())

    async def sign_in(self, email: str, password: str):
        return await self.login.sign_in(email, password, self.visit)

    async def authenticate(self, token: str, *, active: bool = True):
        try:
            return await self.identity.sessions.authenticate(token, active=active)
        except SessionRevoked:
            return None

    async def sign_out(self, session: Session):
        await self.identity.sessions.sign_out(session, self.visit)

    async def prove(self, session: Session):
        await self.stores.sessions.prove(session.id, password_hash=f"2026:{PASSWORD}")

    async def revoke(self, id_: str, by: Session):
        return await self.identity.revoker.revoke(
            id_, reason=WHY, principal=by.principal, visit=self.visit
        )

    async def disable(self, user: str, by: Session, *, off: bool):
        desk, how = self.identity.user_desk, {"principal": by.principal, "visit": self.visit}
        if off:
            return await desk.disable(user, reason=WHY, **how)
        return await desk.enable(user, **how)

    async def disable_tenant(self, tenant: str, by: Session, *, off: bool):
        desk = self.identity.tenant_desk
        change = desk.disable if off else desk.enable
        return await change(tenant, principal=by.principal, visit=self.visit)

    async def change_role(self, user: str, role: Role, by: Session):
        return await self.identity.user_desk.edit(
            user, role=role, principal=by.principal, visit=self.visit
        )

    async def assume(self, user: str, by: Session):
        return await self.identity.assumer.start(
            user, reason=WHY, principal=by.principal, visit=self.visit
        )

    async def stop(self, session: Session):
        return await self.identity.assumer.stop(session, visit=self.visit)

    async def into_the_past(self, ids: list[str], minutes: float) -> None:
        columns = ("created_at", "last_active_at", "expires_at", "proved_at", "ended_at")
        moved = ", ".join(f"{each} = {each} - make_interval(mins => :minutes)" for each in columns)
        async with self.stores.database.begin() as connection:
            await connection.execute(
                sa.text(f"UPDATE sessions SET {moved} WHERE id = ANY(CAST(:ids AS uuid[]))"),
                {"minutes": minutes, "ids": ids},
            )

    async def statuses(self, ids: list[str]) -> dict[str, str]:
        page = await self.identity.directory.page(SessionFilter(), Scope.everything(), limit=200)
        return {each.id: each.status.value for each in page.items if each.id in ids}
