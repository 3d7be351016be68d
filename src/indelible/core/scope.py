"""Whose entries a reader may see: decided by ``identity.access``, obeyed by every query."""

from __future__ import annotations

from dataclasses import dataclass

from indelible.core.activity import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One tenant's log, or all logs with the platform's.

    Attributes:
        tenant: the only tenant in sight; None means everything.
    """

    tenant: TenantId | None

    @classmethod
    def everything(cls) -> Scope:
        """Return the scope of a Super Admin: every tenant's log and the platform log."""
        return cls(tenant=None)

    @classmethod
    def only(cls, tenant: TenantId) -> Scope:
        """Return the scope of one tenant: its log and nothing else."""
        return cls(tenant=tenant)
