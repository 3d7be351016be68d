"""Erasing a person: what was disclosed of them goes, everywhere at once, and every proof holds.

Entries commit to disclosures by digest alone, so a disclosure can go without a hash changing. What
goes with a person:

* every person disclosure that names them, as the one who acted or as the one who assumed another;
* address and user agent of every entry of theirs, though others may have shared them;
* the names of resources that are the user, or that name the user;
* the details of every entry about the user, and of every other entry that names them;
* the hashes of what was reported of these entries, which would confirm a guess;
* the account, and what sessions say of it.

What stays is the public part: random ids, actions, times. In each log that lost something stands an
entry that says so, with the numbers: a disclosure that is missing beyond them was not erased by us.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import msgspec

from indelible.core.activity import (
    Action,
    Activity,
    Actor,
    Client,
    Receipt,
    Request,
    Resource,
    TenantId,
)
from indelible.errors import Conflict, Forbidden, Invalid, NotFound
from indelible.ledger.person_words import PersonWords
from indelible.ledger.ports import Effect, LogNumber, Recorder

RESOURCE_TYPE = "disclosures"
"""What an erasure deletes; the id is the person's. Public: everybody can tell an erasure."""

NOBODY_KNOWN = "unknown"
"""Stands for the id of somebody who never had one: an address that failed to sign in."""

_UNFIT = re.compile("[\x00\ud800-\udfff]")
_TRIES = 5
_MAX_REASON = 500


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """How many disclosures of each kind an erasure takes out of a log."""

    people: int = 0
    clients: int = 0
    resources: int = 0
    details: int = 0

    def __bool__(self) -> bool:
        return any(msgspec.structs.astuple(self))


class Traces(NamedTuple):
    """What there is of a person.

    Attributes:
        ids: the person's ids, the account's first; none of an address that only failed to sign in.
        words: tells texts that name the person.
        logs: what each log holds of them; only logs that hold anything.
        details: seqs of the entries whose details go, by log.
        looked_at: how many entries of each log were looked at.
        account: whether there is an account.
    """

    ids: Sequence[str]
    words: PersonWords
    logs: Mapping[LogNumber, tuple[TenantId | None, Erased]]
    details: Mapping[LogNumber, Sequence[int]]
    looked_at: Mapping[LogNumber, int]
    account: bool

    @property
    def person(self) -> str:
        """The id that entries about the erasure name."""
        return self.ids[0] if self.ids else NOBODY_KNOWN


class ErasureStore(Protocol):
    """Where persons are found and erased."""

    async def find(self, person: str) -> Traces:
        """Return what there is of the person with this id or e-mail address; it may be nothing.

        Reads every log, in one snapshot, and locks nothing.

        Raises:
            Unavailable: the storage can't be reached.
        """

    def erase(self, traces: Traces) -> Effect:
        """Take all of it away, in the transaction that holds the heads of the logs in *traces*.

        The effect raises Conflict where there is more by now, or less, than *traces* say.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Who erases, and how it came to that, for the entries about it.

    Attributes:
        condition: must hold in the same transaction, or nothing is erased.
    """

    actor: Actor
    assumed_by: Actor | None = None
    client: Client | None = None
    request: Request | None = None
    session: str | None = None
    reason: str | None = None
    condition: Effect | None = None


class Erasure(NamedTuple):
    """What was erased from each log, with the receipt of the entry that says so."""

    person: str
    logs: Sequence[tuple[TenantId | None, Erased, Receipt]]


class PersonEraser:
    """Erases persons."""

    def __init__(self, *, store: ErasureStore, recorder: Recorder) -> None:
        """Take where persons are found, and the recorder."""
        self._store = store
        self._recorder = recorder

    async def find(self, person: str) -> Traces:
        """Return what an erasure of *person*, an id or e-mail address, would take away.

        Raises:
            NotFound: there is nothing.
        """
        name = person.strip()
        # Nobody is stored under what no text of the database can hold.
        traces = None if _UNFIT.search(name) else await self._store.find(name)
        if traces is None or (not traces.logs and not traces.account):
            raise NotFound("Nothing is known of such a person.")
        return traces

    async def erase(self, person: str, circumstances: Circumstances) -> Erasure:
        """Take away what there is of *person*, an id or e-mail address.

        On return it is gone, in one transaction with an entry in each log that lost something.
        What is recorded of the person afterwards is a new disclosure, and stays until erased.

        Raises:
            Invalid: the reason can't be one, or names the person.
            Forbidden: nobody erases themselves.
            NotFound: nothing is known of such a person.
            Conflict: so much is recorded of the person that it can't be counted; try again.
        """
        reason = _reason(circumstances.reason)
        for _ in range(_TRIES):
            traces = await self.find(person)
            _require_another(traces, circumstances)
            if reason is not None and traces.words.name(reason):
                raise Invalid("A reason stays: it can't name the person.", field="reason")
            logs = list(traces.logs.values()) or [(None, Erased())]
            entries = [
                _entry(tenant, erased, traces, reason, circumstances) for tenant, erased in logs
            ]
            effect = _both(circumstances.condition, self._store.erase(traces))
            try:
                receipts = await self._recorder.record(entries, effect=effect)
            except Conflict:
                continue
            said = [(*log, receipt) for log, receipt in zip(logs, receipts, strict=True)]
            return Erasure(traces.person, said)
        raise Conflict("More is recorded of this person all the time. Disable the account first.")


def _both(condition: Effect | None, erase: Effect) -> Effect:
    async def both(transaction: object) -> None:
        if condition is not None:
            await condition(transaction)
        await erase(transaction)

    return both


def _require_another(traces: Traces, circumstances: Circumstances) -> None:
    people = [circumstances.actor, circumstances.assumed_by]
    if any(who is not None and who.id in traces.ids for who in people):
        # The entry about it would be the next thing that names the person.
        raise Forbidden("Nobody erases themselves: another Super Admin has to.")


def _reason(text: str | None) -> str | None:
    reason = (text or "").strip()
    if len(reason) > _MAX_REASON or not reason.isprintable():
        raise Invalid(f"A reason is one line of at most {_MAX_REASON} characters.", field="reason")
    return reason or None


def _entry(
    tenant: TenantId | None,
    erased: Erased,
    traces: Traces,
    reason: str | None,
    circumstances: Circumstances,
) -> Activity:
    payload = {"erased": msgspec.to_builtins(erased)}
    return Activity(
        actor=circumstances.actor,
        assumed_by=circumstances.assumed_by,
        tenant=tenant,
        action=Action.DELETE,
        resource=Resource(type=RESOURCE_TYPE, id=traces.person),
        session=circumstances.session,
        client=circumstances.client,
        request=circumstances.request,
        payload=payload if reason is None else {**payload, "reason": reason},
    )
