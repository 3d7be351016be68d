"""Joins the parts: the only place that knows both a port and its adapter."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import sqlalchemy as sa
import structlog

from indelible.config.settings import Settings
from indelible.core.client_address import ClientAddress
from indelible.core.redaction import Redactor
from indelible.delivery.published_head import PublishedHeadFile
from indelible.delivery.witnesses import HttpWitness
from indelible.errors import Misconfigured
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
from indelible.index.postgres import PostgresIndex
from indelible.ledger.append import Appender
from indelible.ledger.commit import Commit
from indelible.ledger.cosign import Cosigner
from indelible.ledger.erase import PersonEraser
from indelible.ledger.export import Exporter
from indelible.ledger.guard import (
    Contradiction,
    Guarded,
    Rememberer,
    contradictions,
    in_words,
)
from indelible.ledger.integrity import Integrity
from indelible.ledger.ports import Recorder
from indelible.ledger.prove import Prover
from indelible.ledger.prove_export import ExportProver
from indelible.ledger.publish import Publisher
from indelible.ledger.retention import Purger, RetentionDesk
from indelible.outside import remembered, stamper_of
from indelible.signing.file_key import FileSigner, load_signer, make_signer
from indelible.signing.file_sealer import FileSealer
from indelible.storage.postgres.api_keys import PostgresKeys
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.archive import PostgresArchive, PostgresSnapshot
from indelible.storage.postgres.attempts import PostgresAttempts
from indelible.storage.postgres.clock import keeping_time
from indelible.storage.postgres.cosignatures import Cosignatures
from indelible.storage.postgres.credentials import PostgresPasswords
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.embedded import EmbeddedServer
from indelible.storage.postgres.erase import PostgresErasure
from indelible.storage.postgres.founding import found, signing_keys
from indelible.storage.postgres.guard import PostgresGuard
from indelible.storage.postgres.integrity import PostgresIntegrity
from indelible.storage.postgres.links import PostgresLinks
from indelible.storage.postgres.people import PostgresPeople
from indelible.storage.postgres.provable import PostgresEvidence
from indelible.storage.postgres.published import PostgresLogs
from indelible.storage.postgres.retention import PostgresRetention
from indelible.storage.postgres.root import PostgresRoot
from indelible.storage.postgres.schema import migrate
from indelible.storage.postgres.second_factors import PostgresSecondFactors
from indelible.storage.postgres.session_directory import PostgresSessionDirectory
from indelible.storage.postgres.sessions import PostgresSessions
from indelible.storage.postgres.settings import PostgresSettings
from indelible.storage.postgres.tenants import PostgresTenants
from indelible.storage.postgres.user_directory import PostgresUserDirectory
from indelible.storage.postgres.users import PostgresUsers
from indelible.web.gate import Gate
from indelible.web.metrics import Metrics
from indelible.web.services import Services
from indelible.worker.publisher import Follow, PublishingWorker
from indelible.worker.retention import RetentionWorker

_logger = structlog.get_logger(__name__)

_WITNESS_SECONDS = 10.0  # what an export waits for witnesses that are slower than it


@contextmanager
def open_database(settings: Settings) -> Iterator[str]:
    """Yield the URL of a database that runs and has the schema of this version.

    Without INDELIBLE_DATABASE_URL that is the embedded server; the last to leave stops it.

    Raises:
        Misconfigured: PostgreSQL can't run here.
        Unavailable: it can't be reached.
    """
    if settings.database_url is not None:
        url = sa.make_url(settings.database_url.get_secret_value())
        if settings.database_password_file is not None:
            url = url.set(password=_password(settings.database_password_file))
        named = url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        migrate(named)
        yield named
        return
    with EmbeddedServer(settings.data) as server:
        migrate(server.url)
        yield server.url


@asynccontextmanager
async def open_services(
    settings: Settings, database_url: str, *, publish: bool = False, guarded: bool = True
) -> AsyncIterator[Services]:
    """Yield everything that runs on the database of *database_url*; closes it in order.

    With *publish* the root log is published and witnesses are asked while it is open: that is for
    what keeps running, not for a command. With *guarded* nothing is recorded or published where
    the database contradicts what others have seen of it.

    Raises:
        Misconfigured: the signing key or a setting does not belong to this database.
        Unavailable: the database can't be reached.
    """
    database = Database(database_url, pool_size=settings.database_pool)
    try:
        signer = await _signer(settings, database)
        await found(database, public_key=signer.public_key, base=settings.origin)
        metrics = Metrics()

        def observe(commit: Commit) -> None:
            metrics.committed(entries=commit.entries, seconds=commit.seconds)

        appender = Appender(
            PostgresLedger(database, base=settings.origin),
            signer,
            redactor=Redactor(names=settings.secret_names, allowed=settings.allowed_names),
            lanes=settings.append_lanes,
            observe=observe,
        )
        index = PostgresIndex(database.reading, resource_types=settings.resource_types)
        witnesses = [key for key, _ in settings.witness_keys]
        cosignatures = Cosignatures(database, witnesses, settings.quorum)
        root = PostgresRoot(database, base=settings.origin, cosignatures=cosignatures)
        publisher = Publisher(root, signer)
        kept_head = PublishedHeadFile(settings.data)
        strange: Sequence[Contradiction] = ()
        if guarded:
            seen = await remembered(settings, witnesses=publish)
            strange = await contradictions(PostgresGuard(database), root, seen)
        recorder = Guarded(appender, appender.ready)
        if strange:
            recorder.refuse(strange)
            _logger.error("database_contradicts_what_was_published", meaning=in_words(strange))
        desk = ExportDesk(recorder)
        prover = Prover(
            store=PostgresEvidence(database, root),
            root=root,
            witnesses=[key.to_text() for key in witnesses],
        )
        export_prover = ExportProver(
            prover,
            publish=None if strange else publisher.publish,
            patience=_WITNESS_SECONDS if publish else 0,
        )
        kept, days = PostgresRetention(database), settings.retention_days
        purger = Purger(store=kept, recorder=recorder, default=days)
        stack = AsyncExitStack()
        try:
            await stack.enter_async_context(keeping_time(database))
            if publish and not strange:
                await stack.enter_async_context(RetentionWorker(purger).running())
                guard = PostgresGuard(database)
                rememberer = Rememberer(guard, root, kept_head, recorder.refuse)
                followers: list[tuple[str, Follow]] = [("remember", rememberer.follow)]
                if stamper := await stamper_of(settings, database, stack):
                    followers.append(("time-stamp", stamper.follow))
                await stack.enter_async_context(
                    _publishing(settings, publisher, root, cosignatures, followers, metrics)
                )
            yield Services(
                index=index,
                recorder=recorder,
                identity=await identity_of(settings, database, recorder, desk),
                exporter=Exporter(index=index, desk=desk, prover=export_prover),
                prover=prover,
                eraser=PersonEraser(store=PostgresErasure(database), recorder=recorder),
                retention=RetentionDesk(store=kept, recorder=recorder, default=days),
                purger=purger,
                integrity=Integrity(
                    root=root,
                    cosignatures=cosignatures,
                    store=PostgresIntegrity(database),
                    quorum=settings.quorum,
                ),
                metrics=metrics,
                logs=PostgresLogs(database),
                root=root,
                root_public=settings.root_public,
                probe=index.probe,
                ready=recorder.ready,
                gate=Gate(
                    clients=ClientAddress(settings.trusted_proxies),
                    insecure_cookies=settings.insecure_cookies,
                ),
            )
        finally:
            await stack.aclose()
            await appender.close()
    finally:
        await database.close()


@asynccontextmanager
async def open_archive(
    settings: Settings, database_url: str
) -> AsyncIterator[tuple[PostgresArchive, list[bytes]]]:
    """Yield what a check reads, and the public keys that are trusted.

    That is the key of the configured key file; none where this machine does not have it.

    Raises:
        Misconfigured: the key file can't be used.
    """
    database = Database(database_url, pool_size=2)
    try:
        path = settings.signing_key
        yield PostgresArchive(database), [load_signer(path).public_key] if path.exists() else []
    finally:
        await database.close()


@asynccontextmanager
async def join_archive(database_url: str, name: str) -> AsyncIterator[PostgresSnapshot]:
    """Yield the view that somebody shares under *name*: for the processes of a check."""
    database = Database(database_url, pool_size=1)
    try:
        async with PostgresArchive(database).snapshot(joining=name) as snapshot:
            yield snapshot
    finally:
        await database.close()


@asynccontextmanager
async def _publishing(
    settings: Settings,
    publisher: Publisher,
    root: PostgresRoot,
    cosignatures: Cosignatures,
    followers: Sequence[tuple[str, Follow]],
    metrics: Metrics,
) -> AsyncIterator[None]:
    """Publish, and ask the witnesses of *settings*, while the block runs."""
    async with httpx.AsyncClient(follow_redirects=False) as client:
        cosigners = [
            Cosigner(
                root,
                cosignatures,
                HttpWitness(key, url, client),
                again_after=settings.republish_seconds,
                clock=time.time,
            )
            for key, url in settings.witness_keys
        ]
        worker = PublishingWorker(
            publisher,
            root,
            cosigners,
            followers,
            every=settings.publish_seconds,
            again_after=settings.republish_seconds,
            observer=metrics,
        )
        async with worker.running():
            yield


def _password(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"The database's password can't be read from {path}: {error}") from None


async def _signer(settings: Settings, database: Database) -> FileSigner:
    """Load the signing key, or make it where nothing was ever signed."""
    path = settings.signing_key
    if path.exists():
        return load_signer(path)
    if await signing_keys(database):
        raise Misconfigured(
            f"The log in this database is signed, and its key is not at {path}. Restore the key "
            "file from its backup, or name where it is with INDELIBLE_KEY_FILE."
        )
    return make_signer(path)


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
