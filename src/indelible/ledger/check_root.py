"""Whether the root log holds, and whether every log still is what was published of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from indelible.core.checkpoint import Checkpoint
from indelible.core.key import KEY_ID_SIZE, KeyType, VerifierKey
from indelible.core.merkle import leaf_hash
from indelible.core.note import Note, Signature, parse_note
from indelible.errors import Invalid, Unproven
from indelible.ledger.archive import (
    Snapshot,
    StoredCheckpoint,
    StoredCosignature,
    StoredLog,
)
from indelible.ledger.check_tree import TreeCheck
from indelible.ledger.findings import Findings, Report
from indelible.ledger.ports import LogNumber
from indelible.ledger.root import RootLeaf

_CHUNK = 1_024
_EVER = 1 << 62
_ROOT: LogNumber = -1


async def check_root(
    snapshot: Snapshot,
    origin: str,
    logs: Sequence[StoredLog],
    keys: Collection[bytes],
    witnesses: Collection[VerifierKey],
    report: Report,
) -> None:
    """Recompute the root log, and compare each leaf with the log that it is about.

    Args:
        snapshot: where it is.
        origin: of the root log.
        logs: every log.
        keys: public keys whose signatures count.
        witnesses: keys of witnesses whose cosignatures are looked at.
        report: where findings go.
    """
    root, findings = snapshot.root, Findings(origin, report)
    head = await root.head()
    size, range_ = head if head is not None else (None, None)
    tree = TreeCheck(root, StoredLog(_ROOT, origin, size, range_, None), keys, findings, report)
    check = _Leaves(snapshot, {log.number: log for log in logs}, keys, findings)
    leaves = await root.leaves(range(_CHUNK))
    while leaves:
        start = tree.size
        coming = await root.leaves(range(start + _CHUNK, start + 2 * _CHUNK))
        hashes: list[bytes | None] = [None] * _CHUNK
        for leaf in leaves:
            hashes[leaf.index - start] = leaf_hash(leaf.data)
        if not coming:
            del hashes[leaves[-1].index - start + 1 :]
        for place, each in enumerate(hashes):
            if each is None:
                findings.add("leaves are missing", start + place)
        await check.compare(leaves)
        report.root_leaves += len(leaves)
        await tree.grow(hashes)
        leaves = coming
    if tree.size or size:
        await tree.close()
    within = [range(start, start + _CHUNK) for start in range(1, tree.size + 1, _CHUNK)]
    for sizes in [*within, range(len(within) * _CHUNK + 1, _EVER)]:
        await _check_cosignatures(snapshot, origin, sizes, witnesses, findings, report)
    findings.close()


class _Leaves:
    """Compares leaves with the logs that they are about."""

    def __init__(
        self,
        snapshot: Snapshot,
        logs: Mapping[LogNumber, StoredLog],
        keys: Collection[bytes],
        findings: Findings,
    ) -> None:
        self._snapshot = snapshot
        self._logs = logs
        self._keys = keys
        self._findings = findings
        self._sizes: dict[LogNumber, int] = {}

    async def compare(self, leaves: Sequence[RootLeaf]) -> None:
        """Report every leaf that is not a signed checkpoint of its log as it stands."""
        for leaf in leaves:
            what = await self._fault(leaf)
            if what:
                self._findings.add(what, leaf.index)

    async def _fault(self, leaf: RootLeaf) -> str | None:
        try:
            note = parse_note(leaf.data.decode())
            published = Checkpoint.parse(note.text)
            note.verify([VerifierKey(published.origin, key) for key in self._keys])
        except (Unproven, Invalid, UnicodeDecodeError) as error:
            return f"it is no signed checkpoint: {error}"
        log = self._logs.get(leaf.log)
        if log is None:
            return f"it is about log number {leaf.log}, and there is no such log"
        return self._misfiled(leaf, published, log) or await self._differs(leaf, published, log)

    def _misfiled(self, leaf: RootLeaf, published: Checkpoint, log: StoredLog) -> str | None:
        if (published.origin, published.size) != (log.origin, leaf.size):
            return "it is filed under another log or size than it says"
        if published.size <= self._sizes.get(leaf.log, 0):
            return "it is behind an earlier leaf of the same log"
        self._sizes[leaf.log] = published.size
        return None

    async def _differs(self, leaf: RootLeaf, published: Checkpoint, log: StoredLog) -> str | None:
        size = published.size
        if size > (log.size or 0):
            return f"{log.origin} was published with {size:,} entries; the head says {log.size}"
        stored = await self._snapshot.checkpoints(leaf.log, range(size, size + 1))
        if not stored:
            return f"{log.origin} was published at {size:,}, and that checkpoint is missing"
        if stored[0].root != published.root:
            return f"{log.origin} was published at {size:,} with another root than it has now"
        return None


async def _check_cosignatures(
    snapshot: Snapshot,
    origin: str,
    sizes: range,
    witnesses: Collection[VerifierKey],
    findings: Findings,
    report: Report,
) -> None:
    known = {(key.name, key.key_id): key for key in witnesses if key.type is KeyType.COSIGNATURE}
    if not known:
        return
    checkpoints = await snapshot.root.checkpoints(_ROOT, sizes)
    by_size = {checkpoint.size: checkpoint for checkpoint in checkpoints}
    for each in await snapshot.root.cosignatures(sizes):
        key = known.get((each.witness, each.key_id))
        if key is None:
            continue  # a witness of others, or of before: it proves nothing here
        report.cosignatures += 1
        checkpoint = by_size.get(each.size)
        fault = "there is none"
        if checkpoint is not None:
            fault = _cosignature_fault(origin, checkpoint, each, key) or ""
        if fault:
            findings.add(f"{each.witness} did not cosign the checkpoint at {each.size:,}: {fault}")


def _cosignature_fault(
    origin: str, checkpoint: StoredCheckpoint, cosignature: StoredCosignature, key: VerifierKey
) -> str | None:
    try:
        text = Checkpoint(origin, checkpoint.size, checkpoint.root).to_text()
        line = Signature(cosignature.witness, cosignature.key_id[:KEY_ID_SIZE], cosignature.blob)
        Note(text, (line,)).verify([key])
    except (Unproven, Invalid) as error:
        return str(error)
    return None
