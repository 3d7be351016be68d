"""Rotating the signing key: the old key signs in the new one, and the platform log says so.

The entry and the database's knowledge of the new key are one transaction. The checkpoint over that
entry, signed by the old key, becomes a leaf of the root log as every checkpoint does.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from indelible.core.activity import Action, Activity, Actor, Resource
from indelible.core.rotation import Rotation
from indelible.errors import Conflict
from indelible.ledger.ports import Effect, Recorder, Signer

RESOURCE_TYPE = "signing_key"


class SigningKeys(Protocol):
    """Where it is kept which keys sign the logs, or did."""

    async def all(self) -> Collection[bytes]:
        """Return the 32 bytes of each public key."""

    def admit(self, public_key: bytes, statement: str) -> Effect:
        """Add a key, with the statement in which its predecessor signs it in."""


class KeyRotator:
    """Has keys follow one another."""

    def __init__(self, *, keys: SigningKeys, recorder: Recorder, base: str) -> None:
        """Take the keys, the recorder, and what every log's origin starts with."""
        self._keys = keys
        self._recorder = recorder
        self._base = base

    async def rotate(self, old: Signer, new: Signer, *, actor: Actor, time: int) -> None:
        """Have *new* sign from now on. A rotation that was recorded before is not recorded again.

        Args:
            old: the key that signs; the recorder signs with it.
            new: its successor.
            actor: who does it.
            time: Unix seconds.

        Raises:
            Conflict: *old* does not sign these logs.
            Unavailable: nothing was changed.
        """
        known = await self._keys.all()
        if old.public_key not in known:
            raise Conflict("The key that is to be followed does not sign these logs.")
        if new.public_key in known:
            return
        rotation = Rotation(base=self._base, old=old.public_key, new=new.public_key, time=time)
        statement = rotation.sign(old.sign, new.sign)
        activity = Activity(
            actor=actor,
            action=Action.UPDATE,
            resource=Resource(type=RESOURCE_TYPE, id=new.public_key.hex()),
            payload={"follows": old.public_key.hex(), "statement": statement.splitlines()},
        )
        await self._recorder.record([activity], effect=self._keys.admit(new.public_key, statement))
