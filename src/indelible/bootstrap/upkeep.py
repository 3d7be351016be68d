"""What an operator does to an installation now and then: rotate its key, record a restore."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from indelible.bootstrap.publishing import remembered
from indelible.bootstrap.services import open_services
from indelible.config.settings import Settings
from indelible.core.activity import Actor
from indelible.core.key import VerifierKey
from indelible.ledger.guard import RestoreDesk, contradictions
from indelible.ledger.rotate import KeyRotator
from indelible.signing.file_key import install_heir, load_signer, prepare_heir
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.founding import PostgresSigningKeys, log_origins
from indelible.storage.postgres.guard import PostgresGuard


async def verifier_keys(settings: Settings, database_url: str) -> Sequence[VerifierKey]:
    """Return the keys that the root log, and each other log by its origin, are verified with now.

    Raises:
        Misconfigured: the key file can't be used.
    """
    public_key = load_signer(settings.signing_key).public_key
    database = Database(database_url, pool_size=1)
    try:
        origins = await log_origins(database)
    finally:
        await database.close()
    return [VerifierKey(origin, public_key) for origin in (f"{settings.origin}/root", *origins)]


async def rotate_key(settings: Settings, database_url: str, actor: Actor) -> tuple[bytes, Path]:
    """Have a new key sign the logs; return its public side, and where the old key file went.

    What dies on the way is finished by the next call: the new key waits beside the old one, and
    takes its place when the database knows it.

    Raises:
        Misconfigured: the key file can't be changed, or does not belong to this database.
        Unavailable: the database can't be reached; the old key goes on signing.
    """
    async with open_services(settings, database_url) as services:
        path = settings.signing_key
        heir = prepare_heir(path)
        database = Database(database_url, pool_size=1)
        try:
            rotator = KeyRotator(
                keys=PostgresSigningKeys(database),
                recorder=services.recorder,
                base=settings.origin,
            )
            await rotator.rotate(load_signer(path), heir, actor=actor, time=int(time.time()))
        finally:
            await database.close()
    return heir.public_key, install_heir(path)


async def record_restore(
    settings: Settings, database_url: str, actor: Actor, reason: str
) -> Sequence[str]:
    """Record that the database was restored, and return what that excuses, in words.

    Without anything to excuse nothing is recorded. Asks the witnesses, like a start of the service.

    Raises:
        Misconfigured: a setting, or the key, does not belong to this database.
        Unavailable: nothing was recorded.
    """
    async with open_services(settings, database_url, guarded=False) as services:
        database = Database(database_url, pool_size=1)
        try:
            guard = PostgresGuard(database)
            seen = await remembered(settings, witnesses=True)
            found = await contradictions(guard, services.root, seen)
            if found:
                desk = RestoreDesk(store=guard, recorder=services.recorder)
                await desk.record(found, actor=actor, reason=reason)
        finally:
            await database.close()
    return [str(each) for each in found]
