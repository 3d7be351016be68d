"""Key rotation: who trusts one key is led to the others, and by nobody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.checkpoint import Checkpoint
from indelible.core.key import SignerKey
from indelible.core.note import Note, parse_note
from indelible.core.rotation import Rotation, follow, open_rotation
from indelible.errors import Invalid, MalformedProof, Tampered, Unproven

BASE = "audit.test/a"
KEYS = [SignerKey.from_seed("k", bytes([number]) * 32) for number in range(5)]
PUBLIC = [key.verifier.public_key for key in KEYS]


def rotated(old: int, new: int, base: str = BASE) -> str:
    statement = Rotation(base=base, old=PUBLIC[old], new=PUBLIC[new], time=1_760_000_000)
    return statement.sign(KEYS[old].sign, KEYS[new].sign)


def test_a_statement_says_which_key_follows_which() -> None:
    """What was signed is read back."""
    rotation = open_rotation(rotated(0, 1))
    assert (rotation.base, rotation.old, rotation.new) == (BASE, PUBLIC[0], PUBLIC[1])
    assert rotation.time == 1_760_000_000


@pytest.mark.parametrize("start", range(4))
def test_any_key_of_a_chain_leads_to_all(start: int) -> None:
    """Whoever pinned the first key finds the last, and whoever has the last finds the first."""
    statements = [rotated(2, 3), rotated(0, 1), rotated(1, 2)]
    assert set(follow(BASE, [PUBLIC[start]], statements)) == set(PUBLIC[:4])


def test_strangers_lead_nowhere() -> None:
    """Statements among keys that nobody trusts, or for another installation, count for nothing."""
    statements = [rotated(3, 4), rotated(0, 1, "audit.test/b")]
    assert follow(BASE, [PUBLIC[0]], statements) == (PUBLIC[0],)


@pytest.mark.parametrize("missing", [0, 1])
def test_both_keys_sign(missing: int) -> None:
    """One key alone can neither name an heir of another nor make up a past for itself."""
    note = parse_note(rotated(0, 1))
    left = (note.signatures[1 - missing],)
    with pytest.raises(Tampered):
        open_rotation(Note(note.text, left).to_text())


def test_it_is_no_checkpoint() -> None:
    """What signs in a key can't be shown as a log's checkpoint, nor the other way round."""
    with pytest.raises(MalformedProof):
        Checkpoint.parse(parse_note(rotated(0, 1)).text)
    with pytest.raises(Invalid):
        Rotation(base=BASE, old=PUBLIC[0], new=PUBLIC[0], time=0)


@given(st.data())
def test_no_changed_statement_is_accepted(data: st.DataObject) -> None:
    """Whatever character of a statement is another one, it is refused in words."""
    statement = rotated(0, 1)
    at = data.draw(st.integers(0, len(statement) - 1))
    other = data.draw(st.characters(codec="utf-8"))
    changed = statement[:at] + other + statement[at + 1 :]
    if changed != statement:
        with pytest.raises(Unproven):
            open_rotation(changed)
