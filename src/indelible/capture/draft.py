"""The activity of a request while its handler can still say more about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indelible.capture.principal import Principal, Scope
from indelible.core.activity import Action, Json, TenantId
from indelible.errors import Misconfigured

_KEY = "indelible.draft"


class Draft:
    """What a handler adds to its activity; what it leaves out, the middleware derives.

    Nothing here is redacted yet: that happens before the activity is hashed or leaves the process.
    """

    __slots__ = (
        "after",
        "before",
        "given_action",
        "given_details",
        "given_principal",
        "given_tenant",
        "resource_id",
        "resource_name",
        "resource_type",
        "scope",
        "skipped",
        "tenant_given",
    )

    def __init__(self) -> None:
        self.given_action: Action | None = None
        self.given_details: dict[str, Json] = {}
        self.given_principal: Principal | None = None
        self.given_tenant: TenantId | None = None
        self.tenant_given = False
        self.resource_type: str | None = None
        self.resource_id: str | None = None
        self.resource_name: str | None = None
        self.before: Mapping[str, Json] = {}
        self.after: Mapping[str, Json] = {}
        self.skipped = False
        self.scope: Scope | None = None

    def action(self, action: Action) -> None:
        """Say what was done where that shows only in the handler."""
        self.given_action = action

    def resource(
        self,
        *,
        type: str | None = None,  # noqa: A002 -- the glossary's word
        id: object = None,  # noqa: A002
        name: str | None = None,
    ) -> None:
        """Say what was acted on; what is None stays as it is."""
        self.resource_type = type or self.resource_type
        self.resource_id = self.resource_id if id is None else str(id)
        self.resource_name = name or self.resource_name

    def changed(
        self, before: Mapping[str, Json] | None = None, after: Mapping[str, Json] | None = None
    ) -> None:
        """Say what the resource was and what it became; fields that are equal are left out.

        Of something new there is only *after*, of something deleted only *before*.
        """
        self.before, self.after = before or {}, after or {}

    def details(self, **details: Json) -> None:
        """Add fields to the payload, beside those of the request's body."""
        self.given_details.update(details)

    def tenant(self, tenant: TenantId | str | None) -> None:
        """Say in whose log this belongs where that is not the principal's tenant's."""
        self.given_tenant = None if tenant is None else TenantId(tenant)
        self.tenant_given = True

    def principal(self, principal: Principal) -> None:
        """Say who acted where the session does not tell, as at a sign-in."""
        self.given_principal = principal

    def skip(self) -> None:
        """Leave this request out of the log: nothing was done."""
        self.skipped = True

    def changes(self) -> dict[str, Json] | None:
        """Return the fields that differ, each with its value before and after."""
        names = dict.fromkeys((*self.before, *self.after))
        changes: dict[str, Json] = {
            name: {"before": self.before.get(name), "after": self.after.get(name)}
            for name in names
            if name not in self.before
            or name not in self.after
            or self.before[name] != self.after[name]
        }
        return changes or None


def open_draft(scope: Scope) -> Draft:
    """Begin the draft of the request of *scope*."""
    draft = scope[_KEY] = Draft()
    return draft


def draft_of(request: Any) -> Draft:
    """Return the draft of *request*: anything with a ``scope``, or an ASGI scope itself.

    Raises:
        Misconfigured: no AuditMiddleware has seen this request, so nothing would be recorded.
    """
    scope: Scope = getattr(request, "scope", request)
    draft = scope.get(_KEY)
    if not isinstance(draft, Draft):
        raise Misconfigured(
            "No AuditMiddleware is around this application, so nothing of it is recorded. "
            "Add it with app.add_middleware(AuditMiddleware, recorder=...)."
        )
    draft.scope = scope  # the one that routing saw, should a middleware have copied it
    return draft
