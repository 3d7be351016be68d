"""What people prove themselves with, as requests carry it, and over what it may travel."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from indelible.web.gate import check_same_site
from indelible.web.services import services_of

Password = Annotated[str, Field(max_length=1024, json_schema_extra={"format": "password"})]
"""A password as it was typed."""

Code = Annotated[
    str,
    Field(
        max_length=40,
        description="Six digits of an authenticator, or a recovery code; blanks do not count.",
        examples=["123456", "k7m2q-x4w9p"],
    ),
]
"""What the second factor shows."""


async def password_may_travel(request: Request) -> None:
    """Let a request that carries a secret come from our own pages alone; a dependency.

    Raises:
        Forbidden: another site sends it, or anybody on the way could read it.
    """
    check_same_site(request.scope)
    services_of(request).gate.admit_password(request.scope)
