"""AWS CloudTrail: its events as activities. Pure: an event in, an activity out.

What CloudTrail says and an entry has a field for goes there; all of the event, but for what is
repeated word by word, is the payload. Secrets in it (session tokens) are the recorder's to redact.
"""

from __future__ import annotations

import ipaddress
from typing import Any, NamedTuple

from indelible.capture.cloudtrail_actions import action_of, is_read
from indelible.capture.cloudtrail_event import Event, Object, read_event
from indelible.capture.cloudtrail_people import actor_of, session_of
from indelible.capture.cloudtrail_resources import resource_of
from indelible.core.activity import Activity, Client, Request, Status, TenantId

SOURCE = "cloudtrail"
"""Who reports: keys of other reporters are told apart by it."""

_MAX_USER_AGENT = 1024
_REPEATED = frozenset({"eventTime", "eventVersion", "requestID"})


class LeftOut(NamedTuple):
    """An event that does not become an activity.

    Attributes:
        event: source and name, such as ``s3.amazonaws.com/GetBucketAcl``.
        read: it reads, and reads were not asked for; else there is no action for it.
    """

    event: str
    read: bool


def to_activity(
    value: Object, *, tenant: TenantId | None, include_reads: bool = False
) -> Activity | LeftOut:
    """Return the activity that a CloudTrail event, a JSON object, stands for.

    Args:
        value: one event, as CloudTrail delivers it.
        tenant: whose log it goes to.
        include_reads: also take what CloudTrail calls read-only, as far as it is an action:
            sessions that start, and contents that leave (an ``export``).

    Raises:
        Invalid: it is no event of CloudTrail's.
    """
    event = read_event(value)
    called = f"{event.source}/{event.name}"
    read = is_read(event.name) if event.read_only is None else event.read_only
    if read and not include_reads:
        return LeftOut(called, read=True)
    # An insight is a statistic about calls, under the name of the call.
    action = None if event.category == "Insight" else action_of(event.name, read=read)
    if action is None:
        return LeftOut(called, read=False)
    ip = _ip(event.address)
    agent = event.user_agent[:_MAX_USER_AGENT] if event.user_agent else None
    repeated = set(_REPEATED)
    if ip is not None and ip == event.address:
        repeated.add("sourceIPAddress")
    if agent == event.user_agent:
        repeated.add("userAgent")
    return Activity(
        key=event.id,
        tenant=tenant,
        actor=actor_of(event),
        session=session_of(event),
        action=action,
        resource=resource_of(event),
        status=Status.FAILURE if _failed(event) else Status.SUCCESS,
        request=Request(id=event.request_id[:256] if event.request_id else None, route=called),
        client=Client(ip=ip, user_agent=agent),
        occurred=event.time,
        payload={name: item for name, item in value.items() if name not in repeated},
    )


def _failed(event: Event) -> bool:
    """Tell whether it was refused or failed; the console's sign-in says so in its answer."""
    answer: Any = event.response.get(event.name)
    return event.error_code is not None or answer == "Failure"


def _ip(address: str | None) -> str | None:
    """Return the client's address, None where a service of AWS stands in its place."""
    try:
        return str(ipaddress.ip_address(address or ""))
    except ValueError:
        return None
