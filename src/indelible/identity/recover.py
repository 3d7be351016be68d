"""Letting somebody in again who lost password and second factor: from the machine itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from indelible.core.activity import Action, Activity, Actor, Json, Resource
from indelible.errors import NotFound
from indelible.identity.changing import together
from indelible.identity.credential_ports import LinkKind, SecondFactors
from indelible.identity.emails import normal_email
from indelible.identity.links import LinkDesk
from indelible.identity.model import User
from indelible.identity.ports import Recorder, Users


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What lets *user* in again: the path of a page of the console, shown this once."""

    user: User
    url: str = field(repr=False)
    expires_at: datetime


class RecoveryDesk:
    """Helps where nobody in the console can: the last Super Admin lost their telephone."""

    def __init__(
        self, *, users: Users, factors: SecondFactors, links: LinkDesk, recorder: Recorder
    ) -> None:
        """Take the stores, what makes links, and the recorder."""
        self._users = users
        self._factors = factors
        self._links = links
        self._recorder = recorder

    async def recover(self, email: str, *, actor: Actor) -> Recovered:
        """Take a user's second factor away, and make a link by which they set another password.

        Until they do, the password of before is still theirs; with it go all their sessions.

        Raises:
            Invalid: this is no e-mail address.
            NotFound: nobody who may sign in has it.
        """
        account = await self._users.find(normal_email(email))
        if account is None or account.user.locked_out:
            raise NotFound(f"Nobody who may sign in has the address {email}.")
        user = account.user
        link = self._links.issue(user, LinkKind.RESET)
        effects, changes = [link.store], None
        if user.second_factor:
            effects.append(self._factors.remove(user.id))
            changes = {"secondFactor": {"before": True, "after": False}}
        await self._recorder.record([_entry(user, actor, changes)], effect=together(*effects))
        return Recovered(user=user, url=link.url, expires_at=await self._links.expiry(link.id))


def _entry(user: User, actor: Actor, changes: dict[str, Json] | None) -> Activity:
    return Activity(
        actor=actor,
        tenant=user.tenant.id if user.tenant else None,
        action=Action.UPDATE,
        resource=Resource(type="user", id=user.id, name=user.name),
        payload={"link": LinkKind.RESET.value},
        changes=changes,
    )
