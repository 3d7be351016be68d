"""Identity, joined to its stores."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from indelible.config.settings import Settings
from indelible.export.desk import ExportDesk
from indelible.identity.access import Role
from indelible.identity.account import AccountDesk
from indelible.identity.assume import Assumer
from indelible.identity.changing import Changer
from indelible.identity.code_desk import CodeDesk
from indelible.identity.credential_ports import LinkKind
from indelible.identity.factor_rule import FactorRule
from indelible.identity.host import HostSessions
from indelible.identity.keys import KeyRing
from indelible.identity.links import LinkDesk
from indelible.identity.login import Lifetime, Login
from indelible.identity.own_sessions import OwnSessions
from indelible.identity.passwords import Argon2Hasher
from indelible.identity.recover import RecoveryDesk
from indelible.identity.revoke import Revoker
from indelible.identity.roles import RoleList
from indelible.identity.second_factor import SecondFactorDesk
from indelible.identity.services import Identity
from indelible.identity.session_export import SessionExporter
from indelible.identity.sessions import SessionDesk
from indelible.identity.settings import SettingsDesk
from indelible.identity.step_up import StepUp
from indelible.identity.tenant_desk import TenantDesk
from indelible.identity.tenants import TenantRegister
from indelible.identity.user_desk import UserDesk
from indelible.identity.users import UserRegister
from indelible.ledger.ports import Recorder
from indelible.signing.file_sealer import FileSealer
from indelible.storage.postgres.api_keys import PostgresKeys
from indelible.storage.postgres.attempts import PostgresAttempts
from indelible.storage.postgres.credentials import PostgresPasswords
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.links import PostgresLinks
from indelible.storage.postgres.people import PostgresPeople
from indelible.storage.postgres.second_factors import PostgresSecondFactors
from indelible.storage.postgres.session_directory import PostgresSessionDirectory
from indelible.storage.postgres.sessions import PostgresSessions
from indelible.storage.postgres.settings import PostgresSettings
from indelible.storage.postgres.tenants import PostgresTenants
from indelible.storage.postgres.user_directory import PostgresUserDirectory
from indelible.storage.postgres.users import PostgresUsers


async def identity_of(
    settings: Settings,
    database: Database,
    recorder: Recorder,
    desk: ExportDesk,
    *,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Identity:
    """Return what identity offers over *database*; *pause* waits for some seconds.

    Raises:
        Misconfigured: the key of second factors' secrets is lost.
    """
    sessions, directory = PostgresSessions(database), PostgresSessionDirectory(database)
    users, passwords = PostgresUsers(database), PostgresPasswords()
    attempts, hasher = PostgresAttempts(database), Argon2Hasher()
    factors = PostgresSecondFactors(database)
    sealer = FileSealer(settings.sealing_key, in_use=factors.any_sealed)
    await sealer.check()
    codes = CodeDesk(factors=factors, sealer=sealer)
    rule = FactorRule(
        required_of={Role.SUPER_ADMIN} if settings.super_admin_second_factor else frozenset()
    )
    session_desk = SessionDesk(sessions=sessions, recorder=recorder, rule=rule)
    usual = Lifetime(
        absolute=timedelta(hours=settings.session_hours),
        idle=timedelta(minutes=settings.session_idle_minutes),
    )
    short = Lifetime(
        absolute=timedelta(hours=settings.super_admin_hours),
        idle=timedelta(minutes=settings.super_admin_idle_minutes),
    )
    links = LinkDesk(
        links=PostgresLinks(database),
        passwords=passwords,
        sessions=sessions,
        hasher=hasher,
        recorder=recorder,
        lifetimes={
            LinkKind.INVITATION: timedelta(days=settings.invitation_days),
            LinkKind.RESET: timedelta(minutes=settings.reset_minutes),
        },
    )
    people, changer = PostgresUserDirectory(database), Changer(sessions=sessions, recorder=recorder)
    return Identity(
        login=Login(
            users=users,
            sessions=sessions,
            attempts=attempts,
            hasher=hasher,
            codes=codes,
            recorder=recorder,
            rule=rule,
            pause=pause,
            lifetimes={Role.SUPER_ADMIN: short, Role.ADMIN: usual, Role.VIEWER: usual},
        ),
        sessions=session_desk,
        directory=directory,
        session_exporter=SessionExporter(directory=directory, desk=desk),
        revoker=Revoker(sessions=sessions, directory=directory, recorder=recorder),
        changer=changer,
        step_up=StepUp(
            users=users,
            sessions=sessions,
            attempts=attempts,
            hasher=hasher,
            codes=codes,
            recorder=recorder,
            pause=pause,
        ),
        account=AccountDesk(
            users=users,
            passwords=passwords,
            factors=factors,
            sessions=sessions,
            desk=session_desk,
            attempts=attempts,
            hasher=hasher,
            recorder=recorder,
            rule=rule,
            pause=pause,
        ),
        own_sessions=OwnSessions(sessions=sessions, directory=directory, recorder=recorder),
        second_factor=SecondFactorDesk(
            factors=factors, sealer=sealer, sessions=sessions, recorder=recorder, rule=rule
        ),
        links=links,
        recovery=RecoveryDesk(users=users, factors=factors, links=links, recorder=recorder),
        tenants=TenantRegister(tenants=PostgresTenants(database), recorder=recorder),
        users=UserRegister(users=users, hasher=hasher, recorder=recorder),
        user_directory=people,
        user_desk=UserDesk(
            people=PostgresPeople(database),
            directory=people,
            sessions=sessions,
            links=links,
            factors=factors,
            changer=changer,
        ),
        tenant_desk=TenantDesk(
            tenants=PostgresTenants(database),
            directory=people,
            sessions=sessions,
            changer=changer,
        ),
        roles=RoleList(directory=people),
        host=HostSessions(
            people=PostgresPeople(database),
            tenants=PostgresTenants(database),
            sessions=sessions,
            desk=session_desk,
            recorder=recorder,
        ),
        assumer=Assumer(
            sessions=sessions,
            desk=session_desk,
            directory=people,
            recorder=recorder,
            changer=changer,
        ),
        keys=KeyRing(keys=PostgresKeys(database), recorder=recorder),
        settings=SettingsDesk(
            settings=PostgresSettings(database), sessions=sessions, recorder=recorder
        ),
    )
