"""What identity offers, in one object for those who join the parts."""

from __future__ import annotations

from dataclasses import dataclass

from indelible.identity.account import AccountDesk
from indelible.identity.assume import Assumer
from indelible.identity.changing import Changer
from indelible.identity.host import HostSessions
from indelible.identity.keys import KeyRing
from indelible.identity.links import LinkDesk
from indelible.identity.login import Login
from indelible.identity.own_sessions import OwnSessions
from indelible.identity.recover import RecoveryDesk
from indelible.identity.revoke import Revoker
from indelible.identity.roles import RoleList
from indelible.identity.second_factor import SecondFactorDesk
from indelible.identity.session_export import SessionExporter
from indelible.identity.session_search import SessionDirectory
from indelible.identity.sessions import SessionDesk
from indelible.identity.settings import SettingsDesk
from indelible.identity.step_up import StepUp
from indelible.identity.tenant_desk import TenantDesk
from indelible.identity.tenants import TenantRegister
from indelible.identity.user_desk import UserDesk
from indelible.identity.user_search import UserDirectory
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
    changer: Changer
    account: AccountDesk
    own_sessions: OwnSessions
    second_factor: SecondFactorDesk
    links: LinkDesk
    recovery: RecoveryDesk
    tenants: TenantRegister
    users: UserRegister
    user_directory: UserDirectory
    user_desk: UserDesk
    tenant_desk: TenantDesk
    roles: RoleList
    host: HostSessions
    assumer: Assumer
    keys: KeyRing
    settings: SettingsDesk
