"""One's own sessions: seeing them, and ending those that one forgot somewhere."""

from __future__ import annotations

from collections.abc import Sequence

from indelible.core.activity import Action, Activity, Receipt, Resource
from indelible.core.scope import Scope
from indelible.errors import Conflict, NotFound
from indelible.identity.changing import together
from indelible.identity.login import RESOURCE_TYPE
from indelible.identity.model import Session, User, Visit
from indelible.identity.page import Page
from indelible.identity.ports import Effect, Recorder, Sessions
from indelible.identity.revoke import Revoked
from indelible.identity.session_search import (
    PAGE_SIZE,
    SessionDirectory,
    SessionFilter,
    SessionRecord,
    SessionStatus,
)

BY_ITS_USER = "by its user"
_TRIES = 3


class OwnSessions:
    """The sessions of whoever is signed in. Ending them takes no step-up: it harms nobody."""

    def __init__(
        self, *, sessions: Sessions, directory: SessionDirectory, recorder: Recorder
    ) -> None:
        """Take the store, where sessions are looked up, and the recorder."""
        self._sessions = sessions
        self._directory = directory
        self._recorder = recorder

    async def page(
        self,
        session: Session,
        *,
        status: SessionStatus | None = None,
        limit: int = PAGE_SIZE,
        cursor: str | None = None,
    ) -> Page[SessionRecord]:
        """Return one page of them, newest first.

        Raises:
            Invalid: the cursor is not one of ours.
        """
        user = session.user
        where = SessionFilter(user=user.id, status=status)
        return await self._directory.page(where, _scope(user), limit=limit, cursor=cursor)

    async def revoke(self, session: Session, id: str, visit: Visit) -> Revoked:  # noqa: A002
        """End an active session of the user of *session*; there is no way back.

        Raises:
            NotFound: the user has no such session.
            Conflict: it is not active any more.
            NotSignedIn: *session* itself ended meanwhile.
        """
        user = session.user
        target = await self._directory.find(id, _scope(user))
        if target.user.id != user.id:
            raise NotFound("There is no such session.")
        revoke = self._sessions.revoke(target.id, by=user.actor, reason=BY_ITS_USER)
        (receipt,) = await self._record(session, [target], revoke, visit)
        return Revoked(session=await self._directory.find(target.id, _scope(user)), receipt=receipt)

    async def revoke_others(self, session: Session, visit: Visit) -> int:
        """End every active session of the user but *session*; return how many.

        Raises:
            Conflict: the user signs in and out all the time; try again.
            NotSignedIn: *session* itself ended meanwhile.
        """
        user = session.user
        for tried in range(_TRIES):
            active = await self._directory.active_of(user.id, _scope(user))
            others = [each for each in active if each.id != session.id]
            if not others:
                return 0
            revoke = together(
                *(
                    self._sessions.revoke(each.id, by=user.actor, reason=BY_ITS_USER)
                    for each in others
                )
            )
            try:
                return len(await self._record(session, others, revoke, visit))
            except Conflict:
                # One of them ended just now: the entries would not be what happens.
                if tried == _TRIES - 1:
                    raise
        raise AssertionError  # the last try returned or raised

    async def _record(
        self, session: Session, targets: Sequence[SessionRecord], revoke: Effect, visit: Visit
    ) -> Sequence[Receipt]:
        entries = [_entry(target, session, visit) for target in targets]
        effect = together(self._sessions.hold(session.id), revoke)
        return await self._recorder.record(entries, effect=effect)


def _scope(user: User) -> Scope:
    return Scope.everything() if user.tenant is None else Scope.only(user.tenant.id)


def _entry(target: SessionRecord, session: Session, visit: Visit) -> Activity:
    user = session.user
    return Activity(
        actor=user.actor,
        tenant=user.tenant.id if user.tenant else None,
        action=Action.REVOKE,
        resource=Resource(type=RESOURCE_TYPE, id=target.id, name=target.user.email),
        session=session.id,
        client=visit.client,
        request=visit.granted,
        payload={"reason": BY_ITS_USER, "user": user.id},
        changes={
            "status": {
                "before": SessionStatus.ACTIVE.value,
                "after": SessionStatus.REVOKED.value,
            }
        },
    )
