"""The client's address is what our own proxy saw, and nothing that the client wrote."""

from __future__ import annotations

import pytest

from indelible.capture import ClientAddress
from indelible.core.client_address import parse_address
from indelible.errors import Misconfigured

PROXIES = ("10.0.0.0/8", "fd00::/8")


def forwarded(*values: str) -> list[tuple[bytes, bytes]]:
    """Return X-Forwarded-For headers."""
    return [(b"x-forwarded-for", value.encode("latin-1")) for value in values]


@pytest.mark.parametrize(
    ("peer", "headers", "client"),
    [
        ("203.0.113.5", forwarded("198.51.100.1"), "203.0.113.5"),
        ("10.0.0.1", forwarded("198.51.100.1"), "198.51.100.1"),
        ("10.0.0.1", forwarded("1.1.1.1, 198.51.100.1"), "198.51.100.1"),
        ("10.0.0.1", forwarded("1.1.1.1, 198.51.100.1, 10.9.9.9"), "198.51.100.1"),
        ("10.0.0.1", forwarded("1.1.1.1", "198.51.100.1"), "198.51.100.1"),
        ("10.0.0.1", forwarded("10.0.0.7, 10.0.0.8"), "10.0.0.7"),
        ("10.0.0.1", forwarded(), "10.0.0.1"),
        ("10.0.0.1", forwarded("198.51.100.1, garbage, 10.0.0.2"), "10.0.0.2"),
        ("10.0.0.1", forwarded("198.51.100.1:4711"), "198.51.100.1"),
        ("10.0.0.1", forwarded("[2001:DB8::0001]:4711"), "2001:db8::1"),
        ("fd00::1", forwarded("2001:db8::2"), "2001:db8::2"),
        ("::ffff:10.0.0.1", forwarded("::ffff:198.51.100.1"), "198.51.100.1"),
        ("10.0.0.1", forwarded("unknown"), "10.0.0.1"),
        ("10.0.0.1", forwarded("198.51.100.1\x00"), "10.0.0.1"),
        (None, forwarded("198.51.100.1"), "198.51.100.1"),
        ("not an address", forwarded("198.51.100.1"), None),
        ("10.0.0.1", [(b"forwarded", b"for=1.1.1.1")], "10.0.0.1"),
        ("10.0.0.1", forwarded(", ".join(["1.1.1.1"] * 10_000 + ["198.51.100.1"])), "198.51.100.1"),
    ],
)  # fmt: skip
def test_the_right_most_hop_that_is_not_ours_is_the_client(
    peer: str | None, headers: list[tuple[bytes, bytes]], client: str | None
) -> None:
    """Whatever stands left of it was sent by that client and may be a lie."""
    assert ClientAddress(PROXIES).of(peer, headers) == client


@pytest.mark.parametrize(
    ("value", "client"),
    [
        ("for=198.51.100.1;proto=https;by=10.0.0.1", "198.51.100.1"),
        ("for=1.1.1.1, for=198.51.100.1", "198.51.100.1"),
        ('for="[2001:db8::1]:4711"', "2001:db8::1"),
        ('For="198.51.100.1"', "198.51.100.1"),
        ("proto=https", "10.0.0.1"),
        ("for=_hidden", "10.0.0.1"),
    ],
)
def test_forwarded_is_read_where_it_is_the_proxies_header(value: str, client: str) -> None:
    """RFC 7239; then X-Forwarded-For is what the client sent and is ignored."""
    address = ClientAddress(PROXIES, header="forwarded")
    headers = [(b"forwarded", value.encode()), *forwarded("6.6.6.6")]
    assert address.of("10.0.0.1", headers) == client


def test_without_trusted_proxies_every_header_is_ignored() -> None:
    """The default believes nobody."""
    assert ClientAddress().of("203.0.113.5", forwarded("198.51.100.1")) == "203.0.113.5"


@pytest.mark.parametrize("text", ["10.0.0.1/8", "proxy.example.com", ""])
def test_a_proxy_that_is_no_network_is_refused_at_the_start(text: str) -> None:
    """A misspelt network would silently trust nobody, or somebody else."""
    with pytest.raises(Misconfigured):
        ClientAddress([text])


@pytest.mark.parametrize(
    "text", ["", "[", "[]", ":", "::1::", "1.2.3", "1.2.3.4.5", "é", "1" * 999]
)
def test_garbage_is_no_address(text: str) -> None:
    """And never an exception."""
    assert parse_address(text) is None


def test_only_named_proxies_are_trusted() -> None:
    """What a peer says of the way it came is believed of named proxies alone."""
    clients = ClientAddress(PROXIES)
    assert clients.trusts("10.0.0.1")
    assert clients.trusts("::ffff:10.0.0.1")
    assert not clients.trusts("203.0.113.5")
    assert not clients.trusts(None)
    assert not ClientAddress().trusts("10.0.0.1")
