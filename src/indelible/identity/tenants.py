"""Tenants: who there is, and new ones."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from indelible.core.activity import Action, Activity, Actor, Resource, TenantId
from indelible.identity.lines import clean_line
from indelible.identity.model import Tenant, Visit
from indelible.identity.ports import Recorder, Tenants

_MAX_NAME = 100


class TenantRegister:
    """The tenants of the platform."""

    def __init__(self, *, tenants: Tenants, recorder: Recorder) -> None:
        """Take the store and the recorder."""
        self._tenants = tenants
        self._recorder = recorder

    async def all(self) -> Sequence[Tenant]:
        """Return every tenant, by name."""
        return await self._tenants.all()

    async def find(self, id_or_name: str) -> Tenant:
        """Return the tenant with this id or, failing that, this name.

        Raises:
            NotFound: there is none.
        """
        return await self._tenants.find(id_or_name)

    async def create(self, name: str, *, actor: Actor, visit: Visit | None = None) -> Tenant:
        """Add a tenant, and say so as the first entry of its log.

        Raises:
            Invalid: the name can't be one.
            Conflict: the name is taken.
        """
        tenant = Tenant(id=TenantId(str(uuid.uuid4())), name=clean_name(name))
        activity = Activity(
            actor=actor,
            tenant=tenant.id,
            action=Action.CREATE,
            resource=Resource(type="tenant", id=tenant.id, name=tenant.name),
            client=visit.client if visit else None,
            request=visit.granted if visit else None,
        )
        await self._recorder.record([activity], effect=self._tenants.insert(tenant))
        return tenant


def clean_name(text: str, *, field: str = "name") -> str:
    """Return a name that people give to people and things: one line, trimmed.

    Raises:
        Invalid: it is empty, too long, or holds characters that nobody can see.
    """
    return clean_line(text, what="A name", least=1, most=_MAX_NAME, field=field)
