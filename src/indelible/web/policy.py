"""Who may use a route: each has exactly one policy, and the application refuses to start without.

::

    principal: Annotated[Principal, Depends(require(Permission.USERS_READ, assumed=True))]
    visitor: Annotated[SignedInVisitor, Depends(signed_in())]
    dependencies=[Depends(ANYONE)]

While a session is assumed, a route is refused unless its policy says ``assumed=True``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from indelible.errors import Forbidden, Misconfigured, NotSignedIn
from indelible.identity import access
from indelible.identity.access import Permission, Principal
from indelible.identity.model import Session
from indelible.web.auth import Visitor, current_visitor

Known = Annotated[Visitor, Depends(current_visitor)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who may use a route.

    Attributes:
        assumed: also in an assumed session.
    """

    assumed: bool = False

    def _admit(self, principal: Principal) -> None:
        if principal.assumed_by is not None and not self.assumed:
            raise Forbidden("While you act as somebody else, this is not possible.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anyone(Policy):
    """Whoever comes, known or not. The route says itself what it wants to be shown."""

    async def __call__(self) -> None:
        """Let them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInVisitor:
    """A person with a session."""

    session: Session
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Policy):
    """Any person with a session.

    Attributes:
        enrolling: also one who has to set up a second factor first.
    """

    enrolling: bool = False

    async def __call__(self, visitor: Known) -> SignedInVisitor:
        """Return the session of this request.

        Raises:
            NotSignedIn: there is none, an API key maybe.
            Forbidden: it is an assumed one, and this route is not for those.
            EnrolmentRequired: its user has to set up a second factor before this.
        """
        if visitor.session is None or visitor.token is None:
            raise NotSignedIn("An API key has no session.")
        self._admit(visitor.principal)
        if not self.enrolling:
            access.require_enrolment(visitor.principal)
        return SignedInVisitor(session=visitor.session, token=visitor.token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted(Policy):
    """Whoever has a permission, by role or by key."""

    permission: Permission

    async def __call__(self, visitor: Known) -> Principal:
        """Return whose rights this request uses.

        Raises:
            NotSignedIn: nobody is known behind it.
            Forbidden: the permission is not theirs, or not in an assumed session.
        """
        self._admit(visitor.principal)
        access.require(visitor.principal, self.permission)
        return visitor.principal


ANYONE = Anyone(assumed=True)


def signed_in(*, assumed: bool = False, enrolling: bool = False) -> SignedIn:
    """Return the policy that lets every person with a session."""
    return SignedIn(assumed=assumed, enrolling=enrolling)


def require(permission: Permission, *, assumed: bool = False) -> Permitted:
    """Return the policy that lets whoever has *permission*."""
    return Permitted(permission=permission, assumed=assumed)


def policy_of(route: APIRoute) -> Policy:
    """Return the policy of *route*.

    Raises:
        Misconfigured: it has none, or more than one.
    """
    policies = list(_policies(route.dependant))
    if len(policies) != 1:
        raise Misconfigured(
            f"{route.name} at {route.path} has {len(policies)} policies in place of one: "
            "say who may use it, see indelible.web.policy."
        )
    return policies[0]


def _policies(dependant: Dependant) -> Iterator[Policy]:
    for needed in dependant.dependencies:
        call: object = needed.call
        if isinstance(call, Policy):
            yield call
        else:
            yield from _policies(needed)
