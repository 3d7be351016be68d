"""How the logs stand: heads, root checkpoints, cosignatures, time-stamps, checks and keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Self

import msgspec
from fastapi import APIRouter, Depends
from starlette.responses import Response

from indelible.core.key import VerifierKey
from indelible.core.note import parse_note
from indelible.identity.access import Permission, Principal, scope_of
from indelible.ledger.indexing import IndexState
from indelible.ledger.integrity import Integrity, LogState, PastCheck, SigningKey, Stamp
from indelible.ledger.root import RootCheckpoint, WitnessReport
from indelible.web.admission import TakesTurns
from indelible.web.policy import require
from indelible.web.schemas import answer, json, problems
from indelible.web.services import Services, services_of

router = APIRouter(prefix="/api/integrity", tags=["integrity"], route_class=TakesTurns)

_RECENT = 10


class CosignatureBody(msgspec.Struct, frozen=True, kw_only=True):
    """A witness that saw a root checkpoint, and when it says it did."""

    witness: str
    at: datetime


class StampBody(msgspec.Struct, frozen=True, kw_only=True):
    """A time-stamp, and the authority that gave it."""

    authority: str
    at: datetime


class RootBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A checkpoint of the root log.

    Attributes:
        root: lower-case hex.
        note: as it was signed and cosigned.
        witnessed: a quorum of the trusted witnesses cosigned it.
    """

    size: int
    root: str
    note: str
    published_at: datetime
    witnessed: bool
    cosignatures: list[CosignatureBody]
    timestamps: list[StampBody]

    @classmethod
    def of(cls, checkpoint: RootCheckpoint, stamps: Sequence[Stamp]) -> Self:
        """Return the spelling of *checkpoint*."""
        return cls(
            size=checkpoint.size,
            root=checkpoint.root.hex(),
            note=checkpoint.note,
            published_at=checkpoint.published_at,
            witnessed=checkpoint.witnessed,
            cosignatures=_cosignatures(checkpoint.note),
            timestamps=[StampBody(authority=each.authority, at=each.at) for each in stamps],
        )


class WitnessBody(msgspec.Struct, frozen=True, kw_only=True):
    """What the last conversation with a witness came to.

    Attributes:
        state: `cosigns`, `unreachable`, `refuses`, `fork` or `roll_back`.
        accuses: it has seen another history than ours.
        size: of our checkpoint that it was asked to cosign.
        seen: size that it says it has seen.
    """

    name: str
    state: str
    accuses: bool
    detail: str
    size: int
    seen: int | None
    since: datetime
    at: datetime

    @classmethod
    def of(cls, report: WitnessReport) -> Self:
        """Return the spelling of *report*."""
        return cls(
            name=report.witness,
            state=report.state.value,
            accuses=report.state.accuses,
            detail=report.detail,
            size=report.size,
            seen=report.seen,
            since=report.since,
            at=report.at,
        )


class LogBody(msgspec.Struct, frozen=True, kw_only=True):
    """A log's head.

    Attributes:
        tenant: id of whose it is; null is the platform log.
        root: lower-case hex; null where it has no entry.
        published: size of its newest checkpoint in the root log, 0 where there is none.
    """

    origin: str
    tenant: str | None
    size: int
    root: str | None
    published: int

    @classmethod
    def of(cls, log: LogState) -> Self:
        """Return the spelling of *log*."""
        return cls(
            origin=log.origin,
            tenant=log.tenant,
            size=log.size,
            root=log.root.hex() if log.root else None,
            published=log.published,
        )


class KeyBody(msgspec.Struct, frozen=True, kw_only=True):
    """A key that signs all logs, or did.

    Attributes:
        key: verifier key of the root log, as C2SP signed-note spells it.
        fingerprint: SHA-256 of its 32 bytes, lower-case hex.
    """

    key: str
    fingerprint: str
    since: datetime

    @classmethod
    def of(cls, key: SigningKey, origin: str) -> Self:
        """Return the spelling of *key*, under the name of the log at *origin*."""
        return cls(
            key=VerifierKey(origin, key.public_key).to_text(),
            fingerprint=sha256(key.public_key).hexdigest(),
            since=key.since,
        )


class CheckBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a full check found; ``findings`` are the first of ``found``, in words."""

    started_at: datetime
    ended_at: datetime
    logs: int
    entries: int
    holds: bool
    found: int
    findings: list[str]

    @classmethod
    def of(cls, check: PastCheck) -> Self:
        """Return the spelling of *check*."""
        return cls(
            started_at=check.started_at,
            ended_at=check.ended_at,
            logs=check.logs,
            entries=check.entries,
            holds=check.holds,
            found=check.found,
            findings=list(check.findings),
        )


class IntegrityBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How the logs in sight stand, and the root log over all of them.

    Attributes:
        origin: of the root log.
        quorum: how many witnesses have to cosign; 0 where none is trusted.
        recent: root checkpoints, newest first.
        last_check: null for who may not see every log, and where there was none.
        index: the search index where it follows the logs; null where it is the ledger itself.
    """

    origin: str
    quorum: int
    recent: list[RootBody]
    witnessed: RootBody | None
    witnesses: list[WitnessBody]
    logs: list[LogBody]
    keys: list[KeyBody]
    last_check: CheckBody | None
    index: IndexState | None


@router.get(
    "",
    summary="How the logs stand",
    responses={200: answer(IntegrityBody, "The logs in sight."), **problems(401, 403)},
)
async def read_integrity(
    principal: Annotated[Principal, Depends(require(Permission.ACTIVITY_READ, assumed=True))],
    services: Annotated[Services, Depends(services_of)],
) -> Response:
    """Return heads, root checkpoints, cosignatures, time-stamps, the last check and the keys.

    None of it is proved by being here: `indelible verify` and `indelible monitor` prove.
    """
    scope = scope_of(principal)
    stands = services.integrity
    witnessed = await stands.root.newest(witnessed=True)
    check = await stands.store.last_check() if scope.tenant is None else None
    origin = stands.root.origin
    return json(
        IntegrityBody(
            origin=origin,
            quorum=stands.quorum,
            recent=[await _body(stands, each) for each in await stands.root.recent(_RECENT)],
            witnessed=witnessed and await _body(stands, witnessed),
            witnesses=[WitnessBody.of(each) for each in await stands.cosignatures.reports()],
            logs=[LogBody.of(each) for each in await stands.store.logs(scope)],
            keys=[KeyBody.of(each, origin) for each in await stands.store.keys()],
            last_check=check and CheckBody.of(check),
            index=None if services.following is None else await services.following.state(scope),
        )
    )


async def _body(stands: Integrity, checkpoint: RootCheckpoint) -> RootBody:
    return RootBody.of(checkpoint, await stands.store.stamps(checkpoint.size))


def _cosignatures(note: str) -> list[CosignatureBody]:
    # The first line is the log's own; the others were verified before they were kept.
    lines = parse_note(note).signatures[1:]
    return [
        CosignatureBody(
            witness=each.name,
            at=datetime.fromtimestamp(int.from_bytes(each.blob[:8], "big"), UTC),
        )
        for each in lines
    ]
