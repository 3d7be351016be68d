"""When the recorder can't be reached, each route gets what was declared for it."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from indelible.capture import AuditMiddleware, Spool, audited
from indelible.core.activity import Status
from indelible.errors import Misconfigured
from tests.capture.planted_secrets import PLANTED, as_request
from tests.capture.platform import ANNA, TENANT, client, fastapi_app
from tests.capture.recorders import AWAY, FaultyRecorder, eventually


def files(directory: Path) -> list[Path]:
    """What is in the spool."""
    return list(directory.iterdir())


class Host:
    """The platform in front of a recorder with a fault."""

    def __init__(self, fault: str, **options: Any) -> None:
        self.recorder = FaultyRecorder(fault)
        self.inner = fastapi_app()
        self.app = AuditMiddleware(
            self.inner, recorder=self.recorder, principal=lambda _: ANNA, deadline=0.2, **options
        )

    async def create(self, **request: Any) -> httpx.Response:
        request.setdefault("json", {"name": "berlin"})
        async with client(self.app) as http:
            return await http.post("/api/v1/edges", **request)

    async def stop(self) -> None:
        """End as a server ends: with the lifespan's shutdown."""
        messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

        async def receive() -> Any:
            return next(messages)

        async def send(_: Any) -> None: ...

        await self.app({"type": "lifespan", "app": self.inner}, receive, send)


@pytest.mark.parametrize("fault", [*AWAY, "finds it invalid"])
async def test_strict_withholds_the_answer(fault: str) -> None:
    """The caller learns that it was carried out, that it is not recorded, and gets no receipt."""
    response = await Host(fault).create()
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == "urn:indelible:not-recorded"
    assert (problem["carriedOut"], problem["handlerStatus"]) == (True, 201)
    assert problem["requestId"] == response.headers["x-request-id"]
    assert "x-audit-receipt" not in response.headers
    unknown = fault not in ("refuses the connection", "finds it invalid")
    assert ("not known" in problem["detail"]) is unknown


async def test_a_commit_whose_answer_was_lost_is_repeated_with_its_key() -> None:
    """The receipt is the first one's, and nothing is recorded twice."""
    host = Host("dies after the commit, once")
    response = await host.create()
    assert response.status_code == 201
    assert response.headers["x-audit-receipt"].endswith("#0")
    assert len(host.recorder.kept) == 1
    assert host.recorder.calls == 2


async def test_strict_asks_a_recorder_that_can_say_so_beforehand() -> None:
    """Where it says that it is not ready, the handler does not run at all."""
    host = Host("refuses the connection")
    ran = []

    @host.inner.post("/ran")
    async def run() -> None:
        ran.append(1)

    @host.inner.post("/lenient")
    @audited(on_unreachable="best_effort")
    async def lenient() -> None:
        ran.append(2)

    async def ready() -> bool:
        return False

    host.recorder.ready = ready  # type: ignore[attr-defined] # the optional hook
    async with client(host.app) as http:
        response = await http.post("/ran")
        assert response.status_code == 503
        assert response.headers["retry-after"] == "5"
        assert response.json()["carriedOut"] is False
        assert (await http.post("/lenient")).status_code == 200
        assert (await http.get("/api/v1/edges")).status_code == 200
    assert ran == [2]


@pytest.mark.parametrize("fault", AWAY)
async def test_spool_keeps_it_on_disk_and_sends_it_once(fault: str, tmp_path: Path) -> None:
    """The request passes, the activity is on disk at once and in the log when that is back."""
    host = Host(fault, on_unreachable="spool", spool=tmp_path / "spool")
    for number in range(3):
        response = await host.create(json={"name": f"edge {number}"})
        assert response.status_code == 201
        assert response.headers["x-audit-receipt"] == "spooled"
    assert files(tmp_path / "spool")
    host.recorder.broken = False
    await eventually(lambda: not files(tmp_path / "spool"), within=15)
    assert [activity.payload for activity in host.recorder.kept] == [
        {"name": f"edge {number}"} for number in range(3)
    ]
    assert all(activity.occurred for activity in host.recorder.kept)
    await host.stop()


async def test_a_busy_recorder_is_left_alone_for_as_long_as_it_asks(tmp_path: Path) -> None:
    """After Retry-After: 2, two seconds pass before anybody asks it again."""
    host = Host("is busy for two seconds", on_unreachable="spool", spool=tmp_path / "spool")
    began = time.monotonic()
    await host.create()
    assert host.recorder.calls == 1
    await host.create()  # past the second for which any failing recorder is left alone
    await asyncio.sleep(1.2)
    await host.create()
    # The task that empties the spool asks on its own, half a second after the first failure.
    assert host.recorder.calls <= 2
    host.recorder.broken = False
    await eventually(lambda: not files(tmp_path / "spool"), within=15)
    assert time.monotonic() - began >= 2
    assert len(host.recorder.kept) == 3
    await host.stop()


async def test_what_a_dead_process_left_is_sent_by_the_next(tmp_path: Path) -> None:
    """A spool outlives its process; whoever starts next with the directory drains it."""
    first = Host("refuses the connection", on_unreachable="spool", spool=tmp_path)
    await first.create()
    await first.stop()
    assert files(tmp_path)
    second = Host("", on_unreachable="spool", spool=tmp_path)
    second.recorder.broken = False
    await second.stop()
    assert [activity.resource.id for activity in second.recorder.kept] == ["e1"]
    assert not files(tmp_path)


async def test_no_secret_reaches_the_spool(tmp_path: Path) -> None:
    """It is redacted before it touches the disk."""
    host = Host("refuses the connection", on_unreachable="spool", spool=tmp_path)
    for secret in PLANTED:
        await host.create(**as_request(secret))
    on_disk = b"".join(file.read_bytes() for file in files(tmp_path))
    assert on_disk.count(b'"occurred"') == len(PLANTED)
    assert [secret.name for secret in PLANTED if secret.core.encode() in on_disk] == []
    await host.stop()


async def test_a_full_spool_refuses_as_strict_does(tmp_path: Path) -> None:
    """There is no quiet loss: where nothing more fits, the caller is told."""
    spool = Spool(tmp_path, max_bytes=2_000)
    host = Host("refuses the connection", on_unreachable="spool", spool=spool)
    codes = [(await host.create()).status_code for _ in range(6)]
    assert codes[0] == 201
    assert codes[-1] == 503
    await host.stop()


async def test_what_the_recorder_will_never_take_is_told_as_a_gap(tmp_path: Path) -> None:
    """A refused activity does not hold up those behind it, and is not lost quietly."""
    host = Host("refuses the connection", on_unreachable="spool", spool=tmp_path)
    await host.create()
    host.recorder.fault = "finds it invalid"
    await eventually(lambda: not files(tmp_path), within=15)
    host.recorder.broken = False
    await eventually(lambda: host.recorder.kept, within=40)
    assert host.recorder.only.resource.type == "audit_gap"
    await host.stop()


@pytest.mark.parametrize("fault", ["refuses the connection", "hangs", "finds it invalid"])
async def test_best_effort_lets_it_pass_and_tells_of_the_gap(fault: str) -> None:
    """It is counted, and the count stands in the log itself when that is back."""
    host = Host(fault, on_unreachable="best_effort")
    for _ in range(3):
        response = await host.create()
        assert response.status_code == 201
        assert "x-audit-receipt" not in response.headers
    assert host.app.missed == 3
    host.recorder.broken = False
    await eventually(lambda: host.recorder.kept, within=40)
    gap = host.recorder.only
    assert (gap.resource.type, gap.tenant, gap.status) == ("audit_gap", TENANT, Status.SUCCESS)
    assert gap.payload["missed"] == 3
    assert gap.payload["first"] < gap.payload["last"]
    await host.stop()


async def test_a_route_may_differ_from_the_rest() -> None:
    """One is best effort while the others are strict."""
    host = Host("refuses the connection")
    async with client(host.app) as http:
        assert (await http.post("/api/v1/edges/best")).status_code == 200
        assert (await http.post("/api/v1/edges", json={})).status_code == 503
    await host.stop()


async def test_a_failure_that_can_not_be_recorded_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Where the handler failed anyway, the caller gets its 500, and the operator the reason."""
    app = fastapi_app()
    app.add_middleware(AuditMiddleware, recorder=FaultyRecorder("refuses the connection"))
    with caplog.at_level(logging.ERROR, "indelible.capture"):
        async with client(app) as http:
            assert (await http.post("/api/v1/edges/broken")).status_code == 500
    assert "was not recorded" in caplog.text


async def test_a_recorder_that_is_away_does_not_slow_what_need_not_wait() -> None:
    """After one deadline, requests that may pass do not wait for a second one."""
    host = Host("hangs", on_unreachable="best_effort")
    await host.create()
    async with asyncio.timeout(0.15):
        await host.create()
    await host.stop()


def test_spooling_needs_a_directory() -> None:
    """Better told at the start than by the first request that needs it."""
    with pytest.raises(Misconfigured, match="directory"):
        Host("hangs", on_unreachable="spool")


async def test_a_problem_is_plain_json() -> None:
    """RFC 9457: type, title, status and detail are there."""
    problem = json.loads((await Host("refuses the connection").create()).content)
    assert {"type", "title", "status", "detail"} <= problem.keys()
