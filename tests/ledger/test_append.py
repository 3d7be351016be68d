"""Appending: what is acknowledged is durable, in place, signed, and there once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa

from indelible.core import entry as entries
from indelible.core.activity import Actor, Resource, TenantId
from indelible.core.checkpoint import Checkpoint
from indelible.core.merkle import leaf_hash, tree_root
from indelible.core.redaction import Redactor
from indelible.errors import Conflict, Invalid, NotFound, Unavailable
from indelible.ledger.append import Appender
from indelible.ledger.packing import unpack
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres import append as postgres
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.round_trip import BYTES, TEXT, Statement, many, round_trip
from tests.ledger.conftest import BASE, OTHER, TENANT, Clock, an_activity


async def stored(database: Database, tenant: TenantId | None = TENANT) -> list[bytes]:
    """The bytes of a tenant's log, in order."""
    origin = f"{BASE}/logs/{tenant or 'platform'}"
    query = sa.text(
        "SELECT seq, bytes FROM entries JOIN logs ON logs.id = log WHERE origin = :origin ORDER BY seq"
    )
    async with database.begin() as connection:
        rows = (await connection.execute(query, {"origin": origin})).all()
    assert [seq for seq, _ in rows] == list(range(len(rows)))
    return [unpack(data) for _, data in rows]


async def test_a_receipt_names_the_place_and_a_checkpoint_over_it(
    appender: Appender, database: Database
) -> None:
    """A receipt's leaf hash is that of the stored bytes, and its checkpoint covers the entry."""
    (receipt,) = await appender.record([an_activity()])
    (data,) = await stored(database)
    assert receipt.leaf_hash == leaf_hash(data).hex()
    assert (receipt.log, receipt.seq) == (f"{BASE}/logs/{TENANT}", 0)
    checkpoint = Checkpoint.parse(receipt.checkpoint.partition("\n\n")[0] + "\n")
    assert (checkpoint.size, checkpoint.root) == (1, leaf_hash(data))
    entry = entries.decode(data)
    assert (entry.id, entry.time, entry.seq) == (receipt.id, receipt.time, 0)


async def test_concurrent_requests_share_commits_and_lose_nothing(
    new_appender: Callable[[], Appender], database: Database
) -> None:
    """Requests from several processes to several logs end up gapless, each once, under one root."""
    processes = [new_appender() for _ in range(3)]
    tenants = [TENANT, OTHER, None]
    requests = [
        processes[i % 3].record(
            [an_activity(f"{i}.{j}", tenant=tenants[(i + j) % 3]) for j in range(3)]
        )
        for i in range(120)
    ]
    receipts = [receipt for batch in await asyncio.gather(*requests) for receipt in batch]
    assert len({(receipt.log, receipt.seq) for receipt in receipts}) == 360
    for tenant in tenants:
        log = await stored(database, tenant)
        assert len(log) == 120
        query = sa.text(
            "SELECT root FROM checkpoints JOIN logs ON logs.id = log "
            "WHERE origin = :origin ORDER BY size DESC LIMIT 1"
        )
        async with database.begin() as connection:
            origin = {"origin": f"{BASE}/logs/{tenant or 'platform'}"}
            root = (await connection.execute(query, origin)).scalar()
        assert root == tree_root([leaf_hash(data) for data in log])


@pytest.mark.parametrize("sizes", [[255, 1, 1], [256], [300, 300], [1] * 3 + [600], [513]])
async def test_full_tiles_are_written_once_and_hold_the_leaves(
    new_appender: Callable[[], Appender], database: Database, sizes: list[int]
) -> None:
    """Whoever completes a tile writes it, remembered or rebuilt: its bytes are the leaf hashes."""
    for size in sizes:
        # A new process each time: it remembers nothing of the partial tile.
        await new_appender().record([an_activity() for _ in range(size)])
    leaves = [leaf_hash(data) for data in await stored(database)]
    async with database.begin() as connection:
        rows = await connection.execute(
            sa.text("SELECT level, index, data FROM tiles ORDER BY level, index")
        )
        tiles = {(level, index): bytes(data) for level, index, data in rows}
    full = len(leaves) // 256
    assert tiles == {
        (0, index): b"".join(leaves[index * 256 : (index + 1) * 256]) for index in range(full)
    }


async def test_a_key_seen_before_returns_the_first_receipt(
    new_appender: Callable[[], Appender], database: Database
) -> None:
    """The same key from the same source is recorded once, also across processes and in a batch."""
    activity = an_activity(key="order-1")
    (first,) = await new_appender().record([activity], source="billing")
    again = await new_appender().record([activity, an_activity(), activity], source="billing")
    assert (again[0].seq, again[2].seq) == (0, 0)
    assert (again[0].id, again[0].leaf_hash) == (first.id, first.leaf_hash)
    assert again[0].checkpoint == first.checkpoint
    (other,) = await new_appender().record([activity], source="shipping")
    assert other.seq == 2
    assert len(await stored(database)) == 3


async def test_a_key_for_another_body_is_refused_with_all_of_its_batch(
    appender: Appender, database: Database
) -> None:
    """A reused key names its item, writes nothing of its batch and disturbs no other request."""
    await appender.record([an_activity(key="k")])
    good, bad = await asyncio.gather(
        appender.record([an_activity()]),
        appender.record([an_activity(), an_activity("another", key="k")]),
        return_exceptions=True,
    )
    assert not isinstance(good, BaseException)
    assert isinstance(bad, Conflict)
    assert (bad.item, bad.field) == (1, "key")
    assert len(await stored(database)) == 2


async def test_times_never_run_backwards(
    appender: Appender, database: Database, clock: Clock
) -> None:
    """With the clock set back an hour, entries go on after the last one, ids in the same order."""
    await appender.record([an_activity() for _ in range(3)])
    clock.now -= 3600 * 10**9
    await appender.record([an_activity() for _ in range(3)])
    await appender.record([an_activity()])
    log = [entries.decode(data) for data in await stored(database)]
    assert [entry.time for entry in log] == sorted(entry.time for entry in log)
    assert [entry.id for entry in log] == sorted(entry.id for entry in log)


async def test_a_wrong_item_is_named_and_nothing_of_its_batch_is_written(
    appender: Appender, database: Database
) -> None:
    """Invalid input says which item and which field."""
    wrong = an_activity(resource=Resource(type="Edge Device", id="1"))
    with pytest.raises(Invalid) as caught:
        await appender.record([an_activity(), wrong])
    assert (caught.value.item, caught.value.field) == (1, "resource.type")
    assert await stored(database) == []


async def test_an_effect_commits_with_its_entry_or_not_at_all(
    appender: Appender, database: Database
) -> None:
    """When the change fails, there is no entry; when it succeeds, there are both."""

    async def fails(connection: object) -> None:
        raise NotFound("no such session")

    with pytest.raises(NotFound):
        await appender.record([an_activity()], effect=fails)
    assert await stored(database) == []

    async def registers(connection: sa.ext.asyncio.AsyncConnection) -> None:
        await connection.execute(sa.text("INSERT INTO resource_types (name) VALUES ('effect')"))

    await appender.record([an_activity()], effect=registers)
    assert len(await stored(database)) == 1
    async with database.begin() as connection:
        query = sa.text("SELECT count(*) FROM resource_types WHERE name = 'effect'")
        assert (await connection.execute(query)).scalar() == 1


async def test_what_entries_say_of_the_same_person_is_stored_once(
    appender: Appender, new_appender: Callable[[], Appender], database: Database
) -> None:
    """Entries of a log share disclosures, whichever process wrote them."""
    actor = Actor(id="u1", email="ada@example.com", name="Ada")
    await appender.record([an_activity(actor=actor) for _ in range(5)])
    await new_appender().record([an_activity(actor=actor)])
    async with database.begin() as connection:
        query = sa.text("SELECT count(*) FROM people WHERE actor_id = 'u1'")
        assert (await connection.execute(query)).scalar() == 1
    digests = {entries.decode(data).sd.person for data in await stored(database)}
    assert len(digests) == 1


@pytest.mark.parametrize("table", ["entries", "tiles", "checkpoints", "receipts"])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
async def test_the_database_itself_refuses_to_rewrite(
    appender: Appender, database: Database, database_url: str, table: str, verb: str
) -> None:
    """Neither the application's role nor the tables' owner can change what was appended."""
    await appender.record([an_activity(key=f"k{i}") for i in range(256)])
    column = {"entries": "failed = NOT failed", "tiles": "data = data", "receipts": "seq = 0"}
    statement = {
        "UPDATE": f"UPDATE {table} SET {column.get(table, 'size = 1')}",
        "DELETE": f"DELETE FROM {table}",
        "TRUNCATE": f"TRUNCATE {table}",
    }[verb]
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        async with database.begin() as connection:
            await connection.execute(sa.text(statement))
    owner = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)
    with (
        psycopg.connect(owner) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
    ):
        connection.execute(statement)  # type: ignore[call-overload]


async def test_assumed_identity_stands_in_public_part_and_details(
    appender: Appender, database: Database
) -> None:
    """An action under an assumed session names the Super Admin behind it."""
    await appender.record([an_activity(assumed_by=Actor(id="root-1", email="root@example.com"))])
    (data,) = await stored(database)
    assumed_by = entries.decode(data).assumed_by
    assert assumed_by is not None
    assert assumed_by.id == "root-1"


async def test_an_unreachable_database_is_said_before_and_after(
    signer: FileSigner, clock: Clock
) -> None:
    """Without its database the recorder refuses, and says beforehand that it would."""
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    appender = Appender(
        PostgresLedger(database, base=BASE), signer, redactor=Redactor(), clock=clock
    )
    with pytest.raises(Unavailable):
        await appender.record([an_activity()])
    assert not await appender.ready()
    await database.close()


async def test_it_is_ready_until_it_is_closed(appender: Appender) -> None:
    """A working recorder is ready; a closed one takes nothing and says so."""
    await appender.record([an_activity()])
    assert await appender.ready()
    await appender.close()
    assert not await appender.ready()
    with pytest.raises(Unavailable):
        await appender.record([an_activity()])


async def test_keys_are_looked_up_by_index_before_there_are_statistics(
    appender: Appender, database: Database
) -> None:
    """A log that grows fast is not read as a whole at every append, however many keys come."""
    for batch in range(3):
        await appender.record([an_activity(key=f"{batch} {key}") for key in range(400)])
    origin = f"{BASE}/logs/{TENANT}"
    for statement, keys in (
        (postgres._FIRST_RECEIPT, b"k"),
        (postgres._FIRST_RECEIPTS, [b"k"] * 50),
    ):
        text = statement.sql.decode()
        types = [TEXT, BYTES if isinstance(keys, bytes) else many(BYTES)]
        explain = Statement(f"EXPLAIN {text}", takes=types, gives=[TEXT])
        async with database.connected() as (_, driver):
            [rows] = await round_trip(driver, explain(origin, keys))
        plan = "\n".join(line for (line,) in rows)
        assert "Seq Scan on receipts" not in plan, plan
