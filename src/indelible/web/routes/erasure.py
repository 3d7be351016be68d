"""Erasing persons, and how long a tenant's entries are kept."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from indelible.core.activity import Receipt, TenantId
from indelible.identity.access import Permission, Principal
from indelible.ledger import erase, retention
from indelible.ledger.erase import Erased, Erasure
from indelible.ledger.retention import MAX_DAYS, Retention, Rules
from indelible.web.admission import TakesTurns
from indelible.web.auth import visit_of
from indelible.web.policy import require
from indelible.web.schemas import answer, json, problems
from indelible.web.services import Services, services_of

router = APIRouter(prefix="/api", tags=["erasure"], route_class=TakesTurns)


class PersonToErase(BaseModel):
    """Whom to erase, and why."""

    person: Annotated[
        str, Field(min_length=1, max_length=320, description="Public id or e-mail address.")
    ]
    reason: Annotated[
        str | None,
        Field(max_length=500, description="Stays in the log: it can't name the person."),
    ] = None


class ErasedFrom(msgspec.Struct, frozen=True, kw_only=True):
    """What went from one log, and the receipt of the entry that says so."""

    tenant: str | None
    erased: Erased
    receipt: Receipt


class ErasureBody(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure took away. *person* is the id that stays in the public parts."""

    person: str
    logs: list[ErasedFrom]

    @classmethod
    def of(cls, erasure: Erasure) -> ErasureBody:
        """Return the spelling of *erasure*."""
        logs = [
            ErasedFrom(tenant=tenant, erased=erased, receipt=receipt)
            for tenant, erased, receipt in erasure.logs
        ]
        return cls(person=erasure.person, logs=logs)


class RetentionRules(BaseModel):
    """How long a tenant's entries are kept, as it shall be."""

    days: Annotated[
        int | None, Field(ge=1, le=MAX_DAYS, description="null: the platform's default.")
    ] = None
    hold: Annotated[
        str | None,
        Field(max_length=500, description="Why nothing may be purged for now; null: it may."),
    ] = None


class RetentionBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How long a tenant's entries are kept, and how many were purged.

    Attributes:
        days: in force.
        default: whether that is the platform's default, and no rule of this tenant.
    """

    days: int
    default: bool
    hold: str | None
    purged: int

    @classmethod
    def of(cls, found: Retention, default: int) -> RetentionBody:
        """Return the spelling of *found*."""
        days = found.rules.days
        return cls(
            days=default if days is None else days,
            default=days is None,
            hold=found.rules.hold,
            purged=found.purged,
        )


@router.post(
    "/erasures",
    summary="Erase a person",
    responses={
        200: answer(ErasureBody, "What was erased, by log."),
        **problems(401, 403, 404, 409, 422),
    },
)
async def erase_person(
    body: PersonToErase,
    request: Request,
    principal: Annotated[Principal, Depends(require(Permission.PEOPLE_ERASE))],
    services: Annotated[Services, Depends(services_of)],
) -> Response:
    """Take away what is disclosed of a person, in every log; for Super Admins, after step-up.

    There is no way back. Every proof holds as before, and rows say what was erased.
    """
    visit = visit_of(request, granted=200)
    erasure = await services.eraser.erase(
        body.person,
        erase.Circumstances(
            actor=principal.actor,
            assumed_by=principal.assumed_by,
            client=visit.client,
            request=visit.granted,
            session=principal.session,
            reason=body.reason,
            condition=services.identity.changer.proved(principal),
        ),
    )
    return json(ErasureBody.of(erasure))


@router.get(
    "/tenants/{tenant}/retention",
    summary="How long a tenant's entries are kept",
    dependencies=[Depends(require(Permission.RETENTION_CHANGE))],
    responses={200: answer(RetentionBody, "What is in force."), **problems(401, 403, 404)},
)
async def read_retention(
    tenant: TenantId, services: Annotated[Services, Depends(services_of)]
) -> Response:
    """Return what is in force for a tenant; for Super Admins."""
    desk = services.retention
    return json(RetentionBody.of(await desk.read(tenant), desk.default))


@router.put(
    "/tenants/{tenant}/retention",
    summary="Change how long a tenant's entries are kept",
    responses={
        200: answer(RetentionBody, "What is in force now."),
        **problems(401, 403, 404, 409, 422),
    },
)
async def change_retention(
    tenant: TenantId,
    body: RetentionRules,
    request: Request,
    principal: Annotated[Principal, Depends(require(Permission.RETENTION_CHANGE))],
    services: Annotated[Services, Depends(services_of)],
) -> Response:
    """Set a tenant's days or hold, and say so in its log; for Super Admins, after step-up.

    Nothing is purged by this alone: what is old enough goes at the next daily pass.
    """
    desk, visit = services.retention, visit_of(request, granted=200)
    found = await desk.change(
        tenant,
        Rules(days=body.days, hold=body.hold),
        retention.Circumstances(
            actor=principal.actor,
            assumed_by=principal.assumed_by,
            client=visit.client,
            request=visit.granted,
            session=principal.session,
            condition=services.identity.changer.proved(principal),
        ),
    )
    return json(RetentionBody.of(found, desk.default))
