"""The platform's settings."""

from __future__ import annotations

from typing import Annotated, Self

import msgspec
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from indelible.identity.access import Permission, Principal
from indelible.identity.model import DATE_FORMATS, PlatformSettings
from indelible.web.auth import visit_of
from indelible.web.policy import require
from indelible.web.schemas import answer, json, problems
from indelible.web.services import Services, services_of

router = APIRouter(prefix="/api/settings", tags=["settings"])


class SettingsBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How times are shown, to everybody."""

    date_format: str
    time_zone: str

    @classmethod
    def of(cls, settings: PlatformSettings) -> Self:
        """Return the spelling of *settings*."""
        return cls(date_format=settings.date_format, time_zone=settings.time_zone)


class ChangedSettings(BaseModel):
    """The settings as they shall be."""

    dateFormat: Annotated[  # noqa: N815  # the JSON name
        str, Field(max_length=64, json_schema_extra={"enum": list(DATE_FORMATS)})
    ]
    timeZone: Annotated[  # noqa: N815  # the JSON name
        str, Field(max_length=64, description="IANA name, such as `Europe/Berlin`.")
    ]


@router.get(
    "",
    summary="The platform's settings",
    dependencies=[Depends(require(Permission.SETTINGS_READ, assumed=True))],
    responses={200: answer(SettingsBody, "The settings as they stand."), **problems(401, 403)},
)
async def read_settings(services: Annotated[Services, Depends(services_of)]) -> Response:
    """Return the settings as they stand."""
    return json(SettingsBody.of(await services.identity.settings.read()))


@router.put(
    "",
    summary="Change the platform's settings",
    responses={
        200: answer(SettingsBody, "The settings as they now stand."),
        **problems(401, 403, 409, 422),
    },
)
async def change_settings(
    body: ChangedSettings,
    request: Request,
    principal: Annotated[Principal, Depends(require(Permission.SETTINGS_CHANGE))],
    services: Annotated[Services, Depends(services_of)],
) -> Response:
    """Change the settings and record what that changed; for Super Admins."""
    settings = await services.identity.settings.change(
        PlatformSettings(date_format=body.dateFormat, time_zone=body.timeZone),
        principal=principal,
        visit=visit_of(request, granted=200),
    )
    return json(SettingsBody.of(settings))
