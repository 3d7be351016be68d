"""Everything that runs, joined: what routes and commands work with."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import structlog

from indelible.bootstrap.identity import identity_of
from indelible.bootstrap.indexing import indexing
from indelible.bootstrap.publishing import publishing, remembered
from indelible.config.settings import Settings
from indelible.core.client_address import ClientAddress
from indelible.core.redaction import Redactor
from indelible.errors import Misconfigured
from indelible.export.desk import ExportDesk
from indelible.index.postgres.index import PostgresIndex
from indelible.ledger.append import Appender
from indelible.ledger.commit import Commit
from indelible.ledger.erase import PersonEraser
from indelible.ledger.export import Exporter
from indelible.ledger.guard import (
    Contradiction,
    Guarded,
    contradictions,
    in_words,
)
from indelible.ledger.integrity import Integrity
from indelible.ledger.prove import Prover
from indelible.ledger.prove_export import ExportProver
from indelible.ledger.publish import Publisher
from indelible.ledger.retention import Purger, RetentionDesk
from indelible.signing.file_key import FileSigner, load_signer, make_signer
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.clock import keeping_time
from indelible.storage.postgres.cosignatures import Cosignatures
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.erase import PostgresErasure
from indelible.storage.postgres.founding import found, signing_keys
from indelible.storage.postgres.guard import PostgresGuard
from indelible.storage.postgres.integrity import PostgresIntegrity
from indelible.storage.postgres.limits import READING
from indelible.storage.postgres.provable import PostgresEvidence
from indelible.storage.postgres.published import PostgresLogs
from indelible.storage.postgres.retention import PostgresRetention
from indelible.storage.postgres.root import PostgresRoot
from indelible.web.gate import Gate
from indelible.web.metrics import Metrics
from indelible.web.services import Services
from indelible.web.turns import Turns
from indelible.worker.retention import RetentionWorker

_logger = structlog.get_logger(__name__)

_APART = 1.0  # seconds by which clocks of machines differ that are not set by the same time
_WITNESS_SECONDS = 10.0  # what an export waits for witnesses that are slower than it


@asynccontextmanager
async def open_services(
    settings: Settings,
    database_url: str,
    *,
    publish: bool = False,
    guarded: bool = True,
    clock: Callable[[], int] = time.time_ns,
) -> AsyncIterator[Services]:
    """Yield everything that runs on the database of *database_url*; closes it in order.

    With *publish* the root log is published and witnesses are asked while it is open: that is for
    what keeps running, not for a command. With *guarded* nothing is recorded or published where
    the database contradicts what others have seen of it. Entries get their times from *clock*, in
    nanoseconds since 1970.

    Raises:
        Misconfigured: the signing key or a setting does not belong to this database.
        Unavailable: the database can't be reached.
    """
    async with AsyncExitStack() as stack:  # closes in the opposite order
        database = Database(
            database_url,
            pool_size=settings.database_pool - settings.readers,
            readers=settings.readers,
            reading=replace(READING, statement=settings.read_seconds),
        )
        stack.push_async_callback(database.close)
        signer = await _signer(settings, database)
        await found(database, public_key=signer.public_key, base=settings.origin)
        metrics = Metrics()
        appender = _appender(settings, database, signer, metrics, clock)
        stack.push_async_callback(appender.close)
        await stack.enter_async_context(keeping_time(database, ahead=clock_watch()))
        ledger = PostgresIndex(database.reading, resource_types=settings.resource_types)
        following = await stack.enter_async_context(
            indexing(settings, database, ledger, follow=publish, observer=metrics)
        )
        index = following or ledger
        witnesses = [key for key, _ in settings.witness_keys]
        cosignatures = Cosignatures(database, witnesses, settings.quorum)
        root = PostgresRoot(database, base=settings.origin, cosignatures=cosignatures)
        publisher = Publisher(root, signer)
        recorder = Guarded(appender, appender.ready)
        strange = await _strange(settings, database, root, ask=publish) if guarded else ()
        if strange:
            recorder.refuse(strange)
            _logger.error("database_contradicts_what_was_published", meaning=in_words(strange))
        desk = ExportDesk(recorder, at_once=settings.exports_at_once)
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
        if publish and not strange:
            await stack.enter_async_context(RetentionWorker(purger).running())
            await stack.enter_async_context(
                publishing(settings, database, publisher, root, cosignatures, recorder, metrics)
            )
        turns = _turns(settings, held_up=lambda: appender.busy)
        metrics.watch(
            reading=lambda: turns.running,
            reading_waiting=lambda: turns.waiting,
            recording_waiting=lambda: appender.waiting,
        )
        yield Services(
            index=index,
            recorder=recorder,
            identity=await identity_of(settings, database, recorder, desk),
            exporter=Exporter(
                index=index,
                desk=desk,
                prover=export_prover,
                folder=settings.data,
                held_up=lambda: appender.busy,
            ),
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
            turns=turns,
            probe=index.probe,
            following=following,
            ready=recorder.ready,
            gate=Gate(
                clients=ClientAddress(settings.trusted_proxies),
                insecure_cookies=settings.insecure_cookies,
            ),
        )


def clock_watch() -> Callable[[float], None]:
    """Return what says so when this machine's clock goes apart from the database's, and once."""
    apart = False

    def watch(ahead: float) -> None:
        nonlocal apart
        was, apart = apart, abs(ahead) > _APART
        if apart and not was:
            _logger.warning(
                "clocks_apart",
                ahead_seconds=round(ahead, 1),
                meaning="The clocks of this machine and of the database differ. Entries have the "
                "times of the machine that recorded them, and no log goes back: one machine that "
                "is ahead takes every log that it writes to along. Set both by the same time.",
            )

    return watch


def _turns(settings: Settings, held_up: Callable[[], bool]) -> Turns:
    # Exports keep a connection for minutes; they are counted by themselves.
    left = max(1, settings.readers - settings.exports_at_once)
    return Turns(
        at_once=min(settings.reads_at_once, left),
        waiting=settings.reads_waiting,
        patience=settings.read_wait_seconds,
        held_up=held_up,
    )


def _appender(
    settings: Settings,
    database: Database,
    signer: FileSigner,
    metrics: Metrics,
    clock: Callable[[], int],
) -> Appender:
    def observe(commit: Commit) -> None:
        metrics.committed(entries=commit.entries, seconds=commit.seconds)

    return Appender(
        PostgresLedger(database, base=settings.origin),
        signer,
        redactor=Redactor(names=settings.secret_names, allowed=settings.allowed_names),
        lanes=settings.append_lanes,
        clock=clock,
        observe=observe,
        turn_away=metrics.turned_away,
    )


async def _strange(
    settings: Settings, database: Database, root: PostgresRoot, *, ask: bool
) -> Sequence[Contradiction]:
    """Return what of the database contradicts what others have seen; *ask* witnesses too."""
    seen = await remembered(settings, witnesses=ask)
    return await contradictions(PostgresGuard(database), root, seen)


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
