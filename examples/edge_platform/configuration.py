"""What a device is told: a template, filled in with what the platform knows of its edge."""

from __future__ import annotations

import difflib
import hashlib
import string
from collections.abc import Mapping, Sequence
from ipaddress import ip_interface
from typing import NamedTuple

PLACEHOLDERS = frozenset({"name", "site", "model", "interfaces", "acls"})

DEFAULT_TEMPLATE = """\
hostname ${name}
location "${site}"
! interfaces
${interfaces}
! access lists
${acls}
"""


class Peer(NamedTuple):
    """The far end of a peering."""

    public_key: str
    address: str
    keepalive: int


class Interface(NamedTuple):
    """A WireGuard interface and its peers."""

    name: str
    address: str
    listen_port: int
    peers: Sequence[Peer]


class Difference(NamedTuple):
    """The lines that one configuration has and the other has not."""

    removed: list[str]
    added: list[str]


def unknown_placeholders(body: str) -> set[str]:
    """Return the names in *body* that we can't fill in; ValueError where a ``$`` is stray."""
    template = string.Template(body)
    if not template.is_valid():
        raise ValueError("A `$` stands alone: write `$$` for a dollar sign.")
    return set(template.get_identifiers()) - PLACEHOLDERS


def render(
    body: str,
    edge: Mapping[str, str],
    interfaces: Sequence[Interface],
    acls: Mapping[str, Sequence[str]],
) -> str:
    """Fill in *body*; nothing in it is evaluated."""
    return string.Template(body).substitute(
        name=edge["name"],
        site=edge["site"],
        model=edge["model"],
        interfaces="\n".join(line for each in interfaces for line in _interface_lines(each)),
        acls="\n".join(f"acl {name} {rule}" for name, rules in acls.items() for rule in rules),
    )


def _interface_lines(interface: Interface) -> list[str]:
    lines = [f"interface {interface.name} address {interface.address}"]
    lines.append(f"interface {interface.name} listen {interface.listen_port}")
    for peer in interface.peers:
        allowed = ip_interface(peer.address).ip
        lines.append(
            f"interface {interface.name} peer {peer.public_key} allowed {allowed}"
            f" keepalive {peer.keepalive}"
        )
    return lines


def fingerprint(configuration: str) -> str:
    """Return a short name for exactly this text."""
    return hashlib.sha256(configuration.encode()).hexdigest()[:16]


def difference(before: str, after: str) -> Difference:
    """Return which lines went and which came, in order."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return Difference(
        removed=[line[2:] for line in lines if line.startswith("- ")],
        added=[line[2:] for line in lines if line.startswith("+ ")],
    )
