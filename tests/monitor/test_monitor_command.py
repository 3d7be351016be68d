"""``indelible monitor``, in a process of its own, with the base install's imports alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from indelible.core.key import SignerKey
from tests.monitor.conftest import KEY, ORIGIN, Published, an_entry

Monitor = Callable[..., subprocess.CompletedProcess[str]]

# What the extras bring must not be needed: whoever imports it here is told that it is absent.
_BASE_ALONE = """
import sys
absent = ("sqlalchemy", "psycopg", "fastapi", "starlette", "pydantic_settings", "alembic", "structlog",
          "prometheus_client", "uvicorn", "argon2", "isal")
sys.modules.update(dict.fromkeys(absent))
from indelible.cli import main
main()
"""


@pytest.fixture
def monitor(published: Published, tmp_path: Path) -> Monitor:
    """Run the command once against the log."""

    def run(*options: str, url: str | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", _BASE_ALONE, "monitor", url or published.url, "--once"]
        return subprocess.run(
            [*command, "--state", str(tmp_path / "mirror"), *options],
            env={k: v for k, v in os.environ.items() if not k.startswith("INDELIBLE_")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_it_ends_with_zero_one_or_three(
    published: Published, monitor: Monitor, tmp_path: Path
) -> None:
    """0 if all holds, 1 at an alarm, whose proof is kept, 3 if nothing could be learned."""
    published.grow(300)
    refused = monitor()
    assert (refused.returncode, "--key" in refused.stderr) == (1, True)
    held = monitor("--key", KEY.verifier.to_text())
    assert held.returncode == 0, held.stderr
    assert "300 entries hold, 300 of them new." in held.stdout
    published.grow(310)
    assert json.loads(monitor("--json").stdout).items() >= {
        "holds": True, "size": 310, "new": 10, "alarm": None,
    }.items()  # fmt: skip
    assert monitor(url="http://127.0.0.1:9").returncode == 3
    published.entries[4] = an_entry(4, said="other")
    published.grow(320)
    alarmed = monitor("--run", f"tee {tmp_path / 'told'}")
    assert alarmed.returncode == 1
    assert "ALARM, REWRITE: entry 4:" in alarmed.stderr
    assert "REWRITE: entry 4:" in (tmp_path / "told").read_text(encoding="utf-8")
    (proof,) = (tmp_path / "mirror/alarms").iterdir()
    assert proof.read_text(encoding="utf-8").count(f"\n— {ORIGIN} ") == 2
    assert json.loads(monitor("--json").stdout)["alarm"]["kind"] == "rewrite"
    assert len(list((tmp_path / "mirror/alarms").iterdir())) == 1


def test_the_first_key_is_pinned(published: Published, monitor: Monitor) -> None:
    """What a folder mirrors is under the key that it started with."""
    published.grow(3)
    assert monitor("--key", KEY.verifier.to_text()).returncode == 0
    stranger = SignerKey.from_seed(ORIGIN, b"s" * 32)
    refused = monitor("--key", stranger.verifier.to_text())
    assert refused.returncode == 1
    assert "under another key" in refused.stderr


def test_it_goes_on_looking(published: Published, tmp_path: Path) -> None:
    """It tells what is new, that nothing can be learned, and an alarm, and goes on after each."""
    command = [sys.executable, "-c", _BASE_ALONE, "monitor", published.url, "--every", "1"]
    process = subprocess.Popen(
        [*command, "--state", str(tmp_path / "mirror"), "--key", KEY.verifier.to_text()],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    said = iter(process.stdout.readline, "")

    def hear(words: str) -> None:
        for line in said:
            if words in line:
                return
        raise AssertionError(f"it ended before it said: {words}")

    try:
        hear("has no checkpoint")
        published.grow(300)
        hear("300 entries hold, 300 of them new.")
        published.grow(301)
        hear("301 entries hold, 1 of them new.")
        published.publish(published.entries[:200])
        hear("ALARM, ROLL BACK: entry 200:")
        published.publish()
        hear("301 entries hold, 0 of them new.")
    finally:
        process.terminate()
        process.wait(timeout=30)
