"""How the platform's things are spelled in JSON: camel case, unknown fields refused."""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$")]
"""A name that may stand in a file name or a host name."""

Label = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\n]*$")
]
"""A name for people, one line."""


Place = Annotated[str, StringConstraints(pattern=r"^[\w][\w ,.'/()-]{0,79}$")]
"""A site's name; starts with a letter or digit, so that no spreadsheet takes it for a formula."""


class Fields(BaseModel):
    """What a caller may set."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Row(Fields):
    """A thing that is kept; *table* says where."""

    model_config = ConfigDict(extra="ignore")

    table: ClassVar[str]
    id: UUID
    name: str


class Owned(Row):
    """A thing that belongs to a tenant."""

    tenant: UUID
