"""The real client address: explicit proxies, right-most untrusted hop."""

from __future__ import annotations

import pytest

from indelible.core.address import client_address, is_trusted, networks
from indelible.errors import Misconfigured

TRUSTED = networks(["10.0.0.0/8", "::1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["1.2.3.4"], "203.0.113.7"),
        ("10.0.0.1", ["1.2.3.4"], "1.2.3.4"),
        ("10.0.0.1", ["6.6.6.6, 1.2.3.4"], "1.2.3.4"),
        ("10.0.0.1", ["6.6.6.6", "1.2.3.4, 10.9.9.9"], "1.2.3.4"),
        ("10.0.0.1", ["10.0.0.2, 10.0.0.3"], "10.0.0.2"),
        ("10.0.0.1", ["1.2.3.4:55555"], "1.2.3.4"),
        ("10.0.0.1", ["[2001:db8::1]:443"], "2001:db8::1"),
        ("10.0.0.1", ["2001:DB8::1"], "2001:db8::1"),
        ("::1", ["::ffff:1.2.3.4"], "1.2.3.4"),
        ("::ffff:10.0.0.1", ["1.2.3.4"], "1.2.3.4"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["6.6.6.6, unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("testclient", ["1.2.3.4"], None),
        (None, ["1.2.3.4"], None),
    ],
)
def test_right_most_untrusted_hop_is_the_client(peer, forwarded, expected):
    """A header is believed as far as trusted proxies wrote it, and no further."""
    assert client_address(peer, forwarded, TRUSTED) == expected


def test_nobody_is_trusted_unless_named():
    """Without named proxies no header is believed."""
    assert client_address("10.0.0.1", ["1.2.3.4"], ()) == "10.0.0.1"
    assert not is_trusted("10.0.0.1", ())
    assert is_trusted("10.0.0.1", TRUSTED)
    assert not is_trusted(None, TRUSTED)


def test_a_mistyped_proxy_stops_the_start():
    """A network that is none is said so rather than ignored."""
    with pytest.raises(Misconfigured, match=r"10\.0\.0\.1/8"):
        networks(["10.0.0.1/8"])
