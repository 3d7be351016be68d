"""Evidence proves one entry, offline, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from indelible.core.activity import Action, ActorType, EntryId, Status
from indelible.core.checkpoint import Checkpoint, sign_checkpoint
from indelible.core.entry import Digests, PublicActor, PublicPart, PublicResource, encode
from indelible.core.evidence import ProofFile, check_entry, check_root
from indelible.core.key import KeyType, SignerKey
from indelible.core.merkle import Hash, Node, leaf_hash, tree_root
from indelible.core.note import Note, cosigned, parse_note
from indelible.core.proof import prove_inclusion
from indelible.errors import MalformedProof, Tampered, Unproven

LOG = SignerKey.from_seed("audit.example.com/logs/platform", b"log".ljust(32))
ROOT = SignerKey.from_seed("audit.example.com/root", b"root".ljust(32))
WITNESS = SignerKey.from_seed("witness.example.com", b"witness".ljust(32), KeyType.COSIGNATURE)


def entry(seq: int, log: str = "audit.example.com/logs/platform") -> bytes:
    return encode(
        PublicPart(
            log=log,
            seq=seq,
            id=EntryId("019b76da-a87b-774b-8005-ffffffffffff"),
            time="2026-01-01T00:00:00.123456Z",
            action=Action.UPDATE,
            actor=PublicActor(id="u1", type=ActorType.USER),
            resource=PublicResource(id="e1", type="edge"),
            status=Status.SUCCESS,
            sd=Digests(),
        )
    )


ENTRIES = [entry(seq) for seq in range(5)]


def prove(key: SignerKey, entries: Sequence[bytes], index: int) -> ProofFile:
    leaves = [leaf_hash(each) for each in entries]

    def read(nodes: Sequence[Node]) -> list[Hash]:
        return [tree_root(leaves[n << level : (n + 1) << level]) for level, n in nodes]

    checkpoint = Checkpoint(key.verifier.name, len(leaves), tree_root(leaves))
    return ProofFile(
        index,
        prove_inclusion(index, len(leaves), read),
        sign_checkpoint(checkpoint, key.verifier, key.sign),
    )


FILE = prove(LOG, ENTRIES, 3)


def test_frozen() -> None:
    """A proof file never changes its bytes."""
    assert FILE.to_text() == (
        "c2sp.org/tlog-proof@v1\n"
        "index 3\n"
        "b/DOpeFiEsHmIGzUARUziqF18K9xnaISCIn+30S1g0U=\n"
        "4036o7JWibE3ROoyusN4HYmIySAnst/z+e034p6doME=\n"
        "TCwCJZ/DR/qbOcO/pxwKwOCU6/Hl6YujmMU6A8dah38=\n"
        "\n"
        "audit.example.com/logs/platform\n"
        "5\n"
        "PVjie7OheSWik/BPgm82JD5v3m1K9uCkCc+m3A2JQNU=\n"
        "\n"
        "— audit.example.com/logs/platform ta8eKIIhZpHrSJj9pMO/z43YRhjyrXcLG2NWJzTcNu10lRGNrXOHepCcq0jWmc6wVxw9g+SjRV65hW7d93oD8ZyuNQc=\n"
    )


def test_every_entry() -> None:
    """Each entry of a log is proved by its file, which is read back as it was written."""
    for index, data in enumerate(ENTRIES):
        file = prove(LOG, ENTRIES, index)
        assert ProofFile.parse(file.to_text()) == file
        assert check_entry(data, file, LOG.verifier).seq == index


def test_only_entry() -> None:
    """A log of one entry needs no hashes."""
    file = prove(LOG, ENTRIES[:1], 0)
    assert file.hashes == ()
    assert ProofFile.parse(file.to_text()) == file
    assert check_entry(ENTRIES[0], file, LOG.verifier).seq == 0


def test_forged() -> None:
    """Another entry, place, proof, checkpoint or key is noticed."""
    for data in (ENTRIES[2], ENTRIES[3].replace(b"update", b"delete"), b""):
        with pytest.raises(Tampered):
            check_entry(data, FILE, LOG.verifier)
    later = prove(LOG, [*ENTRIES, entry(5)], 3)
    for file in (
        replace(FILE, index=2),
        replace(FILE, index=5),
        replace(FILE, hashes=FILE.hashes[::-1]),
        replace(FILE, hashes=FILE.hashes[1:]),
        replace(FILE, checkpoint=later.checkpoint),
        replace(FILE, checkpoint=FILE.checkpoint.replace("\n5\n", "\n6\n")),
    ):
        with pytest.raises(Unproven):
            check_entry(ENTRIES[3], file, LOG.verifier)
    with pytest.raises(Tampered):
        check_entry(ENTRIES[3], FILE, ROOT.verifier)


@pytest.mark.parametrize("moved", [entry(2), entry(3, "audit.example.com/logs/other")])
def test_entry_is_nailed_to_its_place(moved: bytes) -> None:
    """An entry that stands elsewhere than it says is refused, though the log signed it."""
    entries = [*ENTRIES[:3], moved]
    with pytest.raises(Tampered, match="stands at"):
        check_entry(moved, prove(LOG, entries, 3), LOG.verifier)


def test_root_log() -> None:
    """A log's checkpoint is proved in the root log, with the witnesses' cosignatures."""
    root_file = prove(ROOT, [b"another checkpoint", FILE.checkpoint.encode()], 1)
    assert check_root(FILE, root_file, ROOT.verifier) == []
    note = parse_note(root_file.checkpoint)
    by_witness = cosigned(note.text, WITNESS.verifier, 1_767_225_600, WITNESS.sign)
    cosigned_file = replace(
        root_file, checkpoint=Note(note.text, (*note.signatures, by_witness)).to_text()
    )
    assert check_root(FILE, cosigned_file, ROOT.verifier, [WITNESS.verifier]) == [
        (WITNESS.verifier, 1_767_225_600)
    ]
    with pytest.raises(Tampered):
        check_root(prove(LOG, ENTRIES[:4], 3), root_file, ROOT.verifier)
    spoilt = by_witness._replace(blob=bytes(72))
    forged = replace(root_file, checkpoint=Note(note.text, (*note.signatures, spoilt)).to_text())
    with pytest.raises(Tampered):
        check_root(FILE, forged, ROOT.verifier, [WITNESS.verifier])


TEXT = FILE.to_text()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v1\n\n",
        TEXT.replace("@v1", "@v2"),
        TEXT.replace("index 3", "index 03"),
        TEXT.replace("index 3", "index 3_0"),
        TEXT.replace("index 3", "index  3"),
        TEXT.replace("index 3", "index -3"),
        TEXT.replace("index 3", "index ٣"),
        TEXT.replace("index 3", "index 3 "),
        TEXT.replace("index 3\n", ""),
        TEXT.replace("index 3\n", "extra AAAA\nindex 3\n"),
        TEXT.replace("=\n", "\n", 1),
        TEXT.replace("=\n", "=\r\n", 1),
        TEXT.replace("index 3\n", "index 3\nAAAA\n"),
        TEXT.replace("index 3\n", "index 3\n" + ("A" * 43 + "=\n") * 64),
        TEXT.replace("\n\n", "\n", 1),
        TEXT + "\n",
        TEXT[:-1],
        TEXT.partition("\n\n")[0] + "\n\n",
    ],
)
def test_one_spelling(text: str) -> None:
    """Any other spelling of a proof file is refused."""
    with pytest.raises(MalformedProof):
        ProofFile.parse(text)
