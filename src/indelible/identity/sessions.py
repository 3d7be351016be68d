"""Sessions: who is behind a token, and signing out."""

from __future__ import annotations

from indelible.core.activity import Action, Activity, Resource
from indelible.identity.factor_rule import FactorRule
from indelible.identity.login import RESOURCE_TYPE, digest_of
from indelible.identity.model import Session, Visit
from indelible.identity.ports import Recorder, Sessions

_TOKEN_LENGTH = 43  # base64url of 32 bytes


class SessionDesk:
    """Answers who is signed in, and lets them out."""

    def __init__(
        self, *, sessions: Sessions, recorder: Recorder, rule: FactorRule | None = None
    ) -> None:
        """Take the store, the recorder, and who has to have a second factor."""
        self._rule = rule or FactorRule()
        self._sessions = sessions
        self._recorder = recorder

    async def authenticate(self, token: str, *, active: bool = True) -> Session | None:
        """Return the valid session of *token*, as the database says it now; None without one.

        Args:
            token: as the cookie brought it.
            active: whether a person is behind the request; what a page asks by itself keeps no
                session from idling out.

        Raises:
            SessionRevoked: it was one, and was revoked.
        """
        if len(token) != _TOKEN_LENGTH:
            return None
        found = await self._sessions.find(digest_of(token), active=active)
        return found and self._rule.judged(found)

    async def sign_out(self, session: Session, visit: Visit) -> None:
        """End *session* and record that, in one transaction.

        Raises:
            NotSignedIn: it had ended already.
        """
        tenant = session.user.tenant
        activity = Activity(
            actor=session.user.actor,
            assumed_by=session.assumed_by,
            tenant=tenant.id if tenant else None,
            action=Action.DELETE,
            resource=Resource(type=RESOURCE_TYPE, id=session.id),
            session=session.id,
            client=visit.client,
            request=visit.granted,
        )
        await self._recorder.record([activity], effect=self._sessions.end(session.id))
