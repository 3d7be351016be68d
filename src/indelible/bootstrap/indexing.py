"""The search indexes: segments in PostgreSQL, and ClickHouse for those who named one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from indelible.bootstrap.database import password_in
from indelible.config.settings import Settings
from indelible.errors import Misconfigured
from indelible.index.clickhouse.tables import Tables
from indelible.index.postgres.index import PostgresIndex
from indelible.index.postgres.segmenter import PostgresSegmenter
from indelible.ledger.indexing import Follower, FollowingIndex
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
    """Yield the index in ClickHouse; None where PostgreSQL is searched.

    With *follow*, workers bring both as far as the logs are while the block runs. PostgreSQL
    stands in where ClickHouse does not answer.

    Raises:
        Misconfigured: its driver is not installed.
    """
    async with AsyncExitStack() as stack:
        found = _followed(settings, database, ledger)
        if found is not None:
            stack.callback(found[0].close)
        if follow:
            every = settings.index_seconds
            segmenter = PostgresSegmenter(database.begin)
            counted = observer if found is None else None
            worker = IndexingWorker(segmenter, ledger, every=every, observer=counted)
            await stack.enter_async_context(worker.running())
        if found is not None and follow:
            _, index, follower = found
            worker = IndexingWorker(follower, index, every=every, observer=observer)
            await stack.enter_async_context(worker.running())
        yield None if found is None else found[1]


@asynccontextmanager
async def open_follower(
    settings: Settings, database_url: str
) -> AsyncIterator[tuple[FollowingIndex, Follower]]:
    """Yield the index that answers, and what brings it further.

    Raises:
        Misconfigured: the driver of ClickHouse is not installed.
    """
    database = Database(database_url, pool_size=4)
    try:
        ledger = PostgresIndex(database.reading)
        found = _followed(settings, database, ledger)
        if found is None:
            yield ledger, PostgresSegmenter(database.begin)
            return
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
