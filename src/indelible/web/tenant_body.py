"""A tenant where it is only named."""

from __future__ import annotations

from typing import Self

import msgspec

from indelible.identity.model import Tenant


class TenantBody(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant by its id and name."""

    id: str
    name: str

    @classmethod
    def of(cls, tenant: Tenant) -> Self:
        """Return the spelling of *tenant*."""
        return cls(id=tenant.id, name=tenant.name)
