"""What identity offers, in one object for those who join the parts."""

from __future__ import annotations

from dataclasses import dataclass

from indelible.identity.keys import KeyRing
from indelible.identity.login import Login
from indelible.identity.revoke import Revoker
from indelible.identity.session_export import SessionExporter
from indelible.identity.session_search import SessionDirectory
from indelible.identity.sessions import SessionDesk
from indelible.identity.settings import SettingsDesk
from indelible.identity.step_up import StepUp
from indelible.identity.tenants import TenantRegister
from indelible.identity.users import UserRegister


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Sign-in, sessions, tenants, users, API keys and settings."""

    login: Login
    sessions: SessionDesk
    directory: SessionDirectory
    session_exporter: SessionExporter
    revoker: Revoker
    step_up: StepUp
    tenants: TenantRegister
    users: UserRegister
    keys: KeyRing
    settings: SettingsDesk
