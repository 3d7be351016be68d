"""CloudTrail's events as activities: which action, on what, by whom, and how it ended."""

from __future__ import annotations

from typing import Any

import pytest

from indelible.capture.cloudtrail import LeftOut, to_activity
from indelible.core.activity import Action, Activity, ActorType, Status, TenantId
from indelible.errors import Invalid
from indelible.ledger.prepare import check

TENANT = TenantId("3f9c2a44-0000-4000-8000-000000000001")
ACCOUNT = "111122223333"
USER = {"type": "IAMUser", "principalId": "AIDAEXAMPLE", "accountId": ACCOUNT, "userName": "ada"}


def event(name: str, source: str = "iam", **fields: Any) -> dict[str, Any]:
    """An event as CloudTrail writes it; *fields* win."""
    return {
        "eventVersion": "1.08",
        "eventID": "5b0faa67-1a31-47ce-bc9c-d3c59164195a",
        "eventTime": "2021-07-29T23:53:37Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2",
        "userIdentity": USER,
        "requestParameters": None,
        "responseElements": None,
        "requestID": "r-1",
        "readOnly": False,
        "recipientAccountId": ACCOUNT,
        **fields,
    }


def mapped(value: dict[str, Any], *, include_reads: bool = False) -> Activity:
    """The activity, which the recorder takes."""
    activity = to_activity(value, tenant=TENANT, include_reads=include_reads)
    assert isinstance(activity, Activity)
    check(activity)
    return activity


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("CreateRole", "create"),
        ("RunInstances", "create"),
        ("PutObject", "create"),
        ("UpdateFunctionCode20150331v2", "update"),
        ("PutBucketPolicy", "update"),
        ("StartLogging", "update"),
        ("StopLogging", "update"),
        ("CreateTags", "update"),
        ("RemoveTagsFromResource", "update"),
        ("SetDefaultPolicyVersion", "update"),
        ("DeleteTrail", "delete"),
        ("BatchDeleteImage", "delete"),
        ("TerminateInstances", "delete"),
        ("ScheduleKeyDeletion", "delete"),
        ("RevokeSecurityGroupIngress", "revoke"),
        ("DeactivateMFADevice", "revoke"),
        ("RetireGrant", "revoke"),
        ("AttachRolePolicy", "assign"),
        ("AddUserToGroup", "assign"),
        ("PutUserPolicy", "assign"),
        ("AuthorizeSecurityGroupIngress", "assign"),
        ("DetachUserPolicy", "unassign"),
        ("RemoveUserFromGroup", "unassign"),
        ("DeleteUserPolicy", "unassign"),
        ("SynchronizeDevice", "sync"),
        ("CreateExportTask", "export"),
        ("ExportTableToPointInTime", "export"),
        ("GetExport", "export"),
        ("ConsoleLogin", "create"),
        ("AssumeRole", "create"),
        ("Logout", "delete"),
    ],
)
def test_a_name_has_its_action(name: str, action: str) -> None:
    """Verbs decide, but for the names that mean something else."""
    assert mapped(event(name)).action == Action(action)


def test_reads_are_left_out_unless_asked_for() -> None:
    """Contents that leave and sessions that start count when reads are asked for, others never."""
    get = event("GetObject", "s3", readOnly=True)
    assert to_activity(get, tenant=TENANT) == LeftOut("s3.amazonaws.com/GetObject", read=True)
    assert mapped(get, include_reads=True).action is Action.EXPORT
    begun = event("AssumeRole", "sts", readOnly=True)
    assert mapped(begun, include_reads=True).action is Action.CREATE
    for name in ("DescribeInstances", "CreateLooksLikeAWrite"):
        left = to_activity(event(name, "ec2", readOnly=True), tenant=TENANT, include_reads=True)
        assert left == LeftOut(f"ec2.amazonaws.com/{name}", read=False)


def test_old_events_that_do_not_say_whether_they_read_are_told_by_their_verb() -> None:
    """Before 2018 there is no readOnly; some exports write it as a string."""
    for value in (event("ListUsers", readOnly=None), event("ListUsers", readOnly="true")):
        assert to_activity(value, tenant=TENANT) == LeftOut(
            "iam.amazonaws.com/ListUsers", read=True
        )
    assert mapped(event("CreateUser", readOnly=None)).action is Action.CREATE


@pytest.mark.parametrize("fields", [{}, {"eventCategory": "Insight"}])
def test_what_is_none_of_the_eight_is_named(fields: dict[str, str]) -> None:
    """An unknown verb, or a statistic under the name of a call, is not made into an action."""
    name = "RunInstances" if fields else "Frobnicate"
    left = to_activity(event(name, "ec2", **fields), tenant=TENANT)
    assert left == LeftOut(f"ec2.amazonaws.com/{name}", read=False)


def _resource(value: dict[str, Any]) -> tuple[str, str, str | None]:
    resource = mapped(value, include_reads=True).resource
    return resource.type, resource.id, resource.name


@pytest.mark.parametrize(
    ("value", "resource"),
    [
        (
            event("PutObject", "s3", requestParameters={"bucketName": "b", "key": "a/c"}),
            ("s3_object", "arn:aws:s3:::b/a/c", "a/c"),
        ),
        (
            event("PutBucketPolicy", "s3", requestParameters={"bucketName": "b"}),
            ("s3_bucket", "arn:aws:s3:::b", "b"),
        ),
        (
            event("AttachRolePolicy", requestParameters={"roleName": "r", "policyArn": "arn:p"}),
            ("iam_role", f"{ACCOUNT}:role/r", "r"),
        ),
        (
            event(
                "CreateAccessKey",
                requestParameters={"userName": "ada"},
                responseElements={"accessKey": {"accessKeyId": "AKIAEXAMPLE"}},
            ),
            ("iam_access_key", "AKIAEXAMPLE", None),
        ),
        (
            event("StopLogging", "cloudtrail", requestParameters={"name": "t"}),
            ("cloudtrail_trail", f"arn:aws:cloudtrail:eu-central-1:{ACCOUNT}:trail/t", "t"),
        ),
        (
            event(
                "RunInstances",
                "ec2",
                requestParameters={"subnetId": "subnet-0123456789abcdef0"},
                responseElements={
                    "instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}
                },
            ),
            ("ec2_instance", "i-0123456789abcdef0", None),
        ),
        (
            event(
                "RevokeSecurityGroupIngress", "ec2", requestParameters={"groupId": "sg-01234567"}
            ),
            ("ec2_security_group", "sg-01234567", None),
        ),
        (
            event(
                "EnableKey",
                "kms",
                resources=[{"ARN": "arn:aws:kms:x:1:key/abc", "type": "AWS::KMS::Key"}],
            ),
            ("kms_key", "arn:aws:kms:x:1:key/abc", "abc"),
        ),
        (
            event("DeleteDBInstance", "rds", requestParameters={"dBInstanceIdentifier": "db"}),
            ("rds_db_instance", "db", None),
        ),
        (
            event("CreateTopic", "sns", responseElements={"topicArn": "arn:aws:sns:x:1:alarms"}),
            ("sns_topic", "arn:aws:sns:x:1:alarms", "alarms"),
        ),
        (event("DeleteAccountPasswordPolicy"), ("aws_account", ACCOUNT, None)),
        (
            event(
                "AssumeRole",
                "sts",
                requestParameters={"roleArn": "arn:aws:iam::1:role/path/r"},
                responseElements={"credentials": {"accessKeyId": "ASIAEXAMPLE"}},
            ),
            ("session", "ASIAEXAMPLE", "r"),
        ),
        (
            event("ConsoleLogin", "signin", userIdentity={**USER, "accessKeyId": ""}),
            ("session", "5b0faa67-1a31-47ce-bc9c-d3c59164195a", None),
        ),
    ],
    ids=lambda value: value["eventName"] if isinstance(value, dict) else "",
)
def test_an_event_acts_on_a_resource(
    value: dict[str, Any], resource: tuple[str, str, str | None]
) -> None:
    """Type, id and name come from parameters, answer, the list of resources, or the account."""
    assert _resource(value) == resource


def test_a_user_is_public_by_digest_and_by_name_only_in_a_disclosure() -> None:
    """IAM names users by their names; an id can't be erased, so it does not hold one."""
    type_, id_, name = _resource(event("DeleteUser", requestParameters={"userName": "ada.l"}))
    assert (type_, name) == ("iam_user", "ada.l")
    assert "ada" not in id_
    again = _resource(event("PutUserPolicy", requestParameters={"userName": "ada.l"}))
    assert again[1] == id_


def test_a_long_key_is_cut_and_stays_apart() -> None:
    """Object keys of a kilobyte fit an entry, and two that differ at their end differ."""
    ids = {
        _resource(
            event("PutObject", "s3", requestParameters={"bucketName": "b", "key": "k" * 1000 + end})
        )[1]
        for end in "ab"
    }
    assert len(ids) == 2
    assert all(len(id_) == 256 for id_ in ids)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, Status.SUCCESS),
        ({"errorCode": "AccessDenied", "errorMessage": "no"}, Status.FAILURE),
        ({"responseElements": {"ConsoleLogin": "Failure"}}, Status.FAILURE),
        ({"responseElements": {"ConsoleLogin": "Success"}}, Status.SUCCESS),
    ],
)
def test_refusals_and_failed_sign_ins_are_failures(fields: dict[str, Any], status: Status) -> None:
    """An error code, or the word of the console, is a failure; its code stands in the payload."""
    activity = mapped(event("ConsoleLogin", "signin", **fields))
    assert activity.status is status
    assert activity.payload.get("errorCode") == fields.get("errorCode")


@pytest.mark.parametrize(
    ("identity", "actor"),
    [
        (USER, ("user", "AIDAEXAMPLE", "ada", None)),
        ({**USER, "userName": "ada@example.com"}, ("user", "AIDAEXAMPLE", "ada@example.com", "ada@example.com")),
        ({"type": "Root", "accountId": ACCOUNT, "principalId": ACCOUNT}, ("user", f"arn:aws:iam::{ACCOUNT}:root", "root", None)),
        ({"type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"}, ("service", "cloudtrail.amazonaws.com", "cloudtrail.amazonaws.com", None)),
        (
            {"type": "AssumedRole", "principalId": "AROAEXAMPLE:i-0abc", "sessionContext": {"sessionIssuer": {"userName": "web"}}},
            ("service", "AROAEXAMPLE", "web/i-0abc", None),
        ),
        ({"type": "AWSAccount", "accountId": "ANONYMOUS_PRINCIPAL", "principalId": ""}, ("anonymous", "anonymous", None, None)),
        ({"type": "AWSAccount", "accountId": "9", "principalId": "AIDAOTHER"}, ("user", "AIDAOTHER", None, None)),
        ({"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u-1"}}, ("user", "u-1", None, None)),
        ({"type": "IAMUser", "accountId": ACCOUNT, "userName": "HIDDEN_DUE_TO_SECURITY_REASONS"}, ("anonymous", "anonymous", None, None)),
        (None, ("anonymous", "anonymous", None, None)),
    ],
)  # fmt: skip
def test_an_actor_is_named_by_what_stays_the_same(
    identity: dict[str, Any] | None, actor: tuple[str, str, str | None, str | None]
) -> None:
    """Users, services, roles, strangers: id of the principal, name and e-mail where they are said."""
    found = mapped(event("CreateRole", userIdentity=identity)).actor
    assert (found.type.value, found.id, found.name, found.email) == actor


@pytest.mark.parametrize(
    "identity",
    [
        {"type": "AssumedRole", "principalId": "AROAEXAMPLE:ada@example.com"},
        {"type": "FederatedUser", "principalId": f"{ACCOUNT}:ada@example.com"},
        {"type": "SAMLUser", "principalId": "saml:namequalifier", "userName": "ada@example.com"},
        {"type": "WebIdentityUser", "principalId": "google:app:ada@example.com"},
        {"type": "AssumedRole", "principalId": "AROAEXAMPLE:ada@example.com",
         "sessionContext": {"sessionIssuer": {"userName": "AWSReservedSSO_Admin_1"}}},
    ],
)  # fmt: skip
def test_names_of_people_never_become_ids(identity: dict[str, Any]) -> None:
    """Where AWS makes an id of a person's name, a digest stands for it and the name is disclosed."""
    activity = mapped(event("CreateRole", userIdentity=identity))
    assert activity.actor.type is ActorType.USER
    assert "ada" not in activity.actor.id
    assert "ada@example.com" in (activity.actor.email or "")


def test_sessions_are_those_of_temporary_credentials() -> None:
    """A temporary key id names its session; a user's lasting key is none."""
    temporary = mapped(event("CreateRole", userIdentity={**USER, "accessKeyId": "ASIAEXAMPLE"}))
    lasting = mapped(event("CreateRole", userIdentity={**USER, "accessKeyId": "AKIAEXAMPLE"}))
    assert (temporary.session, lasting.session) == ("ASIAEXAMPLE", None)


def test_the_rest_of_an_event_is_its_payload() -> None:
    """Nothing that the event says is lost: it is in a field of the entry or in the payload."""
    value = event("CreateRole", requestParameters={"roleName": "r"}, additionalEventData={"x": 1.5})
    activity = mapped(value)
    assert activity.key == value["eventID"]
    assert activity.occurred is not None
    assert activity.occurred.isoformat() == "2021-07-29T23:53:37+00:00"
    assert activity.request is not None
    assert (activity.request.id, activity.request.route) == ("r-1", "iam.amazonaws.com/CreateRole")
    assert activity.client is not None
    assert (activity.client.ip, activity.client.user_agent) == ("198.51.100.7", "aws-cli/2")
    gone = {"eventTime", "eventVersion", "requestID", "sourceIPAddress", "userAgent"}
    assert activity.payload == {k: v for k, v in value.items() if k not in gone}
    service = mapped(event("CreateRole", sourceIPAddress="cloudtrail.amazonaws.com"))
    assert service.client is not None
    assert service.client.ip is None
    assert service.payload["sourceIPAddress"] == "cloudtrail.amazonaws.com"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"eventID": None}, "eventID"),
        ({"eventID": ""}, "eventID"),
        ({"eventTime": "yesterday"}, "eventTime"),
        ({"eventName": 7}, "eventName"),
        ({"userIdentity": "root"}, "userIdentity"),
        ({"requestParameters": "x"}, "requestParameters"),
    ],
)
def test_what_is_no_event_is_refused_by_field(change: dict[str, Any], field: str) -> None:
    """A line that is JSON and no event says which field is wrong."""
    with pytest.raises(Invalid, match=field):
        to_activity(event("CreateRole", **change), tenant=TENANT)
