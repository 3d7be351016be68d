"""The second factor of an account: setting it up, and doing without it again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from indelible.core.activity import Action, Activity, Json, Resource
from indelible.errors import Conflict, Forbidden, Invalid
from indelible.identity import recovery, totp
from indelible.identity.changing import FRESH_FOR, together
from indelible.identity.credential_ports import Sealer, SecondFactors
from indelible.identity.factor_rule import FactorRule
from indelible.identity.model import Session, UserId, Visit
from indelible.identity.ports import Effect, Recorder, Sessions

RESOURCE_TYPE = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What an authenticator is set up with, shown this once: the same as text and as address."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


class SecondFactorDesk:
    """Lets people set up their own second factor. All of it takes a fresh step-up."""

    def __init__(
        self,
        *,
        factors: SecondFactors,
        sealer: Sealer,
        sessions: Sessions,
        recorder: Recorder,
        rule: FactorRule | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the stores, the sealer of secrets, and what tells the time."""
        self._factors = factors
        self._sealer = sealer
        self._sessions = sessions
        self._recorder = recorder
        self._rule = rule or FactorRule()
        self._clock = clock

    async def begin(self, session: Session, visit: Visit) -> Enrolment:
        """Make a secret for the user of *session*, in place of one that was not confirmed.

        Raises:
            Conflict: there is a second factor already.
            StepUpRequired: the password was given too long ago.
            NotSignedIn: the session ended meanwhile.
        """
        user, secret = session.user, totp.new_secret()
        sealed = await self._sealer.seal(secret, about=user.id)
        begin = self._factors.begin(user.id, sealed=sealed)
        await self._record(session, visit, begin, payload={"secondFactor": "begun"})
        return Enrolment(secret=totp.as_text(secret), uri=totp.as_uri(secret, email=user.email))

    async def confirm(self, session: Session, code: str, visit: Visit) -> Sequence[str]:
        """Take the secret into use that *code* was made with, and return the recovery codes.

        Raises:
            Invalid: the code is not right.
            Conflict: nothing was begun, or there is a second factor already.
            StepUpRequired: the password was given too long ago.
            NotSignedIn: the session ended meanwhile.
        """
        user = session.user.id
        state = await self._factors.state(user)
        if state.enrolled_at is not None:
            raise Conflict("This account has a second factor already.")
        if state.sealed is None:
            raise Conflict("Begin to set up a second factor first.")
        secret = await self._sealer.open(state.sealed, about=user)
        shown = totp.spelled(code)
        step = shown and totp.step_of(secret, shown, self._clock(), after=None)
        if not step:
            raise Invalid(
                "This code is not right. If it goes on, set the clock of the device.", field="code"
            )
        codes, digests = await _new_codes(user)
        enrol = self._factors.enrol(user, sealed=state.sealed, step=step, codes=digests)
        await self._record(session, visit, enrol, changes=_switched(on=True))
        return codes

    async def remove(self, session: Session, visit: Visit) -> None:
        """Do without a second factor from now on.

        Raises:
            Forbidden: the role of this user has to have one here.
            NotFound: there is none.
            Conflict: the password is too short to do without.
            StepUpRequired: the password was given too long ago.
            NotSignedIn: the session ended meanwhile.
        """
        user = session.user
        if self._rule.requires(user):
            raise Forbidden("Your role has to have a second factor here.")
        if user.short_password:
            raise Conflict("Your password is too short to do without: change it first.")
        remove = self._factors.remove(user.id)
        await self._record(session, visit, remove, changes=_switched(on=False))

    async def renew_recovery_codes(self, session: Session, visit: Visit) -> Sequence[str]:
        """Make new recovery codes, in place of all that there are.

        Raises:
            NotFound: there is no second factor.
            StepUpRequired: the password was given too long ago.
            NotSignedIn: the session ended meanwhile.
        """
        user = session.user.id
        codes, digests = await _new_codes(user)
        replace = self._factors.replace_codes(user, codes=digests)
        await self._record(session, visit, replace, payload={"secondFactor": "new recovery codes"})
        return codes

    async def _record(
        self,
        session: Session,
        visit: Visit,
        change: Effect,
        *,
        payload: Json = None,
        changes: dict[str, Json] | None = None,
    ) -> None:
        user = session.user
        activity = Activity(
            actor=user.actor,
            tenant=user.tenant.id if user.tenant else None,
            action=Action.UPDATE,
            resource=Resource(type=RESOURCE_TYPE, id=user.id, name=user.name),
            session=session.id,
            client=visit.client,
            request=visit.granted,
            payload=payload,
            changes=changes,
        )
        hold = self._sessions.hold(session.id, proved_within=FRESH_FOR)
        await self._recorder.record([activity], effect=together(hold, change))


async def _new_codes(user: UserId) -> tuple[Sequence[str], Sequence[bytes]]:
    codes = recovery.new_codes()

    def digests() -> Sequence[bytes]:
        return [recovery.digest_of(user, code) for code in codes]

    return codes, await asyncio.to_thread(digests)


def _switched(*, on: bool) -> dict[str, Json]:
    return {"secondFactor": {"before": not on, "after": on}}
