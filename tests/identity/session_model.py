"""A model of sessions so simple that it is plainly right. Time is a number of minutes here."""

from __future__ import annotations

from dataclasses import dataclass, field

from indelible.identity.access import Role
from indelible.identity.model import Session, User

FRESH, ASSUMED = 10, 30
LIFETIMES = {Role.SUPER_ADMIN: (8 * 60, 15), Role.ADMIN: (720, 30), Role.VIEWER: (720, 30)}


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
