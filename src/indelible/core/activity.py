"""What happened, as a reporter says it: the input of the log.

The JSON spelling of :class:`Activity` is the body of ``POST /api/activity``; field names are in
camel case there.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

import msgspec

TenantId = NewType("TenantId", str)
"""A tenant's public id: a random UUID in its usual lower-case spelling."""

EntryId = NewType("EntryId", str)
"""An entry's public id: a UUIDv7 in its usual lower-case spelling."""

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict with str keys, at any depth."""


class Action(StrEnum):
    """What was done. A sign-in is ``create`` of a ``session``, a sign-out its ``delete``."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REVOKE = "revoke"
    ASSIGN = "assign"
    UNASSIGN = "unassign"
    SYNC = "sync"
    EXPORT = "export"


class Status(StrEnum):
    """How it ended: refused and failed requests are failures."""

    SUCCESS = "success"
    FAILURE = "failure"


class ActorType(StrEnum):
    """What kind of principal acted."""

    USER = "user"
    SERVICE = "service"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


BUILT_IN_RESOURCE_TYPES = (
    "edge",
    "user",
    "connector",
    "wireguard",
    "tenant",
    "role",
    "config_template",
    "peering",
    "acl",
    "session",
)
"""Resource types known everywhere; a platform registers its own beside them."""


class _Spoken(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """A part of an activity: immutable, strict about unknown fields, camel case in JSON."""


class Actor(_Spoken, frozen=True, kw_only=True):
    """Whose rights were used.

    ``id`` is public and stays for ever; ``email`` and ``name`` are disclosures, erasable.
    """

    id: str
    type: ActorType = ActorType.USER
    email: str | None = None
    name: str | None = None


class Resource(_Spoken, frozen=True, kw_only=True):
    """What was acted on. ``name`` is a disclosure."""

    type: str
    id: str
    name: str | None = None


class Client(_Spoken, frozen=True, kw_only=True):
    """Where the request came from: the real client address and its user agent. A disclosure."""

    ip: str | None = None
    user_agent: str | None = None


class Request(_Spoken, frozen=True, kw_only=True):
    """The HTTP request behind the activity.

    ``route`` is the template (``/api/edges/{id}``) and public; ``path`` is the raw path and query
    and goes into the ``details`` disclosure.
    """

    id: str | None = None
    method: str | None = None
    route: str | None = None
    path: str | None = None
    status: int | None = None


class Activity(_Spoken, frozen=True, kw_only=True):
    """One action to record.

    Attributes:
        key: the reporter's own id for it; the same key again returns the first receipt.
        tenant: whose log it belongs to; None is the platform log.
        payload: what was sent, any JSON; secrets in it are redacted before anything is hashed.
        changes: ``{field: {"before": ..., "after": ...}}``.
        occurred: when the reporting system says that it happened; must carry a time zone.
    """

    actor: Actor
    action: Action
    resource: Resource
    status: Status = Status.SUCCESS
    key: str | None = None
    tenant: TenantId | None = None
    assumed_by: Actor | None = None
    session: str | None = None
    request: Request | None = None
    client: Client | None = None
    occurred: datetime | None = None
    payload: Json = None
    changes: dict[str, Json] | None = None


class Receipt(_Spoken, frozen=True, kw_only=True):
    """What an append returns: where the entry stands and what was signed over it.

    Attributes:
        log: origin of the log.
        seq: index of the entry in it, from 0.
        leaf_hash: lower-case hex of RFC 6962's leaf hash of the entry bytes.
        checkpoint: a signed note whose size is greater than ``seq``.
    """

    log: str
    seq: int
    id: EntryId
    time: str
    leaf_hash: str
    checkpoint: str
