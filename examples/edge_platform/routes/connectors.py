"""Connectors: links to the services behind an edge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from sqlalchemy import update

from edge_platform.caller import Reading, Writing
from edge_platform.rows import Fields, Owned, Slug
from indelible.capture import audited, draft_of
from indelible.core.activity import Action

router = APIRouter(prefix="/connectors", tags=["connectors"])


class ConnectorFields(Fields):
    """What a caller may set."""

    name: Slug
    edge_id: UUID
    upstream: Slug


class Connector(ConnectorFields, Owned):
    """A link to a service, with a certificate of its own."""

    table: ClassVar = "connectors"
    certificate_serial: str
    certificate_expires: datetime
    certificate_revoked: datetime | None


class ConnectorWithKey(Connector):
    """A connector just made: the only answer that ever holds its private key."""

    certificate: str
    private_key: str


@router.get("")
async def list_connectors(inventory: Reading) -> Sequence[Connector]:
    """List the connectors."""
    return await inventory.all(Connector)


@router.post("", status_code=201)
@audited(resource_type="connector")
async def create_connector(
    body: ConnectorFields, inventory: Writing, request: Request
) -> ConnectorWithKey:
    """Make a connector and issue its certificate."""
    issued = request.app.state.authority.issue(body.name)
    made = await inventory.add(
        Connector, body, certificate_serial=issued.serial, certificate_expires=issued.expires
    )
    draft_of(request).details(certificate=issued.certificate, privateKey=issued.private_key)
    return ConnectorWithKey(
        **made.model_dump(), certificate=issued.certificate, private_key=issued.private_key
    )


@router.post("/{connector_id}/certificate/revoke")
@audited(action=Action.REVOKE, resource_type="connector", resource_id="connector_id")
async def revoke_certificate(connector_id: UUID, inventory: Writing, request: Request) -> Connector:
    """Revoke the connector's certificate, for good."""
    before = await inventory.one(Connector, connector_id)
    inventory.describe(before)
    if before.certificate_revoked:
        raise HTTPException(409, "The certificate is revoked already.")
    after = before.model_copy(update={"certificate_revoked": datetime.now(UTC)})
    table = inventory.tables["connectors"]
    await inventory.db.execute(
        update(table)
        .where(table.c.id == connector_id)
        .values(certificate_revoked=after.certificate_revoked)
    )
    inventory.describe(after, before=before, after=after)
    draft_of(request).details(serial=before.certificate_serial)
    return after


@router.get("/{connector_id}")
async def read_connector(connector_id: UUID, inventory: Reading) -> Connector:
    """Show a connector."""
    return await inventory.one(Connector, connector_id)


@router.put("/{connector_id}")
@audited(resource_type="connector", resource_id="connector_id")
async def update_connector(
    connector_id: UUID, body: ConnectorFields, inventory: Writing
) -> Connector:
    """Change a connector; its certificate stays."""
    return await inventory.change(Connector, connector_id, body)


@router.delete("/{connector_id}", status_code=204)
@audited(resource_type="connector", resource_id="connector_id")
async def delete_connector(connector_id: UUID, inventory: Writing) -> None:
    """Delete a connector."""
    await inventory.remove(Connector, connector_id)
