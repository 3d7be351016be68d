"""What somebody with every right in the database can do to a log, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.ledger.packing import unpack
from tests.ledger.conftest import BASE, TENANT

LOG = f"{BASE}/logs/{TENANT}"
SIZES = [300, 1, 299, 7, 1, 1, 4]
SIZE = sum(SIZES)  # 613: tiles 0 and 1 are full, 512 to 612 stand in none


@dataclass(frozen=True)
class Fault:
    """Something that somebody does with SQL, and what the check must say of it.

    Attributes:
        at: first and last seq of one finding, None where it is about the whole log.
        what: regular expression that this finding's words match.
        most: how many findings there may be; one change is not to set off an avalanche.
    """

    name: str
    sql: str
    at: tuple[int, int] | None
    what: str
    most: int = 1
    log: str | None = LOG


_PACKED = "SELECT bytes, log, seq FROM entries WHERE bytes IS NOT NULL"
_UNPACK = "UPDATE entries SET bytes = %s WHERE log = %s AND seq = %s"


def about_text(statement: str) -> bool:
    """Whether SQL changes entries as they were hashed, and not as they are packed."""
    return "convert_from(bytes" in statement or "set_byte(bytes" in statement


def unpack_all(connection: psycopg.Connection[Any]) -> None:
    """Store entries as they were hashed, as they once were: then SQL can change what they say."""
    rows = connection.execute(_PACKED).fetchall()
    connection.cursor().executemany(_UNPACK, [(unpack(data), *place) for data, *place in rows])


async def unpack_all_within(connection: AsyncConnection) -> None:
    """Do the same in a transaction that is open."""
    rows = (await connection.exec_driver_sql(_PACKED)).all()
    await connection.exec_driver_sql(_UNPACK, [(unpack(data), *place) for data, *place in rows])


def entry(seq: int, change: str) -> str:
    """SQL that changes columns of an entry."""
    return f"UPDATE entries SET {change} WHERE log = :log AND seq = {seq}"


def mention(table: str, column: str, seq: int, change: str) -> str:
    """SQL that changes what an entry says of a person, a client or a resource."""
    row = f"(SELECT {column} FROM entries WHERE log = :log AND seq = {seq})"
    return f"UPDATE {table} SET {change} WHERE id = {row}"


RESPELL = (  # a public field that no column repeats: only the tree can tell
    "bytes = {0}, leaf = sha256('\\x00'::bytea || {0})".format(
        "convert_to(replace(convert_from(bytes, 'UTF8'), '\"status\":200', '\"status\":500'), 'UTF8')"
    )
)
PACKED_FLIP = "bytes = overlay(bytes placing sha256(bytes) from 40)"
FLIP = "bytes = set_byte(bytes, 20, get_byte(bytes, 20) # 1)"
OTHER_ROW = "(SELECT {0} FROM entries WHERE log = :log AND seq = 4)"

ENTRIES = [
    Fault("a byte flipped", entry(100, FLIP), (100, 100), "not an entry|not the one that was signed", 2),
    Fault("a byte of the packed form changed", entry(100, PACKED_FLIP), (100, 100), "not an entry|not the one that was signed", 2),
    Fault("the hash of a leaf changed", entry(100, "leaf = sha256(leaf)"), (100, 100), "hash of its leaf"),
    Fault("bytes emptied", entry(100, "bytes = ''"), (100, 100), "not an entry", 2),
    Fault("bytes made garbage", entry(600, "bytes = '\\x00ff'"), (600, 600), "not an entry", 2),
    Fault("status changed under a full tile", entry(100, RESPELL), (100, 100), "not the one that was signed"),
    Fault("status changed, first entry", entry(0, RESPELL), (0, 0), "not the one that was signed"),
    Fault("status changed, last of a tile", entry(511, RESPELL), (511, 511), "not the one that was signed"),
    Fault("status changed at the edge, alone in its commit", entry(607, RESPELL), (607, 607), "root that was signed"),
    Fault("status changed at the edge, among others", entry(602, RESPELL), (600, 606), "root that was signed"),
    Fault("status changed, narrowed by the head", entry(610, RESPELL), (609, 611), "root that was signed"),
    Fault("status changed, last entry", entry(612, RESPELL), (612, 612), "root that was signed"),
    Fault("outcome toggled", entry(7, "failed = NOT failed"), (7, 7), "failure is stored as True"),
    Fault("action changed", entry(7, "action = 2"), (7, 7), "stored as 'delete', the entry says 'update'"),
    Fault("action unheard of", entry(7, "action = 99"), (7, 7), "stored as 99"),
    Fault("time changed", entry(7, "time = time - interval '1 day'"), (7, 7), "its time"),
    Fault("time at infinity", entry(7, "time = 'infinity'"), (7, 7), "its time"),
    Fault("id changed", entry(7, "id = gen_random_uuid()"), (7, 7), "its id"),
    Fault("session put in", entry(7, "session = 's'"), (7, 7), "its session"),
    Fault("resource type changed", entry(7, "resource_type = 77"), (7, 7), "its resource type"),
    Fault("another person", entry(3, f"person = {OTHER_ROW.format('person')}"), (3, 3), "actor", 2),
    Fault("another resource", entry(3, f"resource = {OTHER_ROW.format('resource')}"), (3, 3), "resource", 2),
    Fault("client taken away", entry(3, "client = NULL"), (3, 3), "client"),
    Fault("details of another entry", entry(3, f"details = {OTHER_ROW.format('details')}"), (3, 3), "details"),
    Fault("details made garbage", entry(3, "details = '\\x0102'"), (3, 3), "details"),
    Fault("details emptied", entry(3, "details = ''"), (3, 3), "details"),
    Fault("an entry deleted", "DELETE FROM entries WHERE log = :log AND seq = 100", (100, 100), "missing"),
    Fault("an entry deleted at the edge", "DELETE FROM entries WHERE log = :log AND seq = 602", (602, 602), "missing"),
    Fault("many deleted", "DELETE FROM entries WHERE log = :log AND seq BETWEEN 10 AND 400", (10, 400), "missing"),
    Fault("the first deleted", "DELETE FROM entries WHERE log = :log AND seq = 0", (0, 0), "missing"),
    Fault("the last three deleted", "DELETE FROM entries WHERE log = :log AND seq > 609", (610, 612), "missing"),
    Fault("all deleted", "DELETE FROM entries WHERE log = :log", (0, 612), "missing", 2),
    Fault(
        "two swapped",
        "UPDATE entries e SET bytes = o.bytes FROM entries o "
        "WHERE e.log = :log AND o.log = e.log AND e.seq IN (5, 6) AND o.seq = 11 - e.seq",
        (5, 5), "its seq is stored as 5, the entry says 6", 20,
    ),
    Fault(
        "an entry put in behind the head",
        "INSERT INTO entries SELECT log, resource_type, 613, time, person, resource, client, "
        "gen_random_uuid(), action, failed, session, bytes, details, leaf FROM entries WHERE log = :log AND seq = 612",
        (613, 613), "beyond", 4,
    ),
    Fault(
        "an entry put in before the first",
        "INSERT INTO entries SELECT log, resource_type, -1, time, person, resource, client, "
        "gen_random_uuid(), action, failed, session, bytes, details, leaf FROM entries WHERE log = :log AND seq = 0",
        (-1, -1), "no entry has such a seq",
    ),
    Fault(
        "an entry put in a trillion further on",
        "INSERT INTO entries SELECT log, resource_type, 1000000000000, time, person, resource, client, "
        "gen_random_uuid(), action, failed, session, bytes, details, leaf FROM entries WHERE log = :log AND seq = 0",
        (613, 999999999999), "missing", 6,
    ),
]  # fmt: skip

MENTIONS = [
    Fault("e-mail column changed", mention("people", "person", 0, "email = 'eve@example.com'"), (0, 609), "e-mail address of the actor to search by"),
    Fault("e-mail column emptied, one entry", mention("people", "person", 300, "email = NULL"), (300, 300), "e-mail address"),
    Fault("person disclosure changed", mention("people", "person", 300, "disclosure = convert_to(replace(convert_from(disclosure, 'UTF8'), 'ada@', 'eve@'), 'UTF8'), email = 'eve@example.com'"), (300, 300), "person disclosure"),
    Fault("person disclosure made garbage", mention("people", "person", 300, "disclosure = 'x'"), (300, 300), "person disclosure"),
    Fault("person digest changed", mention("people", "person", 300, "digest = 'x'"), (300, 300), "person", 2),
    Fault("actor id changed", mention("people", "person", 300, "actor_id = 'eve'"), (300, 300), "actor", 2),
    Fault("person moved to another log", mention("people", "person", 300, "log = log + 1"), (300, 300), "filed under another log"),
    Fault("person deleted", "DELETE FROM people WHERE actor_id = 'ada'", (300, 300), "missing", 3),
    Fault("address changed", mention("clients", "client", 0, "ip = '203.0.113.9'"), (0, 612), "the address to search by"),
    Fault("user agent changed", mention("clients", "client", 0, "user_agent = 'x'"), (0, 612), "user agent"),
    Fault("name of the resource changed", mention("resources", "resource", 5, "name = 'x'"), (5, 5), "the name to search by"),
    Fault("resource id changed", mention("resources", "resource", 5, "resource_id = 'x'"), (5, 5), "resource", 2),
    Fault("found under the key of another", mention("people", "person", 300, "key = (SELECT sha256(key) FROM people LIMIT 1)"), (300, 300), "filed under the key of another"),
    Fault("resource type renamed", "UPDATE resource_types SET name = 'elephant'", (0, 612), "its resource type", 3, None),
]  # fmt: skip

TREE = [
    Fault("tile changed", "UPDATE tiles SET data = set_byte(data, 5 * 32, get_byte(data, 5 * 32) # 1) WHERE log = :log AND index = 1", (261, 261), "tile/0/001 says another hash than the entry"),
    Fault("tile deleted", "DELETE FROM tiles WHERE log = :log AND index = 1", (256, 511), "tile/0/001 is missing"),
    Fault("tile put in", "INSERT INTO tiles SELECT log, 1, 0, data FROM tiles WHERE log = :log AND index = 1", None, "1 tiles at level 1, the entries give 0"),
    Fault("tile cut", "ALTER TABLE tiles DROP CONSTRAINT tiles_data_check; UPDATE tiles SET data = 'x' WHERE log = :log AND index = 1", (256, 511), "has 1 bytes"),
    Fault("entry and tile changed", f"{entry(300, RESPELL)}; UPDATE tiles SET data = set_byte(data, 44 * 32, 7) WHERE log = :log AND index = 1", (300, 300), "does not hash to what tile/0/001 says", 2),
    Fault("signature changed", "UPDATE checkpoints SET signature = set_byte(signature, 10, get_byte(signature, 10) # 1) WHERE log = :log AND size = 600", None, "checkpoint 600: a signature"),
    Fault("signature emptied", "UPDATE checkpoints SET signature = '' WHERE log = :log AND size = 300", None, "checkpoint 300"),
    Fault("signature of another size", "UPDATE checkpoints SET size = 250 WHERE log = :log AND size = 300", None, "checkpoint 250"),
    Fault("root changed", "UPDATE checkpoints SET root = set_byte(root, 3, get_byte(root, 3) # 1) WHERE log = :log AND size = 300", None, "checkpoint 300"),
    Fault("root cut", "ALTER TABLE checkpoints DROP CONSTRAINT checkpoints_root_check; UPDATE checkpoints SET root = 'x' WHERE log = :log AND size = 300", None, "checkpoint 300"),
    Fault("checkpoint at no size", "INSERT INTO checkpoints SELECT log, -5, root, signature FROM checkpoints WHERE log = :log AND size = 300", None, "where no log can be"),
    Fault("last checkpoint deleted", "DELETE FROM checkpoints WHERE log = :log AND size = 613", None, "the head at 613 has no checkpoint"),
    Fault("head rolled back", "UPDATE heads SET size = 609 WHERE log = :log", (609, 612), "stand beyond"),
    Fault("head set forward", "UPDATE heads SET size = 700 WHERE log = :log", (613, 699), "missing", 2),
    Fault("head's hashes changed", "UPDATE heads SET range = set_byte(range, 3, get_byte(range, 3) # 1) WHERE log = :log", None, "hashes of the head"),
    Fault("head's hashes cut", "UPDATE heads SET range = 'x' WHERE log = :log", None, "hashes of the head"),
    Fault("head's time changed", "UPDATE heads SET time = 7 WHERE log = :log", None, "the time in the head"),
    Fault("head deleted", "DELETE FROM heads WHERE log = :log", None, "its head is missing"),
    Fault(
        "log cut back, head with it",
        "DELETE FROM entries WHERE log = :log AND seq >= 512; UPDATE heads SET size = 512, range = substr(range, 1, 32) WHERE log = :log",
        (512, 612), "missing: checkpoint 613 was signed over them", 3,
    ),
    Fault("log renamed", "UPDATE logs SET origin = origin || 'x' WHERE id = :log", (0, 612), "its log", 12, f"{LOG}x"),
    Fault("log shown to another tenant", "UPDATE logs SET tenant = gen_random_uuid() WHERE id = :log", None, "another tenant"),
    Fault("log said to be purged", "UPDATE heads SET purged = 7 WHERE log = :log", None, "7 entries are purged; 0 are"),
    Fault(
        "an entry taken to its hash without a word",
        "UPDATE entries SET bytes = NULL, details = NULL, session = NULL, "
        "person = 0, resource = 0, client = NULL, resource_type = 0, action = -1, failed = false WHERE log = :log AND seq = 0",
        (0, 0), "no entry says that they were purged", 2,
    ),
    Fault("log given an impossible name", "UPDATE logs SET origin = 'a b' WHERE id = :log", (0, 612), "its log", 12, "a b"),
    Fault("log's name deleted", "DELETE FROM logs WHERE id = :log", None, "there is no such log", 1, "log number 1"),
]  # fmt: skip
