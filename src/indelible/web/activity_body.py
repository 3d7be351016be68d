"""The body of ``POST /api/activity``: one activity or a batch, decoded strictly."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request

from indelible.core.activity import Action, Activity, ActorType, Receipt, Status
from indelible.errors import Invalid, TooLarge

MAX_BATCH = 1_000

_CHOICES = {"action": Action, "status": Status, "type": ActorType}
"""Of each name in an activity that has them, what can be chosen."""

_PATH = re.compile(r" - at `(?:key in )?\$(?:\.activities\[(\d+)\])?\.?(.*)`$")


class Batch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to 1,000 activities, recorded together or not at all."""

    activities: list[Activity]


class Receipts(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt for each activity, in order."""

    receipts: Sequence[Receipt]


class _Shape(msgspec.Struct, frozen=True):
    activities: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


# A batch as everybody writes it is not read twice to see that it is one.
_begins_as_batch = re.compile(rb'\s*\{\s*"activities"').match
_shape = msgspec.json.Decoder(_Shape).decode
_batch = msgspec.json.Decoder(Batch).decode
_single = msgspec.json.Decoder(Activity).decode


def _is_batch(body: bytes) -> bool:
    return _begins_as_batch(body) is not None or not isinstance(
        _shape(body).activities, msgspec.UnsetType
    )


async def body_of(request: Request) -> bytes:
    """Return the JSON body of *request*; a dependency.

    Raises:
        HTTPException: 415, it says to be something else; 413, it is larger than the application
            takes.
    """
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip()
    if kind.lower() != "application/json" or request.headers.get("content-encoding"):
        raise HTTPException(415, "The body must be application/json, not compressed.")
    return await request.body()


def activities_in(body: bytes) -> list[Activity]:
    """Return the activities that *body* reports.

    Raises:
        Invalid: it can't be read; says which item and field.
        TooLarge: there are more than ``MAX_BATCH``.
    """
    if not body.strip():
        raise Invalid("The body is empty. It has to be an activity, in JSON.")
    try:
        if not _is_batch(body):
            return [_single(body)]
        activities = _batch(body).activities
    except msgspec.ValidationError as error:
        if body.lstrip().startswith(b"["):
            raise Invalid('Several activities are sent as {"activities": [...]}.') from error
        raise _told(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise Invalid(f"The body is not JSON in UTF-8: {error}.") from error
    if not activities:
        raise Invalid("The batch is empty.", field="activities")
    if len(activities) > MAX_BATCH:
        raise TooLarge(
            f"The batch has {len(activities):,} activities; {MAX_BATCH:,} fit.", field="activities"
        )
    return activities


def _told(message: str) -> Invalid:
    # msgspec says "Expected `str`, got `int` - at `$.activities[3].resource.type`".
    match = _PATH.search(message)
    if match is None:
        return Invalid(f"{message}.")
    item, field = match.groups()
    said = f"{message[: match.start()]}."
    choices = _CHOICES.get(field.rpartition(".")[2])
    if choices and said.startswith("Invalid enum value"):
        said += f" Must be one of: {', '.join(choices)}."
    return Invalid(
        said,
        item=None if item is None else int(item),
        field=field[:200] or None,
    )
