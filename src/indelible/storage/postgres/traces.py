"""What there is of a person in the logs: found by id and e-mail address, and by reading details."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import msgspec
import psycopg
from psycopg.rows import TupleRow
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.activity import ActorType
from indelible.errors import Tampered
from indelible.ledger.packing import unpack
from indelible.ledger.person_words import PersonWords

_CHUNK = 4_000

# A person is somebody who acted as a user, or a Super Admin behind one; a service has no name.
_IS = """
(actor_type = 'user' AND actor_id = ANY(%(ids)s)) OR assumed_by_id = ANY(%(ids)s)
    OR lower(email) = ANY(%(emails)s) OR lower(assumed_by_email) = ANY(%(emails)s)
"""
_IDS = """
SELECT id::text FROM users WHERE email = %(email)s
UNION SELECT actor_id FROM people WHERE actor_type = 'user' AND lower(email) = %(email)s
UNION SELECT assumed_by_id FROM people WHERE lower(assumed_by_email) = %(email)s
"""
_ACCOUNTS = "SELECT id::text, email, name FROM users WHERE id::text = ANY(%(ids)s)"
_SAID = """
SELECT actor_type, actor_id, assumed_by_id, disclosure FROM people
WHERE disclosure IS NOT NULL AND (
    (actor_type = 'user' AND actor_id = ANY(%(ids)s)) OR assumed_by_id = ANY(%(ids)s))
"""
_NAMED = """
SELECT name FROM resources WHERE type = 'user' AND resource_id = ANY(%(ids)s) AND name IS NOT NULL
"""
_PEOPLE = f"SELECT log, id, disclosure IS NOT NULL FROM people WHERE {_IS}"  # noqa: S608  # ours
_CLIENTS = """
SELECT clients.log, clients.id, clients.disclosure IS NOT NULL, clients.ip
FROM clients WHERE id IN (SELECT client FROM entries WHERE person = ANY(%(people)s::bigint[]))
"""
_RESOURCES = """
SELECT log, id, disclosure IS NOT NULL, type = 'user' AND resource_id = ANY(%(ids)s), name
FROM resources
WHERE (type = 'user' AND resource_id = ANY(%(ids)s)) OR EXISTS (
    SELECT FROM unnest(%(words)s::text[]) AS word
    WHERE strpos(lower(resources.name COLLATE pg_c_utf8), word) > 0)
"""
_DETAILS = """
SELECT seq, person, resource, details FROM entries
WHERE log = %(log)s AND seq >= %(from)s AND seq < %(to)s AND details IS NOT NULL
ORDER BY seq LIMIT %(limit)s
"""


class _Name(msgspec.Struct, frozen=True, rename="camel"):
    email: str | None = None
    name: str | None = None


class _Said(_Name, frozen=True, rename="camel"):
    assumed_by: _Name = _Name()


_decode = msgspec.json.Decoder(tuple[str, str, _Said]).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who it is about: ids, what they are called, and whether there is an account."""

    ids: Sequence[str]
    emails: Sequence[str]
    names: Sequence[str]
    account: bool


class Rows(NamedTuple):
    """Mentions that name the person, by kind and log; *erasable* are those with a disclosure left.

    Attributes:
        users: resources that are the person.
        addresses: where the person came from.
    """

    people: Mapping[int, Sequence[int]]
    clients: Mapping[int, Sequence[int]]
    resources: Mapping[int, Sequence[int]]
    erasable: Mapping[str, Mapping[int, int]]
    users: frozenset[int]
    addresses: frozenset[str]

    @property
    def logs(self) -> set[int]:
        """The logs in which any of them has a disclosure left."""
        return {log for counts in self.erasable.values() for log in counts}


async def identify(connection: AsyncConnection, person: str) -> Person:
    """Return who has this id or e-mail address, with all that they are called anywhere."""
    email = person.lower() if "@" in person else None
    ids = [person]
    if email is not None:
        found = await rows(connection, _IDS, {"email": email})
        ids = sorted(id_ for (id_,) in found if id_)
    emails: set[str | None] = {email}
    names: set[str | None] = set()
    accounts = await rows(connection, _ACCOUNTS, {"ids": ids})
    for id_, known_email, name in accounts:
        ids = [id_, *(other for other in ids if other != id_)]
        emails.add(known_email)
        names.add(name)
    for actor_type, actor, by, disclosure in await rows(connection, _SAID, {"ids": ids}):
        try:
            said = _decode(disclosure)[2]
        except msgspec.MsgspecError:
            continue
        if actor_type == ActorType.USER and actor in ids:
            emails.add(said.email)
            names.add(said.name)
        if by in ids:
            emails.add(said.assumed_by.email)
            names.add(said.assumed_by.name)
    names |= {name for (name,) in await rows(connection, _NAMED, {"ids": ids})}
    return Person(
        ids=ids,
        emails=sorted({each.lower() for each in emails if each}),
        names=sorted(name for name in names if name),
        account=bool(accounts),
    )


async def mentions(connection: AsyncConnection, person: Person) -> Rows:
    """Return the mentions that name *person*, in every log."""
    named = {"ids": list(person.ids), "emails": list(person.emails)}
    words = PersonWords(emails=person.emails, names=person.names)
    people: defaultdict[int, list[int]] = defaultdict(list)
    clients: defaultdict[int, list[int]] = defaultdict(list)
    resources: defaultdict[int, list[int]] = defaultdict(list)
    erasable: dict[str, defaultdict[int, int]] = {
        kind: defaultdict(int) for kind in ("people", "clients", "resources")
    }
    for log, row, there in await rows(connection, _PEOPLE, named):
        people[log].append(row)
        if there:
            erasable["people"][log] += 1
    addresses = set()
    everybody = [row for each in people.values() for row in each]
    for log, row, there, address in await rows(connection, _CLIENTS, {"people": everybody}):
        clients[log].append(row)
        addresses |= {address} - {None}
        if there:
            erasable["clients"][log] += 1
    users = set()
    terms = [*words.emails, *words.full_names]
    for log, row, there, is_user, name in await rows(
        connection, _RESOURCES, {"ids": list(person.ids), "words": terms}
    ):
        if not is_user and not words.name(name):
            continue
        resources[log].append(row)
        users |= {row} if is_user else set()
        if there:
            erasable["resources"][log] += 1
    return Rows(people, clients, resources, erasable, frozenset(users), frozenset(addresses))


async def naming_details(
    connection: AsyncConnection, log: int, seqs: range, found: Rows, words: PersonWords
) -> list[int]:
    """Return the seqs, of a log, of the entries whose details are about the person or name them."""
    theirs = frozenset(found.people.get(log, ()))
    naming: list[int] = []
    after = seqs.start
    while chunk := await rows(
        connection, _DETAILS, {"log": log, "from": after, "to": seqs.stop, "limit": _CHUNK}
    ):
        # In a thread: others wait for this one's loop.
        naming += await asyncio.to_thread(_naming, chunk, theirs, found.users, words)
        after = chunk[-1][0] + 1
    return naming


def _naming(
    chunk: Sequence[TupleRow], theirs: frozenset[int], users: frozenset[int], words: PersonWords
) -> list[int]:
    naming = []
    for seq, person, resource, packed in chunk:
        try:
            text = unpack(packed).decode("utf-8", "replace")
        except Tampered:
            text = ""
        if resource in users or words.name(text, of_theirs=person in theirs):
            naming.append(seq)
    return naming


async def rows(
    connection: AsyncConnection, query: str, values: Mapping[str, Any]
) -> list[TupleRow]:
    """Return what *query* finds, through the driver."""
    raw = await connection.get_raw_connection()
    driver = cast("psycopg.AsyncConnection[TupleRow]", raw.driver_connection)
    cursor = await driver.cursor(binary=True).execute(query, values)
    return await cursor.fetchall()
