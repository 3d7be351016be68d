"""What the campaign of tampering does, by kind: as the superuser, without the key."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

LOGS, ENTRIES = 5, 400  # in each
SIZES = [256, 100, 30, 10, 3, 1]

TEXT = "convert_from(set_bit(convert_to({0}, 'UTF8'), {1}, 1 - get_bit(convert_to({0}, 'UTF8'), {1})), 'UTF8')"
FLIPS = {
    "bytes": "set_bit({0}, {1}, 1 - get_bit({0}, {1}))",
    "text": TEXT,
    "smallint": "{0} # (1::smallint << {1})",
    "integer": "{0} # (1 << {1})",
    "bigint": "{0} # (1::bigint << {1})",
    "boolean": "NOT {0}",
    "uuid": "encode(set_bit(uuid_send({0}), {1}, 1 - get_bit(uuid_send({0}), {1})), 'hex')::uuid",
    "time": "{0} + interval '1 microsecond' * (1::bigint << {1})",
}
BITS = {"smallint": 14, "integer": 30, "bigint": 62, "boolean": 1, "uuid": 128, "time": 50}

COLUMNS = {
    "entries": {
        "log": "integer", "resource_type": "integer", "seq": "bigint", "time": "time", "person": "bigint",
        "resource": "bigint", "client": "bigint", "id": "uuid", "action": "smallint", "failed": "boolean",
        "session": "text", "bytes": "bytes", "details": "bytes", "leaf": "bytes",
    },
    "people": {
        "id": "bigint", "log": "integer", "actor_type": "text", "actor_id": "text", "assumed_by_id": "text",
        "email": "text", "assumed_by_email": "text", "disclosure": "bytes", "digest": "text", "key": "bytes",
    },
    "clients": {
        "id": "bigint", "log": "integer", "ip": "text", "user_agent": "text", "disclosure": "bytes",
        "digest": "text", "key": "bytes",
    },
    "resources": {
        "id": "bigint", "log": "integer", "type": "text", "resource_id": "text", "name": "text",
        "disclosure": "bytes", "digest": "text", "key": "bytes",
    },
    "resource_types": {"id": "integer", "name": "text"},
    "logs": {"origin": "text", "tenant": "uuid"},
    "heads": {"log": "integer", "size": "bigint", "range": "bytes", "time": "bigint", "purged": "bigint"},
    "tiles": {"log": "integer", "level": "smallint", "index": "bigint", "data": "bytes"},
    "checkpoints": {"log": "integer", "size": "bigint", "root": "bytes", "signature": "bytes"},
    "signing_keys": {"public_key": "bytes"},
    "root_leaves": {"index": "bigint", "log": "integer", "size": "bigint", "data": "bytes"},
    "root_head": {"size": "bigint", "range": "bytes"},
    "root_checkpoints": {"size": "bigint", "root": "bytes", "signature": "bytes"},
    "cosignatures": {"size": "bigint", "blob": "bytes"},
}  # fmt: skip
"""Every stored column that says something, and what it holds. Left out are those that say nothing of
the log: counters and clocks (heads.erasures, *.since, *.at), the memory of reporters' keys (receipts),
what the last conversation with a witness came to, and time-stamps, which have a signature of their own."""


def flips(random: Random, count: int) -> Iterator[tuple[str, str]]:
    """Yield *count* flips of one bit in each column: kind, SQL."""
    for table, columns in COLUMNS.items():
        for column, type_ in columns.items():
            for _ in range(count):
                yield f"bit flipped in {table}", flip(random, table, column, type_)


def flip(random: Random, table: str, column: str, type_: str) -> str:
    """Return SQL that flips one bit of one row's *column*."""
    offset = random.randrange(2_000)
    row = (
        f"ctid = (SELECT ctid FROM {table} WHERE {column} IS NOT NULL {AWAY.get((table, column), '')} "
        f"OFFSET {offset} % greatest(1, (SELECT count(*) FROM {table} WHERE {column} IS NOT NULL "
        f"{AWAY.get((table, column), '')})) LIMIT 1)"
    )
    if type_ in {"bytes", "text"}:
        place = random.randrange(1 << 20)
        size = (
            f"octet_length({column})"
            if type_ == "bytes"
            else f"octet_length(convert_to({column}, 'UTF8'))"
        )
        # Not the high bit of a letter: what is no UTF-8 the database refuses.
        bits = "8" if type_ == "bytes" else "5"
        bit = f"(({place} % greatest(1, {size})) * 8 + {place} % {bits})::int"
    else:
        bit = str(random.randrange(BITS[type_]))
    change = FLIPS[type_].format(column, bit)
    table = "entries_part" if table == "entries" else table
    return f"UPDATE {table} SET {column} = {change} WHERE {row.replace('FROM entries ', 'FROM entries_part ')}"


AWAY = {("logs", "tenant"): "", ("heads", "range"): "AND size > 0"}


def others(random: Random, count: int) -> Iterator[tuple[str, str]]:
    """Yield *count* of every other kind: kind, SQL; ``{log}`` and ``{other}`` are logs."""
    for _ in range(count):
        log = random.randrange(1, LOGS + 1)
        other = log % LOGS + 1
        seq, cut = random.randrange(ENTRIES - 1), random.randrange(1, 40)
        columns = (
            "resource_type, {seq}, time, person, resource, client, gen_random_uuid(), action, failed, "
            "session, bytes, details, leaf"
        )
        names = "log, resource_type, seq, time, person, resource, client, id, action, failed, session, bytes, details, leaf"
        yield "entry deleted", f"DELETE FROM entries WHERE log = {log} AND seq = {seq}"
        yield (
            "entries swapped",
            (
                "UPDATE entries e SET bytes = o.bytes, leaf = o.leaf, details = o.details, person = o.person, resource = o.resource, "
                "client = o.client, time = o.time, action = o.action, failed = o.failed, session = o.session, "
                f"resource_type = o.resource_type FROM entries o WHERE e.log = {log} AND o.log = {log} "
                f"AND e.seq IN ({seq}, {seq + 1}) AND o.seq = {2 * seq + 1} - e.seq"
            ),
        )
        yield (
            "entry moved to another log",
            (
                f"UPDATE entries SET log = {other}, seq = {ENTRIES}, id = gen_random_uuid() WHERE log = {log} AND seq = {seq}"
            ),
        )
        yield (
            "entry inserted at the end",
            (
                f"INSERT INTO entries ({names}) SELECT log, {columns.format(seq=ENTRIES)} FROM entries "
                f"WHERE log = {log} AND seq = {seq}"
            ),
        )
        yield (
            "entry inserted before the first",
            (
                f"INSERT INTO entries ({names}) SELECT log, {columns.format(seq=-1 - seq)} FROM entries "
                f"WHERE log = {log} AND seq = {seq}"
            ),
        )
        yield (
            "entry put in another's place",
            (
                f"UPDATE entries e SET bytes = o.bytes, leaf = o.leaf FROM entries o WHERE e.log = {log} AND e.seq = {seq} "
                f"AND o.log = {other} AND o.seq = {seq}"
            ),
        )
        yield (
            "tail cut, head left",
            f"DELETE FROM entries WHERE log = {log} AND seq >= {ENTRIES - cut}",
        )
        yield (
            "tail cut, head and checkpoints with it",
            (
                f"DELETE FROM entries WHERE log = {log} AND seq >= 386; "
                f"DELETE FROM checkpoints WHERE log = {log} AND size > 386; "
                f"UPDATE heads SET size = 386 WHERE log = {log}"
            ),
        )
        yield "head rolled back", f"UPDATE heads SET size = size - {cut} WHERE log = {log}"
        yield (
            "head of another log",
            (
                f"UPDATE heads SET range = (SELECT range FROM heads WHERE log = {other}) WHERE log = {log}"
            ),
        )
        yield (
            "tile replaced",
            (
                f"UPDATE tiles SET data = (SELECT data FROM tiles WHERE log = {other} AND index = 0 AND level = 0) "
                f"WHERE log = {log} AND index = 0 AND level = 0"
            ),
        )
        yield "tile deleted", f"DELETE FROM tiles WHERE log = {log}"
        yield (
            "checkpoint replaced",
            (
                f"UPDATE checkpoints c SET root = o.root, signature = o.signature FROM checkpoints o "
                f"WHERE c.log = {log} AND o.log = {other} AND c.size = o.size AND c.size = {ENTRIES}"
            ),
        )
        yield (
            "checkpoint deleted",
            f"DELETE FROM checkpoints WHERE log = {log} AND size = {random.choice((356, 399, 400))}",
        )
        yield (
            "disclosure taken away",
            f"UPDATE entries SET details = NULL WHERE log = {log} AND seq = {seq}",
        )
        yield (
            "person taken away",
            (
                "UPDATE people SET disclosure = NULL, email = NULL, key = NULL WHERE disclosure IS NOT NULL AND id = "
                f"(SELECT person FROM entries WHERE log = {log} AND seq = {seq})"
            ),
        )
        yield (
            "bytes taken away as if purged",
            (
                "UPDATE entries SET bytes = NULL, details = NULL, session = NULL, "
                "person = 0, resource = 0, client = NULL, resource_type = 0, action = -1, failed = false "
                f"WHERE log = {log} AND seq <= {seq}; UPDATE heads SET purged = {seq + 1} WHERE log = {log}"
            ),
        )
        yield (
            "published checkpoint deleted",
            "DELETE FROM root_leaves WHERE index = (SELECT max(index) FROM root_leaves)",
        )
        yield (
            "published checkpoints swapped",
            (
                "UPDATE root_leaves a SET data = b.data FROM root_leaves b WHERE a.index IN (0, 1) AND b.index = 1 - a.index"
            ),
        )
        yield (
            "root log cut, head with it",
            (
                "DELETE FROM root_leaves WHERE index >= 5; DELETE FROM root_checkpoints WHERE size > 5; "
                "UPDATE root_head SET size = 5"
            ),
        )
