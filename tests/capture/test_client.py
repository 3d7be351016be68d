"""The remote recorder keeps the port's promises across a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from indelible.capture import AuditMiddleware, OnUnreachable, RemoteRecorder
from indelible.core.activity import Action, Activity, Actor, Client, Request, Resource
from indelible.errors import (
    Conflict,
    Forbidden,
    IndelibleError,
    Invalid,
    Misconfigured,
    NotFound,
    NotSignedIn,
    Overloaded,
    Throttled,
    TooLarge,
    Unavailable,
    Unknown,
)
from tests.capture.planted_secrets import PLANTED
from tests.capture.platform import client, fastapi_app
from tests.capture.recorders import eventually

RECEIPT = {
    "log": "a/logs/1", "seq": 4, "id": "i", "time": "t", "leafHash": "00", "checkpoint": "c",
}  # fmt: skip


class Service:
    """Answers as the service does, and keeps what it was sent."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sent: list[httpx.Request] = []

    def recorder(self, spool: Path | None = None) -> RemoteRecorder:
        transport = httpx.MockTransport(self._answer)
        return RemoteRecorder("https://audit", "k3y", spool=spool, transport=transport)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        status, body = answer
        return httpx.Response(status, json=body)


def an_activity(**more: Any) -> Activity:
    """Return a small activity."""
    return Activity(
        actor=Actor(id="u"), action=Action.CREATE, resource=Resource(type="edge", id="e"), **more
    )


async def test_it_speaks_the_api() -> None:
    """One POST with the key, a batch in, receipts out."""
    service = Service((201, {"receipts": [RECEIPT]}))
    (receipt,) = await service.recorder().record([an_activity(key="k")])
    assert (receipt.log, receipt.seq) == ("a/logs/1", 4)
    (request,) = service.sent
    assert (request.method, request.url) == ("POST", "https://audit/api/activity")
    assert request.headers["authorization"] == "Bearer k3y"
    (sent,) = json.loads(request.content)["activities"]
    assert (sent["key"], sent["resource"]["id"]) == ("k", "e")


async def test_no_secret_leaves_the_process() -> None:
    """It is redacted on this side of the wire."""
    service = Service((201, {"receipts": [RECEIPT]}))
    for secret in PLANTED:
        query = "&".join(f"{name}={value}" for name, value in secret.query.items())
        await service.recorder().record(
            [
                an_activity(
                    payload=secret.body,
                    changes={"x": {"before": None, "after": secret.body}},
                    request=Request(path=f"/x?{query}"),
                    client=Client(user_agent=secret.headers.get("User-Agent")),
                )
            ]
        )
        assert secret.core not in service.sent[-1].content.decode()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((400, {"detail": "no", "item": 2, "field": "actor.id"}), Invalid),
        ((422, {"detail": "no"}), Invalid),
        ((409, {"detail": "no", "item": 0}), Conflict),
        ((413, {"detail": "no"}), TooLarge),
        ((401, {"detail": "no"}), NotSignedIn),
        ((403, {"detail": "no"}), Forbidden),
        ((404, {"detail": "no"}), NotFound),
        ((429, {"detail": "no", "retryAfter": 7}), Throttled),
        ((503, {"detail": "no"}), Unavailable),
        ((503, {"detail": "no", "retryAfter": 7}), Overloaded),
        ((502, {"detail": "no"}), Unknown),
        ((500, ["not", "a", "problem"]), Unknown),
        ((201, {"receipts": []}), Unknown),
        ((201, {"no": "receipts"}), Unknown),
        (httpx.ConnectError("refused"), Unavailable),
        (httpx.ConnectTimeout("slow"), Unavailable),
        (httpx.ReadTimeout("slow"), Unknown),
        (httpx.RemoteProtocolError("cut"), Unknown),
    ],
)
async def test_each_way_to_fail_is_an_error_of_ours(
    answer: Any, error: type[IndelibleError]
) -> None:
    """Unavailable means that nothing was written; where that is not sure, it is Unknown."""
    with pytest.raises(error) as raised:
        await Service(answer).recorder().record([an_activity()])
    assert type(raised.value) is error


async def test_which_item_is_wrong_is_passed_on() -> None:
    """The service's problem document says item, field and when to come again."""
    with pytest.raises(Invalid) as invalid:
        await (
            Service((400, {"detail": "no", "item": 2, "field": "actor.id"}))
            .recorder()
            .record([an_activity()])
        )
    assert (str(invalid.value), invalid.value.item, invalid.value.field) == ("no", 2, "actor.id")
    with pytest.raises(Throttled) as throttled:
        await Service((429, {"retryAfter": 7})).recorder().record([an_activity()])
    assert throttled.value.retry_after == 7
    busy = httpx.Response(503, text="<html>", headers={"Retry-After": "9"})
    with pytest.raises(Overloaded) as overloaded:
        await Service(busy).recorder().record([an_activity()])
    assert overloaded.value.retry_after == 9


async def test_an_effect_can_not_cross_the_network() -> None:
    """A change can't commit together with an entry in another system, and nobody is told it did."""

    async def effect(_: Any) -> None: ...

    with pytest.raises(Misconfigured):
        await Service((201, {"receipts": []})).recorder().record([an_activity()], effect=effect)


async def test_it_spools_by_default(tmp_path: Path) -> None:
    """Behind the middleware a request passes while the service is away, and is sent later."""
    service = Service(httpx.ConnectError("refused"))
    recorder = service.recorder(tmp_path)
    assert recorder.on_unreachable is OnUnreachable.SPOOL
    app = AuditMiddleware(fastapi_app(), recorder=recorder)
    async with client(app) as http:
        response = await http.post("/api/v1/edges", json={"password": "pl4nted"})
    assert response.headers["x-audit-receipt"] == "spooled"
    service.answers = [(201, {"receipts": [RECEIPT]})]
    await eventually(lambda: b'"receipts"' not in service.sent[-1].content and _empty(tmp_path))
    keys = {json.loads(request.content)["activities"][0]["key"] for request in service.sent}
    assert len(keys) == 1
    assert not any(b"pl4nted" in request.content for request in service.sent)
    await recorder.close()


async def test_without_a_spool_it_is_strict() -> None:
    """Who wants no local file gets refusals instead."""
    recorder = Service((201, {"receipts": [RECEIPT]})).recorder(None)
    assert recorder.spool is None
    assert recorder.on_unreachable is OnUnreachable.STRICT


async def test_it_is_ready_until_it_failed_and_again_when_the_service_answers() -> None:
    """The service is asked for its health only after a failure."""
    service = Service(httpx.ConnectError("refused"), (503, {}), (200, {}))
    recorder = service.recorder()
    assert await recorder.ready()
    assert service.sent == []
    with pytest.raises(Unavailable):
        await recorder.record([an_activity()])
    assert not await recorder.ready()
    assert await recorder.ready()


def _empty(directory: Path) -> bool:
    return not any(file.is_file() for file in directory.rglob("*"))
