"""Dockerfile and compose.yaml: linted, and true to the repository they are built from."""

from __future__ import annotations

import fnmatch
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from indelible.config.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SETTINGS = {f"INDELIBLE_{name.upper()}" for name in Settings.model_fields}


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions, continued lines joined."""
    plain = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    found = (line.split(maxsplit=1) for line in plain.splitlines() if line.strip())
    return [(name, " ".join(rest.split())) for name, rest in found]


def test_hadolint() -> None:
    """Hadolint has nothing to say about the Dockerfile."""
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    hadolint = hadolint or shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("hadolint is not installed: its wheel is for Linux and macOS only")
    linted = subprocess.run(
        [hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (linted.returncode, linted.stdout) == (0, "")


def test_what_is_copied_exists() -> None:
    """Every file that a COPY names is in the repository, and .dockerignore lets it through."""
    rules = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = [rule[1:] for rule in rules if rule.startswith("!")]
    for name, rest in instructions():
        if name == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
                tops = [source, *map(str, Path(source).parents)]
                assert any(fnmatch.fnmatch(top, rule) for top in tops for rule in let_in), source


def test_it_runs_without_rights() -> None:
    """The last stage ends as a user by number, who is not root, and says how to see its health."""
    stages = [index for index, (name, _) in enumerate(instructions()) if name == "FROM"]
    last = instructions()[stages[-1] :]
    assert [rest for name, rest in last if name == "USER"] == ["10001:10001"]
    assert "HEALTHCHECK" in dict(last)


def test_the_command_is_one_of_ours() -> None:
    """What the image runs is a command that the package has, with options that it takes."""
    (command,) = [rest for name, rest in instructions() if name == "CMD"]
    program, subcommand, *options = re.findall(r'"([^"]+)"', command)
    page = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    assert f"## {program} {subcommand}\n" in page
    for option in options:
        assert not option.startswith("--") or f"`{option} " in page


def test_settings_are_real() -> None:
    """Every INDELIBLE_ variable in both files is a setting."""
    named = set(re.findall(r"INDELIBLE_[A-Z_]+", DOCKERFILE))
    for service in COMPOSE["services"].values():
        named |= {name for name in service["environment"] if name.startswith("INDELIBLE_")}
    assert named <= SETTINGS


def test_images_are_named_with_a_version() -> None:
    """Images are named without a registry, and never by "latest"."""
    stages = set(re.findall(r"AS (\w+)", DOCKERFILE))
    images = [rest.split()[0] for name, rest in instructions() if name == "FROM"]
    images += [each["image"] for each in COMPOSE["services"].values() if "build" not in each]
    for image in set(images) - stages:
        assert re.fullmatch(r"[a-z]+:[0-9][0-9a-z.-]*", image), image


def test_compose_is_whole() -> None:
    """Every volume and secret that a service uses is declared, and every declared one is used."""
    used: dict[str, set[str]] = {"volumes": set(), "secrets": set()}
    for service in COMPOSE["services"].values():
        used["volumes"] |= {volume.partition(":")[0] for volume in service["volumes"]}
        used["secrets"] |= set(service["secrets"])
    for kind, names in used.items():
        assert names == set(COMPOSE[kind])


def test_compose_waits_for_health() -> None:
    """A service is started when those it depends on are healthy, and they can say so."""
    services = COMPOSE["services"]
    for service in services.values():
        for name, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert "healthcheck" in services[name]


def test_compose_holds_no_password() -> None:
    """Passwords come from files, and no port is open to the network."""
    text = (ROOT / "compose.yaml").read_text("utf-8")
    assert re.findall(r"(?m)^\s+\w*PASSWORD\w*:", text)
    for service in COMPOSE["services"].values():
        for name, value in service["environment"].items():
            assert "PASSWORD" not in name or value.startswith("/run/secrets/")
            assert not re.search(r"://[^/@]*:[^/@]*@", str(value))
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:")
