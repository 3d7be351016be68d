"""Finds the address that a request really came from.

Anyone can send an ``X-Forwarded-For`` header. Only what a proxy of ours wrote into it is true: each
proxy appends the address that it saw, so the list is read from the right, past our own proxies, to
the first address that is not one of them. All that stands left of it was sent by that client.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from typing import Literal

from indelible.errors import Misconfigured

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Headers = Sequence[tuple[bytes, bytes]]
ForwardedBy = Literal["x-forwarded-for", "forwarded"]

_MAX_HOPS = 64
# RFC 7239 section 4: for=192.0.2.60, for="[2001:db8::1]:4711", for=unknown, for=_hidden
_FOR = re.compile(r"(?:^|[;\s])for=(\"[^\"]*\"|[^;,\s]*)", re.IGNORECASE)


class ClientAddress:
    """Knows our proxies and so the client in front of them.

    Args:
        trusted: networks of our own proxies (``10.0.0.0/8``, ``::1``). Without any, the peer of
            the connection is the client and every header is ignored.
        header: the one header that these proxies write; the other is ignored, because they pass
            it through as the client sent it.

    Raises:
        Misconfigured: one of *trusted* is no network.
    """

    def __init__(
        self, trusted: Iterable[str] = (), *, header: ForwardedBy = "x-forwarded-for"
    ) -> None:
        self._trusted = tuple(_network(text) for text in trusted)
        self._header = header.encode()

    def of(self, peer: str | None, headers: Headers) -> str | None:
        """Return the client's address in its one spelling, or None where it can't be told.

        Args:
            peer: the other end of the connection; None behind a Unix socket.
            headers: of the request, names in lower case.
        """
        nearest = parse_address(peer or "")
        if not self._trusted or (nearest is not None and not self._ours(nearest)):
            return str(nearest) if nearest else None
        if nearest is None and peer:
            return None
        known = nearest
        for text in reversed(self._hops(headers)):
            hop = parse_address(text)
            if hop is None:
                break  # our own proxy could not tell: nothing further left is to be believed
            known = hop
            if not self._ours(hop):
                break
        return str(known) if known else None

    def trusts(self, peer: str | None) -> bool:
        """Return whether *peer* is one of our proxies, whose headers are to be believed."""
        address = parse_address(peer or "")
        return address is not None and self._ours(address)

    def _ours(self, address: Address) -> bool:
        return any(
            address.version == network.version and address in network for network in self._trusted
        )

    def _hops(self, headers: Headers) -> list[str]:
        values = b",".join(value for name, value in headers if name == self._header)
        if not values:
            return []
        hops = values.decode("latin-1").rsplit(",", _MAX_HOPS)[-_MAX_HOPS:]
        return [hop.strip() for hop in hops] if self._header != b"forwarded" else _for(hops)


def _for(elements: list[str]) -> list[str]:
    found = (_FOR.search(element.strip()) for element in elements)
    return [match[1].strip('"') if match else "" for match in found]


def parse_address(text: str) -> Address | None:
    """Return the address in *text*, whose port, brackets or zone may be there too, or None.

    An IPv4 address that was mapped into IPv6 (``::ffff:192.0.2.1``) is that IPv4 address.
    """
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise Misconfigured(
            f"{text!r} is no network of trusted proxies. Write an address (192.0.2.7) or a network "
            "with its host bits zero (10.0.0.0/8)."
        ) from error
