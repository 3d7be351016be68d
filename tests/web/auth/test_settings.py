"""Settings and tenants over HTTP."""

from __future__ import annotations

import pytest

from indelible.identity.model import COMMAND_LINE

pytestmark = pytest.mark.database

PASSWORD = "seven green kettles hum"
ROOT = {"email": "root@platform.test", "password": PASSWORD}
ANNA = {"email": "anna@acme.test", "password": PASSWORD}
VERA = {"email": "vera@acme.test", "password": PASSWORD}


@pytest.mark.parametrize(("who", "status"), [(ROOT, 200), (ANNA, 403), (VERA, 403)])
async def test_tenants_and_settings_are_a_super_admins(site, who, status):
    """Only a Super Admin lists tenants and changes settings; everybody signed in reads them."""
    browser = await site.signed_in(who)
    assert (await browser.get("/api/tenants")).status_code == status
    changed = {"dateFormat": "D MMM YYYY HH:mm:ss", "timeZone": "Europe/Berlin"}
    assert (await browser.put("/api/settings", json=changed)).status_code == status
    assert (await browser.get("/api/settings")).status_code == 200
    assert (await site.browser().get("/api/settings")).status_code == 401


async def test_a_change_of_settings_is_an_entry(site):
    """A Super Admin's change stands, is told to every session, and is an entry with its request."""
    browser = await site.signed_in(ROOT)
    changed = {"dateFormat": "D MMM YYYY HH:mm:ss", "timeZone": "Europe/Berlin"}
    assert (await browser.put("/api/settings", json=changed)).json() == changed
    assert (await browser.get("/api/auth/session")).json()["settings"] == changed
    entry = site.recorder.activities[-1]
    assert entry.changes["date_format"]["after"] == "D MMM YYYY HH:mm:ss"
    assert (entry.request.method, entry.request.route) == ("PUT", "/api/settings")
    wrong = await browser.put("/api/settings", json=changed | {"timeZone": "Mars/Olympus"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "timeZone")


async def test_tenants_are_listed_by_name(site):
    """The list for the filter has ids and names, by name."""
    zeta = await site.identity.tenants.create("abacus", actor=COMMAND_LINE)
    browser = await site.signed_in(ROOT)
    listed = (await browser.get("/api/tenants")).json()["items"]
    assert [(each["id"], each["name"]) for each in listed] == [
        (zeta.id, "abacus"),
        (site.acme.id, "Acme"),
    ]
