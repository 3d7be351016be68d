"""Time-stamps (RFC 3161) over root checkpoints, checked with the authority's certificate."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from indelible.core.instant import format_time
from indelible.core.timestamp import Certificates, Stamp, check_token, read_certificates
from indelible.errors import Tampered
from indelible.verify.report import Stamped


def check_timestamps(
    text: bytes, tokens: Sequence[bytes], authorities: Sequence[bytes]
) -> tuple[Stamped, ...]:
    """Return the time-stamps over *text* that hold.

    Args:
        text: the signed text of a root checkpoint.
        tokens: DER, as they came from an authority.
        authorities: certificates that the caller pins, PEM; without any, nothing is checked.

    Raises:
        Invalid: what the caller pins are no certificates.
        MalformedProof: a token is not one.
        Tampered: authorities are pinned, and none of them stamped this text.
    """
    if not authorities:
        return ()
    pinned = [read_certificates(pem) for pem in authorities]
    found = [
        Stamped(stamp.authority, format_time(int(stamp.time.timestamp() * 1_000_000)))
        for token in tokens
        if (stamp := _by_any(pinned, token, text)) is not None
    ]
    if not found:
        raise Tampered("no pinned authority stamped the root checkpoint")
    return tuple(found)


def _by_any(pinned: Sequence[Certificates], token: bytes, text: bytes) -> Stamp | None:
    """Return what the first of the pinned authorities said that vouches for the token."""
    for certificates in pinned:
        # By another authority, maybe, which nobody pinned: it neither proves nor accuses.
        with suppress(Tampered):
            return check_token(token, text, certificates)
    return None
