"""What can be done to an activity before its log is locked: check, redact, disclose, digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from indelible.core.activity import Action, Activity, Status, TenantId
from indelible.core.disclosure import disclose
from indelible.core.entry import PublicRequest
from indelible.core.instant import format_time, microseconds
from indelible.core.redaction import Redactor
from indelible.errors import Invalid, TooLarge
from indelible.ledger import erase, retention
from indelible.ledger.mentions import SALT_BYTES, ClientSaid, Person, ResourceSaid, person_of

MAX_DETAILS = 256 * 1024
MAX_IDENTIFIER = 256
MAX_TEXT = 1024
MAX_ROUTE = 1024

_RESOURCE_TYPE = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_TENANT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_METHOD = re.compile(r"[A-Z]{1,16}\Z")

_RESERVED = {erase.RESOURCE_TYPE, retention.RESOURCE_TYPE}
"""No reporter may say that something was erased or purged: a check believes who says so."""

_encode = msgspec.json.Encoder().encode


class Prepared(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An activity that is ready for its log.

    Attributes:
        details: JSON text of the details disclosure, None where there are none.
        key: 16 bytes made of source and reporter's key, None without one.
        body: 16 bytes that tell one reported body from another, empty without a key.
    """

    tenant: TenantId | None
    person: Person
    client: ClientSaid | None
    resource: ResourceSaid
    action: Action
    status: Status
    session: str | None
    request: PublicRequest | None
    occurred: str | None
    details: bytes | None
    details_digest: str | None
    key: bytes | None
    body: bytes


class Preparer:
    """Checks and redacts activities."""

    def __init__(self, redactor: Redactor, random: Callable[[int], bytes]) -> None:
        """Take the redactor and a source of *n* random bytes."""
        self._redactor = redactor
        self._random = random

    def prepare(self, activities: Sequence[Activity], source: str) -> list[Prepared]:
        """Return *activities* prepared.

        Raises:
            Invalid: one of them can't be taken; says which, and which field.
            TooLarge: the details of one pass 256 KiB after redaction.
        """
        prepared = []
        # One call for all: a call for each entry's salt cost as much as hashing it.
        salts = self._random(SALT_BYTES * len(activities))
        for position, activity in enumerate(activities):
            salt = salts[position * SALT_BYTES : (position + 1) * SALT_BYTES]
            try:
                prepared.append(self._prepare(activity, source, salt))
            except Invalid as error:
                error.item = position
                raise
        return prepared

    def _prepare(self, activity: Activity, source: str, salt: bytes) -> Prepared:
        check(activity)
        if source and activity.resource.type in _RESERVED:
            raise Invalid(
                "This resource type is our own: it says what was erased or purged.",
                field="resource.type",
            )
        request, client, resource = activity.request, activity.client, activity.resource
        person = person_of(activity)
        details = self._details(activity)
        text = digest = None
        if details is not None:
            text, digest = disclose("details", salt, details)
        key, body = None, b""
        public = None
        if request is not None:
            public = PublicRequest(
                # The caller may have chosen it, and it is public.
                id=None if request.id is None else self._redactor.text(request.id),
                method=request.method,
                route=request.route,
                status=request.status,
            )
        said_client = None
        if client is not None and (client.ip is not None or client.user_agent is not None):
            said_client = ClientSaid(client.ip, client.user_agent)
        # An id out of a path may be a token, and it is public.
        resource_id = self._redactor.text(resource.id)
        said_resource = ResourceSaid(resource.type, resource_id, resource.name)
        occurred = (
            None if activity.occurred is None else format_time(microseconds(activity.occurred))
        )
        if activity.key is not None:
            key = _short_hash(_encode((source, activity.key)))
            body = _short_hash(
                _encode(
                    (activity.tenant, person, said_client, said_resource, activity.action,
                     activity.status, activity.session, public, occurred)
                )
                + (details or b"")
            )  # fmt: skip
        return Prepared(
            tenant=activity.tenant,
            person=person,
            client=said_client,
            resource=said_resource,
            action=activity.action,
            status=activity.status,
            session=activity.session,
            request=public,
            occurred=occurred,
            details=text,
            details_digest=digest,
            key=key,
            body=body,
        )

    def _details(self, activity: Activity) -> bytes | None:
        details: dict[str, Any] = {}
        if activity.request is not None and activity.request.path is not None:
            details["path"] = self._redactor.path(activity.request.path)
        payload = activity.payload
        if activity.assumed_by is not None:
            by = activity.assumed_by
            named = {"id": by.id, "email": by.email, "name": by.name}
            said = payload if isinstance(payload, dict) else {"body": payload} if payload else {}
            payload = {**said, "assumedBy": {k: v for k, v in named.items() if v is not None}}
        if payload is not None:
            details["payload"] = self._redactor.json(payload)
        if activity.changes:
            details["changes"] = self._redactor.json(activity.changes)
        if not details:
            return None
        text = _encode(details)
        if len(text) > MAX_DETAILS:
            raise TooLarge(
                f"The details come to {len(text):,} bytes; an entry holds {MAX_DETAILS:,}. "
                "Send less of the payload.",
                field="payload",
            )
        return text


def check(activity: Activity) -> None:
    """Raise where a field of *activity* has no place in an entry.

    Raises:
        Invalid: names the field and what it should look like.
    """
    if not _RESOURCE_TYPE.match(activity.resource.type):
        raise Invalid(
            "A resource type is a lower-case word of at most 64 letters, digits and _, such as "
            "config_template.",
            field="resource.type",
        )
    if activity.tenant is not None and not _TENANT.match(activity.tenant):
        raise Invalid("A tenant is named by its id, a lower-case UUID.", field="tenant")
    _identifier(activity.actor.id, "actor.id")
    _identifier(activity.resource.id, "resource.id")
    _text(activity.resource.name, "resource.name")
    _text(activity.actor.email, "actor.email")
    _text(activity.actor.name, "actor.name")
    if activity.key is not None:
        _identifier(activity.key, "key")
    if activity.session is not None:
        _identifier(activity.session, "session")
    if activity.assumed_by is not None:
        _identifier(activity.assumed_by.id, "assumedBy.id")
        _text(activity.assumed_by.email, "assumedBy.email")
        _text(activity.assumed_by.name, "assumedBy.name")
    if activity.client is not None:
        _text(activity.client.ip, "client.ip", MAX_IDENTIFIER)
        _text(activity.client.user_agent, "client.userAgent")
    if activity.occurred is not None and activity.occurred.tzinfo is None:
        raise Invalid("A time needs its zone: 2026-01-31T12:00:00Z.", field="occurred")
    if activity.request is not None:
        request = activity.request
        if request.method is not None and not _METHOD.match(request.method):
            raise Invalid("A method is a word in capitals, such as POST.", field="request.method")
        if request.status is not None and not 100 <= request.status <= 599:
            raise Invalid("A response status is between 100 and 599.", field="request.status")
        _text(request.id, "request.id", MAX_IDENTIFIER)
        _text(request.route, "request.route", MAX_ROUTE)


def _identifier(value: str, field: str) -> None:
    if not value:
        raise Invalid("An id can't be empty.", field=field)
    _text(value, field, MAX_IDENTIFIER)


def _text(value: str | None, field: str, limit: int = MAX_TEXT) -> None:
    if value is None:
        return
    if len(value) > limit:
        raise TooLarge(f"This has {len(value):,} characters; {limit:,} fit.", field=field)
    if value.isascii():
        if "\0" in value:
            raise Invalid("A NUL character has no place here.", field=field)
        return
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise Invalid("NUL characters and lone surrogates have no place here.", field=field)


def _short_hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:16]
