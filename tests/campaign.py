"""Slow campaigns, for as long as one likes: ``python -m tests.campaign --seconds 3600``.

Each round kills the service under load, ends sessions under load and in every order, changes
proofs and archives in ways of its own, then runs the property tests with many more examples and
another seed, and kills what follows the log. It begins with a soak, a fifth of the time: four hours'
requests in a hurry, and nothing may grow. The first failure ends it, with what is needed to repeat
it.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time

_PROPERTIES = ("tests/core", "tests/index", "tests/capture", "tests/web/test_activity.py")


def main() -> int:
    """Run rounds until the time is up; return pytest's exit status of the first that failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--crashes", type=int, default=20, help="kills in each round")
    parser.add_argument("--mutations", type=int, default=100_000, help="changes in each round")
    wanted = parser.parse_args()
    deadline = time.monotonic() + wanted.seconds
    soaking = min(wanted.seconds / 5, 3600)
    print(f"a soak of {soaking:.0f} s", flush=True)
    soaked = [sys.executable, "-m", "tests.soak", f"--seconds={soaking:.0f}"]
    if status := subprocess.run(soaked, check=False).returncode:
        return status
    rounds = 0
    while time.monotonic() < deadline:
        seed = random.randrange(2**32)
        steps = (
            ["tests/journeys/test_crash.py"],
            ["tests/verify/test_mutations.py", "-s"],
            ["tests/web/test_revoked_under_load.py", "tests/identity/test_session_machine.py"],
            [*_PROPERTIES, "--hypothesis-profile=campaign", f"--hypothesis-seed={seed}"],
        )
        for step in steps:
            if time.monotonic() >= deadline and rounds:
                break
            print(f"round {rounds + 1}: pytest {' '.join(step)}", flush=True)
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "-x", *step],
                env={
                    "REVOCATIONS": "200",
                    "MACHINES": "100",
                    "KILLS": "50",
                    **os.environ,
                    "CRASHES": str(wanted.crashes),
                    "MUTATIONS": str(wanted.mutations),
                    "MUTATIONS_SEED": str(seed),
                },
                check=False,
            )
            if done.returncode:
                return done.returncode
        rounds += 1
    print(f"{rounds} rounds, nothing found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
