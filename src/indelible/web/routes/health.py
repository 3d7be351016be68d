"""Signs of life and figures, for those who run the server."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from indelible.web.metrics import MEDIA_TYPE
from indelible.web.policy import ANYONE
from indelible.web.schemas import answer, json, problems
from indelible.web.services import Health, Services, services_of

router = APIRouter(tags=["operation"])


@router.get(
    "/healthz",
    summary="Whether the server can answer",
    dependencies=[Depends(ANYONE)],
    responses={200: answer(Health, "It can."), **problems()},
    openapi_extra={"security": []},
)
async def read_health(services: Annotated[Services, Depends(services_of)]) -> Response:
    """Ask the database for a sign of life."""
    lag = await services.probe()
    return json(Health(status="ok", database=True, lag_seconds=lag))


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    dependencies=[Depends(ANYONE)],
    responses={
        200: {
            "description": "Prometheus' text format.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    },
    openapi_extra={"security": []},
)
async def read_metrics(services: Annotated[Services, Depends(services_of)]) -> Response:
    """Return what is counted and timed. No figure names a person or a tenant."""
    return Response(services.metrics.render(), headers={"Content-Type": MEDIA_TYPE})
