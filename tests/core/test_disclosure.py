"""Disclosures are hashed as RFC 9901 says, and read back in one spelling only."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.disclosure import (
    NAMES,
    Disclosure,
    base64url,
    check,
    digest_of,
    digests_of,
    disclose,
    parse,
)
from indelible.errors import Invalid, MalformedProof, Tampered

SALT = bytes(range(16))
TEXT = b'["AAECAwQFBgcICQoLDA0ODw","resource",{"name":"Edge \xc3\xa9"}]'

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=10,
)


def test_digest_of_the_rfc() -> None:
    """RFC 9901 section 4.2.3 gives this disclosure and this digest."""
    text = b'["_26bc4LT-ac6q2KI6cBW5es", "family_name", "M\xc3\xb6bius"]'
    assert base64url(text) == (
        b"WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    )
    assert digest_of(text) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"


@given(st.lists(st.binary(max_size=50)))
def test_many_digests_are_those_of_each(texts: list[bytes]) -> None:
    """Encoded together, whatever their lengths and their bytes."""
    assert [each.decode() for each in digests_of(texts)] == [digest_of(text) for text in texts]


def test_frozen() -> None:
    """The text and the digest of one disclosure never change."""
    text, digest = disclose("resource", SALT, '{"name":"Edge é"}'.encode())
    assert text == TEXT
    assert digest == "h6UTy8KkFD3tk6HXODwYH96JkPo1aF-H1QvK-WS2QFM"


@given(st.sampled_from(NAMES), st.binary(min_size=16, max_size=16), json_values)
def test_round_trip(name: str, salt: bytes, value: object) -> None:
    """Whatever a disclosure says, it is read back as it was."""
    written = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    try:
        value_json = written.encode()
    except UnicodeEncodeError:
        return
    text, digest = disclose(name, salt, value_json)
    assert parse(text) == Disclosure(name, salt, value_json)
    assert check(text, name, digest) == parse(text)
    assert len(digest) == 43
    assert json.loads(text)[1:] == [name, value]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b'["AAECAwQFBgcICQoLDA0ODw","resource"]',
        b'["AAECAwQFBgcICQoLDA0ODw","resource",]',
        b'["AAECAwQFBgcICQoLDA0ODw","resource",1,2]',
        b'["AAECAwQFBgcICQoLDA0ODw", "resource",1]',
        b'["AAECAwQFBgcICQoLDA0ODw","resource",1] ',
        b'["AAECAwQFBgcICQoLDA0ODw","password",1]',
        b'["AAECAwQFBgcICQoLDA0ODx","resource",1]',
        b'["AAECAwQFBgcICQoLDA0OD","resource",1]',
        b'["AAECAwQFBgcICQoLDA0ODw==","resource",1]',
        b'["AAECAwQFBgcICQoLDA0O/w","resource",1]',
        b'["AAECAwQFBgcICQoLDA0ODw","resource",{"a":1,"a":2}]',
        b'["AAECAwQFBgcICQoLDA0ODw","resource",NaN]',
        b'["AAECAwQFBgcICQoLDA0ODw","resource","\xff"]',
    ],
)
def test_one_spelling(text: bytes) -> None:
    """A text that we would not have written is refused."""
    with pytest.raises(MalformedProof):
        parse(text)


def test_another_text_is_tampering() -> None:
    """A disclosure that the entry does not commit to is refused."""
    digest = digest_of(TEXT)
    assert check(TEXT, "resource", digest).name == "resource"
    with pytest.raises(Tampered):
        check(TEXT.replace(b"Edge", b"Core"), "resource", digest)
    with pytest.raises(Tampered):
        check(TEXT, "person", digest)


@pytest.mark.parametrize(("name", "salt"), [("password", SALT), ("person", SALT[:15])])
def test_only_our_names_and_salts(name: str, salt: bytes) -> None:
    """A short salt or an unknown name is refused before anything is hashed."""
    with pytest.raises(Invalid):
        disclose(name, salt, b"null")
