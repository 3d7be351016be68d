"""Does things to a model of sessions and to the real thing beside it, and compares."""

from __future__ import annotations

import uuid

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from indelible.errors import IndelibleError
from indelible.identity.access import Role
from indelible.identity.model import Session
from tests.identity.session_house import PASSWORD
from tests.identity.session_model import ASSUMED, LIFETIMES, Login, Model, Person


class SessionMachine(RuleBasedStateMachine):
    """Does things to the model and to the real thing, and compares."""

    logins = Bundle("logins")

    def __init__(self, house) -> None:
        super().__init__()
        self.house = house
        self.model = Model()
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
        told = self.run(self.house.statuses(self.marker))
        for login in self.model.logins:
            assert told[login.real.id] == (login.ended or "active"), login
            found = self.run(self.house.authenticate(login.token, active=False))
            assert (found is not None) == self.model.valid(login), login

    @invariant()
    def every_change_has_its_entry(self):
        """The log grew by what was done, and by nothing that was refused."""
        assert self.run(self.house.entries()) - self.before == self.model.entries
