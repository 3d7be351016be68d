"""Asking a witness for its cosignature of a root checkpoint, and understanding its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from indelible.core.key import VerifierKey
from indelible.core.note import Note, parse_note
from indelible.core.proof import Proof
from indelible.errors import Unavailable, Unproven
from indelible.ledger.root import (
    Behind,
    CosignatureStore,
    Cosigned,
    Refused,
    RootCheckpoint,
    RootStore,
    Witness,
    WitnessState,
)
from indelible.ledger.tree import consistency_proof

_MOST_TRIES = 5  # several nodes may ask at once, and each time the witness is a step further


class Outcome(NamedTuple):
    """What a conversation with a witness came to; see WitnessReport."""

    witness: str
    state: WitnessState
    size: int
    seen: int | None
    detail: str


class _Settled(Exception):
    """The conversation is over."""

    def __init__(self, state: WitnessState, seen: int | None, detail: str) -> None:
        super().__init__(detail)
        self.state = state
        self.seen = seen


class Cosigner:
    """Has one witness cosign."""

    def __init__(
        self,
        root: RootStore,
        kept: CosignatureStore,
        witness: Witness,
        *,
        again_after: float,
        clock: Callable[[], float],
    ) -> None:
        """Take the root log, where cosignatures are kept, a witness and a clock in Unix seconds.

        A checkpoint that rests is cosigned again after *again_after* seconds.
        """
        self._root = root
        self._kept = kept
        self._witness = witness
        self._again_after = again_after
        self._clock = clock

    @property
    def name(self) -> str:
        """The name of the witness."""
        return self._witness.key.name

    async def ask(self, checkpoint: RootCheckpoint) -> Outcome:
        """Have *checkpoint*, the newest, cosigned; keep the cosignature and what was said.

        Nothing is asked where somebody else did so just now.

        Raises:
            Unavailable: the storage can't be reached; of the witness that is an outcome.
        """
        key = self._witness.key
        time = cosigned_at(checkpoint, key)
        if time is not None and self._clock() - time < self._again_after:
            return Outcome(key.name, WitnessState.COSIGNS, checkpoint.size, checkpoint.size, "")
        last, _ = await self._kept.last(key) or (0, 0)
        try:
            checkpoint = await self._converse(checkpoint, min(last, checkpoint.size))
            outcome = Outcome(key.name, WitnessState.COSIGNS, checkpoint.size, checkpoint.size, "")
        except _Settled as settled:
            outcome = Outcome(key.name, settled.state, checkpoint.size, settled.seen, str(settled))
        await self._kept.report(
            key, outcome.state, size=outcome.size, seen=outcome.seen, detail=outcome.detail
        )
        return outcome

    async def _converse(self, checkpoint: RootCheckpoint, old: int) -> RootCheckpoint:
        """Return the checkpoint that was cosigned: *checkpoint* or a newer one."""
        for _ in range(_MOST_TRIES):
            answer = await self._say(checkpoint, old)
            if isinstance(answer, Cosigned):
                await self._kept.add(checkpoint.size, answer.cosignature)
                return checkpoint
            if isinstance(answer, Refused):
                state = WitnessState.FORK if answer.fork else WitnessState.REFUSES
                raise _Settled(state, old if answer.fork else None, answer.reason)
            if answer.size == old:
                # Asked from where it stands, it can only mean the other thing that 409 says.
                raise _Settled(
                    WitnessState.FORK if old == checkpoint.size else WitnessState.REFUSES,
                    answer.size,
                    f"It has seen another tree of size {old}."
                    if old == checkpoint.size
                    else "It refuses a proof from the very size that it names.",
                )
            old = answer.size
            if old > checkpoint.size:
                checkpoint = await self._catch_up(old)
        raise _Settled(WitnessState.REFUSES, old, "It names another size at every try.")

    async def _say(self, checkpoint: RootCheckpoint, old: int) -> Cosigned | Behind | Refused:
        note = parse_note(checkpoint.note)
        signed_by_log = Note(note.text, note.signatures[:1]).to_text()
        try:
            return await self._witness.add_checkpoint(
                old, await self._proof(old, checkpoint.size), signed_by_log
            )
        except Unavailable as error:
            raise _Settled(WitnessState.UNREACHABLE, None, str(error)) from error

    async def _proof(self, old: int, new: int) -> Proof:
        if old == 0:
            return ()
        try:
            return await consistency_proof(self._root, old, new)
        except Unproven as error:
            raise _Settled(
                WitnessState.REFUSES, None, f"The root log itself can't be read: {error}"
            ) from error

    async def _catch_up(self, seen: int) -> RootCheckpoint:
        """Return our newest checkpoint: another node may have published since we looked."""
        newest = await self._root.newest()
        if newest is None or newest.size < seen:
            size = 0 if newest is None else newest.size
            raise _Settled(
                WitnessState.ROLL_BACK,
                seen,
                f"It has cosigned {seen} leaves of the root log, and the database has {size}.",
            )
        return newest


def cosigned_at(checkpoint: RootCheckpoint, witness: VerifierKey) -> int | None:
    """Return when *witness* cosigned it, in Unix seconds: lines in its note hold."""
    for line in parse_note(checkpoint.note).signatures:
        if line[:2] == (witness.name, witness.key_id):
            return int.from_bytes(line.blob[:8], "big")
    return None
