"""What changing people and tenants needs from the world."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from indelible.identity.credential_ports import LinkKind
from indelible.identity.model import Tenant, User
from indelible.identity.ports import Effect


class People(Protocol):
    """Changes users."""

    def insert(self, user: User, password_hash: str | None) -> Effect:
        """Add *user*. The effect raises Conflict where the e-mail address is taken."""

    def change(self, before: User, after: User) -> Effect:
        """Put name, role and whether it is disabled in place of what was before.

        A sign-in under way is waited for; one that comes later sees the change. The effect raises
        Conflict where the user is not as it was *before*.
        """


class HostPeople(Protocol):
    """Keeps users of a host application."""

    def keep(self, user: User, *, external_id: str) -> Effect:
        """Add *user*, or put what is said of it now in place of what was said before.

        Whether it is disabled here stays, and sessions go on with what is said now. Another role or
        tenant than before ends what the user has assumed, and who acts as the user. The effect
        raises Conflict where another account has the e-mail address.
        """


class TenantChanges(Protocol):
    """Changes tenants."""

    def insert(self, tenant: Tenant) -> Effect:
        """Add *tenant*. The effect raises Conflict where the name is taken."""

    def change(self, before: Tenant, after: Tenant) -> Effect:
        """Put name and whether it is disabled in place of what was before.

        A sign-in under way is waited for; one that comes later sees the change. The effect raises
        Conflict where the tenant is not as it was *before*, or the name is taken.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedLink:
    """A link by which somebody sets a password.

    Attributes:
        url: path and fragment on this server, shown this once and stored nowhere.
        store: keeps it, and makes earlier ones of the user void.
    """

    id: str
    url: str = field(repr=False)
    store: Effect = field(repr=False)


class LinkOffice(Protocol):
    """Makes links."""

    def issue(self, user: User, kind: LinkKind) -> IssuedLink:
        """Return a new link for *user*, not kept yet."""

    async def expiry(self, id: str) -> datetime:  # noqa: A002
        """Return when a link ends that is kept."""
