"""Sessions: who is behind a token, and signing out."""

from __future__ import annotations

import msgspec

from indelible.core.activity import Action, Activity, Actor, Resource
from indelible.identity.factor_rule import FactorRule
from indelible.identity.login import RESOURCE_TYPE, digest_of
from indelible.identity.model import Session, SessionId, Tenant, Visit
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
        user, by = session.user, session.assumed_by
        ended = _ended(session.id, user.actor, user.tenant, visit)
        entries = [ended]
        if by is not None and session.parent is not None:
            said = {"assumption": True, "reason": session.assumed_reason}
            # Nobody has the token of the session behind it any more: it ends too.
            entries = [
                msgspec.structs.replace(ended, assumed_by=by, payload=said),
                _ended(session.parent, by, None, visit),
            ]
        await self._recorder.record(entries, effect=self._sessions.end(session.id))


def _ended(session: SessionId, actor: Actor, tenant: Tenant | None, visit: Visit) -> Activity:
    return Activity(
        actor=actor,
        tenant=tenant.id if tenant else None,
        action=Action.DELETE,
        resource=Resource(type=RESOURCE_TYPE, id=session),
        session=session,
        client=visit.client,
        request=visit.granted,
    )
