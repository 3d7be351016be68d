"""How often somebody may try to sign in.

Failures are counted in a sliding window, in the database, so that any number of processes count as
one. Two things are weighed against each other: a stranger may not guess on, and may not keep the
owner of an account out by guessing. So an account's owner, at an address from which the account
signed in before, has a bucket of their own, which nobody elsewhere can fill; everybody else shares
the account's bucket, and each address has one over all accounts.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

FAMILIAR_FOR = timedelta(days=30)
"""How long an address stays known to an account after a sign-in from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many failures are too many.

    Attributes:
        delay_from: from this many failures in a bucket, the next attempt waits before it is
            looked at: half a second, doubled by each further failure.
        refuse_from: from this many, attempts are not looked at.
        window: how long a failure counts.
        longest_delay: seconds.
    """

    delay_from: int = 5
    refuse_from: int = 10
    window: timedelta = timedelta(minutes=15)
    longest_delay: float = 8.0

    def delay(self, failures: int) -> float:
        """Return for how many seconds an attempt after *failures* has to wait."""
        beyond = failures - self.delay_from
        if beyond < 0:
            return 0.0
        return float(min(self.longest_delay, 0.5 * 2 ** min(beyond, 16)))


def network_of(address: str | None) -> str | None:
    """Return the network that one subscriber holds around *address*, in CIDR notation.

    An IPv4 address stands for itself, an IPv6 address for its /64. None is no IP address.
    """
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is None:
            return str(ipaddress.ip_network((int(ip), 64), strict=False))
        ip = ip.ipv4_mapped
    return f"{ip}/32"


def own_bucket(email: str, network: str | None) -> bytes:
    """Return the bucket of an account's owner at a familiar address."""
    return _digest("own", email, network or "-")


def shared_buckets(email: str, network: str | None) -> Sequence[bytes]:
    """Return the buckets of everybody else: the account's and the address's."""
    return (_digest("account", email), _digest("address", network or "-"))


def _digest(*parts: str) -> bytes:
    # Hashed, so that the counters are no list of the addresses that people tried.
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).digest()[:16]
