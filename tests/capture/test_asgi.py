"""What an API does is recorded as it was, and before its response leaves."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from indelible.capture import AuditMiddleware, Principal, audited, draft_of
from indelible.core.activity import Action, Actor, ActorType, Status
from indelible.errors import Misconfigured
from tests.capture.planted_secrets import PLANTED, as_request
from tests.capture.platform import ANNA, TENANT, client, fastapi_app, starlette_app
from tests.capture.recorders import KeepingRecorder, eventually


class Host:
    """An application inside the middleware, its recorder, and a client in front."""

    def __init__(self, app: ASGIApp, **options: Any) -> None:
        self.recorder = KeepingRecorder()
        options.setdefault("principal", lambda _: ANNA)
        self.app = AuditMiddleware(app, recorder=self.recorder, **options)

    async def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        async with client(self.app, client=("10.0.0.9", 5)) as http:
            return await http.request(method, path, **request)


@pytest.fixture
def host() -> Host:
    return Host(fastapi_app())


async def test_a_create_carries_the_new_id_and_name(host: Host) -> None:
    """A plain POST needs no declaration: the id comes from the response."""
    response = await host.send("POST", "/api/v1/edges?dry=1", json={"name": "berlin", "mtu": 9000})
    activity = host.recorder.only
    assert response.status_code == 201
    assert response.headers["x-audit-receipt"] == "audit.example.com/logs/platform#0"
    assert (activity.action, activity.status) == (Action.CREATE, Status.SUCCESS)
    assert (activity.resource.type, activity.resource.id) == ("edge", "e1")
    assert activity.resource.name == "berlin"
    assert activity.payload == {"name": "berlin", "mtu": 9000}
    assert activity.request is not None
    assert activity.request.method == "POST"
    assert activity.request.route == "/api/v1/edges"
    assert activity.request.path == "/api/v1/edges?dry=1"
    assert activity.request.status == 201
    assert activity.request.id == response.headers["x-request-id"]
    assert activity.client is not None
    assert activity.client.ip == "10.0.0.9"
    assert (activity.actor.email, activity.tenant, activity.session) == (
        "anna@example.com", TENANT, "s1",
    )  # fmt: skip
    assert activity.occurred is None


async def test_an_update_tells_what_changed(host: Host) -> None:
    """Only the fields that differ, before and after."""
    await host.send("PUT", "/api/v1/edges/e7", json={"name": "b"})
    activity = host.recorder.only
    assert (activity.action, activity.resource.id) == (Action.UPDATE, "e7")
    assert activity.resource.name == "b"
    assert activity.request is not None
    assert activity.request.route == "/api/v1/edges/{edge_id}"
    assert activity.changes == {
        "name": {"before": "a", "after": "b"},
        "x": {"before": 1, "after": None},
    }


async def test_a_declared_route_is_recorded_as_declared(host: Host) -> None:
    """Action, type and id come from the declaration, details from the handler."""
    await host.send("POST", "/api/v1/edges/e7/sync")
    activity = host.recorder.only
    assert (activity.action, activity.resource.type, activity.resource.id) == (
        Action.SYNC, "edge", "e7",
    )  # fmt: skip
    assert activity.payload == {"devices": 3}


async def test_a_delete_is_a_delete(host: Host) -> None:
    """Also with 204 and no body at all."""
    response = await host.send("DELETE", "/api/v1/edges/e7")
    assert response.status_code == 204
    assert host.recorder.only.action is Action.DELETE
    assert host.recorder.only.payload is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/edges"),
        ("HEAD", "/api/v1/edges/export"),
        ("OPTIONS", "/api/v1/edges"),
        ("POST", "/api/v1/edges/nothing"),
        ("POST", "/api/v1/edges/unrecorded"),
        ("POST", "/no/such/route"),
        ("PATCH", "/api/v1/edges/e7"),
        ("GET", "/api/v1/nothing"),
    ],
)
async def test_what_did_nothing_is_not_recorded(host: Host, method: str, path: str) -> None:
    """Reads, skipped and excluded requests, and paths that nobody serves."""
    response = await host.send(method, path)
    assert host.recorder.kept == []
    assert "x-audit-receipt" not in response.headers
    assert response.headers["x-request-id"]


async def test_an_export_is_recorded_before_its_first_byte(host: Host) -> None:
    """A stream is not waited for, and its start already carries the receipt."""
    response = await host.send("GET", "/api/v1/edges/export")
    assert response.text == "row 0\nrow 1\nrow 2\n"
    assert response.headers["x-audit-receipt"].endswith("#0")
    assert host.recorder.only.action is Action.EXPORT


@pytest.mark.parametrize(("path", "status"), [("refused", 403), ("broken", 500)])
async def test_refusals_and_failures_are_recorded(host: Host, path: str, status: int) -> None:
    """With status failure and the response's code."""
    response = await host.send("POST", f"/api/v1/edges/{path}", json={"a": 1})
    assert response.status_code == status
    activity = host.recorder.only
    assert activity.status is Status.FAILURE
    assert activity.request is not None
    assert activity.request.status == status


async def test_what_failed_changed_nothing() -> None:
    """A failed request's changes are not told as if they had happened."""
    app = fastapi_app()

    @app.post("/things/{thing_id}")
    async def fail(thing_id: str) -> None:
        raise RuntimeError

    async def handler(scope: Any, receive: Any, send: Any) -> None:
        draft_of(scope).changed({"a": 1}, {"a": 2})
        await app(scope, receive, send)

    host = Host(handler)
    await host.send("POST", "/things/t")
    assert host.recorder.only.changes is None


async def test_a_401_before_routing_is_recorded() -> None:
    """Who is turned away at the door wanted something, even if no route knows what."""

    async def door(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    host = Host(door, principal=lambda _: None)
    await host.send("POST", "/api/edges")
    activity = host.recorder.only
    assert activity.actor == Actor(id="anonymous", type=ActorType.ANONYMOUS)
    assert (activity.status, activity.resource.type) == (Status.FAILURE, "request")


async def test_a_large_response_passes_whole(host: Host) -> None:
    """It is recorded when it starts and not collected."""
    response = await host.send("POST", "/api/v1/edges/large")
    assert len(response.content) == 300_000
    assert response.headers["x-audit-receipt"]


async def test_the_handler_sees_the_whole_body_beyond_the_cap() -> None:
    """A body over the cap reaches the handler and is described in the log."""
    host = Host(fastapi_app(), max_body=100)
    response = await host.send("POST", "/api/v1/edges/raw", json={"x": "y" * 5_000})
    assert response.json() == {"bytes": 5_008}
    assert host.recorder.only.payload == {
        "contentType": "application/json", "body": "…[cut: 5,008 bytes, over the cap of 100]",
    }  # fmt: skip


async def test_mounts_and_converters_come_out_as_templates() -> None:
    """What mounts and converters put in front or in place is named, not spelled out."""
    host = Host(fastapi_app())
    await host.send("PATCH", "/t/acme/policies/7")
    assert host.recorder.only.request is not None
    assert host.recorder.only.request.route == "/t/{tenant}/policies/{policy_id}"
    assert (host.recorder.only.resource.type, host.recorder.only.resource.id) == ("policy", "7")


@pytest.mark.parametrize(
    ("method", "path", "route", "resource"),
    [
        ("PATCH", "/roles/007", "/roles/{role_id}", "7"),
        ("DELETE", "/m/acls/a%20b", "/m/acls/{acl}", "a b"),
        ("PUT", "/files/a/b/c", "/files/{rest}", "a/b/c"),
    ],
)
async def test_starlette_is_recorded_as_well(
    method: str, path: str, route: str, resource: str
) -> None:
    """No framework is needed beyond the scope that Starlette fills."""
    host = Host(starlette_app())
    await host.send(method, path)
    assert host.recorder.only.request is not None
    assert host.recorder.only.request.route == route
    assert host.recorder.only.resource.id == resource


async def test_a_mounted_application_can_be_left_out() -> None:
    """What records itself is declared so as a whole."""
    app, inner = fastapi_app(), starlette_app()
    app.mount("/own", audited(record=False)(inner))
    host = Host(app)
    await host.send("DELETE", "/own/m/acls/1")
    assert host.recorder.kept == []


async def test_paths_can_be_left_out() -> None:
    """A prefix that is excluded is not even looked at."""
    host = Host(fastapi_app(), exclude=["/api/v1"])
    response = await host.send("POST", "/api/v1/edges", json={})
    assert host.recorder.kept == []
    assert "x-request-id" not in response.headers


@pytest.mark.parametrize(
    ("sent", "kept"), [("req-1234", True), ("a" * 200, False), ("a b", False), ("é", False)]
)
async def test_a_sane_request_id_is_kept(host: Host, sent: str, kept: bool) -> None:
    """Anything else is replaced, for it becomes public."""
    response = await host.send(
        "POST", "/api/v1/edges", json={}, headers={"X-Request-ID": sent.encode("latin-1")}
    )
    assert (response.headers["x-request-id"] == sent) is kept
    assert host.recorder.only.request is not None
    assert host.recorder.only.request.id == response.headers["x-request-id"]


async def test_two_requests_with_one_id_are_two_entries(host: Host) -> None:
    """The caller's request id is not the key: nobody hides an action behind an earlier one."""
    for _ in range(2):
        await host.send("POST", "/api/v1/edges", json={}, headers={"X-Request-ID": "same"})
    assert len(host.recorder.kept) == 2
    assert host.recorder.kept[0].key != host.recorder.kept[1].key


async def test_a_token_in_a_path_is_no_id(host: Host) -> None:
    """Ids are public and stay for ever, so a path parameter that is a secret is not one."""
    await host.send("POST", "/api/v1/edges/tokens/pl4nted-token")
    assert host.recorder.only.resource.id == "[REDACTED]"
    assert "pl4nted" not in str(host.recorder.only)


async def test_a_handler_that_is_cut_off_is_recorded(host: Host) -> None:
    """A client that goes away takes its handler with it, and not the entry."""
    task = asyncio.ensure_future(host.send("POST", "/api/v1/edges/slow"))
    await asyncio.sleep(0.1)
    task.cancel()
    await eventually(lambda: host.recorder.kept)
    assert host.recorder.only.status is Status.FAILURE
    assert host.recorder.only.request is not None
    assert host.recorder.only.request.status == 499


async def test_a_response_that_nobody_takes_is_recorded() -> None:
    """The connection may break when the response is sent: it was recorded before."""
    host = Host(fastapi_app())

    async def gone(_: Any) -> None:
        raise OSError("client is gone")

    async def receive() -> Any:
        return {"type": "http.request", "body": b"{}"}

    scope = {
        "type": "http", "method": "POST", "path": "/api/v1/edges", "raw_path": b"/api/v1/edges",
        "query_string": b"", "headers": [(b"content-type", b"application/json")], "root_path": "",
        "client": None, "scheme": "http", "http_version": "1.1", "server": ("h", 80),
    }  # fmt: skip
    with pytest.raises(OSError, match="gone"):
        await host.app(scope, receive, gone)
    assert host.recorder.only.status is Status.SUCCESS


async def test_a_principal_that_can_not_be_told_is_nobody() -> None:
    """What was done is recorded even if finding out by whom fails."""

    def broken(_: Any) -> Principal:
        raise RuntimeError

    host = Host(fastapi_app(), principal=broken)
    assert (await host.send("POST", "/api/v1/edges", json={})).status_code == 201
    assert host.recorder.only.actor.type is ActorType.ANONYMOUS


async def test_a_principal_may_have_to_be_waited_for() -> None:
    """It can be looked up in a database."""

    async def find(_: Any) -> Principal:
        return ANNA

    host = Host(fastapi_app(), principal=find)
    await host.send("POST", "/api/v1/edges", json={})
    assert host.recorder.only.actor == ANNA.actor


async def test_the_draft_has_the_last_word() -> None:
    """Who, where, what and how it is called: a handler knows better than any default."""
    app = starlette_app()

    async def handler(scope: Any, receive: Any, send: Any) -> None:
        draft = draft_of(scope)
        draft.principal(Principal(actor=Actor(id="u2")))
        draft.tenant(None)
        draft.action(Action.REVOKE)
        draft.resource(type="session", id=7, name="laptop")
        await app(scope, receive, send)

    host = Host(handler)
    await host.send("DELETE", "/m/acls/1")
    activity = host.recorder.only
    assert (activity.actor.id, activity.tenant, activity.action) == ("u2", None, Action.REVOKE)
    assert activity.resource.type == "session"
    assert (activity.resource.id, activity.resource.name) == ("7", "laptop")


def test_a_draft_needs_the_middleware() -> None:
    """A handler that believes to be recorded is told that it is not."""
    with pytest.raises(Misconfigured, match="AuditMiddleware"):
        draft_of({"type": "http"})


async def test_other_connections_pass() -> None:
    """WebSockets are not touched."""
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    await Host(app).app({"type": "websocket"}, None, None)  # type: ignore[arg-type] # unused
    assert seen == ["websocket"]


@pytest.mark.parametrize("secret", PLANTED, ids=lambda secret: secret.name)
async def test_no_header_that_authenticates_is_captured(host: Host, secret: Any) -> None:
    """Of headers only the user agent and a harmless request id reach the activity at all."""
    if secret.headers and "User-Agent" not in secret.headers:
        await host.send("POST", "/api/v1/edges", **as_request(secret))
        assert secret.core not in str(host.recorder.kept)
