"""What a host application says of its people, and what becomes of sessions that there are."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta

import pytest

from indelible.identity.access import Role
from indelible.identity.host import HostUser
from tests.web.conftest import Platform

pytestmark = pytest.mark.database

HOURS = timedelta(hours=8)


def somebody(role: Role, tenant: str | None, **changes: str) -> HostUser:
    name = uuid.uuid4().hex
    said = {"id": name, "email": f"{name}@host.test", "name": "From the host", **changes}
    return HostUser(role=role, tenant=tenant, **said)  # type: ignore[arg-type]  # ids are strings


async def enter(platform: Platform, user: HostUser) -> str:
    token = secrets.token_urlsafe(32)
    await platform.services.identity.host.register(user, token=token, lifetime=HOURS, idle=HOURS)
    return token


async def test_sessions_go_on_with_what_the_host_says_now(platform: Platform) -> None:
    """Another tenant or role is that of every session of the user, from the next request on."""
    host = platform.services.identity.host
    before = somebody(Role.VIEWER, platform.tenants["acme"])
    first = await enter(platform, before)
    bolt = platform.tenants["bolt"]
    after = HostUser(id=before.id, email=before.email, name="N", role=Role.ADMIN, tenant=bolt)
    second = await enter(platform, after)
    for token in (first, second):
        principal = await host.check(token)
        assert principal is not None
        assert (principal.role, principal.tenant) == (Role.ADMIN, bolt)


async def test_who_is_no_super_admin_any_more_acts_as_nobody(platform: Platform) -> None:
    """What a Super Admin had assumed ends when the host takes the role away."""
    host, identity = platform.services.identity.host, platform.services.identity
    before = somebody(Role.SUPER_ADMIN, None)
    principal = await host.check(await enter(platform, before))
    assert principal is not None
    target = (await platform.get("acme.admin", "/api/auth/session")).json()["user"]["id"]
    async with platform.client() as client:
        visit = await _visit(platform)
        opened = await identity.assumer.start(
            target, reason="because", principal=principal, visit=visit
        )
        client.cookies["indelible"] = opened.token
        assert (await client.get("/api/activity")).status_code == 200
        tenant = platform.tenants["bolt"]
        await enter(
            platform,
            HostUser(id=before.id, email=before.email, name="N", role=Role.VIEWER, tenant=tenant),
        )
        assert (await client.get("/api/activity")).status_code == 401


async def test_nobody_acts_as_who_becomes_a_super_admin(platform: Platform) -> None:
    """An assumed session ends when the host makes its user a Super Admin."""
    host, identity = platform.services.identity.host, platform.services.identity
    root = await host.check(await enter(platform, somebody(Role.SUPER_ADMIN, None)))
    assert root is not None
    user = somebody(Role.ADMIN, platform.tenants["acme"])
    theirs = await host.check(await enter(platform, user))
    assert theirs is not None
    opened = await identity.assumer.start(
        theirs.actor.id, reason="because", principal=root, visit=await _visit(platform)
    )
    async with platform.client() as client:
        client.cookies["indelible"] = opened.token
        assert (await client.get("/api/activity")).status_code == 200
        promoted = HostUser(
            id=user.id, email=user.email, name="N", role=Role.SUPER_ADMIN, tenant=None
        )
        await enter(platform, promoted)
        assert (await client.get("/api/activity")).status_code == 401


async def _visit(platform: Platform):
    from indelible.core.activity import Request
    from indelible.identity.model import Visit

    return Visit(client=None, granted=Request(status=200), refused=Request(status=401))
