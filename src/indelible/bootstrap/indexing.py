"""The index in ClickHouse, for those who named one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from indelible.bootstrap.database import password_in
from indelible.config.settings import Settings
from indelible.errors import Misconfigured
from indelible.index.clickhouse.tables import Tables
from indelible.index.postgres import PostgresIndex
from indelible.storage.postgres.database import Database
from indelible.worker.indexer import IndexingWorker, Observer

if TYPE_CHECKING:
    from indelible.index.clickhouse.client import ClickHouse
    from indelible.index.clickhouse.follower import ClickHouseFollower
    from indelible.index.clickhouse.index import ClickHouseIndex


@asynccontextmanager
async def indexing(
    settings: Settings,
    database: Database,
    ledger: PostgresIndex,
    *,
    follow: bool,
    observer: Observer,
) -> AsyncIterator[ClickHouseIndex | None]:
    """Yield the index in ClickHouse, followed while the block runs if *follow*.

    None where PostgreSQL is searched.

    Raises:
        Misconfigured: its driver is not installed.
    """
    found = _followed(settings, database, ledger)
    if found is None:
        yield None
        return
    clickhouse, index, follower = found
    try:
        if not follow:
            yield index
            return
        worker = IndexingWorker(follower, index, every=settings.index_seconds, observer=observer)
        async with worker.running():
            yield index
    finally:
        clickhouse.close()


@asynccontextmanager
async def open_follower(
    settings: Settings, database_url: str
) -> AsyncIterator[tuple[ClickHouseIndex, ClickHouseFollower]]:
    """Yield the index in ClickHouse, and what brings it further.

    Raises:
        Misconfigured: no ClickHouse is named, or its driver is not installed.
    """
    database = Database(database_url, pool_size=4)
    try:
        found = _followed(settings, database, PostgresIndex(database.reading))
        if found is None:
            raise Misconfigured(
                "There is no index beside the ledger: INDELIBLE_CLICKHOUSE_URL names none."
            )
        clickhouse, index, follower = found
        try:
            yield index, follower
        finally:
            clickhouse.close()
    finally:
        await database.close()


def _followed(
    settings: Settings, database: Database, ledger: PostgresIndex
) -> tuple[ClickHouse, ClickHouseIndex, ClickHouseFollower] | None:
    """Return ClickHouse, the index there and what follows; None where PostgreSQL is searched."""
    if settings.clickhouse_url is None:
        return None
    try:
        # Imported here: its driver is an extra.
        from indelible.index.clickhouse.client import open_clickhouse  # noqa: PLC0415
        from indelible.index.clickhouse.follower import ClickHouseFollower  # noqa: PLC0415
        from indelible.index.clickhouse.index import ClickHouseIndex  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise Misconfigured("ClickHouse needs: pip install indelible[clickhouse]") from error
    file = settings.clickhouse_password_file
    clickhouse = open_clickhouse(
        settings.clickhouse_url.get_secret_value(),
        password=None if file is None else password_in(file),
    )
    tables = Tables(settings.clickhouse_cluster)
    index = ClickHouseIndex(clickhouse, database.reading, ledger=ledger)
    return clickhouse, index, ClickHouseFollower(clickhouse, database.reading, tables=tables)
