"""Identity's stores on PostgreSQL: validity, expiry and throttling by the database's clock."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from indelible.core.activity import TenantId
from indelible.errors import Conflict, NotFound, NotSignedIn, Throttled, WrongCredentials
from indelible.identity.model import (
    ApiKey,
    PlatformSettings,
    Tenant,
    UserId,
)

pytestmark = pytest.mark.database
WINDOW = timedelta(minutes=15)


async def test_an_open_session_is_found_by_its_digest_alone(stores):
    """A session is found with its user and tenant, and its times follow from the database's."""
    new = await stores.open()
    session = await stores.sessions.find(new.digest)
    assert (session.id, session.user) == (new.id, stores.anna)
    assert session.expires_at - session.created_at == timedelta(hours=12)
    assert session.idle_expires_at - session.created_at == timedelta(minutes=30)
    assert await stores.sessions.find(b"\x00" * 32) is None


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE sessions SET expires_at = clock_timestamp()",
        "UPDATE sessions SET last_active_at = clock_timestamp() - interval '30 minutes'",
        "UPDATE users SET disabled = true",
        "UPDATE tenants SET disabled = true",
    ],
    ids=["absolute expiry", "idle expiry", "user disabled", "tenant disabled"],
)
async def test_a_session_ends_by_itself(stores, end):
    """Over its absolute or idle time, or with user or tenant disabled, a session is nobody's."""
    new = await stores.open()
    assert await stores.sessions.find(new.digest)
    await stores.sql(end)
    assert await stores.sessions.find(new.digest) is None
    with pytest.raises(NotSignedIn):
        await stores.commit(stores.sessions.hold(new.id))


async def test_a_signed_out_session_is_ended_once(stores):
    """Ending a session holds for the next request, and ending it again is refused."""
    new = await stores.open()
    await stores.commit(stores.sessions.hold(new.id), stores.sessions.end(new.id))
    assert await stores.sessions.find(new.digest) is None
    with pytest.raises(NotSignedIn):
        await stores.commit(stores.sessions.end(new.id))


async def test_activity_is_written_at_most_once_in_30_seconds(stores):
    """Being asked for moves the idle end after 30 seconds, not before, and not in the background."""
    new = await stores.open()
    first = await stores.sessions.find(new.digest)
    assert (await stores.sessions.find(new.digest)).idle_expires_at == first.idle_expires_at
    await stores.sql("UPDATE sessions SET last_active_at = last_active_at - interval '31 seconds'")
    silent = await stores.sessions.find(new.digest, active=False)
    assert silent.idle_expires_at == first.idle_expires_at - timedelta(seconds=31)
    assert (await stores.sessions.find(new.digest)).idle_expires_at > first.idle_expires_at


async def test_idle_end_is_never_after_the_absolute_end(stores):
    """What a session says of its idle end is true in its last minutes too."""
    new = await stores.open(lifetime=timedelta(minutes=5))
    session = await stores.sessions.find(new.digest)
    assert session.idle_expires_at == session.expires_at


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET disabled = true",
        "UPDATE users SET password_hash = 'another'",
        "UPDATE users SET password_hash = NULL",
        "UPDATE users SET totp_secret = 'x', totp_enrolled_at = now()",
    ],
)
async def test_no_session_opens_on_what_was_true_before(stores, change):
    """Disabled, or given another password or a second factor meanwhile, a user gets no session."""
    await stores.sql(change)
    with pytest.raises(WrongCredentials):
        await stores.open()


async def test_a_change_waits_for_no_ended_session(stores):
    """While a change holds a session, ending it waits; it can't commit after the end."""
    new = await stores.open()
    async with stores.database.begin() as connection:
        await stores.sessions.hold(new.id)(connection)
        ending = asyncio.create_task(stores.commit(stores.sessions.end(new.id)))
        done, _ = await asyncio.wait([ending], timeout=0.2)
        assert not done
    await ending
    assert await stores.sessions.find(new.digest) is None


async def test_accounts_are_found_by_address(stores):
    """An account is found with its tenant and hash; a taken address is a conflict."""
    account = await stores.users.find("anna@acme.test")
    assert (account.user, account.password_hash) == (stores.anna, "hash")
    assert await stores.users.find("nobody@acme.test") is None
    again = replace(stores.anna, id=UserId(str(uuid.uuid4())))
    with pytest.raises(Conflict):
        await stores.commit(stores.users.insert(again, None))


async def test_a_rehash_never_undoes_a_new_password(stores):
    """A renewed hash replaces the one that it was made for, no other."""
    await stores.users.rehash(stores.anna.id, old="hash", new="newer")
    await stores.users.rehash(stores.anna.id, old="hash", new="newest")
    assert (await stores.users.find("anna@acme.test")).password_hash == "newer"


async def test_tenants_are_found_by_id_and_name(stores):
    """A tenant is found by id or by name in any case; a taken name is a conflict."""
    assert await stores.tenants.find(stores.acme.id) == stores.acme
    assert await stores.tenants.find("ACME") == stores.acme
    for unknown in ("Acm%", str(uuid.uuid4()), ""):
        with pytest.raises(NotFound):
            await stores.tenants.find(unknown)
    with pytest.raises(Conflict):
        await stores.commit(
            stores.tenants.insert(Tenant(id=TenantId(str(uuid.uuid4())), name="aCME"))
        )
    assert await stores.tenants.all() == [stores.acme]


async def test_keys_are_usable_until_revoked_or_disabled(stores):
    """A key is found with its digest, until it is revoked or its tenant disabled."""
    key = ApiKey(id="a" * 12, name="CI", tenant=stores.acme.id)
    platform = ApiKey(id="b" * 12, name="Platform", tenant=None)
    await stores.commit(stores.keys.insert(key, b"x" * 32), stores.keys.insert(platform, b"y" * 32))
    found, digest = await stores.keys.find(key.id)
    assert (found.name, found.tenant, digest) == ("CI", stores.acme.id, b"x" * 32)
    assert [k.id for k in await stores.keys.all()] == [key.id, platform.id]
    assert [k.id for k in await stores.keys.all(stores.acme.id)] == [key.id]
    await stores.sql("UPDATE tenants SET disabled = true")
    assert await stores.keys.find(key.id) is None
    await stores.commit(stores.keys.revoke(platform.id))
    assert await stores.keys.find(platform.id) is None
    with pytest.raises(NotFound):
        await stores.commit(stores.keys.revoke(platform.id))


async def test_settings_change_from_what_stands(stores):
    """Settings have defaults, change, and refuse a change from what no longer stands."""
    defaults = PlatformSettings()
    berlin = PlatformSettings(time_zone="Europe/Berlin")
    assert await stores.settings.read() == defaults
    await stores.commit(stores.settings.change(before=defaults, after=berlin))
    assert await stores.settings.read() == berlin
    with pytest.raises(Conflict):
        await stores.commit(stores.settings.change(before=defaults, after=berlin))


async def test_attempts_are_counted_until_the_bucket_is_full(stores):
    """Each attempt knows how many went before; a full bucket says when to come again."""
    admit = stores.attempts.admit
    seen = [(await admit([b"a" * 16], limit=3, window=WINDOW)).failures for _ in range(3)]
    assert seen == [0, 1, 2]
    with pytest.raises(Throttled) as caught:
        await admit([b"b" * 16, b"a" * 16], limit=3, window=WINDOW)
    assert 890 < caught.value.retry_after <= 900
    assert (await admit([b"b" * 16], limit=3, window=WINDOW)).failures == 0


async def test_attempts_leave_the_window(stores):
    """An attempt counts for the window and no longer, and its row is taken away."""
    for _ in range(3):
        await stores.attempts.admit([b"a" * 16], limit=3, window=WINDOW)
    await stores.sql("UPDATE sign_in_attempts SET at = at - interval '16 minutes'")
    assert (await stores.attempts.admit([b"a" * 16], limit=3, window=WINDOW)).failures == 0
    async with stores.database.begin() as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM sign_in_attempts")) == 1


async def test_forgiven_attempts_do_not_count(stores):
    """A forgiven attempt is gone from every bucket, and buckets can be emptied with it."""
    first = await stores.attempts.admit([b"a" * 16, b"b" * 16], limit=9, window=WINDOW)
    await stores.attempts.admit([b"a" * 16, b"c" * 16], limit=9, window=WINDOW)
    await stores.attempts.forgive(first, emptying=[b"c" * 16])
    counts = [
        (await stores.attempts.admit([bucket * 16], limit=9, window=WINDOW)).failures
        for bucket in (b"a", b"b", b"c")
    ]
    assert counts == [1, 0, 0]


async def test_concurrent_attempts_do_not_slip_through(stores):
    """Of thirty attempts at once, on two buckets in either order, exactly ten are let through."""
    buckets = [b"a" * 16, b"b" * 16]
    results = await asyncio.gather(
        *(
            stores.attempts.admit(buckets[:: 1 if n % 2 else -1], limit=10, window=WINDOW)
            for n in range(30)
        ),
        return_exceptions=True,
    )
    throttled = [result for result in results if isinstance(result, Throttled)]
    assert len(throttled) == 20
    admitted = [result.failures for result in results if not isinstance(result, Throttled)]
    assert sorted(admitted) == list(range(10))


async def test_an_address_is_familiar_after_a_sign_in(stores):
    """An address is familiar to the account that signed in from its network, for a while."""
    await stores.open(ip="2001:db8:1:2::9")
    month = timedelta(days=30)
    familiar = stores.attempts.familiar
    assert await familiar("anna@acme.test", "2001:db8:1:2::/64", within=month)
    assert not await familiar("anna@acme.test", "2001:db8:1:3::/64", within=month)
    assert not await familiar("anna@acme.test", "203.0.113.7/32", within=month)
    assert not await familiar("bea@acme.test", "2001:db8:1:2::/64", within=month)
    assert not await familiar("anna@acme.test", None, within=month)
    await stores.sql("UPDATE sessions SET created_at = created_at - interval '31 days'")
    assert not await familiar("anna@acme.test", "2001:db8:1:2::/64", within=month)


async def test_the_application_deletes_no_account_and_no_session(stores):
    """The application's role can't delete users, tenants, sessions or keys."""
    for table in ("users", "tenants", "sessions", "api_keys", "settings"):
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            await stores.sql(f"DELETE FROM {table}")
