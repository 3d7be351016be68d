"""Too much at once, on the real database: refused with words, counted, and over by itself."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
import sqlalchemy as sa
import structlog

from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.activity import Action, Activity, Actor, Resource
from indelible.errors import Overloaded
from indelible.web.admission import TakesTurns
from indelible.web.app import api_routes, create_app
from indelible.web.bodies import Bodies
from tests.capture.recorders import eventually
from tests.web.conftest import Platform, an_activity

pytestmark = pytest.mark.database

# Reads that ask the identity tables one short question, or nothing at all.
WITHOUT_TURNS = {"/healthz", "/metrics", "/api/auth/session", "/api/settings"}


@asynccontextmanager
async def opened(
    database_url: str, folder: Path, bodies: Bodies | None = None, **limits: object
) -> AsyncIterator[Platform]:
    """Run a platform with *limits*."""
    settings = load_settings(data=folder, super_admin_second_factor=False, **limits)
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(open_services(settings, database_url))
        app = create_app(lambda: open_services(settings, database_url), bodies=bodies)
        app.state.services = services
        platform = Platform(app, services, database_url)
        await platform.furnish(stack)
        yield platform


@asynccontextmanager
async def reading_stands_still(database_url: str) -> AsyncIterator[None]:
    """Hold back whoever reads signing keys, as a slow disk would; recording does not need them."""
    url = sa.make_url(database_url).set(drivername="postgresql")
    plain = url.render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(plain) as connection:
        await connection.execute("LOCK TABLE signing_keys IN ACCESS EXCLUSIVE MODE")
        yield
        await connection.rollback()


SLOW = "/logs/platform/keys"


async def figures(platform: Platform) -> dict[str, float]:
    text = (await platform.get("nobody", "/metrics")).text
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


async def drained(platform: Platform) -> None:
    """Wait until nothing is under way in the service and in the database."""
    turns = platform.services.turns
    await eventually(lambda: not turns.running and not turns.waiting, within=10)


def test_every_route_that_reads_takes_turns() -> None:
    """None can be forgotten: whatever answers a GET takes turns, or stands in a short list."""
    reading = {route.path for route in api_routes() if "GET" in (route.methods or ())}
    in_turn = {
        route.path
        for route in api_routes()
        if "GET" in (route.methods or ()) and isinstance(route, TakesTurns)
    }
    assert reading - in_turn == WITHOUT_TURNS


async def test_reads_beyond_the_limit_are_refused_and_recording_goes_on(
    database_url: str, tmp_path: Path
) -> None:
    """Two read, two wait, the rest is told when to come again; then all is as before."""
    limits = {"reads_at_once": 2, "reads_waiting": 2, "read_wait_seconds": 0.5}
    async with opened(database_url, tmp_path, **limits) as platform:
        asks = [
            ("root", SLOW),
            *(
                (f"{name}.admin", f"/logs/{tenant}/keys")
                for name, tenant in platform.tenants.items()
            ),
        ]
        async with reading_stands_still(database_url):
            slow = [asyncio.create_task(platform.get(*asks[n % 3])) for n in range(9)]
            await asyncio.sleep(0.1)
            receipts = [await platform.report("platform", an_activity()) for _ in range(20)]
            assert {each.status_code for each in receipts} == {201}
            refused = await asyncio.wait_for(_done(slow, 5), 10)
            for answer in refused:
                assert answer.status_code == 503
                assert int(answer.headers["retry-after"]) >= 1
                problem = answer.json()
                assert problem["type"] == "urn:indelible:problem:overloaded"
                assert problem["retryAfter"] == int(answer.headers["retry-after"])
                assert "try again" in problem["detail"].lower()
        await asyncio.gather(*slow)
        await drained(platform)
        assert (await platform.get("root", SLOW)).status_code == 200
        assert (await platform.get("acme.admin", "/api/activity")).status_code == 200
        counted = await figures(platform)
        name = 'indelible_requests_refused_total{reason="overloaded",route="/logs/{log}/keys"}'
        assert counted[name] >= len(refused)
        assert counted["indelible_reading_under_way"] == 0


async def _done(tasks: list[asyncio.Task[httpx.Response]], count: int) -> list[httpx.Response]:
    """Return the first *count* answers."""
    answers = []
    for each in asyncio.as_completed(tasks):
        answers.append(await each)
        if len(answers) == count:
            break
    return answers


async def test_one_caller_leaves_turns_to_others(database_url: str, tmp_path: Path) -> None:
    """Whoever asks for too much gets 429; somebody else reads as if they were not there."""
    async with opened(database_url, tmp_path, reads_at_once=4) as platform:
        async with reading_stands_still(database_url):
            slow = [asyncio.create_task(platform.get("root", SLOW)) for _ in range(30)]
            (refused,) = await asyncio.wait_for(_done(slow, 1), 10)
            assert refused.status_code == 429
            assert refused.json()["type"] == "urn:indelible:problem:crowding"
            assert refused.headers["retry-after"]
            page = await asyncio.wait_for(platform.get("acme.admin", "/api/activity"), 5)
            assert page.status_code == 200
        statuses = Counter(each.status_code for each in await asyncio.gather(*slow))
        assert statuses == {200: 12, 429: 18}


async def test_a_question_that_takes_too_long_is_broken_off(
    database_url: str, tmp_path: Path
) -> None:
    """503 with what to do about it, not 500; its connection is good for the next one."""
    async with opened(database_url, tmp_path, read_seconds=0.3) as platform:
        async with reading_stands_still(database_url):
            answer = await asyncio.wait_for(platform.get("root", SLOW), 5)
        assert answer.status_code == 503
        problem = answer.json()
        assert problem["type"] == "urn:indelible:problem:timed-out"
        assert "Narrow" in problem["detail"]
        assert answer.headers["retry-after"] == str(problem["retryAfter"])
        for _ in range(5):
            assert (await platform.get("root", SLOW)).status_code == 200


async def test_real_questions_are_broken_off_too(database_url: str, tmp_path: Path) -> None:
    """Every kind of question about many entries obeys the limit, whoever runs it."""
    async with opened(database_url, tmp_path) as platform:
        many = [
            an_activity(resource={"type": "edge", "id": f"e{n}", "name": f"n{n}"})
            for n in range(1000)
        ]
        for _ in range(3):
            assert (await platform.report("acme", {"activities": many})).status_code == 201
    async with AsyncExitStack() as stack:
        settings = load_settings(data=tmp_path, super_admin_second_factor=False, read_seconds=0.01)
        services = await stack.enter_async_context(open_services(settings, database_url))
        app = create_app(lambda: open_services(settings, database_url))
        app.state.services = services
        platform = Platform(app, services, database_url)
        client = await stack.enter_async_context(platform.client())
        await platform.enter(client, "root@platform.test")
        paths = [f"/api/activity?search=n{n}&limit=200" for n in range(40)]
        answers = await asyncio.gather(*(client.get(path) for path in paths))
        assert {each.status_code for each in answers} <= {200, 429, 503}
        assert (await client.get("/api/settings")).status_code == 200


async def test_who_goes_away_leaves_no_question_behind(database_url: str, tmp_path: Path) -> None:
    """A client that closes its connection gives its turn and its connection back at once."""
    async with opened(database_url, tmp_path, reads_at_once=2) as platform:
        async with reading_stands_still(database_url):
            cookie = platform.people["root"].cookies
            sent = {"cookie": "; ".join(f"{k}={v}" for k, v in cookie.items())}
            gone = asyncio.Event()
            asking = asyncio.create_task(_ask_and_go(platform, SLOW, sent, gone))
            await eventually(lambda: platform.services.turns.running, within=5)
            await asyncio.sleep(0.1)
            gone.set()
            await asyncio.wait_for(asking, 5)
            await asyncio.wait_for(drained(platform), 5)
        assert (await platform.get("root", SLOW)).status_code == 200


async def _ask_and_go(
    platform: Platform, path: str, headers: dict[str, str], gone: asyncio.Event
) -> None:
    """Send a request by ASGI alone, and be gone when *gone* says so."""
    asked = False

    async def receive() -> dict[str, object]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(_: object) -> None:
        pass

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "headers": [(b"host", b"localhost"), *pairs],
        "client": ("203.0.113.7", 5000), "server": ("localhost", 80), "state": {},
    }  # fmt: skip
    await platform.app(scope, receive, send)


async def test_reporters_that_flood_are_told_to_wait(database_url: str, tmp_path: Path) -> None:
    """Beyond the room nothing is kept; what was taken is recorded, and all recovers by itself."""
    async with opened(database_url, tmp_path) as platform:
        recorder = platform.services.recorder
        an_entry = Activity(
            actor=Actor(id="u"), action=Action.SYNC, resource=Resource(type="edge", id="e")
        )
        flood = [
            asyncio.create_task(recorder.record([an_entry] * 1000, source=f"s{n % 4}"))
            for n in range(80)
        ]
        results = await asyncio.gather(*flood, return_exceptions=True)
        refused = [each for each in results if isinstance(each, Overloaded)]
        assert refused
        assert all(each.retry_after for each in refused)
        recorded = [each for each in results if not isinstance(each, Exception)]
        assert len(recorded) + len(refused) == len(results)
        assert (await platform.report("platform", an_activity())).status_code == 201
        counted = await figures(platform)
        assert counted["indelible_entries_refused_total"] == 1000 * len(refused)
        assert counted["indelible_recording_waiting_entries"] == 0


async def test_bodies_are_bounded_together(database_url: str, tmp_path: Path) -> None:
    """Many large bodies at once: those that fit are taken, the rest comes again."""
    bodies = Bodies(most=100_000, at_once=150_000)
    async with opened(database_url, tmp_path, bodies) as platform:
        large = an_activity(payload={"text": "x " * 40_000})
        answers = await asyncio.gather(*(platform.report("platform", large) for _ in range(8)))
        statuses = Counter(each.status_code for each in answers)
        assert set(statuses) == {201, 503}
        for each in answers:
            assert each.status_code == 201 or each.headers["retry-after"] == "1"
        assert (await platform.report("platform", large)).status_code == 201


async def test_a_body_that_does_not_arrive_is_not_waited_for(
    database_url: str, tmp_path: Path
) -> None:
    """Whoever sends a byte now and then is answered with 408."""

    async def dripping() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" "
            await asyncio.sleep(0.05)

    async with opened(database_url, tmp_path, Bodies(seconds=0.3)) as platform:
        async with platform.client(
            Authorization=f"Bearer {platform.keys['platform']}",
            **{"Content-Type": "application/json"},
        ) as client:
            answer = await client.post("/api/activity", content=dripping())
        assert answer.status_code == 408
        assert answer.json()["detail"]


async def test_refusals_are_told_to_the_log_and_do_not_fill_it(
    database_url: str, tmp_path: Path
) -> None:
    """A line a second for each kind; none of them is an entry."""
    async with opened(database_url, tmp_path, reads_at_once=4) as platform:
        before = (await platform.get("root", "/api/activity")).json()["total"]
        with structlog.testing.capture_logs() as lines:
            async with reading_stands_still(database_url):
                slow = [asyncio.create_task(platform.get("root", SLOW)) for _ in range(60)]
                await asyncio.wait_for(_done(slow, 48), 10)
            await asyncio.gather(*slow)
        told = [each for each in lines if each["event"] == "request refused"]
        assert 1 <= len(told) <= 5
        assert told[0]["reason"] == "crowding"
        assert told[0]["route"] == "/logs/{log}/keys"
        after = (await platform.get("root", "/api/activity")).json()["total"]
        assert after == before
