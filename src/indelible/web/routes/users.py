"""Users: who has an account, and what is done to other people's accounts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from indelible.identity.access import Permission, Principal, Role, scope_of
from indelible.identity.credential_ports import LinkKind
from indelible.identity.user_search import MAX_PAGE_SIZE, PAGE_SIZE
from indelible.web.admission import TakesTurns
from indelible.web.auth import visit_of
from indelible.web.parameters import paging, takes_query
from indelible.web.policy import require
from indelible.web.query_string import parameters_of
from indelible.web.schemas import answer, json, problems
from indelible.web.services import Services, services_of
from indelible.web.session_filter import page_of
from indelible.web.user_body import ChangedUserBody, UserRow, UsersPage
from indelible.web.user_filter import FILTER, filter_of

router = APIRouter(prefix="/api/users", tags=["users"], route_class=TakesTurns)

_PAGING = paging(most=MAX_PAGE_SIZE, default=PAGE_SIZE)
_PAGE = (*FILTER, *_PAGING)

ServicesOf = Annotated[Services, Depends(services_of)]
Reader = Annotated[Principal, Depends(require(Permission.USERS_READ, assumed=True))]
MayChange = Annotated[Principal, Depends(require(Permission.USERS_CHANGE))]
Name = Annotated[str, Field(max_length=500, description="1 to 100 characters.")]

_CHANGED = {
    200: answer(ChangedUserBody, "The user as it now stands, and the receipts of the entries."),
    **problems(401, 403, 404, 409, 422),
}
_LINKED = {
    200: answer(ChangedUserBody, "The link, shown this once; earlier ones of the user are void."),
    **problems(401, 403, 404, 409, 422),
}


class NewUser(BaseModel):
    """Somebody to invite."""

    email: Annotated[str, Field(max_length=320)]
    name: Name
    role: Role
    tenant: Annotated[
        str | None,
        Field(
            max_length=100,
            description="Id of the tenant. A Super Admin has none; an Admin invites into its own "
            "and need not say so.",
        ),
    ] = None


class EditedUser(BaseModel):
    """What shall be different; what is left out stays."""

    name: Name | None = None
    role: Role | None = None


class WhyDisabled(BaseModel):
    """Why somebody is disabled, for those who read the log."""

    reason: Annotated[
        str | None, Field(max_length=2000, description="3 to 500 characters, or none.")
    ] = None


@router.get(
    "",
    summary="A page of the users",
    responses={200: answer(UsersPage, "One page, newest first."), **problems(401, 403, 422)},
    openapi_extra=takes_query(_PAGE),
)
async def read_users(request: Request, principal: Reader, services: ServicesOf) -> Response:
    """Return users that pass the filter, disabled ones included, and how many there are."""
    parameters = parameters_of(request.scope["query_string"], [each.name for each in _PAGE])
    page = await services.identity.user_directory.page(
        filter_of(parameters), scope_of(principal), **page_of(parameters, _PAGING)
    )
    return json(UsersPage.of(page))


@router.post(
    "",
    summary="Invite somebody",
    status_code=201,
    responses={
        201: answer(ChangedUserBody, "The user, and a link by which they set a password."),
        **problems(401, 403, 404, 409, 422),
    },
)
async def invite_user(
    body: NewUser, request: Request, principal: MayChange, services: ServicesOf
) -> Response:
    """Add an account without a password. Step-up is asked for.

    The link is shown this once: hand it to the user over a way that is theirs.
    """
    invited = await services.identity.user_desk.invite(
        email=body.email,
        name=body.name,
        role=body.role,
        tenant=body.tenant,
        principal=principal,
        visit=visit_of(request, granted=201),
    )
    return json(ChangedUserBody.of(invited), 201)


@router.get(
    "/{id}",
    summary="One user",
    responses={200: answer(UserRow, "The user."), **problems(401, 403, 404)},
)
async def read_user(id: str, principal: Reader, services: ServicesOf) -> Response:  # noqa: A002
    """Return a user. One whom the caller can't see is answered as an absent one."""
    return json(UserRow.of(await services.identity.user_directory.find(id, scope_of(principal))))


@router.patch("/{id}", summary="Change a user's name or role", responses=_CHANGED)
async def edit_user(
    id: str,  # noqa: A002  # the name in the path
    body: EditedUser,
    request: Request,
    principal: MayChange,
    services: ServicesOf,
) -> Response:
    """Change name or role; another role ends the user's sessions. Step-up is asked for.

    A change of role is two entries: `unassign` of the old role and `assign` of the new one.
    """
    edited = await services.identity.user_desk.edit(
        id,
        name=body.name,
        role=body.role,
        principal=principal,
        visit=visit_of(request, granted=200),
    )
    return json(ChangedUserBody.of(edited))


@router.post("/{id}/disable", summary="Disable a user", responses=_CHANGED)
async def disable_user(
    id: str,  # noqa: A002  # the name in the path
    body: WhyDisabled,
    request: Request,
    principal: MayChange,
    services: ServicesOf,
) -> Response:
    """Let a user in no more; all sessions end. Step-up is asked for.

    The entry's payload says how many sessions that were: `sessionsEnded`.
    """
    disabled = await services.identity.user_desk.disable(
        id, reason=body.reason, principal=principal, visit=visit_of(request, granted=200)
    )
    return json(ChangedUserBody.of(disabled))


@router.post("/{id}/enable", summary="Enable a user", responses=_CHANGED)
async def enable_user(
    id: str,  # noqa: A002  # the name in the path
    request: Request,
    principal: MayChange,
    services: ServicesOf,
) -> Response:
    """Let a disabled user sign in again; ended sessions stay ended. Step-up is asked for."""
    enabled = await services.identity.user_desk.enable(
        id, principal=principal, visit=visit_of(request, granted=200)
    )
    return json(ChangedUserBody.of(enabled))


@router.post("/{id}/invitation", summary="Invite a user anew", responses=_LINKED)
async def invite_user_anew(
    id: str,  # noqa: A002  # the name in the path
    request: Request,
    principal: MayChange,
    services: ServicesOf,
) -> Response:
    """Make a new link for somebody who has set no password yet. Step-up is asked for."""
    linked = await services.identity.user_desk.send_link(
        id, LinkKind.INVITATION, principal=principal, visit=visit_of(request, granted=200)
    )
    return json(ChangedUserBody.of(linked))


@router.post("/{id}/password-reset", summary="Let a user set another password", responses=_LINKED)
async def reset_password(
    id: str,  # noqa: A002  # the name in the path
    request: Request,
    principal: MayChange,
    services: ServicesOf,
) -> Response:
    """Make a link by which a user sets another password. Step-up is asked for.

    The password of now goes on until the link is used.
    """
    linked = await services.identity.user_desk.send_link(
        id, LinkKind.RESET, principal=principal, visit=visit_of(request, granted=200)
    )
    return json(ChangedUserBody.of(linked))


@router.post(
    "/{id}/second-factor/remove", summary="Take a user's second factor away", responses=_CHANGED
)
async def remove_second_factor_of_user(
    id: str,  # noqa: A002  # the name in the path
    request: Request,
    principal: MayChange,
    services: ServicesOf,
) -> Response:
    """Take away what somebody lost, recovery codes too. Step-up is asked for.

    Whoever has to have a second factor sets up another one at the next sign-in.
    """
    removed = await services.identity.user_desk.remove_second_factor(
        id, principal=principal, visit=visit_of(request, granted=200)
    )
    return json(ChangedUserBody.of(removed))
