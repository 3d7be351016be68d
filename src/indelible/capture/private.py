"""Takes the secrets out of an activity before it touches a disk or a wire of ours."""

from __future__ import annotations

import msgspec

from indelible.core.activity import Activity, Actor
from indelible.core.redaction import Redactor


def without_secrets(activity: Activity, redactor: Redactor) -> Activity:
    """Return *activity* redacted as the recorder would; doing it again there changes nothing."""

    def text(value: str | None) -> str | None:
        return None if value is None else redactor.text(value)

    def actor(value: Actor | None) -> Actor | None:
        if value is None:
            return None
        return msgspec.structs.replace(value, email=text(value.email), name=text(value.name))

    request, client, resource = activity.request, activity.client, activity.resource
    return msgspec.structs.replace(
        activity,
        actor=actor(activity.actor),
        assumed_by=actor(activity.assumed_by),
        resource=msgspec.structs.replace(resource, name=text(resource.name)),
        request=request
        and msgspec.structs.replace(request, path=request.path and redactor.path(request.path)),
        client=client and msgspec.structs.replace(client, user_agent=text(client.user_agent)),
        payload=redactor.json(activity.payload),
        changes=activity.changes and redactor.json(activity.changes),
    )
