"""The format page does not drift: its vectors are what the code makes and accepts."""

from __future__ import annotations

import re
from pathlib import Path

from indelible.core.activity import Action
from indelible.core.checkpoint import open_checkpoint, sign_checkpoint
from indelible.core.disclosure import NAMES, check, disclose
from indelible.core.entry import PublicPart, decode, encode
from indelible.core.entry_id import entry_id, format_id
from indelible.core.evidence import ProofFile, check_root
from indelible.core.instant import parse_time
from indelible.core.key import SignerKey, VerifierKey
from indelible.core.merkle import leaf_hash
from indelible.core.note import parse_note
from indelible.core.rotation import open_rotation
from indelible.core.tile import Bundle, parse_path

PAGE = (Path(__file__).parents[2] / "docs" / "format.md").read_text()
VECTORS = dict(re.findall(r"<!-- vector: (\w+) -->\n```\w+\n(.*?)\n```\n", PAGE, re.DOTALL))
ENTRY = VECTORS["entry"].encode()
KEY = SignerKey.parse(VECTORS["key"])


def test_every_vector_is_checked() -> None:
    """No vector stands on the page that no test here looks at."""
    assert set(VECTORS) == {
        "entry", "leaf", "id", "disclosure", "digest", "key", "checkpoint", "proof", "verifiers",
        "paths", "rotation",
    }  # fmt: skip


def test_rotation() -> None:
    """The statement is one that the key on the page makes with the key that follows it."""
    heir = SignerKey.from_seed("heir", bytes(range(32, 64)))
    statement = f"{VECTORS['rotation']}\n"
    rotation = open_rotation(statement)
    assert (rotation.old, rotation.new) == (KEY.verifier.public_key, heir.verifier.public_key)
    assert rotation.sign(KEY.sign, heir.sign) == statement


def test_entry() -> None:
    """The entry is one that we would write, and hashes to the leaf on the page."""
    part = decode(ENTRY)
    assert encode(part) == ENTRY
    assert leaf_hash(ENTRY).hex() == VECTORS["leaf"]
    assert part.id == VECTORS["id"]
    assert part.sd.by_name() == {"resource": VECTORS["digest"]}


def test_id() -> None:
    """The id is made of the time that the page gives."""
    made = entry_id(parse_time(decode(ENTRY).time), 5, b"\xff" * 6)
    assert format_id(made) == VECTORS["id"]
    assert decode(ENTRY).time in PAGE.partition("<!-- vector: id -->")[0].rpartition("### Ids")[2]


def test_disclosure() -> None:
    """The disclosure is what the entry commits to."""
    text = VECTORS["disclosure"].encode()
    found = check(text, "resource", VECTORS["digest"])
    assert disclose(found.name, found.salt, found.value) == (text, VECTORS["digest"])


def test_checkpoint() -> None:
    """The checkpoint is the one that the key on the page signs over the entry on the page."""
    note = VECTORS["checkpoint"] + "\n"
    checkpoint = open_checkpoint(note, KEY.verifier)
    assert (checkpoint.size, checkpoint.root) == (1, leaf_hash(ENTRY))
    assert sign_checkpoint(checkpoint, KEY.verifier, KEY.sign) == note
    assert KEY.seed == bytes(range(32))


def test_proof() -> None:
    """The proof file places the checkpoint in the root log, under a witness's cosignature."""
    root_key, witness = map(VerifierKey.parse, VECTORS["verifiers"].splitlines())
    text = VECTORS["proof"] + "\n"
    file = ProofFile.parse(text)
    assert file.to_text() == text
    assert file.index == 1
    note = VECTORS["checkpoint"] + "\n"
    parse_note(note)
    cosigned = check_root(ProofFile(0, (), note), file, root_key, [witness])
    assert [each.key for each in cosigned] == [witness]


def test_paths() -> None:
    """The addresses of tiles are those that are served."""
    for line in VECTORS["paths"].splitlines():
        said, _, path = line.partition(": ")
        tile = parse_path(path)
        numbers = [int(number) for number in re.findall(r"\d+", said)]
        place = [tile.index] if isinstance(tile, Bundle) else [tile.level, tile.index]
        assert numbers == [*place, *([tile.width] if tile.width < 256 else [])]


def names_in(table: str) -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


def test_tables() -> None:
    """The page names every member, action and disclosure, and none that is not there."""
    members, _, rest = PAGE.partition("### Canonical JSON")
    assert names_in(members) == set(PublicPart.__struct_encode_fields__)
    disclosures = rest.partition("## 4. Disclosures")[2].partition("## 5.")[0]
    assert names_in(disclosures) == set(NAMES)
    row = re.search(r"^\| `action` \| (.*) \|$", members, re.MULTILINE)
    assert row is not None
    assert set(re.findall(r"`(\w+)`", row[1])) == set(Action)
