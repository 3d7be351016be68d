"""Keys have one spelling, an id that others compute too, and keep their secrets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.key import KeyType, SignerKey, VerifierKey
from indelible.errors import Invalid, Tampered

PUBLIC = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
SEED = bytes(range(32))


def test_id_of_somebody_elses_key() -> None:
    """The id of another project's key comes out as that project computed it."""
    key = VerifierKey.parse(PUBLIC)
    assert key.name == "example.com/log/testdata"
    assert key.type is KeyType.ED25519
    assert key.key_id.hex() == "33d7b496"
    assert key.to_text() == PUBLIC


def test_id_of_somebody_elses_witness() -> None:
    """The id of a public witness's key comes out as that witness publishes it."""
    text = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
    key = VerifierKey.parse(text)
    assert key.type is KeyType.COSIGNATURE
    assert key.to_text() == text


@given(st.binary(min_size=32, max_size=32), st.sampled_from(KeyType))
def test_round_trip(seed: bytes, type_: KeyType) -> None:
    """Both sides of a key are read back as they were written, and belong together."""
    key = SignerKey.from_seed("audit.example.com/logs/1", seed, type_)
    assert SignerKey.parse(key.to_text()) == key
    assert VerifierKey.parse(key.verifier.to_text()) == key.verifier
    key.verifier.verify(key.sign(b"message"), b"message")


def test_one_key_has_an_id_for_each_name_and_type() -> None:
    """A signature for one log can't pass for another's, nor for a cosignature."""
    public = VerifierKey.parse(PUBLIC).public_key
    ids = {VerifierKey(name, public, type_).key_id for name in ("a", "b") for type_ in KeyType}
    assert len(ids) == 4


def test_bad_signatures() -> None:
    """A signature over something else, or of another length, does not hold."""
    key = SignerKey.from_seed("a", SEED)
    good = key.sign(b"message")
    for signature, message in ((good, b"other"), (good[:-1], b"message"), (b"", b"message")):
        with pytest.raises(Tampered):
            key.verifier.verify(signature, message)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "example.com+33d7b496",
        PUBLIC.replace("33d7b496", "33d7b497"),
        PUBLIC.replace("33d7b496", "33D7B496"),
        PUBLIC + "\n",
        PUBLIC + "=",
        PUBLIC[:-4],
        PUBLIC.replace("example.com", "example.org"),
        PUBLIC.replace("example.com", "example com"),
        PUBLIC.replace("+AeHT", "+AuHT"),
        PUBLIC.replace("example.com/log/testdata", ""),
    ],
)
def test_one_public_spelling(text: str) -> None:
    """A key whose id, name or base64 is not exactly right is refused."""
    with pytest.raises(Invalid):
        VerifierKey.parse(text)


def test_one_private_spelling() -> None:
    """A damaged private key is refused, and no message repeats it."""
    text = SignerKey.from_seed("audit.example.com", SEED).to_text()
    assert text.startswith("PRIVATE+KEY+audit.example.com+")
    encoded = text.rpartition("+")[2]
    for damaged in (text[:-1], text[1:], text.replace("audit", "edit"), text + "\n", PUBLIC):
        with pytest.raises(Invalid) as refused:
            SignerKey.parse(damaged)
        assert encoded[:20] not in str(refused.value)


def test_seed_is_not_printed() -> None:
    """A key in a log line or a traceback does not tell its secret."""
    key = SignerKey.from_seed("a", SEED)
    assert SEED.hex() not in repr(key)
    assert repr(SEED) not in repr(key)


def test_seed_must_fit() -> None:
    """A short seed, or a seed of another public key, makes no key."""
    with pytest.raises(Invalid):
        SignerKey.from_seed("a", SEED[:31])
    with pytest.raises(Invalid):
        SignerKey(VerifierKey.parse(PUBLIC), SEED)
