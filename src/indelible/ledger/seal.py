"""Sealing: entries get their seq, time and id, are hashed into the tree, and the head is signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from indelible.core.activity import Action, ActorType, EntryId, Receipt, Status
from indelible.core.checkpoint import Checkpoint
from indelible.core.edge import Edge
from indelible.core.entry import (
    Digests,
    EntryTemplate,
    PublicActor,
    PublicResource,
)
from indelible.core.entry_id import MAX_COUNTER, entry_id, format_id
from indelible.core.instant import format_time
from indelible.core.key import VerifierKey
from indelible.core.merkle import Hash, leaf_hash
from indelible.core.note import Note, signed
from indelible.core.tile import Tile
from indelible.ledger.mentions import Said
from indelible.ledger.ports import EntryRow, Head, Mentioned, Signer
from indelible.ledger.prepare import Prepared

_ACTIONS = {action: number for number, action in enumerate(Action)}
_MAX_KEYS = 10_000  # of logs, made anew when forgotten
_RANDOM_BYTES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What one commit does to one log.

    Attributes:
        head: the head after it.
        checkpoint: the signed note over that head.
        signature: key id and Ed25519 signature, as in the note.
    """

    head: Head
    rows: Sequence[EntryRow]
    ids: Sequence[EntryId]
    times: Sequence[str]
    tiles: Sequence[tuple[Tile, bytes]]
    root: Hash
    signature: bytes
    checkpoint: str

    @property
    def first(self) -> tuple[int, EntryId]:
        """Seq and id of the first entry."""
        return self.rows[0].seq, self.ids[0]

    def receipts(self) -> dict[int, Receipt]:
        """Return the receipt of each entry by its seq."""
        origin, checkpoint = self.head.origin, self.checkpoint
        return {
            row.seq: Receipt(
                log=origin,
                seq=row.seq,
                id=id_,
                time=time,
                leaf_hash=row.leaf.hex(),
                checkpoint=checkpoint,
            )
            for row, id_, time in zip(self.rows, self.ids, self.times, strict=True)
        }


class Sealer:
    """Seals entries with one key."""

    def __init__(
        self, signer: Signer, clock: Callable[[], int], random: Callable[[int], bytes]
    ) -> None:
        """Take the signer, a nanosecond clock and a source of random bytes."""
        self._signer = signer
        self._clock = clock
        self._random = random
        self._keys: dict[str, VerifierKey] = {}

    def seal(
        self,
        head: Head,
        edge: Edge,
        items: Sequence[Prepared],
        mentioned: Mapping[Said, Mentioned],
        resource_types: Mapping[str, int],
    ) -> Sealed:
        """Return what appending *items* after *head* writes; *edge* moves on.

        Raises:
            TooLarge: an entry does not fit a bundle (C2SP tlog-tiles: 65,535 bytes).
        """
        # Never before the entry in front, whatever the clock does: ids are made of times and their
        # order is the order of the log.
        time = max(self._clock() // 1000, head.time + 1)
        noise = self._random(_RANDOM_BYTES * len(items))
        rows: list[EntryRow] = []
        ids: list[EntryId] = []
        times: list[str] = []
        leaves: list[Hash] = []
        spelled = format_time(time)
        counter = 0
        for position, item in enumerate(items):
            if counter > MAX_COUNTER:
                time += 1
                counter = 0
                spelled = format_time(time)
            start = position * _RANDOM_BYTES
            id_ = entry_id(time, counter, noise[start : start + _RANDOM_BYTES])
            spelled_id = format_id(id_)
            counter += 1
            seq = head.size + position
            person = mentioned[item.person]
            resource = mentioned[item.resource]
            client = None if item.client is None else mentioned[item.client]
            data = _template(head.origin, item, person, resource, client).finish(
                seq=seq, id=spelled_id, time=spelled
            )
            leaf = leaf_hash(data)
            rows.append(
                EntryRow(
                    head.log, resource_types[item.resource.type], seq, time, person.row,
                    resource.row, None if client is None else client.row, id_,
                    _ACTIONS[item.action], item.status is Status.FAILURE, item.session, data,
                    item.details, leaf,
                )
            )  # fmt: skip
            ids.append(spelled_id)
            times.append(spelled)
            leaves.append(leaf)
        range_ = head.range.extend(leaves)
        root = range_.root()
        tiles = edge.append(leaves)
        text = Checkpoint(head.origin, range_.size, root).to_text()
        signature = signed(text, self._key(head.origin), self._signer.sign)
        return Sealed(
            head=head._replace(size=range_.size, range=range_, time=time),
            rows=rows,
            ids=ids,
            times=times,
            tiles=tiles,
            root=root,
            signature=signature.key_id + signature.blob,
            checkpoint=Note(text, (signature,)).to_text(),
        )

    def _key(self, origin: str) -> VerifierKey:
        """Return the key under the log's own name: a log's key is named like the log."""
        key = self._keys.get(origin)
        if key is None:
            if len(self._keys) >= _MAX_KEYS:
                self._keys.clear()
            key = self._keys[origin] = VerifierKey(origin, self._signer.public_key)
        return key


def _template(
    origin: str,
    item: Prepared,
    person: Mentioned,
    resource: Mentioned,
    client: Mentioned | None,
) -> EntryTemplate:
    said = item.person
    assumed_by = None
    if said.assumed_by_id is not None and said.assumed_by_type is not None:
        assumed_by = PublicActor(id=said.assumed_by_id, type=ActorType(said.assumed_by_type))
    return EntryTemplate(
        log=origin,
        action=item.action,
        actor=PublicActor(id=said.id, type=ActorType(said.type)),
        assumed_by=assumed_by,
        session=item.session,
        resource=PublicResource(id=item.resource.id, type=item.resource.type),
        status=item.status,
        request=item.request,
        occurred=item.occurred,
        sd=Digests(
            client=None if client is None else client.digest,
            details=item.details_digest,
            person=person.digest,
            resource=resource.digest,
        ),
    )
