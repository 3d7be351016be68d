"""What publishes, who vouches for it, and who remembers it outside of the database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
import structlog

from indelible.config.settings import Settings
from indelible.delivery.published_head import PublishedHeadFile
from indelible.delivery.witnesses import HttpWitness
from indelible.errors import IndelibleError
from indelible.ledger.cosign import Cosigner
from indelible.ledger.guard import Guarded, Rememberer, Seen
from indelible.ledger.publish import Publisher
from indelible.ledger.stamp import Stamper
from indelible.signing.timestamps import HttpTimestampAuthority, read_certificates
from indelible.storage.postgres.cosignatures import Cosignatures
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.guard import PostgresGuard
from indelible.storage.postgres.root import PostgresRoot
from indelible.storage.postgres.timestamps import PostgresTimestamps
from indelible.web.metrics import Metrics
from indelible.worker.publisher import Follow, PublishingWorker

_logger = structlog.get_logger(__name__)


@asynccontextmanager
async def publishing(
    settings: Settings,
    database: Database,
    publisher: Publisher,
    root: PostgresRoot,
    cosignatures: Cosignatures,
    recorder: Guarded,
    metrics: Metrics,
) -> AsyncIterator[None]:
    """Publish, have it cosigned, time-stamped and remembered, while the block runs."""
    async with httpx.AsyncClient(follow_redirects=False) as client:
        guard, kept = PostgresGuard(database), PublishedHeadFile(settings.data)
        rememberer = Rememberer(guard, root, kept, recorder.refuse)
        followers: list[tuple[str, Follow]] = [("remember", rememberer.follow)]
        if stamper := _stamper(settings, database, client):
            followers.append(("time-stamp", stamper.follow))
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


async def remembered(settings: Settings, *, witnesses: bool) -> Sequence[Seen]:
    """Return what is remembered of the root log outside of the database.

    Args:
        settings: name the data folder and the witnesses.
        witnesses: ask them; whoever can't be reached says nothing.
    """
    kept = PublishedHeadFile(settings.data).read()
    seen = [] if kept is None else [kept]
    if not witnesses or not settings.witnesses:
        return seen
    origin = f"{settings.origin}/root"
    async with httpx.AsyncClient(follow_redirects=False) as client:
        asked = [HttpWitness(key, url, client) for key, url in settings.witness_keys]
        answers = await asyncio.gather(
            *(witness.latest(origin) for witness in asked), return_exceptions=True
        )
    for witness, answer in zip(asked, answers, strict=True):
        if isinstance(answer, IndelibleError):
            _logger.warning("witness_not_asked", witness=witness.key.name, reason=str(answer))
        elif isinstance(answer, BaseException):
            raise answer
        elif answer is not None:
            by = f"The witness {witness.key.name}"
            seen.append(Seen(answer.origin, answer.size, answer.root, by))
    return seen


def _stamper(settings: Settings, database: Database, client: httpx.AsyncClient) -> Stamper | None:
    """Return what has the root log time-stamped; None where no authority is named."""
    if settings.timestamp_url is None or settings.timestamp_certificates is None:
        return None
    return Stamper(
        HttpTimestampAuthority(
            client, settings.timestamp_url, read_certificates(settings.timestamp_certificates)
        ),
        PostgresTimestamps(database),
        every=settings.timestamp_seconds,
        clock=time.time,
    )
