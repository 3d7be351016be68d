"""Which of the eight actions a CloudTrail event is. Tables, read from the top: the first one wins.

AWS has thousands of event names, and nearly all start with a verb. A name that means something else
than its verb says stands in a table before the verbs.
"""

from __future__ import annotations

import re

from indelible.core.activity import Action

SESSION_STARTS = frozenset({
    "AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot", "Authenticate",
    "ConsoleLogin", "Federate", "GetFederationToken", "GetSessionToken", "StartSession",
    "SwitchRole", "UserAuthentication",
})  # fmt: skip
"""Credentials or a session handed out: the creation of a session."""

SESSION_ENDS = frozenset({"ExitRole", "Logout", "SignOut", "TerminateSession"})

DATA_READS = frozenset({
    "BatchGetItem", "BatchGetSecretValue", "ExecuteStatement", "FilterLogEvents", "GetBlob",
    "GetCredentialReport", "GetFile", "GetItem", "GetLogEvents", "GetObject", "GetObjectTorrent",
    "GetParameter", "GetParameters", "GetParametersByPath", "GetPasswordData", "GetQueryResults",
    "GetRecords", "GetSecretValue", "GetSnapshotBlock", "GitPull", "Query", "Scan",
    "SelectObjectContent",
})  # fmt: skip
"""Reads of what is stored, not of how it is set up: contents that leave are exported."""

_EXPORTS = re.compile(r"(?:Export|Download)|(?:Create|Get|Run|Start)\w*Export")

_EXACT = {
    # Rights given to somebody, or taken, by the name of an object.
    "AddPermission": Action.ASSIGN,
    "CreateGrant": Action.ASSIGN,
    "PutGroupPolicy": Action.ASSIGN,
    "PutRolePolicy": Action.ASSIGN,
    "PutUserPolicy": Action.ASSIGN,
    "SetDefaultPolicyVersion": Action.UPDATE,
    "DeleteGroupPolicy": Action.UNASSIGN,
    "DeleteRolePolicy": Action.UNASSIGN,
    "DeleteUserPolicy": Action.UNASSIGN,
    "DeregisterTargets": Action.UNASSIGN,
    "RegisterTargets": Action.ASSIGN,
    "RetireGrant": Action.REVOKE,
    # Tags are a part of what they hang on.
    "AddTags": Action.UPDATE,
    "AddTagsToResource": Action.UPDATE,
    "CreateTags": Action.UPDATE,
    "DeleteTags": Action.UPDATE,
    "RemoveTags": Action.UPDATE,
    "RemoveTagsFromResource": Action.UPDATE,
    # Put replaces a part of something, except where it stores something new.
    "PutEvents": Action.CREATE,
    "PutItem": Action.CREATE,
    "PutLogEvents": Action.CREATE,
    "PutObject": Action.CREATE,
    "PutRecord": Action.CREATE,
    "PutRecords": Action.CREATE,
    "CompleteMultipartUpload": Action.CREATE,
    "ScheduleKeyDeletion": Action.DELETE,
    "CancelKeyDeletion": Action.UPDATE,
}

_VERBS = {
    Action.CREATE: (
        "Allocate", "Copy", "Create", "Execute", "Generate", "Import", "Invite", "Invoke", "Issue",
        "Launch", "Provision", "Publish", "Purchase", "Register", "Request", "Run", "Send",
        "Submit", "Upload",
    ),
    Action.UPDATE: (
        "Accept", "Activate", "Apply", "Change", "Complete", "Configure", "Confirm", "Convert",
        "Decrease", "Disable", "Edit", "Enable", "Encrypt", "Extend", "Increase", "Initiate",
        "Lock", "Merge", "Modify", "Monitor", "Move", "Notify", "Pause", "Promote", "Put",
        "Reboot", "Rebuild", "Reject", "Rename", "Replace", "Reset", "Resize", "Restart", "Restore",
        "Resume", "Rotate", "Set", "Start", "Stop", "Suspend", "Swap", "Switch", "Tag", "Unlock",
        "Unmonitor", "Untag", "Update", "Upgrade", "Write",
    ),
    Action.DELETE: (
        "Abort", "Cancel", "Close", "Delete", "Deprovision", "Deregister", "Destroy", "Drop",
        "Expire", "Leave", "Purge", "Release", "Terminate",
    ),
    Action.REVOKE: ("Deactivate", "Invalidate", "Revoke"),
    Action.ASSIGN: ("Add", "Assign", "Associate", "Attach", "Authorize", "Grant", "Share"),
    Action.UNASSIGN: ("Detach", "Disassociate", "Remove", "Unassign", "Unshare"),
    Action.SYNC: ("Failover", "Reconcile", "Refresh", "Replicate", "Resync", "Sync", "Synchronize"),
}  # fmt: skip

_ACTION_OF = {verb: action for action, verbs in _VERBS.items() for verb in verbs}
_VERB = re.compile(r"(?:Batch|Admin|Bulk)?([A-Z][a-z]+)")
_READING = frozenset({
    "Check", "Decrypt", "Describe", "Detect", "Discover", "Estimate", "Filter", "Get", "Head",
    "List", "Lookup", "Preview", "Query", "Read", "Resolve", "Scan", "Search", "Select", "Simulate",
    "Test", "Validate", "Verify", "View",
})  # fmt: skip


def action_of(name: str, *, read: bool) -> Action | None:
    """Return the action that an event called *name* is, None where it is none of the eight.

    Args:
        name: CloudTrail's ``eventName``.
        read: whether CloudTrail calls it read-only. Of those, only sessions that start and contents
            that leave are actions.
    """
    if name in SESSION_STARTS:
        return Action.CREATE
    if name in SESSION_ENDS:
        return Action.DELETE
    if name in DATA_READS or _EXPORTS.match(name):
        return Action.EXPORT
    if read:
        return None
    exact = _EXACT.get(name)
    return exact if exact is not None else _ACTION_OF.get(verb_of(name))


def verb_of(name: str) -> str:
    """Return the verb that an event name starts with: ``Delete`` of ``BatchDeleteImage``."""
    match = _VERB.match(name)
    return match[1] if match else ""


def is_read(name: str) -> bool:
    """Tell by its verb whether an event reads, for events that do not say so (before 2018)."""
    return verb_of(name) in _READING
