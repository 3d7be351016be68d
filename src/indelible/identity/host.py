"""For platforms with a login of their own: their sessions, shown and revoked like ours.

The host signs people in and keeps its own cookie or token. It registers each session here, asks at
each request whether the session still stands, and gets a principal for what it records. In the
console the sessions stand beside all others; revoked there, they are revoked here, at once.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta

from indelible.core.activity import Action, Activity, Actor, Client, Resource, TenantId
from indelible.errors import Forbidden, Invalid, NotSignedIn, WrongCredentials
from indelible.identity.access import Principal, Role, require_fitting
from indelible.identity.changing import together
from indelible.identity.emails import normal_email
from indelible.identity.lines import clean_reason
from indelible.identity.login import RESOURCE_TYPE, digest_of
from indelible.identity.model import Session, SessionId, User, UserId
from indelible.identity.people_ports import HostPeople
from indelible.identity.ports import NewSession, Recorder, Sessions, Tenants
from indelible.identity.sessions import SessionDesk
from indelible.identity.tenants import clean_name

_LEAST_TOKEN = 22  # characters: 128 bits in base64url
_SPACE = uuid.UUID("5d0c9ff2-7d1c-4f0e-9f3b-1f5a5f1f9d55")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostUser:
    """A person as the host knows one.

    Attributes:
        id: the host's own id, which never changes. A UUID is taken as the user's id here; from
            anything else one is derived, always the same.
        tenant: id of the tenant; None for a Super Admin, and for nobody else.
    """

    id: str
    email: str
    name: str
    role: Role
    tenant: TenantId | None


class HostSessions:
    """The sessions of a host application."""

    def __init__(
        self,
        *,
        people: HostPeople,
        tenants: Tenants,
        sessions: Sessions,
        desk: SessionDesk,
        recorder: Recorder,
    ) -> None:
        """Take the stores and the recorder."""
        self._people = people
        self._tenants = tenants
        self._sessions = sessions
        self._desk = desk
        self._recorder = recorder

    async def register(
        self,
        user: HostUser,
        *,
        token: str,
        lifetime: timedelta,
        idle: timedelta,
        client: Client | None = None,
    ) -> SessionId:
        """Note that the host has signed *user* in, and return the session's public id.

        What the host says of the user now takes the place of what it said before, in all sessions;
        another role or tenant ends what was assumed. It is an entry, of the same transaction:
        ``create`` of a ``session``.

        Args:
            user: who signed in.
            token: the host's own token of the session. Its SHA-256 is stored.
            lifetime: time until it ends whatever happens.
            idle: time without a request after which it ends.
            client: from where.

        Raises:
            Invalid: the token is too short to be secret, or address, name or role can't be used.
            NotFound: there is no such tenant.
            Conflict: another account has the e-mail address.
            Forbidden: the user, or the tenant, is disabled here.
        """
        if len(token) < _LEAST_TOKEN:
            raise Invalid("A token of less than 22 characters can be guessed.", field="token")
        known = await self._user(user)
        new = NewSession(
            id=SessionId(str(uuid.uuid4())),
            user=known.id,
            digest=digest_of(session_token(token)),
            password_hash=None,
            lifetime=lifetime,
            idle=idle,
            ip=client.ip if client else None,
            user_agent=client.user_agent if client else None,
        )
        entry = _entry(known, new.id, Action.CREATE, client)
        note, open_ = self._people.keep(known, external_id=user.id), self._sessions.open(new)
        try:
            await self._recorder.record([entry], effect=together(note, open_))
        except WrongCredentials as error:
            raise Forbidden("This user is disabled.") from error
        return new.id

    async def check(self, token: str, *, active: bool = True) -> Principal | None:
        """Return who is behind a session, as the database says it now; None: nobody, any more.

        Args:
            token: as the request brought it.
            active: whether a person is behind the request. That is activity; what a page asks by
                itself keeps no session from idling out.

        Raises:
            SessionRevoked: it was revoked, in the console or by the host.
        """
        session = await self._desk.authenticate(session_token(token), active=active)
        return session.principal if session else None

    async def touch(self, token: str) -> bool:
        """Note that a session is used; return whether it still stands."""
        return await self.check(token) is not None

    async def prove(self, token: str) -> None:
        """Note that the user proved themselves to the host just now: what step-up asks for.

        Raises:
            NotSignedIn: the session does not stand any more.
        """
        await self._sessions.prove((await self._found(token)).id)

    async def end(self, token: str, *, client: Client | None = None) -> None:
        """Note that the user signed out; an entry of the same transaction.

        Raises:
            NotSignedIn: the session does not stand any more.
        """
        session = await self._found(token)
        entry = _entry(session.user, session.id, Action.DELETE, client)
        await self._recorder.record([entry], effect=self._sessions.end(session.id))

    async def revoke(self, token: str, *, by: Actor, reason: str) -> None:
        """End a session as revoked; an entry of the same transaction.

        Raises:
            NotSignedIn: the session does not stand any more.
            Invalid: the reason can't be one.
        """
        because, session = clean_reason(reason), await self._found(token)
        tenant = session.user.tenant
        entry = Activity(
            actor=by,
            tenant=tenant.id if tenant else None,
            action=Action.REVOKE,
            resource=Resource(type=RESOURCE_TYPE, id=session.id, name=session.user.email),
            payload={"reason": because, "user": session.user.id},
        )
        revoke = self._sessions.revoke(session.id, by=by, reason=because)
        await self._recorder.record([entry], effect=revoke)

    async def _found(self, token: str) -> Session:
        found = await self._desk.authenticate(session_token(token), active=False)
        if found is None:
            raise NotSignedIn("This session does not stand any more.")
        return found

    async def _user(self, user: HostUser) -> User:
        require_fitting(user.role, user.tenant)
        return User(
            id=user_id(user.id),
            email=normal_email(user.email),
            name=clean_name(user.name),
            role=user.role,
            tenant=await self._tenants.find(user.tenant) if user.tenant else None,
            hosted=True,
        )


def session_token(token: str) -> str:
    """Return the token that a session has here whose token at the host is *token*.

    Of one length, and never equal to one that we gave out.
    """
    digest = hashlib.sha256(b"host session\0" + token.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def user_id(host_id: str) -> UserId:
    """Return the id that a user has here whose id at the host is *host_id*."""
    try:
        return UserId(str(uuid.UUID(host_id)))
    except ValueError:
        return UserId(str(uuid.uuid5(_SPACE, host_id)))


def _entry(user: User, session: SessionId, action: Action, client: Client | None) -> Activity:
    return Activity(
        actor=user.actor,
        tenant=user.tenant.id if user.tenant else None,
        action=action,
        resource=Resource(type=RESOURCE_TYPE, id=session),
        session=session,
        client=client,
    )
