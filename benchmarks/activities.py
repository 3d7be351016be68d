"""What the appends carry: real CloudTrail events where they are at hand, a likeness elsewhere."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

CLOUDTRAIL = Path(__file__).resolve().parents[2] / "shared" / "data" / "cloudtrail.ndjson.gz"

_DETAILS = ("requestParameters", "responseElements", "additionalEventData", "awsRegion")
_ACTIONS = ("create", "update", "update", "update", "delete", "assign", "sync", "revoke")


def source() -> str:
    """Say where the activities come from."""
    return "CloudTrail events" if CLOUDTRAIL.exists() else "generated likenesses of them"


def activities() -> Iterator[dict[str, Any]]:
    """Yield activities for ever, as ``POST /api/activity`` takes them."""
    events = list(_events())
    for number, event in enumerate(itertools.cycle(events)):
        who = event["userIdentity"]
        what = event.get("requestParameters") or {}
        name = "/".join(str(what[k]) for k in ("bucketName", "key", "roleName") if k in what)
        yield {
            "actor": {
                "type": "service" if who.get("type") == "AWSService" else "user",
                "id": str(who.get("principalId") or who.get("invokedBy") or "unknown"),
                "email": f"{who.get('userName', 'service')}@example.com",
            },
            "action": _ACTIONS[number % len(_ACTIONS)],
            "resource": {"type": "s3_object", "id": name[-200:] or "account", "name": name[-80:]},
            "client": {"ip": event["sourceIPAddress"], "userAgent": event["userAgent"]},
            "request": {
                "id": event.get("requestID"),
                "method": "POST",
                "route": f"{event['eventSource']}/{event['eventName']}",
                "status": 200,
            },
            "occurred": event["eventTime"],
            "payload": {field: event.get(field) for field in _DETAILS},
        }


def batches(size: int) -> Iterator[bytes]:
    """Yield bodies of so many activities each, for ever."""
    source = activities()
    while True:
        yield msgspec.json.encode({"activities": list(itertools.islice(source, size))})


def _events() -> Iterator[dict[str, Any]]:
    if not CLOUDTRAIL.exists():
        yield from (_likeness(number) for number in range(5_000))
        return
    with gzip.open(CLOUDTRAIL) as lines:
        for line in lines:
            event = json.loads(line)
            if not event.get("readOnly"):
                yield event


def _likeness(number: int) -> dict[str, Any]:
    draw = random.Random(number)
    key = f"logs/{draw.randrange(10**6)}/{draw.getrandbits(64):x}.json.gz"
    return {
        "userIdentity": {"type": "AWSService", "invokedBy": "delivery.logs.example.com"},
        "eventTime": "2026-01-31T12:00:00Z",
        "eventSource": "s3.example.com",
        "eventName": "PutObject",
        "awsRegion": "eu-central-1",
        "sourceIPAddress": f"198.51.100.{number % 250}",
        "userAgent": "delivery.logs.example.com",
        "requestID": str(uuid.UUID(int=draw.getrandbits(128))),
        "requestParameters": {
            "bucketName": "audit-archive",
            "Host": "audit-archive.s3.example.com",
            "x-amz-acl": "bucket-owner-full-control",
            "key": key,
        },
        "responseElements": None,
        "additionalEventData": {
            "SignatureVersion": "SigV4",
            "CipherSuite": "ECDHE-RSA-AES128-GCM-SHA256",
            "bytesTransferredIn": draw.randrange(5_000),
            "x-amz-id-2": f"{draw.getrandbits(400):x}",
            "bytesTransferredOut": draw.randrange(500),
        },
    }
