"""``indelible admin``, ``tenants`` and ``keys``, against a real database."""

from __future__ import annotations

import asyncio
import re

import pytest
from typer.testing import CliRunner

from indelible.cli import admin, keys, tenants
from indelible.errors import Conflict, Invalid, NotFound
from indelible.identity.model import Visit
from indelible.identity.services import Identity

pytestmark = pytest.mark.database


@pytest.fixture
def run(database_url, tmp_path, monkeypatch):
    """Run a command, which must succeed, and return what it printed."""
    monkeypatch.setenv("INDELIBLE_DATABASE_URL", database_url)
    monkeypatch.setenv("INDELIBLE_DATA", str(tmp_path))

    def run(app, *arguments, given=None):
        result = CliRunner().invoke(app, arguments, input=given)
        if result.exception is not None:
            raise result.exception
        return result.stdout

    return run


async def asked(use):
    """Return what *use* makes of the same installation, outside the tests' event loop."""
    from indelible.cli.opened import with_identity

    return await asyncio.to_thread(with_identity, use)


async def test_the_first_super_admin_signs_in(run):
    """A Super Admin made with a generated password, printed once, signs in with it."""
    printed = await asyncio.to_thread(
        run, admin.app, "create", "--email", "Root@Platform.test", "--name", "Root", "--generate"
    )
    password = re.search(r"once\): (\S+)", printed)[1]

    async def sign_in(identity: Identity):
        return await identity.login.sign_in("root@platform.test", password, Visit())

    signed_in = await asked(sign_in)
    assert signed_in.session.user.role == "super_admin"


async def test_a_super_admin_who_lost_everything_gets_in_again(run):
    """The page's address that is printed sets another password; the second factor is gone."""
    command = ("create", "--email", "root@platform.test", "--name", "Root", "--generate")
    await asyncio.to_thread(run, admin.app, *command)
    printed = await asyncio.to_thread(run, admin.app, "recover", "--email", "Root@platform.test")
    token = re.search(r"^/admin/welcome#(\S+)$", printed, re.MULTILINE)[1]

    async def enter(identity: Identity):
        await identity.links.accept(token, "nine blue ladders lean", Visit())
        return await identity.login.sign_in("root@platform.test", "nine blue ladders lean", Visit())

    signed_in = await asked(enter)
    assert signed_in.session.enrolment_due
    with pytest.raises(NotFound):
        await asyncio.to_thread(run, admin.app, "recover", "--email", "nobody@platform.test")


async def test_passwords_come_from_standard_input(run):
    """A password is read from standard input, and held to the rules."""
    command = ("create", "--email", "root@platform.test", "--name", "Root", "--password-stdin")
    with pytest.raises(Invalid):
        await asyncio.to_thread(run, admin.app, *command, given="short\n")
    await asyncio.to_thread(run, admin.app, *command, given="seven green kettles hum\n")
    with pytest.raises(Conflict):
        await asyncio.to_thread(run, admin.app, *command, given="seven green kettles hum\n")


async def test_keys_are_issued_listed_and_revoked(run):
    """A tenant's key is printed alone, works, is listed without its secret, and is revoked."""
    tenant = (await asyncio.to_thread(run, tenants.app, "create", "Acme")).strip()
    assert f"{tenant}  active    Acme" in await asyncio.to_thread(run, tenants.app, "list")
    command = ("create", "--tenant", "acme", "--name", "CI")
    text = (await asyncio.to_thread(run, keys.app, *command)).strip()
    principal = await asked(lambda identity: identity.keys.authenticate(text))
    assert principal.tenant == tenant
    listed = await asyncio.to_thread(run, keys.app, "list")
    id_ = text.split("_")[1]
    assert id_ in listed
    assert text.split("_")[2] not in listed
    await asyncio.to_thread(run, keys.app, "revoke", id_)
    assert await asked(lambda identity: identity.keys.authenticate(text)) is None
    with pytest.raises(NotFound):
        await asyncio.to_thread(run, keys.app, "create", "--tenant", "nobody")


@pytest.mark.parametrize("options", [(), ("--tenant", "Acme", "--platform")])
def test_a_key_is_of_one_tenant_or_of_the_platform(options):
    """Whose log a key records into is said, and said once."""
    result = CliRunner().invoke(keys.app, ["create", *options])
    assert result.exit_code == 2
    assert "--platform" in result.output
