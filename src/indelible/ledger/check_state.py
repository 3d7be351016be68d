"""How far a check was, so that an interrupted one can go on."""

from __future__ import annotations

from typing import Protocol

import msgspec

from indelible.ledger.check_rows import Seen
from indelible.ledger.check_tree import Grown
from indelible.ledger.findings import Finding, Report


class Halfway(msgspec.Struct, kw_only=True):
    """A log in the middle of its check."""

    origin: str
    grown: Grown
    seen: Seen
    findings: list[Finding]


class Progressed(msgspec.Struct, kw_only=True):
    """What is done of a check.

    Attributes:
        trusted: the keys that it was done with; with others it starts anew.
        done: origins of the logs that were checked to their end as it was then.
    """

    trusted: list[bytes]
    report: Report
    done: list[str]
    halfway: Halfway | None = None


class StateKeeper(Protocol):
    """Keeps how far a check is."""

    def load(self) -> Progressed | None:
        """Return what an interrupted check left; None for nothing."""

    def save(self, progressed: Progressed) -> None:
        """Keep it, in place of what was kept before."""

    def clear(self) -> None:
        """The check is done: keep nothing."""


class Forgetful:
    """Keeps nothing."""

    def load(self) -> Progressed | None:
        """Return None."""
        return None

    def save(self, progressed: Progressed) -> None:
        """Do nothing."""

    def clear(self) -> None:
        """Do nothing."""


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Progressed).decode


def spell(progressed: Progressed) -> bytes:
    """Return *progressed* as JSON."""
    return _encode(progressed)


def read(data: bytes) -> Progressed | None:
    """Return what :func:`spell` wrote; None where it is anything else."""
    try:
        return _decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
