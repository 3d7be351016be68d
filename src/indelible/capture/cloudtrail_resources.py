"""What a CloudTrail event acted on: type, id and name.

Four places are asked in turn: the table of what a service calls its things, the event's own list of
resources, the parameter that is called like the noun in the event's name, and at last the account.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from indelible.capture.cloudtrail_actions import SESSION_ENDS, SESSION_STARTS
from indelible.capture.cloudtrail_event import Event
from indelible.capture.cloudtrail_people import opaque, session_of
from indelible.core.activity import Resource


class _Named(NamedTuple):
    """A parameter that names a thing.

    Attributes:
        path: below the request's parameters, or behind ``response:`` below what was answered.
        id: pattern of the id, where that is more than the parameter.
    """

    path: str
    type: str
    id: str = "{value}"


_TRAIL = "arn:aws:cloudtrail:{region}:{account}:trail/{value}"

_PARAMETERS = {
    "s3": (
        _Named("key", "s3_object", "arn:aws:s3:::{bucketName}/{value}"),
        _Named("bucketName", "s3_bucket", "arn:aws:s3:::{value}"),
    ),
    "iam": (
        _Named("accessKeyId", "iam_access_key"),
        _Named("response:accessKey.accessKeyId", "iam_access_key"),
        _Named("serialNumber", "iam_mfa_device"),
        _Named("instanceProfileName", "iam_instance_profile", "{account}:instance-profile/{value}"),
        _Named("roleName", "iam_role", "{account}:role/{value}"),
        _Named("userName", "iam_user"),
        _Named("groupName", "iam_group", "{account}:group/{value}"),
        _Named("policyArn", "iam_policy"),
        _Named("response:policy.arn", "iam_policy"),
        _Named("policyName", "iam_policy", "arn:aws:iam::{account}:policy/{value}"),
    ),
    "cloudtrail": (
        _Named("response:trailARN", "cloudtrail_trail"),
        _Named("trailName", "cloudtrail_trail", _TRAIL),
        _Named("name", "cloudtrail_trail", _TRAIL),
    ),
    "lambda": (_Named("response:functionArn", "lambda_function"),
               _Named("functionName", "lambda_function")),
    "kms": (_Named("aliasName", "kms_alias", "{account}:{region}:{value}"),),
    "logs": (
        _Named("logStreamName", "logs_log_stream", "{account}:{region}:{logGroupName}:{value}"),
        _Named("logGroupName", "logs_log_group", "{account}:{region}:{value}"),
    ),
    "monitoring": (
        _Named("dashboardName", "cloudwatch_dashboard", "{account}:{value}"),
        _Named("alarmName", "cloudwatch_alarm", "{account}:{region}:{value}"),
    ),
    "secretsmanager": (_Named("response:aRN", "secretsmanager_secret"),
                       _Named("secretId", "secretsmanager_secret")),
    "dynamodb": (_Named("tableName", "dynamodb_table", "{account}:{region}:{value}"),),
}  # fmt: skip

_EC2_ID = re.compile(r"([a-z]{1,9})-[0-9a-f]{8,17}\Z")
_EC2_TYPES = {
    "acl": "network_acl", "ami": "image", "eipalloc": "address", "eni": "network_interface",
    "fl": "flow_log", "i": "instance", "igw": "internet_gateway", "key": "key_pair",
    "lt": "launch_template", "nat": "nat_gateway", "pcx": "vpc_peering_connection",
    "rtb": "route_table", "sg": "security_group", "snap": "snapshot", "subnet": "subnet",
    "vol": "volume", "vpc": "vpc", "vpce": "vpc_endpoint",
}  # fmt: skip

_SERVICES = {"monitoring": "cloudwatch", "elasticloadbalancing": "elb"}
_ENDINGS = ("Arn", "ARN", "Id", "Identifier", "Name", "")
_ANY = ("resourceArn", "resourceId", "arn", "id", "name", "identifier")
_NOUN = re.compile(r"(?:Batch|Admin|Bulk)?[A-Z][a-z]+((?:[A-Z][A-Za-z]*)?)")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MAX_ID = 256
_MAX_NAME = 1024
_MAX_DEPTH = 6


def resource_of(event: Event) -> Resource:
    """Return what *event* acted on; every event acts on something, if only on the account."""
    if event.name in SESSION_STARTS or event.name in SESSION_ENDS:
        return _session(event)
    return (
        _by_table(event)
        or (_by_ec2_id(event) if event.service == "ec2" else None)
        or _by_list(event)
        or _by_noun(event)
        or _made("aws_account", event.account or event.identity.account_id or "unknown", None)
    )


def _session(event: Event) -> Resource:
    """Return the session that begins, named by its public key id, or that ends."""
    begun = _at(event.response, "credentials.accessKeyId") or event.response.get("sessionId")
    role = _text(event.parameters.get("roleArn"))
    name = role.rpartition("/")[2] if role else None
    return _made("session", _text(begun) or session_of(event) or event.id, name)


def _by_table(event: Event) -> Resource | None:
    for path, type_, pattern in _PARAMETERS.get(event.service, ()):
        source, _, inner = path.rpartition(":")
        value = _text(_at(event.response if source else event.parameters, inner))
        if value is None:
            continue
        account = event.account or event.identity.account_id or "unknown"
        if type_ == "iam_user":
            return _made(type_, opaque("user", account, value), value)
        if value.startswith("arn:"):
            return _made(type_, value, _last(value))
        known = {name: text for name, item in event.parameters.items() if (text := _text(item))}
        known |= {"value": value, "account": account, "region": event.region or ""}
        return _made(type_, _fill(pattern, known), value)
    return None


def _by_ec2_id(event: Event) -> Resource | None:
    """Return the first thing whose id says that it is what the event's name speaks of."""
    wanted = _singular(_noun(event.name))
    first = None
    for tree in (event.response, event.parameters):
        for text in _texts(tree):
            match = _EC2_ID.match(text)
            type_ = _EC2_TYPES.get(match[1]) if match else None
            if type_ == wanted:
                return _made(f"ec2_{type_}", text, None)
            if type_ is not None and first is None and tree is event.parameters:
                first = _made(f"ec2_{type_}", text, None)
    return first


def _by_list(event: Event) -> Resource | None:
    for item in event.resources:
        arn, kind = _text(item.get("ARN")), _text(item.get("type"))
        if arn is not None:
            words = (kind or "").split("::")
            type_ = "_".join((words[-2].lower(), _snake(words[-1]))) if len(words) > 2 else ""
            return _made(type_ or f"{_service(event)}_resource", arn, _last(arn))
    return None


def _by_noun(event: Event) -> Resource | None:
    noun = _noun(event.name)
    if not noun:
        return None
    camel = noun[0].lower() + noun[1:]
    stems = dict.fromkeys((camel, camel.removesuffix("s")))
    names = [f"{stem}{ending}" for stem in stems for ending in _ENDINGS]
    inner = [f"{stem}.{ending[0].lower()}{ending[1:]}" for stem in stems for ending in _ENDINGS[:5]]
    for tree in (event.parameters, event.response):
        for name in (*names, *inner, *_ANY):
            value = _text(_at(tree, name))
            if value is not None:
                kind = f"{_service(event)}_{_singular(noun)}"
                return _made(kind, value, _last(value) if value.startswith("arn:") else value)
    return None


def _made(type_: str, id_: str, name: str | None) -> Resource:
    """Return a resource that fits an entry: a long id is cut, its hash keeps it apart."""
    if len(id_) > _MAX_ID:
        digest = hashlib.sha256(id_.encode("utf-8", "replace")).hexdigest()[:16]
        id_ = f"{id_[: _MAX_ID - 17]}~{digest}"
    type_ = re.sub(r"[^a-z0-9_]", "_", type_)[:64].lstrip("_0123456789") or "aws_resource"
    return Resource(type=type_, id=id_, name=name[:_MAX_NAME] if name and name != id_ else None)


def _fill(pattern: str, known: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: known.get(match[1], ""), pattern)


def _at(tree: Any, path: str) -> Any:
    for key in path.split("."):
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(tree: Any, depth: int = 0) -> Iterator[str]:
    """Yield the strings in *tree*, in the order in which they stand."""
    if isinstance(tree, str):
        yield tree
    elif depth < _MAX_DEPTH and isinstance(tree, dict | list):
        for item in tree.values() if isinstance(tree, dict) else tree:
            yield from _texts(item, depth + 1)


def _noun(name: str) -> str:
    """Return ``LogGroup`` of ``CreateLogGroup``, without the version that some names end in."""
    match = _NOUN.match(name)
    return match[1] if match else ""


def _snake(words: str) -> str:
    return "_".join(_WORDS.split(words)).lower()


def _singular(words: str) -> str:
    text = _snake(words)
    if text.endswith("ies"):
        return text[:-3] + "y"
    if text.endswith(("sses", "xes")):
        return text[:-2]
    return text if text.endswith(("ss", "us")) else text.removesuffix("s")


def _service(event: Event) -> str:
    return _SERVICES.get(event.service, event.service)


def _last(arn: str) -> str:
    """Return the part of an ARN behind the account: ``bucket/key`` of S3's, else the last name."""
    rest = arn.split(":", 5)[-1]
    return rest if arn.startswith("arn:aws:s3:") else re.split(r"[:/]", rest)[-1] or rest
