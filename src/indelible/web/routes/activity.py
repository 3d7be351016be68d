"""The activity log: read, count over time, export, record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from indelible.core.activity import Action, Activity, EntryId, Resource, Status
from indelible.core.evidence_file import EntryEvidence, spell
from indelible.errors import Invalid
from indelible.identity.access import Permission, Principal, log_of, scope_of
from indelible.ledger.export import RESOURCE_TYPE
from indelible.ledger.search import (
    MAX_PAGE_SIZE,
    MAX_POSITION,
    PAGE_SIZE,
    Entry,
    Filter,
    Histogram,
    Page,
)
from indelible.web.activity_body import Batch, Receipts, activities_in, body_of
from indelible.web.activity_filter import FILTER, filter_of, in_words
from indelible.web.admission import TakesTurns
from indelible.web.archives import archive_of, held_archive
from indelible.web.auth import visit_of
from indelible.web.gate import check_same_site
from indelible.web.parameters import (
    Parameter,
    flag,
    paging,
    takes_query,
    values_of,
    whole_number,
)
from indelible.web.policy import require
from indelible.web.query_string import parameters_of
from indelible.web.schemas import answer, json, problems, takes
from indelible.web.services import Services, services_of

router = APIRouter(prefix="/api/activity", tags=["activity"], route_class=TakesTurns)

_PAGE = (
    *FILTER,
    *paging(most=MAX_PAGE_SIZE, default=PAGE_SIZE),
    whole_number(
        "position",
        "Rank of the first row, from 0, instead of a cursor; beyond the end it is the last page.",
        least=0,
        most=MAX_POSITION,
        default=0,
    ),
)
_HISTOGRAM = (
    *FILTER,
    whole_number("buckets", "How many intervals at most.", least=1, most=500, default=60),
)
_EXPORT = (
    *FILTER,
    flag(
        "complete",
        "Add the public parts of what the filter leaves out, so that the archive proves that "
        "nothing that passes it is missing. Not with `search` or `address`.",
    ),
)
LAG_HEADER = "X-Index-Lag"
_DATE_LENGTH = len("2026-11-23")

ServicesOf = Annotated[Services, Depends(services_of)]
Reader = Annotated[Principal, Depends(require(Permission.ACTIVITY_READ, assumed=True))]


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What can be filtered by."""

    actions: Sequence[Action]
    statuses: Sequence[Status]
    resource_types: Sequence[str]


@router.get(
    "",
    summary="A page of the activity log",
    responses={200: answer(Page, "One page, newest first."), **problems(401, 403, 422)},
    openapi_extra=takes_query(_PAGE),
)
async def read_page(request: Request, principal: Reader, services: ServicesOf) -> Response:
    """Return entries that pass the filter, newest first, and how many there are in all."""
    parameters, zone = await _asked(request, services, _PAGE)
    where = filter_of(parameters, zone)
    how = values_of(parameters, _PAGE[len(FILTER) :], zone)
    if "cursor" in how and "position" in how:
        raise Invalid("Give a cursor or a position, not both.", field="position")
    page = await services.index.page(where, scope_of(principal), **how)
    return json(page, headers=_lag(services))


@router.get(
    "/histogram",
    summary="Entries over time, by outcome",
    responses={200: answer(Histogram, "Contiguous intervals."), **problems(401, 403, 422)},
    openapi_extra=takes_query(_HISTOGRAM),
)
async def read_histogram(request: Request, principal: Reader, services: ServicesOf) -> Response:
    """Count the entries that pass the filter in equal intervals, successes and failures apart."""
    parameters, zone = await _asked(request, services, _HISTOGRAM)
    where = filter_of(parameters, zone)
    how = values_of(parameters, _HISTOGRAM[len(FILTER) :], zone)
    histogram = await services.index.histogram(where, scope_of(principal), **how)
    return json(histogram, headers=_lag(services))


@router.get(
    "/vocabulary",
    summary="What can be filtered by",
    responses={
        200: answer(Vocabulary, "Every action, status and resource type in sight."),
        **problems(401, 403, 422),
    },
)
async def read_vocabulary(request: Request, principal: Reader, services: ServicesOf) -> Response:
    """Return the values that the filters for action, status and resource type take."""
    parameters_of(request.scope["query_string"], ())
    types = await services.index.resource_types(scope_of(principal))
    return json(Vocabulary(actions=list(Action), statuses=list(Status), resource_types=types))


@router.get(
    "/export",
    summary="Everything that passes the filter, as a ZIP archive",
    responses={
        200: archive_of(
            "`activity-log-YYYY-MM-DD.csv`; `entries.jsonl`, the exact bytes of every entry with "
            "its disclosures; and `evidence.json`, which proves them: `indelible verify` checks "
            "it all offline. With `complete`, `left_out.jsonl` too."
        ),
        **problems(401, 403, 422, 429),
    },
    openapi_extra=takes_query(_EXPORT),
)
async def export(
    request: Request,
    principal: Annotated[Principal, Depends(require(Permission.ACTIVITY_EXPORT))],
    services: ServicesOf,
) -> Response:
    """Stream an archive. The export is itself an entry, recorded before the first byte leaves."""
    # It leaves an entry behind, so no other site may cause it, though it is a GET.
    check_same_site(request.scope)
    parameters, _ = await _asked(request, services, _EXPORT)
    zone = await _zone(services)
    where = filter_of(parameters, zone)
    how = values_of(parameters, _EXPORT[len(FILTER) :], zone)
    return await held_archive(
        request,
        services.exporter.export(
            where,
            scope_of(principal),
            activity=_export_activity(request, principal, where),
            said=in_words(where),
            day=datetime.now(zone).date(),
            **how,
        ),
    )


@router.get(
    "/{id}",
    summary="One entry, with all that is known of it",
    responses={200: answer(Entry, "The entry."), **problems(401, 403, 404, 422)},
)
async def read_entry(id: str, principal: Reader, services: ServicesOf) -> Response:  # noqa: A002
    """Return an entry. One in a log that the caller can't see is answered as an absent one."""
    return json(await services.index.entry(EntryId(id), scope_of(principal)))


@router.get(
    "/{id}/proof",
    summary="What proves an entry",
    responses={
        200: answer(EntryEvidence, "Evidence that `indelible verify` checks, offline."),
        **problems(401, 403, 404, 410, 422),
    },
)
async def read_proof(id: str, principal: Reader, services: ServicesOf) -> Response:  # noqa: A002
    """Return an entry's bytes and disclosures, and the way from it to the witnesses.

    Two proof files (C2SP tlog-proof): one places the entry in its log, the other the log's
    checkpoint in the root log. The second comes when the publisher has been there, seconds later.
    """
    name, evidence = await services.prover.prove(EntryId(id), scope_of(principal))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(spell(evidence), headers=headers, media_type="application/json")


@router.post(
    "",
    summary="Record one activity, or up to 1,000 together",
    status_code=201,
    responses={
        201: answer(Receipts, "All are durable and signed."),
        **problems(401, 403, 409, 413, 415, 422),
    },
    openapi_extra={**takes(Activity, Batch), "security": [{"apiKey": []}]},
)
async def record(
    body: Annotated[bytes, Depends(body_of)],
    principal: Annotated[Principal, Depends(require(Permission.ACTIVITY_RECORD))],
    services: ServicesOf,
) -> Response:
    """Record what another system reports, all of it or nothing.

    An activity whose `key` was recorded before by the same API key gets its first receipt again.
    """
    activities = [_placed(each, principal, item) for item, each in enumerate(activities_in(body))]
    receipts = await services.recorder.record(activities, source=principal.actor.id)
    return json(Receipts(receipts=receipts), 201)


def _placed(activity: Activity, principal: Principal, item: int) -> Activity:
    tenant = log_of(principal, activity.tenant, item=item)
    if tenant == activity.tenant:
        return activity
    return msgspec.structs.replace(activity, tenant=tenant)


def _lag(services: Services) -> Mapping[str, str] | None:
    """Return the header that says how far the search index is behind. Answers never are."""
    following = services.following
    return None if following is None else {LAG_HEADER: f"{following.lag:.3f}"}


async def _asked(
    request: Request, services: Services, known: tuple[Parameter, ...]
) -> tuple[Mapping[str, str], ZoneInfo]:
    parameters = parameters_of(request.scope["query_string"], [each.name for each in known])
    # Only a date needs to know where its midnight is.
    dated = any(len(parameters.get(name, "")) == _DATE_LENGTH for name in ("from", "to"))
    return parameters, await _zone(services) if dated else ZoneInfo("UTC")


async def _zone(services: Services) -> ZoneInfo:
    return ZoneInfo((await services.identity.settings.read()).time_zone)


def _export_activity(request: Request, principal: Principal, where: Filter) -> Activity:
    visit = visit_of(request, granted=200)
    return Activity(
        actor=principal.actor,
        assumed_by=principal.assumed_by,
        tenant=principal.tenant,
        session=principal.session,
        action=Action.EXPORT,
        resource=Resource(type=RESOURCE_TYPE, id=where.tenant or principal.tenant or "all"),
        client=visit.client,
        request=visit.granted,
    )
