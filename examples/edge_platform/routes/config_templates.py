"""Config templates: how an edge's configuration is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, field_validator

from edge_platform.caller import Reading, Writing
from edge_platform.configuration import unknown_placeholders
from edge_platform.rows import Fields, Owned, Slug
from indelible.capture import audited

router = APIRouter(prefix="/config-templates", tags=["config-templates"])


class ConfigTemplateFields(Fields):
    """What a caller may set."""

    name: Slug
    body: str = Field(max_length=20_000)

    @field_validator("body")
    @classmethod
    def _can_be_filled_in(cls, body: str) -> str:
        if unknown := unknown_placeholders(body):
            raise ValueError(f"unknown placeholders: {', '.join(sorted(unknown))}")
        return body


class ConfigTemplate(ConfigTemplateFields, Owned):
    """A text with placeholders."""

    table: ClassVar = "config_templates"


@router.get("")
async def list_config_templates(inventory: Reading) -> Sequence[ConfigTemplate]:
    """List the config_templates."""
    return await inventory.all(ConfigTemplate)


@router.post("", status_code=201)
@audited(resource_type="config_template")
async def create_template(body: ConfigTemplateFields, inventory: Writing) -> ConfigTemplate:
    """Make a template."""
    return await inventory.add(ConfigTemplate, body)


@router.get("/{template_id}")
async def read_template(template_id: UUID, inventory: Reading) -> ConfigTemplate:
    """Show a template."""
    return await inventory.one(ConfigTemplate, template_id)


@router.put("/{template_id}")
@audited(resource_type="config_template", resource_id="template_id")
async def update_template(
    template_id: UUID, body: ConfigTemplateFields, inventory: Writing
) -> ConfigTemplate:
    """Change a template."""
    return await inventory.change(ConfigTemplate, template_id, body)


@router.delete("/{template_id}", status_code=204)
@audited(resource_type="config_template", resource_id="template_id")
async def delete_template(template_id: UUID, inventory: Writing) -> None:
    """Delete a template that nothing uses."""
    await inventory.remove(ConfigTemplate, template_id)
