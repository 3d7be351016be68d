"""Tenants, users, API keys and settings, over fakes."""

from __future__ import annotations

import pytest

from indelible.core.activity import Action
from indelible.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from indelible.identity.access import Permission, Role, permissions_of
from indelible.identity.emails import normal_email
from indelible.identity.keys import KeyRing
from indelible.identity.model import COMMAND_LINE, PlatformSettings
from indelible.identity.settings import SettingsDesk
from indelible.identity.tenants import TenantRegister
from indelible.identity.users import UserRegister


@pytest.fixture
def ring(house):
    return KeyRing(keys=house.keys, recorder=house.recorder)


@pytest.fixture
def settings(house):
    return SettingsDesk(settings=house.settings, sessions=house.sessions, recorder=house.recorder)


@pytest.fixture
def register(house):
    return UserRegister(users=house.users, hasher=house.hasher, recorder=house.recorder)


async def session_of(house, email):
    signed_in = await house.login.sign_in(email, house.password, house.visit())
    return signed_in.session


async def test_a_key_is_shown_once_and_stands_for_its_tenant(house, ring):
    """The issued text authenticates as a service of the tenant that may record, nothing else."""
    issued = await ring.create(tenant=house.acme, name="CI", actor=COMMAND_LINE)
    service = await ring.authenticate(issued.text)
    assert (service.tenant, service.role) == (house.acme.id, None)
    assert permissions_of(service.role) == {Permission.ACTIVITY_RECORD, Permission.LOG_READ}
    assert issued.text not in repr(issued)
    assert issued.text[-64:].encode() not in house.keys.keys[issued.key.id][1]
    [entry] = house.recorder.activities
    assert (entry.action, entry.resource.type, entry.tenant) == ("create", "api_key", house.acme.id)


async def test_only_the_exact_spelling_of_a_key_is_one(house, ring):
    """Another secret, another id, or another spelling is nobody."""
    text = (await ring.create(tenant=None, name="Platform", actor=COMMAND_LINE)).text
    wrong = "0" if text[-1] != "0" else "1"
    for other in (text[:-1] + wrong, text + "\n", text.upper(), text[:-64], "", "ind__", "\ud800"):
        assert await ring.authenticate(other) is None


async def test_a_revoked_key_is_nobody(house, ring):
    """A revoked key is worth nothing, says so in the log, and can't be revoked again."""
    issued = await ring.create(tenant=house.acme, name="CI", actor=COMMAND_LINE)
    await ring.revoke(issued.key.id, actor=COMMAND_LINE)
    assert await ring.authenticate(issued.text) is None
    assert house.recorder.activities[-1].action is Action.REVOKE
    with pytest.raises(NotFound):
        await ring.revoke(issued.key.id, actor=COMMAND_LINE)


async def test_settings_change_is_an_entry_with_before_and_after(house, settings):
    """A change of settings names what it changed, and only that."""
    session = await session_of(house, "root@platform.test")
    await settings.change(
        PlatformSettings(time_zone="Europe/Berlin"),
        principal=session.principal,
        visit=house.visit(),
    )
    entry = house.recorder.activities[-1]
    assert entry.changes == {"time_zone": {"before": "UTC", "after": "Europe/Berlin"}}
    assert (entry.action, entry.resource.type, entry.session) == ("update", "settings", session.id)
    assert (await settings.read()).time_zone == "Europe/Berlin"


async def test_no_change_is_no_entry(house, settings):
    """Setting what is set already records nothing."""
    session = await session_of(house, "root@platform.test")
    before = len(house.recorder.activities)
    await settings.change(PlatformSettings(), principal=session.principal, visit=house.visit())
    assert len(house.recorder.activities) == before


async def test_concurrent_changes_name_true_values(house, settings):
    """Where somebody else changes the settings in between, the entry names what then stood."""
    session = await session_of(house, "root@platform.test")
    house.settings.meanwhile = [PlatformSettings(time_zone="Asia/Tokyo")]
    await settings.change(
        PlatformSettings(time_zone="Europe/Berlin"),
        principal=session.principal,
        visit=house.visit(),
    )
    entry = house.recorder.activities[-1]
    assert entry.changes["time_zone"]["before"] == "Asia/Tokyo"


async def test_settings_that_never_stand_still_are_a_conflict(house, settings):
    """After three tries a change gives up and says so."""
    session = await session_of(house, "root@platform.test")
    house.settings.meanwhile = [
        PlatformSettings(time_zone=zone) for zone in ("Asia/Tokyo", "Asia/Seoul", "Asia/Dubai")
    ]
    with pytest.raises(Conflict):
        await settings.change(
            PlatformSettings(time_zone="Europe/Berlin"),
            principal=session.principal,
            visit=house.visit(),
        )


async def test_only_super_admins_change_settings(house, settings):
    """An Admin may not change the platform's settings."""
    session = await session_of(house, "anna@acme.test")
    with pytest.raises(Forbidden):
        await settings.change(
            PlatformSettings(time_zone="Asia/Tokyo"),
            principal=session.principal,
            visit=house.visit(),
        )


async def test_an_ended_session_changes_nothing(house, settings):
    """A session that ended between check and commit commits nothing."""
    session = await session_of(house, "root@platform.test")
    await house.desk.sign_out(session, house.visit())
    with pytest.raises(NotSignedIn):
        await settings.change(
            PlatformSettings(time_zone="Asia/Tokyo"),
            principal=session.principal,
            visit=house.visit(),
        )
    assert house.settings.stands == PlatformSettings()


@pytest.mark.parametrize(
    ("settings_", "field"),
    [
        (PlatformSettings(time_zone="Mars/Olympus"), "timeZone"),
        (PlatformSettings(time_zone="../../etc/passwd"), "timeZone"),
        (PlatformSettings(time_zone="europe/berlin"), "timeZone"),
        (PlatformSettings(date_format="YYYY"), "dateFormat"),
    ],
)
async def test_unknown_formats_and_zones_are_refused(house, settings, settings_, field):
    """Zones are IANA names in their spelling, formats are those on offer."""
    session = await session_of(house, "root@platform.test")
    with pytest.raises(Invalid) as caught:
        await settings.change(settings_, principal=session.principal, visit=house.visit())
    assert caught.value.field == field


async def test_a_tenants_first_entry_is_its_creation(house):
    """A new tenant is the first entry of its own log."""
    tenants = TenantRegister(tenants=house.tenants, recorder=house.recorder)
    tenant = await tenants.create("  Zeta\n Networks ", actor=COMMAND_LINE)
    [entry] = house.recorder.activities
    assert tenant.name == "Zeta Networks"
    assert (entry.tenant, entry.resource.type, entry.resource.id) == (
        tenant.id,
        "tenant",
        tenant.id,
    )


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "evil\u202etxt", "nul\x00", "\ud800"])
async def test_names_that_nobody_can_read_are_refused(house, name):
    """Empty, endless and invisible names are refused."""
    tenants = TenantRegister(tenants=house.tenants, recorder=house.recorder)
    with pytest.raises(Invalid):
        await tenants.create(name, actor=COMMAND_LINE)


async def test_a_new_user_signs_in(house, register):
    """A created user signs in, and the entry about it holds no password."""
    await register.create(
        email="Bea@Acme.test",
        name="Bea",
        role=Role.VIEWER,
        tenant=house.acme,
        password="nine quiet harbours sing",
        actor=COMMAND_LINE,
    )
    entry = house.recorder.activities[-1]
    assert "harbours" not in repr(entry)
    assert entry.tenant == house.acme.id
    await house.login.sign_in("bea@acme.test", "nine quiet harbours sing", house.visit())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"password": "short"}, "password"),
        ({"tenant": None}, "tenant"),
        ({"role": Role.SUPER_ADMIN}, "tenant"),
        ({"email": "anna@acme.test"}, "email"),
    ],
)
async def test_users_that_make_no_sense_are_refused(house, register, changes, field):
    """A bad address or password, or a role without its tenant, makes no user and no entry."""
    given = {
        "email": "bea@acme.test",
        "name": "Bea",
        "role": Role.VIEWER,
        "tenant": house.acme,
        "password": "nine quiet harbours sing",
        "actor": COMMAND_LINE,
    }
    with pytest.raises(Invalid) as caught:
        await register.create(**(given | changes))
    assert caught.value.field == field
    assert house.recorder.activities == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Anna@Example.COM", "anna@example.com"),
        (" a.b+c@sub.example.co.uk ", "a.b+c@sub.example.co.uk"),
        ("jörg@müller.example", "jörg@müller.example"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_addresses_have_one_spelling(text, address):
    """An address is found whatever the case it is typed in."""
    assert normal_email(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "@example.com",
        "anna@",
        "a b@example.com",
        "a@b@example.com",
        "a@-example.com",
        "a@example..com",
        ".a@example.com",
        "a..b@example.com",
        f"{'a' * 65}@example.com",
        f"a@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 63}.com",
        "a\x00@example.com",
        "a\ud800@example.com",
        "a<script>@example.com",
    ],
)
def test_what_is_no_address_is_refused(text):
    """What can't be an address makes no account."""
    with pytest.raises(Invalid):
        normal_email(text)
