"""Links: whoever follows one sets a password. Nobody sets one for somebody else."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from indelible.errors import Conflict, NotFound
from indelible.identity.account import password_entry
from indelible.identity.changing import ending, together
from indelible.identity.credential_ports import Link, LinkKind, Links, NewLink, Passwords
from indelible.identity.login import digest_of
from indelible.identity.model import User, Visit
from indelible.identity.passwords import check_password, is_short, least_length
from indelible.identity.people_ports import IssuedLink
from indelible.identity.ports import Ending, Hasher, Recorder, Sessions, Whose

PATH = "/admin/welcome"
"""The console's page for links. The token stands after ``#``: it reaches no server, and no log."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_TRIES = 3
_NOT_GOOD = "This link was used already, is over, or never was. Ask for another one."


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """What a link is for, as whoever follows it sees it."""

    kind: LinkKind
    user: User
    expires_at: datetime
    password_min_length: int


def default_lifetimes() -> Mapping[LinkKind, timedelta]:
    """Return for how long links are good unless the operator sets otherwise."""
    return {LinkKind.INVITATION: timedelta(days=7), LinkKind.RESET: timedelta(hours=1)}


class LinkDesk:
    """Makes links, and takes them."""

    def __init__(
        self,
        *,
        links: Links,
        passwords: Passwords,
        sessions: Sessions,
        hasher: Hasher,
        recorder: Recorder,
        lifetimes: Mapping[LinkKind, timedelta] | None = None,
    ) -> None:
        """Take the stores."""
        self._links = links
        self._passwords = passwords
        self._sessions = sessions
        self._hasher = hasher
        self._recorder = recorder
        self._lifetimes = lifetimes or default_lifetimes()

    def issue(self, user: User, kind: LinkKind) -> IssuedLink:
        """Return a link for *user* that takes the place of all others once its *store* commits.

        The caller records why there is one, together with that.
        """
        token = secrets.token_urlsafe(32)
        new = NewLink(
            id=str(uuid.uuid4()),
            digest=digest_of(token),
            user=user.id,
            kind=kind,
            lifetime=self._lifetimes[kind],
        )
        return IssuedLink(id=new.id, url=f"{PATH}#{token}", store=self._links.insert(new))

    async def expiry(self, id: str) -> datetime:  # noqa: A002
        """Return when a link ends that was issued, and kept."""
        return await self._links.expiry(id)

    async def inspect(self, token: str) -> LinkView:
        """Return what the link of *token* is for.

        Raises:
            NotFound: it is not good, or not any more.
        """
        link = await self._find(token)
        return LinkView(
            kind=link.kind,
            user=link.user,
            expires_at=link.expires_at,
            password_min_length=least_length(second_factor=link.user.second_factor),
        )

    async def accept(self, token: str, password: str, visit: Visit) -> None:
        """Set the password of the user of a link, which is used up; all sessions of theirs end.

        Raises:
            NotFound: the link is not good, or not any more.
            Invalid: the password can't be one; the link stays good.
            Throttled: too many people set passwords at once.
            Conflict: the account changes all the time; try again.
        """
        link = await self._find(token)
        user = link.user
        about = (user.email, user.name)
        check_password(password, second_factor=user.second_factor, about=about)
        after = await self._hasher.hash(password)
        theirs = Whose(user=user.id)
        use = self._links.use(link.id)
        change = self._passwords.change(
            user.id, before=link.password_hash, after=after, short=is_short(password)
        )
        for tried in range(_TRIES):
            ended, end = await ending(self._sessions, theirs, Ending.PASSWORD_CHANGED)
            entry = password_entry(user, visit, ended=ended, link=link.kind.value)
            try:
                await self._recorder.record([entry], effect=together(use, change, end))
            except Conflict:
                if tried == _TRIES - 1:
                    raise
            else:
                return

    async def _find(self, token: str) -> Link:
        found = await self._links.find(digest_of(token)) if _TOKEN.fullmatch(token) else None
        if found is None:
            raise NotFound(_NOT_GOOD)
        return found
