"""How long failed sign-ins take, side by side: ``python -m tests.login_timing --each 200``.

Whoever is told the same in the same time learns nothing of which accounts there are. Attempts of all
kinds are mixed, over the whole application and a real database. Beside the quantiles stands how
often one would tell two kinds apart who knows both distributions, looks at one attempt and guesses:
0.50 is a coin.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import httpx
import sqlalchemy as sa

from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.identity.access import Role
from indelible.identity.model import COMMAND_LINE
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.embedded import EmbeddedServer
from indelible.storage.postgres.schema import migrate
from indelible.web.app import create_app

KINDS = ("unknown", "disabled", "wrong password")
PASSWORD = "seven green kettles hum"
_BEFORE_DELAYS = 5  # attempts that an account takes before the next has to wait

Timings = Mapping[str, Sequence[float]]


async def measure(database_url: str, data: Path, *, each: int) -> Timings:
    """Return the seconds of *each* attempts of every kind, in the order in which they were made."""
    settings = load_settings(data=data, super_admin_second_factor=False)
    async with open_services(settings, database_url) as services:
        accounts = -(-each // _BEFORE_DELAYS)
        tenant = await services.identity.tenants.create("Acme", actor=COMMAND_LINE)
        for kind, number in itertools.product(("wrong", "disabled"), range(accounts)):
            await services.identity.users.create(
                email=f"{kind}{number}@acme.test",
                name=f"Name {number}",
                role=Role.VIEWER,
                tenant=tenant,
                password=PASSWORD,
                actor=COMMAND_LINE,
            )
        await _disable(database_url)
        app = create_app(lambda: open_services(settings, database_url))
        app.state.services = services
        found: dict[str, list[float]] = {kind: [] for kind in KINDS}
        addresses = _addresses()
        for kind, number in _mixed(each):
            found[kind].append(await _attempt(app, kind, number, next(addresses)))
    return found


def told_apart(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how often a guesser is right who is shown one time and knows both distributions.

    The guess is made by the one threshold that separates the two best.
    """
    both = sorted([(value, 1) for value in one] + [(value, -1) for value in other])
    best = running = 0.0
    for _, side in both:
        running += side / (len(one) if side > 0 else len(other))
        best = max(best, abs(running))
    return 0.5 + best / 2


def report(found: Timings) -> str:
    """Return the quantiles in milliseconds, kind beside kind."""
    lines = [f"{'':>14}" + "".join(f"{name:>9}" for name in ("p5", "p25", "p50", "p75", "p95"))]
    for kind, seconds in found.items():
        twentieths = statistics.quantiles(seconds, n=20)
        shown = (twentieths[at] * 1000 for at in (0, 4, 9, 14, 18))
        lines.append(f"{kind:>14}" + "".join(f"{value:9.1f}" for value in shown))
    for one, other in itertools.combinations(found, 2):
        lines.append(f"{one} / {other}: told apart {told_apart(found[one], found[other]):.2f}")
    return "\n".join(lines)


async def _attempt(app: object, kind: str, number: int, address: str) -> float:
    # Nobody tries an unknown address twice: each is new to the log as well.
    nobody = f"nobody{address}-"
    name = {"unknown": nobody, "disabled": "disabled", "wrong password": "wrong"}[kind]
    password = PASSWORD if kind == "disabled" else "not this one, whatever it is"
    body = {"email": f"{name}{number}@acme.test", "password": password}
    transport = httpx.ASGITransport(app, client=(address, 5000))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
        start = time.perf_counter()
        answer = await browser.post("/api/auth/sign-in", json=body)
        taken = time.perf_counter() - start
    assert answer.status_code == 401, answer.text
    return taken


def _mixed(each: int) -> Iterator[tuple[str, int]]:
    for at in range(each):
        kinds = list(KINDS)
        random.shuffle(kinds)
        for kind in kinds:
            yield kind, at // _BEFORE_DELAYS


def _addresses() -> Iterator[str]:
    # Each attempt from an address of its own: none is delayed for what others did.
    for number in itertools.count(1):
        yield f"198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}"


async def _disable(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    async with database.begin() as connection:
        await connection.execute(
            sa.text("UPDATE users SET disabled = true WHERE email LIKE 'disabled%'")
        )
    await database.close()


def main() -> int:
    """Run on an embedded server and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=200, help="attempts of each kind")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        server = EmbeddedServer(data)
        with server:
            migrate(server.url)
            print(report(asyncio.run(measure(server.url, data, each=wanted.each))))
        server.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
