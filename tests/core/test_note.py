"""Notes are read in one spelling, and hold only what known keys have signed."""

from __future__ import annotations

import pytest

from indelible.core.base64 import encode_base64
from indelible.core.key import KeyType, SignerKey
from indelible.core.note import Note, Signature, cosigned, parse_note, signed
from indelible.errors import Invalid, MalformedProof, Tampered

TEXT = "audit.example.com\n1\n0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=\n"
LOG = SignerKey.from_seed("audit.example.com", b"log".ljust(32))
OTHER = SignerKey.from_seed("other.example.com", b"other".ljust(32))
WITNESS = SignerKey.from_seed("witness.example.com", b"witness".ljust(32), KeyType.COSIGNATURE)
BY_LOG = signed(TEXT, LOG.verifier, LOG.sign)
BY_OTHER = signed(TEXT, OTHER.verifier, OTHER.sign)
BY_WITNESS = cosigned(TEXT, WITNESS.verifier, 1_767_225_600, WITNESS.sign)
NOTE = Note(TEXT, (BY_LOG, BY_OTHER, BY_WITNESS))


def test_frozen() -> None:
    """A signed note and a cosignature never change their bytes."""
    assert Note(TEXT, (BY_LOG, BY_WITNESS)).to_text() == (
        f"{TEXT}\n"
        "— audit.example.com YmExvAfo83G29oKeTrp83yj0nI33bROTH8ZLvj4qyIWFJx7Fk0Y102HOq3LYxccxVP80jC5dp4FoZIIGkKQbjeU6sQg=\n"
        "— witness.example.com LSIO4AAAAABpVbkAqUbUmzzpX5Qloanelh3TxxefIiurRbPOkVAy+fGQ+o2UlrxoG1ALqAVKo8TaTYz1jFiPLboF1hLpP6Tzgl7ICw==\n"
    )


def test_round_trip() -> None:
    """A note is read back as it was written."""
    assert parse_note(NOTE.to_text()) == NOTE


def test_known_keys() -> None:
    """Only signatures by known keys count, with the time of a cosigner."""
    assert NOTE.verify([LOG.verifier]) == ((LOG.verifier, None),)
    assert NOTE.verify([WITNESS.verifier, LOG.verifier]) == (
        (LOG.verifier, None),
        (WITNESS.verifier, 1_767_225_600),
    )


def test_nobody_known() -> None:
    """A note that no known key signed proves nothing."""
    with pytest.raises(Tampered):
        Note(TEXT, (BY_OTHER,)).verify([LOG.verifier])
    with pytest.raises(Tampered):
        NOTE.verify([])


def flipped(signature: Signature, at: int) -> Signature:
    blob = bytearray(signature.blob)
    blob[at] ^= 1
    return signature._replace(blob=bytes(blob))


@pytest.mark.parametrize(
    "bad",
    [
        flipped(BY_LOG, 0),
        flipped(BY_LOG, 63),
        flipped(BY_WITNESS, 0),
        flipped(BY_WITNESS, 7),
        flipped(BY_WITNESS, 8),
        BY_WITNESS._replace(blob=BY_WITNESS.blob[:8]),
        BY_LOG._replace(blob=b"\0"),
        BY_LOG._replace(blob=BY_OTHER.blob),
    ],
)
def test_one_bad_signature_spoils_the_note(bad: Signature) -> None:
    """A bad signature by a known key refuses the note, whatever else signs it and wherever."""
    keys = [LOG.verifier, OTHER.verifier, WITNESS.verifier]
    for signatures in ((*NOTE.signatures, bad), (bad, *NOTE.signatures)):
        with pytest.raises(Tampered):
            Note(TEXT, signatures).verify(keys)


def test_another_text_spoils_the_note() -> None:
    """One changed character of the text is noticed by every key."""
    forged = Note(TEXT.replace("\n1\n", "\n2\n"), NOTE.signatures)
    for key in (LOG, OTHER, WITNESS):
        with pytest.raises(Tampered):
            forged.verify([key.verifier])


def test_unknown_signatures_are_not_looked_at() -> None:
    """A bad or strange signature by an unknown key changes nothing."""
    strange = Signature("stranger.example.com", b"\0\1\2\3", b"x")
    assert Note(TEXT, (strange, BY_LOG, flipped(BY_OTHER, 3))).verify([LOG.verifier])


def test_kinds_of_keys() -> None:
    """A log's key does not cosign, and a witness's does not sign."""
    with pytest.raises(Invalid):
        signed(TEXT, WITNESS.verifier, WITNESS.sign)
    with pytest.raises(Invalid):
        cosigned(TEXT, LOG.verifier, 1, LOG.sign)
    as_witness = SignerKey.from_seed(LOG.verifier.name, LOG.seed, KeyType.COSIGNATURE)
    forged = Signature(LOG.verifier.name, as_witness.verifier.key_id, BY_LOG.blob)
    with pytest.raises(Tampered):
        Note(TEXT, (forged,)).verify([as_witness.verifier])


@pytest.mark.parametrize("text", ["", "\n", "no newline", "tab\t\n", "\ud800\n", "cr\r\n"])
def test_texts_that_can_not_be_signed(text: str) -> None:
    """What would not be read back as a note is not signed."""
    with pytest.raises(Invalid):
        signed(text, LOG.verifier, LOG.sign)
    with pytest.raises(Invalid):
        cosigned(text, WITNESS.verifier, 1, WITNESS.sign)


@pytest.mark.parametrize("time", [-1, 1 << 63])
def test_times_that_can_not_be_cosigned(time: int) -> None:
    """A time outside 63 bits is neither cosigned nor believed, though the signature holds."""
    with pytest.raises(Invalid):
        cosigned(TEXT, WITNESS.verifier, time, WITNESS.sign)
    if time > 0:
        signature = WITNESS.sign(f"cosignature/v1\ntime {time}\n{TEXT}".encode())
        late = BY_WITNESS._replace(blob=time.to_bytes(8, "big") + signature)
        with pytest.raises(Tampered):
            Note(TEXT, (late,)).verify([WITNESS.verifier])


LINE = BY_LOG.to_line()


@pytest.mark.parametrize(
    "data",
    [
        "",
        "\n\n",
        TEXT,
        f"{TEXT}\n",
        f"\n\n{LINE}",
        f"{TEXT}{LINE}",
        f"{TEXT}\n{LINE[:-1]}",
        f"{TEXT}\n{LINE}\n",
        f"{TEXT}\n{LINE}trailing\n",
        f"{TEXT}\n-{LINE[1:]}",
        f"{TEXT}\n {LINE}",
        f"{TEXT}\n{LINE[:-1]} \n",
        f"{TEXT}\n{LINE.replace(' audit', '  audit')}",
        f"{TEXT}\n{LINE.replace('audit.', 'audit+')}",
        TEXT + "\n" + LINE.replace("audit.", "audit\u00a0"),
        f"{TEXT}\n{LINE.replace('=', '')}",
        f"{TEXT}\n{LINE.replace('=', '*=')}",
        f"{TEXT}\n— audit.example.com {encode_base64(b'1234')}\n",
        f"{TEXT}\n— audit.example.com \n",
        f"{TEXT}\n—  {encode_base64(b'12345')}\n",
        f"{TEXT}\n{LINE * 101}",
        f"{TEXT}\n{LINE}".replace("\n", "\r\n"),
        f"\ud800{TEXT}\n{LINE}",
    ],
)
def test_one_spelling(data: str) -> None:
    """Whatever we would not have written is refused before any signature is looked at."""
    with pytest.raises(MalformedProof):
        parse_note(data)


def test_last_blank_line_parts() -> None:
    """A text may itself hold a blank line: signatures begin behind the last one."""
    note = parse_note(f"one\n\n{LINE}\n{LINE}")
    assert note.text == f"one\n\n{LINE}"
    assert note.signatures == (BY_LOG,)


def test_two_keys_of_one_id() -> None:
    """Keys that a signature line can't tell apart are refused; the same key twice is fine."""
    twin = SignerKey.from_seed(LOG.verifier.name, OTHER.seed).verifier
    object.__setattr__(twin, "key_id", LOG.verifier.key_id)
    with pytest.raises(Invalid):
        NOTE.verify([LOG.verifier, twin])
    assert NOTE.verify([LOG.verifier, LOG.verifier])
