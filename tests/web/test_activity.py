"""Reading and recording over HTTP."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from indelible.core.merkle import leaf_hash
from tests.web.conftest import Platform, an_activity

pytestmark = pytest.mark.database


@pytest.fixture(scope="module", autouse=True)
async def reported(platform: Platform) -> None:
    """Some activity in each tenant's log."""
    for name in ("acme", "bolt"):
        batch = [an_activity(resource={"type": "edge", "id": f"{name}-{n}"}) for n in range(30)]
        answer = await platform.report(name, {"activities": batch})
        assert answer.status_code == 201, answer.text


async def test_page(platform: Platform) -> None:
    """A page has 20 rows by default, newest first, and leads to the next and back."""
    first = (await platform.get("acme.admin", "/api/activity", resource_type="edge")).json()
    assert set(first) == {"items", "next", "previous", "total", "position"}
    assert (len(first["items"]), first["total"], first["position"]) == (20, 30, 0)
    assert [row["resource"]["id"] for row in first["items"]][:2] == ["acme-29", "acme-28"]
    second = (
        await platform.get(
            "acme.admin", "/api/activity", resource_type="edge", cursor=first["next"]
        )
    ).json()
    assert (len(second["items"]), second["position"], second["next"]) == (10, 20, None)
    back = (
        await platform.get(
            "acme.admin", "/api/activity", resource_type="edge", cursor=second["previous"]
        )
    ).json()
    assert back["items"] == first["items"]


async def test_row(platform: Platform) -> None:
    """A row says what the table shows; its address says everything."""
    report = an_activity(
        status="failure",
        session="s-1",
        client={"ip": "192.0.2.1", "userAgent": "curl/8"},
        request={"method": "PUT", "route": "/e/{id}", "path": "/e/1?token=geheim", "status": 403},
        payload={"mtu": 1400, "password": "geheim"},
        changes={"mtu": {"before": 1500, "after": 1400}},
        occurred="2026-01-02T03:04:05Z",
    )
    receipt = (await platform.report("acme", report)).json()["receipts"][0]
    row = (await platform.get("acme.admin", "/api/activity", limit=1)).json()["items"][0]
    assert (row["id"], row["log"], row["seq"]) == (receipt["id"], receipt["log"], receipt["seq"])
    assert row["tenant"] == platform.tenants["acme"]
    assert row["actor"]["email"] == "anna@acme.example"
    assert row["client"] == {"ip": "192.0.2.1", "userAgent": "curl/8"}
    entry = (await platform.get("acme.admin", f"/api/activity/{row['id']}")).json()
    assert entry["payload"] == {"mtu": 1400, "password": "[REDACTED]"}
    assert entry["changes"] == report["changes"]
    assert "geheim" not in str(entry)
    assert entry["request"]["path"].startswith("/e/1?token=")
    assert entry["leafHash"] == leaf_hash(base64.b64decode(entry["bytes"])).hex()
    assert entry["leafHash"] == receipt["leafHash"]


@pytest.mark.parametrize(
    "path", ["", "/histogram", "/vocabulary", "/export", "/018f0000-0000-7000-8000-000000000000"]
)
async def test_who_may_read(platform: Platform, path: str) -> None:
    """Nobody is told to sign in, and a Viewer that it may not; a key records and does not read."""
    for who, status in (("nobody", 401), ("acme.viewer", 403)):
        answer = await platform.get(who, f"/api/activity{path}")
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
    async with platform.client(Authorization=f"Bearer {platform.keys['acme']}") as key:
        assert (await key.get(f"/api/activity{path}")).status_code == 403


async def test_foreign_tenant(platform: Platform) -> None:
    """A tenant's Admin sees its own log whatever it asks for; foreign tenants are absent ones."""
    acme, bolt = platform.tenants["acme"], platform.tenants["bolt"]
    own = (await platform.get("acme.admin", "/api/activity", tenant=acme)).json()
    assert own["total"] == (await platform.get("acme.admin", "/api/activity")).json()["total"]
    assert {row["tenant"] for row in own["items"]} == {acme}
    absent = "018f0000-0000-4000-8000-000000000000"
    answers = [
        (await platform.get("acme.admin", f"/api/activity{path}", tenant=tenant)).json()
        for path in ("", "/histogram")
        for tenant in (bolt, absent)
    ]
    assert answers[0] == answers[1]
    assert answers[0]["items"] == []
    assert answers[2] == answers[3]
    seen = (await platform.get("root", "/api/activity", tenant=bolt)).json()
    assert {row["tenant"] for row in seen["items"]} == {bolt}
    foreign = await platform.get("acme.admin", f"/api/activity/{seen['items'][0]['id']}")
    unknown = await platform.get("acme.admin", "/api/activity/018f0000-0000-7000-8000-000000000000")
    assert (foreign.status_code, foreign.json()) == (404, unknown.json())


async def test_today(platform: Platform) -> None:
    """A ``to`` that is a date includes its whole day."""
    today = datetime.now(UTC).date()
    before = (today - timedelta(days=1)).isoformat()
    everything = (await platform.get("root", "/api/activity")).json()["total"]
    inside = {"from": before, "to": (today + timedelta(days=1)).isoformat()}
    assert (await platform.get("root", "/api/activity", **inside)).json()["total"] == everything
    assert (await platform.get("root", "/api/activity", to=before)).json()["total"] == 0


async def test_histogram(platform: Platform) -> None:
    """The histogram counts what the page counts."""
    asked = {"resource_type": "edge", "status": "success"}
    total = (await platform.get("root", "/api/activity", **asked)).json()["total"]
    found = (await platform.get("root", "/api/activity/histogram", buckets=7, **asked)).json()
    assert 1 <= len(found["buckets"]) <= 7
    assert sum(bucket["success"] for bucket in found["buckets"]) == total
    assert found["bucketSeconds"] >= 1


async def test_vocabulary(platform: Platform) -> None:
    """Every action, status and resource type is offered, registered ones included."""
    found = (await platform.get("acme.admin", "/api/activity/vocabulary")).json()
    assert len(found["actions"]) == 8
    assert found["statuses"] == ["success", "failure"]
    assert found["resourceTypes"][0] == "edge"
    assert "dns_zone" in found["resourceTypes"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("serch=x", "serch"),
        ("action=destroy", "action"),
        ("status=ok", "status"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=1e2", "limit"),
        ("limit=%D9%A1", "limit"),
        ("limit=99999999999999999999999999", "limit"),
        ("from=yesterday", "from"),
        ("to=2026-02-30", "to"),
        ("from=2026-01-03&to=2026-01-01", "from"),
        ("from=2026-01-01T00:00:00", "from"),
        ("tenant=acme", "tenant"),
        ("search=%00", "search"),
        ("search=%ff", None),
        ("search=%ED%A0%80", None),
        ("search=a&search=b", "search"),
        ("cursor=zzz", "cursor"),
        (f"search={'x' * 201}", "search"),
        ("&".join(f"x{n}=1" for n in range(60)), None),
    ],
)
async def test_refused_queries(platform: Platform, query: str, field: str | None) -> None:
    """What can't be understood is refused, with words and the parameter's name."""
    answer = await platform.people["root"].get(f"/api/activity?{query}")
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (422, 422)
    assert problem.get("field") == field
    assert problem["detail"]


async def test_recorded(platform: Platform) -> None:
    """A report is answered with receipts, in order, and lands in the log of the key's tenant."""
    batch = {"activities": [an_activity(key=f"k-{n}") for n in range(3)]}
    answer = await platform.report("acme", batch)
    receipts = answer.json()["receipts"]
    assert answer.status_code == 201
    assert [each["seq"] for each in receipts] == sorted(each["seq"] for each in receipts)
    assert all(each["log"].endswith(platform.tenants["acme"]) for each in receipts)
    again = await platform.report("acme", batch)
    assert [each["id"] for each in again.json()["receipts"]] == [each["id"] for each in receipts]
    other = await platform.report("acme", an_activity(key="k-0", action="delete"))
    assert (other.status_code, other.json()["item"]) == (409, 0)
    elsewhere = await platform.report("bolt", an_activity(key="k-0", action="delete"))
    assert elsewhere.status_code == 201


@pytest.mark.parametrize(
    ("second", "status", "field"),
    [
        ({"action": "destroy"}, 422, "action"),
        ({"resource": {"type": "Edge!", "id": "1"}}, 422, "resource.type"),
        ({"resource": {"type": "edge"}}, 422, "resource"),
        ({"actor": {"id": 7}}, 422, "actor.id"),
        ({"colour": "red"}, 422, ""),
        ({"occurred": "2026-01-01T00:00:00"}, 422, "occurred"),
        ({"tenant": "018f0000-0000-4000-8000-000000000000"}, 422, "tenant"),
        ({"session": "a\0b"}, 422, "session"),
        ({"payload": {"x": 2**70}}, None, None),
        ({"payload": {"x": 1.5}}, None, None),
    ],
)
async def test_wrong_item(platform: Platform, second, status, field) -> None:
    """Of a batch with a wrong item nothing is written; the answer says which item, and why."""
    before = (await platform.get("acme.admin", "/api/activity")).json()["total"]
    batch = {"activities": [an_activity(), an_activity(**second), an_activity()]}
    answer = await platform.report("acme", batch)
    if status is None:
        assert answer.status_code in {201, 422}
        return
    problem = answer.json()
    assert (answer.status_code, problem.get("item")) == (status, 1), problem
    assert problem.get("field", "") == field
    assert (await platform.get("acme.admin", "/api/activity")).json()["total"] == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b"null", 422),
        (b"\xff", 422),
        (b'{"activities": []}', 422),
        (b'{"activities": {}}', 422),
        (b'{"activities": [], "more": 1}', 422),
        (b'{"session": "\\ud800"}', 422),
        (b'{"payload": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 422),
        (b'{"activities": [' + b",".join([b"{}"] * 1001) + b"]}", 422),
        (b" " * (16 * 1024 * 1024 + 1), 413),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_wrong_body(platform: Platform, body: bytes, status: int) -> None:
    """A body that is no report is refused, whatever it is."""
    headers = {"Authorization": f"Bearer {platform.keys['acme']}"}
    async with platform.client(**headers) as client:
        answer = await client.post(
            "/api/activity", content=body, headers={"Content-Type": "application/json"}
        )
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "The body is empty"),
        (b"[{}]", 'sent as {"activities": [...]}'),
        (b'{"action": "login"}', "one of: create, update, delete, revoke, assign, unassign, sync"),
        (b'{"actor": {"id": "a", "type": "robot"}}', "one of: user, service, system, anonymous"),
        (b'{"activities": [{"status": "ok"}]}', "one of: success, failure"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_what_is_wanted(platform: Platform, body: bytes, words: str) -> None:
    """Whoever writes the reporting service learns from the refusal what would have been right."""
    headers = {"Authorization": f"Bearer {platform.keys['acme']}"}
    async with platform.client(**headers) as client:
        answer = await client.post("/api/activity", content=body)
    assert words in answer.json()["detail"]


async def test_too_many(platform: Platform) -> None:
    """A batch holds a thousand."""
    answer = await platform.report("acme", {"activities": [an_activity()] * 1001})
    assert answer.status_code == 413
    answer = await platform.report("bolt", {"activities": [an_activity()] * 1000})
    assert (answer.status_code, len(answer.json()["receipts"])) == (201, 1000)


async def test_not_json(platform: Platform) -> None:
    """Other kinds of bodies are refused, so that no form of another site is one."""
    async with platform.client(Authorization=f"Bearer {platform.keys['acme']}") as client:
        answer = await client.post("/api/activity", data={"a": "b"})
    assert answer.status_code == 415


async def test_who_may_record(platform: Platform) -> None:
    """People do not report by hand, and a key that is none is nobody's."""
    for who in ("root", "acme.admin", "acme.viewer"):
        answer = await platform.people[who].post("/api/activity", json=an_activity())
        assert answer.status_code == 403
        assert "takes an API key" in answer.json()["detail"]
    for authorization, words in (
        ("Bearer ind_x", "This API key is not known here"),
        ("Basic YTpi", "Authorization: Bearer <key>"),
        (None, "Authorization: Bearer <key>"),
    ):
        headers = {} if authorization is None else {"Authorization": authorization}
        async with platform.client(**headers) as client:
            answer = await client.post("/api/activity", json=an_activity())
        assert answer.status_code == 401
        assert words in answer.json()["detail"]
    async with platform.client(Authorization=f"Bearer {platform.keys['acme']}") as client:
        assert "this takes a session" in (await client.get("/api/activity")).json()["detail"]


async def test_health_and_metrics(platform: Platform) -> None:
    """Health says that the database answers; the figures count requests and commits."""
    health = await platform.get("nobody", "/healthz")
    assert health.json() == {"status": "ok", "database": True, "lagSeconds": 0.0}
    figures = (await platform.get("nobody", "/metrics")).text
    assert 'route="/api/activity"' in figures
    assert "indelible_entries_appended_total" in figures
    assert platform.tenants["acme"] not in figures
