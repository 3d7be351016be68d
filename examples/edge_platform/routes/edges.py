"""Edges: the boxes at the customers' sites."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from edge_platform.caller import Reading, Writing
from edge_platform.rows import Fields, Owned, Place, Slug
from indelible.capture import audited, draft_of
from indelible.core.activity import Action

router = APIRouter(prefix="/edges", tags=["edges"])


class EdgeFields(Fields):
    """What a caller may set."""

    name: Slug
    site: Place
    model: Literal["er-100", "er-200", "er-400"] = "er-100"
    template_id: UUID | None = None


class Edge(EdgeFields, Owned):
    """A box at a site."""

    table: ClassVar = "edges"
    synced_at: datetime | None = None


@router.get("")
async def list_edges(inventory: Reading) -> Sequence[Edge]:
    """List the edges."""
    return await inventory.all(Edge)


@router.post("", status_code=201)
@audited(resource_type="edge")
async def create_edge(body: EdgeFields, inventory: Writing) -> Edge:
    """Make an edge."""
    return await inventory.add(Edge, body)


@router.get("/export")
@audited(action=Action.EXPORT, resource_type="edge")
async def export_edges(inventory: Reading, request: Request) -> Response:
    """Download the edges as CSV. A read, and recorded all the same: data leaves the platform."""
    edges = await inventory.all(Edge)
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["id", "name", "site", "model", "synced at"])
    rows.writerows([e.id, e.name, e.site, e.model, e.synced_at or ""] for e in edges)
    draft = draft_of(request)
    draft.resource(id="all", name="edges.csv")
    draft.details(format="csv", rows=len(edges))
    named = {"Content-Disposition": 'attachment; filename="edges.csv"'}
    return Response(text.getvalue(), media_type="text/csv", headers=named)


@router.get("/{edge_id}")
async def read_edge(edge_id: UUID, inventory: Reading) -> Edge:
    """Show an edge."""
    return await inventory.one(Edge, edge_id)


@router.put("/{edge_id}")
@audited(resource_type="edge", resource_id="edge_id")
async def update_edge(edge_id: UUID, body: EdgeFields, inventory: Writing) -> Edge:
    """Change an edge."""
    return await inventory.change(Edge, edge_id, body)


@router.delete("/{edge_id}", status_code=204)
@audited(resource_type="edge", resource_id="edge_id")
async def delete_edge(edge_id: UUID, inventory: Writing) -> None:
    """Delete an edge that nothing uses."""
    await inventory.remove(Edge, edge_id)
