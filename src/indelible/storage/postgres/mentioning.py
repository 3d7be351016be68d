"""Whom and what entries mention, as it is stored: one statement a kind, whatever the logs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from indelible.ledger.ports import Mention, Mentioned, MentionKind, MentionPlace
from indelible.storage.postgres.round_trip import (
    BYTES,
    INT,
    LONG,
    TEXT,
    Driver,
    Statement,
    many,
    round_trip,
)

_ID_BLOCK = 1000  # what the sequence disclosure_ids moves by

_TABLES = {
    MentionKind.PERSON: (
        "people",
        ("actor_type", "actor_id", "assumed_by_id", "email", "assumed_by_email"),
    ),
    MentionKind.CLIENT: ("clients", ("ip", "user_agent")),
    MentionKind.RESOURCE: ("resources", ("type", "resource_id", "name")),
}

# Each by the index, whatever the planner believes of a table that nobody analyzed yet.
_MENTIONED = {
    kind: Statement(
        f"SELECT wanted.log, wanted.key, id, digest FROM unnest($1, $2) AS wanted (log, key), "  # noqa: S608  # ours
        f"LATERAL (SELECT id, digest FROM {table} "
        "WHERE log = wanted.log AND key = wanted.key LIMIT 1) AS found",
        takes=[many(INT), many(BYTES)],
        gives=[INT, BYTES, LONG, TEXT],
    )
    for kind, (table, _) in _TABLES.items()
}


def _adding(table: str, columns: Sequence[str]) -> Statement:
    arrays = ", ".join(f"${number}" for number in range(1, len(columns) + 6))
    return Statement(
        f"INSERT INTO {table} (log, id, {', '.join(columns)}, disclosure, digest, key, since) "  # noqa: S608  # ours
        "SELECT new.*, (SELECT size FROM heads WHERE heads.log = new.log) "
        f"FROM unnest({arrays}) AS new (log)",
        takes=[
            many(INT), many(LONG), *[many(TEXT)] * len(columns), many(BYTES), many(TEXT),
            many(BYTES),
        ],
    )  # fmt: skip


_MENTION = {kind: _adding(table, columns) for kind, (table, columns) in _TABLES.items()}

_NEXT_IDS = Statement("SELECT nextval('disclosure_ids')", gives=[LONG])


async def find(
    driver: Driver, places: Collection[MentionPlace]
) -> Mapping[MentionPlace, Mentioned]:
    """Return those at *places* that are stored and not erased."""
    wanted = _by_kind(places)
    calls = [
        _MENTIONED[kind]([place.log for place in some], [place.key for place in some])
        for kind, some in wanted.items()
    ]
    return {
        MentionPlace(kind, log, key): Mentioned(row, digest)
        for kind, rows in zip(wanted, await round_trip(driver, *calls), strict=True)
        for log, key, row, digest in rows
    }


async def add(
    driver: Driver, numbers: RowNumbers, mentions: Mapping[MentionPlace, Mention]
) -> Mapping[MentionPlace, Mentioned]:
    """Store mentions that are new to their logs."""
    stored: dict[MentionPlace, Mentioned] = {}
    calls = []
    for kind, places in _by_kind(mentions).items():
        rows = [await numbers.next(driver) for _ in places]
        said = [mentions[place] for place in places]
        keys, columns, disclosures, digests = zip(*said, strict=True)
        logs = [place.log for place in places]
        calls.append(
            _MENTION[kind](logs, rows, *zip(*columns, strict=True), disclosures, digests, keys)
        )
        stored.update(zip(places, map(Mentioned, rows, digests), strict=True))
    await round_trip(driver, *calls)
    return stored


def _by_kind(places: Iterable[MentionPlace]) -> Mapping[MentionKind, Sequence[MentionPlace]]:
    found: defaultdict[MentionKind, list[MentionPlace]] = defaultdict(list)
    for place in places:
        found[place.kind].append(place)
    return found


class RowNumbers:
    """Numbers for the rows of mentions: a block from the database's sequence at a time."""

    def __init__(self) -> None:
        """Have none at hand."""
        self._left = iter(range(0))

    async def next(self, driver: Driver) -> int:
        """Return one that nobody else gets."""
        for number in self._left:
            return number
        [[(first,)]] = await round_trip(driver, _NEXT_IDS())
        self._left = iter(range(first + 1, first + _ID_BLOCK))
        return int(first)
