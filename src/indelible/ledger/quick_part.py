"""The public part of an entry, read quickly, for checks that go through millions.

What equals the columns beside it needs no closer look; what does not is read again by
:func:`indelible.core.entry.decode`, which believes nothing.
"""

from __future__ import annotations

import msgspec


class _Who(msgspec.Struct, gc=False):
    id: str
    type: str


class _Sd(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    client: str | None = None
    details: str | None = None
    person: str | None = None
    resource: str | None = None


class _Request(msgspec.Struct, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    id: str | None = None
    method: str | None = None
    route: str | None = None
    status: int | None = None


class UpToResource(
    msgspec.Struct, gc=False, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What stands between the log and the resource, and an end to it."""

    occurred: str | None = None
    request: _Request | None = None
    end: int


class QuickPart(msgspec.Struct, gc=False, rename="camel", forbid_unknown_fields=True):
    """The public part; nothing of it is checked but its shape."""

    action: str
    actor: _Who
    id: str
    log: str
    resource: _Who
    sd: _Sd
    seq: int
    status: str
    time: str
    v: int
    assumed_by: _Who | None = None
    occurred: str | None = None
    request: _Request | None = None
    session: str | None = None


read_quickly = msgspec.json.Decoder(QuickPart).decode
"""Returns the public part in the bytes of an entry; raises what msgspec raises."""
