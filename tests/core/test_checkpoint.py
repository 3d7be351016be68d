"""A checkpoint says origin, size and root in one spelling, under the key of its log."""

from __future__ import annotations

import pytest

from indelible.core.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from indelible.core.key import SignerKey, VerifierKey
from indelible.core.merkle import EMPTY_ROOT, leaf_hash
from indelible.errors import Invalid, MalformedProof, Tampered

KEY = SignerKey.from_seed("audit.example.com/logs/1", b"log".ljust(32))
CHECKPOINT = Checkpoint("audit.example.com/logs/1", 1, leaf_hash(b"one"))
TEXT = "audit.example.com/logs/1\n1\n0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=\n"

GOLDEN = """example.com/log/testdata
5
gy5gl3aksFyiCO95a/1vLXz88A3dRq+0l9Sxte8ZqZQ=

— example.com/log/testdata M9e0lmn5eDHyHP10zJObZdFAX2y1V8fdDKBi4IiHbDYf1TCUBwxZOhqwv2QZCqrdda2zTRTrmnwjwscN5RBTEmZUYAs=
"""
GOLDEN_KEY = VerifierKey.parse(
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
)


def test_somebody_elses_checkpoint() -> None:
    """A checkpoint that another project's software signed is read and verified."""
    checkpoint = open_checkpoint(GOLDEN, GOLDEN_KEY)
    assert checkpoint.origin == "example.com/log/testdata"
    assert checkpoint.size == 5
    assert checkpoint.root.hex() == (
        "832e609776a4b05ca208ef796bfd6f2d7cfcf00ddd46afb497d4b1b5ef19a994"
    )


def test_round_trip() -> None:
    """What a log signs is what is opened."""
    assert CHECKPOINT.to_text() == TEXT
    assert Checkpoint.parse(TEXT) == CHECKPOINT
    note = sign_checkpoint(CHECKPOINT, KEY.verifier, KEY.sign)
    assert open_checkpoint(note, KEY.verifier) == CHECKPOINT


@pytest.mark.parametrize(
    ("old", "new"), [("\n5\n", "\n6\n"), ("gy5g", "gy5h"), ("M9e0lmn5", "M9e0lmn6")]
)
def test_forged(old: str, new: str) -> None:
    """A changed size, root or signature is noticed."""
    with pytest.raises(Tampered):
        open_checkpoint(GOLDEN.replace(old, new), GOLDEN_KEY)


def test_another_logs_key() -> None:
    """One log's key signs for that log only."""
    other = SignerKey.from_seed("audit.example.com/logs/2", b"log".ljust(32))
    with pytest.raises(Invalid):
        sign_checkpoint(CHECKPOINT, other.verifier, other.sign)
    foreign = sign_checkpoint(CHECKPOINT, KEY.verifier, KEY.sign)
    with pytest.raises(Tampered):
        open_checkpoint(foreign, other.verifier)


def test_origin_is_the_name_of_the_key() -> None:
    """A log that signs a checkpoint of another name is refused, though the signature holds."""
    from indelible.core.note import Note, signed

    text = TEXT.replace("logs/1", "logs/2")
    note = Note(text, (signed(text, KEY.verifier, KEY.sign),)).to_text()
    with pytest.raises(Tampered):
        open_checkpoint(note, KEY.verifier)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT[:-1],
        TEXT + "\n",
        TEXT + "extension\n",
        TEXT.replace("\n1\n", "\n01\n"),
        TEXT.replace("\n1\n", "\n+1\n"),
        TEXT.replace("\n1\n", "\n1_0\n"),
        TEXT.replace("\n1\n", "\n 1\n"),
        TEXT.replace("\n1\n", "\n١\n"),
        TEXT.replace("\n1\n", "\n-1\n"),
        TEXT.replace("\n1\n", "\n0\n"),
        TEXT.replace("\n1\n", "\n9223372036854775808\n"),
        TEXT.replace("\n1\n", f"\n{'1' * 5000}\n"),
        TEXT.replace("ek=", "ek"),
        TEXT.replace("ek=", "el="),
        TEXT.replace("0Nc2", "0N c2"),
        TEXT.replace("0Nc2", ""),
        TEXT.replace("audit.example.com/logs/1", ""),
        TEXT.replace("audit.", "audit "),
    ],
)
def test_one_spelling(text: str) -> None:
    """Any other spelling is refused."""
    with pytest.raises(MalformedProof):
        Checkpoint.parse(text)


def test_empty_log() -> None:
    """A log without entries has the one root of the empty tree."""
    assert Checkpoint.parse(Checkpoint("a", 0, EMPTY_ROOT).to_text()).size == 0
    with pytest.raises(Invalid):
        Checkpoint("a", 0, leaf_hash(b""))
