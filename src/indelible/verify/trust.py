"""Whom the caller believes: keys that were got another way than with the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indelible.core.key import KeyType, VerifierKey
from indelible.core.rotation import follow
from indelible.errors import Invalid, MalformedProof

_MOST_KEYS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the caller pins.

    Attributes:
        keys: of the operator. One key signs for all logs of an installation, each time under the
            log's own name: a pin of any of them is a pin of all.
        witnesses: of the witnesses whose word counts.
        quorum: how many of them have to have cosigned.
        authorities: certificates of time-stamp authorities, PEM.

    Raises:
        Invalid: a key is of the other type, or more witnesses are asked for than are named.
    """

    keys: tuple[VerifierKey, ...] = ()
    witnesses: tuple[VerifierKey, ...] = ()
    quorum: int = 0
    authorities: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        for key in self.keys:
            if key.type is not KeyType.ED25519:
                raise Invalid(f"{key.name}: a witness's key, where one of a log is wanted")
        for key in self.witnesses:
            if key.type is not KeyType.COSIGNATURE:
                raise Invalid(f"{key.name}: a log's key, where one of a witness is wanted")
        if not 0 <= self.quorum <= len({key.public_key for key in self.witnesses}):
            raise Invalid(f"{self.quorum} witnesses are asked for, and fewer are named")

    def keys_of(
        self, origin: str, named: Sequence[str], rotations: Sequence[str]
    ) -> tuple[VerifierKey, ...]:
        """Return the keys by which a log's signature is taken.

        With pins those alone, and what signed statements lead to from them; without, those that
        the file names itself.

        Raises:
            MalformedProof: a key or a statement that the file brings is none.
            Tampered: a statement is not signed by both of its keys.
        """
        if not self.keys:
            return tuple(key for key in parse_keys(named) if key.name == origin)
        base = base_of(origin)
        pinned = [key.public_key for key in self.keys if base_of(key.name) == base]
        if len(rotations) > _MOST_KEYS:
            raise MalformedProof("the file brings too many statements about keys")
        return tuple(VerifierKey(origin, key) for key in follow(base, pinned, rotations))


def parse_keys(named: Sequence[str]) -> tuple[VerifierKey, ...]:
    """Return keys as files name them.

    Raises:
        MalformedProof: one is none, or there are too many.
    """
    if len(named) > _MOST_KEYS:
        raise MalformedProof("the file names too many keys")
    try:
        return tuple(map(VerifierKey.parse, named))
    except Invalid as error:
        raise MalformedProof(str(error)) from error


def base_of(origin: str) -> str:
    """Return what the names of all logs of an installation start with."""
    base, logs, _ = origin.rpartition("/logs/")
    return base if logs else origin.removesuffix("/root").removesuffix("/keys")


def tenant_of(origin: str) -> str | None:
    """Return the id of the tenant whose log it is; None for the platform's."""
    name = origin.rpartition("/")[2]
    return None if name == "platform" else name
