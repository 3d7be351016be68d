"""Says in one activity what a request did: what was declared first, what can be derived last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from indelible.capture.body import Body
from indelible.capture.declare import Audited
from indelible.capture.draft import Draft
from indelible.capture.principal import Principal, Scope
from indelible.capture.resource import as_type, ends_with_parameter, type_from
from indelible.core.activity import (
    Action,
    Activity,
    Client,
    Json,
    Request,
    Resource,
    Status,
)
from indelible.core.caps import fit, size_of
from indelible.core.redaction import REDACTED, Redactor
from indelible.core.redaction_plain import cut_text, without_surrogates

ACTIONS = {
    "POST": Action.CREATE,
    "PUT": Action.UPDATE,
    "PATCH": Action.UPDATE,
    "DELETE": Action.DELETE,
}
"""What a method means where nothing else was declared. Other methods read."""

NO_ID = "-"
"""The id of what has none: something whose creation failed."""

_LONGEST_ID = 256
_LONGEST_TEXT = 512
_LONGEST_PATH = 4_096
_LONGEST_ROUTE = 1_000
_PAYLOAD_BYTES = 120_000
_CHANGES_BYTES = 100_000
_IDS = ("id", "uuid", "_id")
_NAMES = ("name", "title", "email", "username", "displayName", "display_name", "hostname")


@dataclass(slots=True, kw_only=True)
class Seen:
    """What the middleware saw of one request and its response."""

    scope: Scope
    draft: Draft
    declared: Audited
    template: str | None
    principal: Principal
    status: int
    request_id: str
    address: str | None
    user_agent: str | None
    request_body: Body
    response_body: Body | None


def describe(seen: Seen, redactor: Redactor, *, key: str, occurred: datetime | None) -> Activity:
    """Return the activity of an exchange; it fits every cap of the recorder.

    Args:
        seen: the exchange.
        redactor: keeps secrets out of what is public: ids and the request's id.
        key: unique to the request, so that repeating the call doubles nothing.
        occurred: when it happened, where recording may come later.
    """
    draft, principal = seen.draft, seen.principal
    failed = seen.status >= 400
    action = draft.given_action or seen.declared.action or ACTIONS.get(seen.scope["method"])
    sent = seen.request_body.parsed()
    return Activity(
        actor=principal.actor,
        tenant=draft.given_tenant if draft.tenant_given else principal.tenant,
        assumed_by=principal.assumed_by,
        session=principal.session,
        action=action or Action.UPDATE,
        resource=_Resource(seen, sent, redactor).found(action),
        status=Status.FAILURE if failed else Status.SUCCESS,
        key=key,
        request=_request(seen, redactor),
        client=Client(ip=seen.address, user_agent=_text(seen.user_agent)),
        occurred=occurred,
        payload=_payload(sent, draft.given_details, redactor),
        # What a failed request meant to change stands in its payload; it changed nothing.
        changes=None if failed else _changes(draft, redactor),
    )


def _payload(sent: Json, details: dict[str, Json], redactor: Redactor) -> Json:
    if not details:
        payload = sent
    elif sent is None:
        payload = dict(details)
    else:
        payload = {**(sent if isinstance(sent, dict) else {"body": sent}), **details}
    return _fitting(payload, _PAYLOAD_BYTES, redactor)


def _changes(draft: Draft, redactor: Redactor) -> dict[str, Json] | None:
    fitting = _fitting(draft.changes(), _CHANGES_BYTES, redactor)
    return fitting if fitting is None or isinstance(fitting, dict) else {"…": fitting}


def _fitting(value: Json, limit: int, redactor: Redactor) -> Json:
    size = size_of(value)
    return value if size is not None and size <= limit else fit(redactor.json(value), limit)


def _request(seen: Seen, redactor: Redactor) -> Request:
    return Request(
        id=seen.request_id,
        method=seen.scope["method"][:16],
        route=seen.template[:_LONGEST_ROUTE] if seen.template else None,
        path=_raw_path(seen.scope, redactor),
        status=seen.status,
    )


def _raw_path(scope: Scope, redactor: Redactor) -> str:
    """Return path and query as they were sent, without the parameters whose names are secret."""
    raw = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogateescape")
    path = raw.partition(b"?")[0].decode("ascii", "backslashreplace")
    parameters: dict[str, Any] = scope.get("path_params") or {}
    secret = {str(value) for name, value in parameters.items() if redactor.is_secret(name)}
    if secret:
        parts = path.split("/")
        path = "/".join(REDACTED if unquote(part) in secret else part for part in parts)
    if query := scope.get("query_string"):
        path = f"{path}?{query.decode('ascii', 'backslashreplace')}"
    # Redacted here, before it is shortened, and by the recorder once more: that changes nothing.
    path = redactor.path(path[: 4 * _LONGEST_PATH])
    return cut_text(path, len(path), _LONGEST_PATH) if len(path) > _LONGEST_PATH else path


class _Resource:
    """Finds type, id and name of what a request acted on."""

    def __init__(self, seen: Seen, sent: Json, redactor: Redactor) -> None:
        self._seen = seen
        self._sent = sent if isinstance(sent, dict) else {}
        self._redactor = redactor
        self._parameters: dict[str, Any] = dict(seen.scope.get("path_params") or {})
        self._answer: dict[str, Json] | None = None

    def found(self, action: Action | None) -> Resource:
        draft, declared = self._seen.draft, self._seen.declared
        kind = draft.resource_type or declared.resource_type or type_from(self._seen.template)
        name = draft.resource_name or self._name()
        found = draft.resource_id or self._id(action, declared.resource_id)
        return Resource(
            type=as_type(kind),
            id=_text(self._redactor.text(found), _LONGEST_ID) or NO_ID,
            name=_text(name),
        )

    def _id(self, action: Action | None, field: str | None) -> str:
        if field:
            if field in self._parameters:
                return self._parameter(field)
            return _first(self._answered(), (field, *_IDS)) or _first(self._sent, (field,)) or NO_ID
        last = next(reversed(self._parameters), None)
        whole = ends_with_parameter(self._seen.template)
        if not whole and (action is Action.CREATE or last is None):
            made = _first(self._answered(), _IDS)
            if made or last is None:
                return made or NO_ID
        return self._parameter(last) if last else NO_ID

    def _parameter(self, name: str) -> str:
        # A token in a path is no id: ids are public and stay for ever.
        return REDACTED if self._redactor.is_secret(name) else str(self._parameters[name])

    def _name(self) -> str | None:
        return _first(self._answered(), _NAMES) or _first(self._sent, _NAMES)

    def _answered(self) -> dict[str, Json]:
        if self._answer is None:
            body = self._seen.response_body
            answer = body.parsed() if body and body.is_json and self._seen.status < 400 else None
            self._answer = answer if isinstance(answer, dict) else {}
        return self._answer


def _first(fields: dict[str, Json], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = fields.get(name)
        if type(value) is int or (type(value) is str and value):
            return str(value)
    return None


def _text(text: str | None, limit: int = _LONGEST_TEXT) -> str | None:
    """Return *text* as an entry takes it: short, without NUL characters and lone surrogates."""
    if text is None:
        return None
    plain = without_surrogates(text.replace("\0", "�"))
    return cut_text(plain, len(plain), limit) if len(plain) > limit else plain
