"""Who has to have a second factor."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from indelible.identity.access import Role
from indelible.identity.model import Session, User


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRule:
    """What this installation asks for.

    Attributes:
        required_of: roles that may not do without a second factor.
    """

    required_of: Collection[Role] = ()

    def requires(self, user: User) -> bool:
        """Return whether *user* may not do without."""
        return user.role in self.required_of

    def judged(self, session: Session) -> Session:
        """Return *session* with what this rule says of it.

        A Super Admin who acts as somebody else proved themselves before.
        """
        user = session.user
        due = (
            session.assumed_by is None
            and not user.hosted
            and not user.second_factor
            and (self.requires(user) or user.short_password)
        )
        return replace(session, enrolment_due=True) if due else session
