"""The platform's settings: how the console shows times."""

from __future__ import annotations

import zoneinfo
from dataclasses import asdict

from indelible.core.activity import Action, Activity, Resource
from indelible.errors import Conflict, Invalid
from indelible.identity.access import Permission, Principal, require
from indelible.identity.model import DATE_FORMATS, PlatformSettings, SessionId, Visit
from indelible.identity.ports import Effect, Recorder, Sessions, Settings

_TRIES = 3


class SettingsDesk:
    """Reads and changes the platform's settings."""

    def __init__(self, *, settings: Settings, sessions: Sessions, recorder: Recorder) -> None:
        """Take the stores and the recorder."""
        self._settings = settings
        self._sessions = sessions
        self._recorder = recorder

    async def read(self) -> PlatformSettings:
        """Return the settings as they stand."""
        return await self._settings.read()

    async def change(
        self, after: PlatformSettings, *, principal: Principal, visit: Visit
    ) -> PlatformSettings:
        """Make *after* the settings and record what that changed, in one transaction.

        Nothing is recorded where nothing changes.

        Raises:
            Forbidden: the principal may not.
            Invalid: the format or the zone is not known.
            NotSignedIn: the session ended before the change was committed.
        """
        require(principal, Permission.SETTINGS_CHANGE)
        _check(after)
        for tried in range(_TRIES):
            before = await self._settings.read()
            if before == after:
                return after
            activity = _changed(before, after, principal, visit)
            try:
                await self._recorder.record(
                    [activity], effect=self._effect(before, after, principal)
                )
            except Conflict:
                # Somebody else changed them: the entry would name the wrong values of before.
                if tried == _TRIES - 1:
                    raise
            else:
                return after
        raise AssertionError  # the last try returned or raised

    def _effect(
        self, before: PlatformSettings, after: PlatformSettings, principal: Principal
    ) -> Effect:
        change = self._settings.change(before=before, after=after)
        if principal.session is None:
            return change
        hold = self._sessions.hold(SessionId(principal.session))

        async def both(transaction: object) -> None:
            await hold(transaction)
            await change(transaction)

        return both


def _check(settings: PlatformSettings) -> None:
    if settings.date_format not in DATE_FORMATS:
        raise Invalid(f"Date formats are {', '.join(DATE_FORMATS)}.", field="dateFormat")
    # Asked by name of what is there: a name with ".." in it never becomes a path.
    if settings.time_zone not in zoneinfo.available_timezones():
        raise Invalid("Time zones have IANA names, such as Europe/Berlin or UTC.", field="timeZone")


def _changed(
    before: PlatformSettings, after: PlatformSettings, principal: Principal, visit: Visit
) -> Activity:
    old, new = asdict(before), asdict(after)
    return Activity(
        actor=principal.actor,
        assumed_by=principal.assumed_by,
        tenant=principal.tenant,
        action=Action.UPDATE,
        resource=Resource(type="settings", id="platform", name="Platform settings"),
        session=principal.session,
        client=visit.client,
        request=visit.granted,
        changes={
            name: {"before": old[name], "after": new[name]}
            for name in old
            if old[name] != new[name]
        },
    )
