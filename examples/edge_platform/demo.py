"""The whole demo: ``python -m edge_platform.demo``.

PostgreSQL, the platform, a witness, devices and administrators, until Ctrl-C.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from uuid import UUID

import httpx
from rich.console import Console
from sqlalchemy.dialects.postgresql import insert

from edge_platform.accounts import FILE, seed
from edge_platform.administrator import Account
from edge_platform.crew import Child, GivenUp, crew
from edge_platform.database import Tables
from edge_platform.witness import trust
from indelible.bootstrap import open_database, open_services
from indelible.config.settings import Settings, load_settings
from indelible.errors import IndelibleError

START_SECONDS = 60.0

screen = Console(highlight=False, soft_wrap=True)


class CannotStart(Exception):
    """Something on this machine is in the way; the message says what."""


def main() -> None:
    """Run until Ctrl-C or SIGTERM."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.default_int_handler)
    try:
        run(int(os.environ.get("PORT", "8080")), Path(os.environ.get("DATA", "./var")).resolve())
    except KeyboardInterrupt:
        screen.print("Stopped. The log goes on at the next start.")
    except (CannotStart, GivenUp, IndelibleError) as fault:
        screen.print(str(fault), style="red", markup=False)
        sys.exit(1)


def run(port: int, data: Path) -> None:
    """Start everything, tell the reader where it is, keep it going."""
    _refuse_taken_port(port)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    screen.print("Starting PostgreSQL and the platform...", style="dim")
    url = f"http://127.0.0.1:{port}"
    devices = f"127.0.0.1:{_free_port()}"
    settings = load_settings(data=data, super_admin_second_factor=False)
    with open_database(settings) as database_url, crew(data / "logs") as processes:
        accounts = asyncio.run(prepare(settings, database_url))
        env = {
            "DATA": str(data),
            "PORT": str(port),
            "EDGE_DEVICES": devices,
            "INDELIBLE_DATA": str(data),
            # One PostgreSQL for both; each has its own schema and knows nothing of the other's.
            "EDGE_DATABASE_URL": database_url,
            "INDELIBLE_DATABASE_URL": database_url,
            # The simulator says for whom it speaks, as a proxy in front of the platform would.
            "INDELIBLE_TRUSTED_PROXIES": '["127.0.0.1/32"]',
            # Its passwords are there to be tried: nobody sets up an authenticator for a demo.
            "INDELIBLE_SUPER_ADMIN_SECOND_FACTOR": "false",
            **trust(settings, f"127.0.0.1:{_free_port()}"),
        }
        try:
            port_of_devices = devices.rpartition(":")[2]
            processes.start(
                "device simulator", env, "edge_platform.device", "--port", port_of_devices
            )
            processes.start("witness", env, "edge_platform.witness")
            server = processes.start("platform", env, "edge_platform.server")
            _wait_until_it_answers(server, url)
            _welcome(url, accounts, data)
            processes.start("traffic simulator", env, "edge_platform.simulator", "--url", url)
            processes.watch(screen.print)
        finally:
            # From here on everything is stopping already; a second Ctrl-C would leave parts behind.
            for each in (signal.SIGINT, signal.SIGTERM):
                signal.signal(each, signal.SIG_IGN)


async def prepare(settings: Settings, database_url: str) -> list[Account]:
    """Make the demo's accounts, and tell the platform of their tenants."""
    async with open_services(settings, database_url) as services:
        accounts, tenants = await seed(services.identity, settings.data)
    known = [
        {"id": UUID(each.id), "name": each.name, "region": "eu-central", "plan": "enterprise"}
        for each in tenants
    ]
    async with Tables.open(database_url) as tables, tables.begin() as db:
        await db.execute(insert(tables["tenants"]).values(known).on_conflict_do_nothing())
    return accounts


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} can't be used ({error.strerror}). Choose another: make run PORT=8090"
            ) from error


def _wait_until_it_answers(server: Child, url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise CannotStart(f"The platform did not start. Its last words:\n{server.tail()}")
        try:
            if httpx.get(f"{url}/healthz", timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise CannotStart(f"The platform does not answer. Its last words:\n{server.tail()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _welcome(url: str, accounts: Sequence[Account], data: Path) -> None:
    screen.print()
    screen.print(f"The activity log: [bold]{url}/admin/audit-log[/bold]")
    # Plain lines of less than 80 columns: a table would cut passwords in a narrow terminal.
    widest = max(len(account.email) for account in accounts)
    for tenant, group in groupby(accounts, key=lambda account: account.tenant):
        screen.print(f"\n[bold]{tenant or 'The whole platform'}[/bold]")
        for account in group:
            screen.print(
                f"  {account.role:<11}  {account.email:<{widest}}  {account.password}", markup=False
            )
    screen.print()
    for line in (
        "The demo asks nobody for a second factor: INDELIBLE_SUPER_ADMIN_SECOND_FACTOR is",
        "off. An installation of your own asks every Super Admin for one.",
    ):
        screen.print(line, style="dim")
    screen.print(f"Passwords are kept in {data / FILE}. Ctrl-C stops all of it.", style="dim")


if __name__ == "__main__":
    main()
