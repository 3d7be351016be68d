"""The traffic simulator: administrators of several tenants at work, over plain HTTP."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from edge_platform import lifeline
from edge_platform.administrator import Account, Administrator, Pace, Refused
from edge_platform.scenarios import mistakes, network, people, tenancy

Scenario = Callable[[Administrator], Awaitable[None]]

ADMIN_DAY: Mapping[Scenario, int] = {
    network.onboard_edge: 8,
    network.sync_edge: 18,
    network.edit_acl: 10,
    network.move_edge: 5,
    network.peer_edges: 8,
    network.part_edges: 3,
    network.rekey_interface: 5,
    network.revoke_connector: 4,
    network.edit_template: 5,
    network.export_edges: 5,
    network.decommission_edge: 3,
    people.hire: 6,
    people.change_role: 6,
    people.promote: 4,
    people.let_go: 3,
    people.edit_role: 3,
    people.borrow_role: 3,
    people.freeze_changes: 3,
    mistakes.mistype_acl: 2,
    mistakes.sync_lost_edge: 1,
    mistakes.take_name_twice: 2,
    mistakes.delete_used_edge: 2,
    mistakes.mistype_password: 1,
    mistakes.end_of_shift: 2,
}
SUPER_ADMIN_DAY: Mapping[Scenario, int] = {tenancy.run_trial: 2, tenancy.support_tenant: 3}
VIEWER_DAY: Mapping[Scenario, int] = {mistakes.overstep: 4, mistakes.end_of_shift: 1}
DAYS = {"admin": ADMIN_DAY, "super_admin": SUPER_ADMIN_DAY, "viewer": VIEWER_DAY}
HOW_OFTEN = {"admin": 10, "super_admin": 3, "viewer": 1}

WARM_UP: Sequence[tuple[str, Scenario]] = (
    ("admin", network.onboard_edge),
    ("admin", people.hire),
    ("viewer", mistakes.overstep),
    ("admin", network.onboard_edge),
    ("admin", network.peer_edges),
    ("admin", people.borrow_role),
    ("admin", network.export_edges),
    ("admin", network.revoke_connector),
    ("super_admin", tenancy.run_trial),
)
"""Touches every action and every resource type, once, in the first minute."""
WARM_UP_RATE = 1.0

log = logging.getLogger("edge_platform.simulator")


class Staff:
    """All administrators with an account."""

    def __init__(self, base_url: str, accounts: Sequence[Account], pace: Pace) -> None:
        """Seat each account before the platform at *base_url*."""
        self._seats = [Administrator(base_url, account, pace) for account in accounts]
        self._weights = [HOW_OFTEN[account.role] for account in accounts]

    def first(self, role: str) -> Administrator:
        """Return the first with this role."""
        return next(seat for seat in self._seats if seat.account.role == role)

    def any(self) -> Administrator:
        """Return one of all, administrators most often."""
        return random.choices(self._seats, self._weights)[0]


async def attempt(administrator: Administrator, scenario: Scenario) -> bool:
    """Play *scenario*; say whether the platform took all of it."""
    try:
        await scenario(administrator)
    except Refused as refusal:
        log.info("%s, %s: %s", administrator.account.email, scenario.__name__, refusal)
        return False
    return True


async def warm_up(staff: Staff) -> None:
    """Play the opening; what is refused because the platform is away is played again."""
    for role, scenario in WARM_UP:
        for _ in range(1 if scenario is mistakes.overstep else 3):
            if await attempt(staff.first(role), scenario):
                break
            await asyncio.sleep(0.5)


async def work(staff: Staff) -> None:
    """Do one thing after the other, for ever."""
    while True:
        administrator = staff.any()
        day = DAYS[administrator.account.role]
        scenario = random.choices(list(day), list(day.values()))[0]
        if not await attempt(administrator, scenario):
            await asyncio.sleep(0.1)  # the platform may be away; don't spin


async def simulate(base_url: str, accounts: Sequence[Account], rate: float) -> None:
    """Work on the platform at *rate* actions a second until cancelled."""
    pace = Pace(max(rate, WARM_UP_RATE))
    staff = Staff(base_url, accounts, pace)
    await warm_up(staff)
    pace.rate = rate
    # Enough of them at once that waiting for answers does not hold the pace back.
    await asyncio.gather(*(work(staff) for _ in range(3 + int(rate / 5))))


def main() -> None:
    """Simulate until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument(
        "--rate", type=float, default=float(os.environ.get("RATE", "1")), help="actions a second"
    )
    arguments = parser.parse_args()
    lifeline.hold()
    if arguments.rate <= 0:
        parser.error("--rate must be above 0")
    logging.basicConfig(level="INFO", format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel("WARNING")
    file = Path(os.environ.get("DATA", "./var")) / "demo-accounts.json"
    accounts = [Account(**entry) for entry in json.loads(file.read_text(encoding="utf-8"))]
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(simulate(arguments.url, accounts, arguments.rate))


if __name__ == "__main__":
    main()
