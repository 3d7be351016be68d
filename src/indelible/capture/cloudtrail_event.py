"""A CloudTrail event as far as we understand it; everything else of it goes along as payload."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from indelible.errors import Invalid

Word = Annotated[str, Meta(min_length=1)]
Object = dict[str, Any]


class _Spoken(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A part of an event; what is not declared is passed over."""


class Issuer(_Spoken, frozen=True, kw_only=True):
    """The role behind temporary credentials."""

    principal_id: str | None = None
    user_name: str | None = None


class SessionContext(_Spoken, frozen=True, kw_only=True):
    """How temporary credentials came about."""

    session_issuer: Issuer | None = None


class OnBehalfOf(_Spoken, frozen=True, kw_only=True):
    """The person of IAM Identity Center behind a request."""

    user_id: str | None = None


class Identity(_Spoken, frozen=True, kw_only=True):
    """``userIdentity``: whose credentials were used."""

    type: str | None = None
    principal_id: str | None = None
    arn: str | None = None
    account_id: str | None = None
    access_key_id: str | None = None
    credential_id: str | None = None
    user_name: str | None = None
    invoked_by: str | None = None
    identity_provider: str | None = None
    session_context: SessionContext | None = None
    on_behalf_of: OnBehalfOf | None = None


class Event(_Spoken, frozen=True, kw_only=True):
    """One event, https://docs.aws.amazon.com/awscloudtrail: "CloudTrail record contents"."""

    id: Word = msgspec.field(name="eventID")
    time: datetime = msgspec.field(name="eventTime")
    source: Word = msgspec.field(name="eventSource")
    name: Word = msgspec.field(name="eventName")
    identity: Identity = msgspec.field(name="userIdentity", default_factory=Identity)
    region: str | None = msgspec.field(name="awsRegion", default=None)
    address: str | None = msgspec.field(name="sourceIPAddress", default=None)
    user_agent: str | None = None
    error_code: str | None = None
    parameters: Object = msgspec.field(name="requestParameters", default_factory=dict)
    response: Object = msgspec.field(name="responseElements", default_factory=dict)
    additional: Object = msgspec.field(name="additionalEventData", default_factory=dict)
    resources: list[Object] = msgspec.field(default_factory=list)
    request_id: str | None = msgspec.field(name="requestID", default=None)
    read_only: bool | None = None
    category: str | None = msgspec.field(name="eventCategory", default=None)
    account: str | None = msgspec.field(name="recipientAccountId", default=None)

    @property
    def service(self) -> str:
        """``s3`` of ``s3.amazonaws.com``."""
        return self.source.partition(".")[0]


def read_event(value: Object) -> Event:
    """Return what the event *value*, a JSON object, says.

    Raises:
        Invalid: it is none of CloudTrail's; names the field.
    """
    try:
        # A null and an absent field mean the same to CloudTrail. Not strict: some of its exports
        # write booleans as strings.
        present = {name: item for name, item in value.items() if item is not None}
        return msgspec.convert(present, Event, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(f"Not a CloudTrail event: {error}") from error
