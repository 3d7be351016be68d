"""The real address of a client behind proxies: the right-most hop that is not a trusted proxy.

Whatever stands further left in ``X-Forwarded-For`` was written by the client itself.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from indelible.errors import Misconfigured

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks that an operator named, such as ``10.0.0.0/8`` or ``::1``.

    Raises:
        Misconfigured: one of them is none.
    """
    try:
        return tuple(ipaddress.ip_network(text) for text in texts)
    except ValueError as error:
        raise Misconfigured(f"A trusted proxy is no network: {error}.") from error


def is_trusted(address: str | None, trusted: Sequence[Network]) -> bool:
    """Return whether *address* is one of the proxies whose headers are believed."""
    parsed = _parse(address or "")
    return parsed is not None and _among(parsed, trusted)


def client_address(
    peer: str | None, forwarded: Iterable[str], trusted: Sequence[Network]
) -> str | None:
    """Return the address that a request really came from, None where there is none.

    Args:
        peer: the other end of the connection.
        forwarded: values of ``X-Forwarded-For``, in the order of the headers.
        trusted: networks of proxies whose word is taken for the hop before them.
    """
    known = _parse(peer or "")
    if known is None:
        return None
    hops = [hop for value in forwarded for hop in value.split(",")]
    while hops and _among(known, trusted):
        hop = _parse(hops.pop())
        if hop is None:
            # A trusted proxy that does not know: it is the last address that anybody vouches for.
            break
        known = hop
    return str(known)


def _among(address: _Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _parse(text: str) -> _Address | None:
    """Return the address in *text*: with or without port, brackets and zone."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
