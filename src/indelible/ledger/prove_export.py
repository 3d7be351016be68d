"""Evidence of an archive: one proof for all of its entries, log by log.

The rows are read from one snapshot, in a thread. What proves them is read afterwards, log by log,
under checkpoints that may be newer: a tree never changes below the size that was signed.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from indelible.core.evidence_file import (
    EXPORT_FORMAT,
    Completeness,
    ExportEvidence,
    LogEvidence,
    spell_export,
)
from indelible.core.merkle import Node, fold
from indelible.core.multiproof import Span, spans_outside
from indelible.core.note import parse_note
from indelible.core.scope import Scope
from indelible.errors import IndelibleError, Tampered
from indelible.ledger.places import Places
from indelible.ledger.ports import LogNumber
from indelible.ledger.provable import signers
from indelible.ledger.prove import Prover
from indelible.ledger.published import PublishedTree

_SPANS_AT_ONCE = 2_000
_LOOK_AGAIN_SECONDS = 0.25

Publish = Callable[[], Awaitable[Any]]
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What an archive claims, as its evidence says it.

    Attributes:
        stretches: the seqs of the range of time, by log; empty for a selection.
    """

    made: str
    said: dict[str, str]
    rows: int
    completeness: Completeness
    stretches: dict[LogNumber, range]


class ExportProver:
    """Makes evidence of archives."""

    def __init__(
        self, prover: Prover, *, publish: Publish | None = None, patience: float = 0.0
    ) -> None:
        """Take what proves.

        Args:
            prover: reads trees and the root log.
            publish: puts every log's checkpoint into the root log, at once.
            patience: seconds to wait for witnesses to cosign that; none if nobody is trusted.
        """
        self._prover = prover
        self._publish = publish
        self._patience = patience if prover.witnesses else 0.0

    def pieces(
        self,
        scope: Scope,
        claims: Claims,
        exported: Places,
        left_out: Places,
        loop: asyncio.AbstractEventLoop,
    ) -> Iterator[bytes]:
        """Yield ``evidence.json``, when both *exported* and *left_out* are complete.

        Each step blocks until *loop*, which runs in another thread, has read what it needs.
        """

        def wait(work: Awaitable[Answer]) -> Answer:
            return asyncio.run_coroutine_threadsafe(_awaited(work), loop).result()

        head = ExportEvidence(
            format=EXPORT_FORMAT,
            made=claims.made,
            filter=claims.said,
            count=claims.rows,
            completeness=claims.completeness,
            rotations=wait(self._rotations(scope)),
            witnesses=self._prover.witnesses,
            logs=(),
        )
        numbers = sorted({*exported.by_log, *claims.stretches})
        known = (
            (number, _Known(number, exported, left_out, claims.stretches.get(number)))
            for number in numbers
        )
        deadline = wait(self._begin())
        yield from spell_export(head, self._logs(scope, known, deadline, wait))

    async def _begin(self) -> float:
        """Publish, and return until when to wait for witnesses."""
        if self._publish is not None:
            with suppress(IndelibleError):  # then the evidence is without a root proof
                await self._publish()
        return asyncio.get_running_loop().time() + self._patience

    def _logs(
        self,
        scope: Scope,
        logs: Iterable[tuple[LogNumber, _Known]],
        deadline: float,
        wait: Callable[[Awaitable[Any]], Any],
    ) -> Iterator[tuple[LogEvidence, Iterator[bytes]]]:
        for number, known in logs:
            # A log that somebody spoilt is left without proof; the others are still wanted.
            with suppress(Tampered):
                log = wait(self._log(scope, number, known, deadline))
                if log is not None:
                    evidence, size = log
                    yield evidence, self._hashes(scope, number, known, size, wait)

    async def _log(
        self, scope: Scope, number: LogNumber, known: _Known, deadline: float
    ) -> tuple[LogEvidence, int] | None:
        """Return what proves a log's entries, without the hashes, and the size it is proved at."""
        size = max(known.end, 1)
        async with self._prover.store.open(scope) as reader:
            if not await (await reader.log(number)).size():
                return None
            place = await self._prover.place(reader, number, size)
        if place.leaf is not None:
            await self._be_witnessed(place.leaf.index, deadline)
        before = after = None
        async with self._prover.store.open(scope) as reader:
            keys, tree = await reader.keys(), await reader.log(number)
            root, root_keys = await self._prover.root_evidence(reader, place, keys)
            if known.stretch is not None:
                before = await _entry(tree, known.first - 1) if not known.purged else None
                after = await _entry(tree, known.end) if known.end < place.size else None
        known.bounds(before=before is not None, after=after is not None)
        ranged = known.stretch is not None
        evidence = LogEvidence(
            origin=place.note.partition("\n")[0],
            checkpoint=place.note,
            root=root,
            keys=(*signers(parse_note(place.note), keys), *root_keys),
            count=len(known.exported),
            first=known.first if ranged else None,
            end=known.end if ranged else None,
            purged=known.purged if before is not None or not ranged else known.first,
            before=before,
            after=after,
            hints=known.hints,
            hashes=b"",
        )
        return evidence, place.size

    async def _rotations(self, scope: Scope) -> tuple[str, ...]:
        async with self._prover.store.open(scope) as reader:
            return tuple(await reader.rotations())

    async def _be_witnessed(self, index: int, deadline: float) -> None:
        """Wait until witnesses cosigned the root log with leaf *index*, or patience is over."""
        clock = asyncio.get_running_loop().time
        while clock() < deadline and not await self._prover.witnessed(index):  # noqa: ASYNC110  # others do it, in other processes
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def _hashes(
        self,
        scope: Scope,
        number: LogNumber,
        known: _Known,
        size: int,
        wait: Callable[[Awaitable[Any]], Any],
    ) -> Iterator[bytes]:
        spans = spans_outside(known.runs(), size)
        with suppress(Tampered):
            while some := list(itertools.islice(spans, _SPANS_AT_ONCE)):
                yield wait(self._read(scope, number, some, size))

    async def _read(
        self, scope: Scope, number: LogNumber, spans: Sequence[Span], size: int
    ) -> bytes:
        parts = [span.nodes() for span in spans]
        nodes: list[Node] = [node for part in parts for node in part]
        async with self._prover.store.open(scope) as reader:
            tree = await reader.log(number)
            hashes = iter(await self._prover.hashes(number, tree, nodes, size))
        return b"".join(fold([next(hashes) for _ in part]) for part in parts)


class _Known:
    """The places of one log that an archive names.

    Attributes:
        first: of the stretch, behind what was purged.
        end: the seq after the last place: of the stretch, or of what was exported.
    """

    def __init__(
        self, number: LogNumber, exported: Places, left_out: Places, stretch: range | None
    ) -> None:
        self.exported = exported.of(number)
        self.hints = bytes(exported.hints.get(number, b""))
        self.stretch = stretch
        self._left_out = left_out.of(number)
        self._bounds = (False, False)
        last = max((seqs[0] for seqs in (self.exported, self._left_out) if seqs), default=-1)
        lowest = [seqs[-1] for seqs in (self.exported, self._left_out) if seqs]
        if stretch is None:
            self.first, self.end, self.purged = 0, last + 1, 0
        else:
            # Rows that the snapshot did not have are those that were purged: the first ones.
            self.first = min(lowest, default=stretch.stop)
            self.end = stretch.stop
            self.purged = self.first if self.first > stretch.start else 0

    def bounds(self, *, before: bool, after: bool) -> None:
        """Take which neighbours of the stretch are named too."""
        self._bounds = (before, after)

    def runs(self) -> Iterator[range]:
        """Yield every place, in ascending order."""
        before, after = self._bounds
        places = len(self.exported) + len(self._left_out)
        if self.stretch is not None and places == self.end - self.first:  # nothing is missing
            yield range(self.first - before, self.end + after)
            return
        if before:
            yield range(self.first - 1, self.first)
        yield from _runs(heapq.merge(reversed(self.exported), reversed(self._left_out)))
        if after:
            yield range(self.end, self.end + 1)


def _runs(ascending: Iterable[int]) -> Iterator[range]:
    start = stop = 0
    for place in ascending:
        if place != stop:
            if stop > start:
                yield range(start, stop)
            start = place
        stop = place + 1
    if stop > start:
        yield range(start, stop)


async def _entry(tree: PublishedTree, seq: int) -> bytes | None:
    if seq < 0:
        return None
    (data,) = await tree.entries(range(seq, seq + 1))
    return data


async def _awaited(work: Awaitable[Answer]) -> Answer:
    return await work
