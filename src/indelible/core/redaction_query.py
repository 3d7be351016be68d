"""Takes secrets out of a raw path and query without changing how the rest is spelled."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, unquote, unquote_plus

from indelible.core.redaction_names import normal
from indelible.core.redaction_patterns import REDACTED, IsSecret

_READABLE = "/:@!$'()*,;~[]…"
# Secret in a query, though the words mean little elsewhere: what signs or unlocks a URL.
_SECRET_IN_QUERIES = frozenset(
    ("sig", "signature", "xamzsignature", "xgoogsignature", "key", "hmac", "samlresponse")
)
_TIMES_ENCODED = 3


def redact_path(path: str, *, is_secret: IsSecret, text: Callable[[str], str]) -> str:
    """Return *path*, with its query if it has one, without the secrets in it.

    Args:
        path: as it stood in the request line, percent-encoded.
        is_secret: tells by its name whether a parameter is a secret.
        text: takes secrets out of a decoded value.
    """
    before, mark, query = path.partition("?")
    before = _redact_encoded(before, unquote, text)
    if not mark:
        return before
    # An authorization code comes back beside the state that was sent out with it.
    beside_state = "state=" in query
    pairs = [_redact_pair(pair, is_secret, text, beside_state) for pair in query.split("&")]
    return before + mark + "&".join(pairs)


def _redact_pair(
    pair: str, is_secret: IsSecret, text: Callable[[str], str], beside_state: bool
) -> str:
    name, equals, value = pair.partition("=")
    if not equals:
        return _redact_encoded(pair, unquote_plus, text)
    decoded = _decoded(name)
    same = normal(decoded)
    if value and (
        is_secret(decoded) or same in _SECRET_IN_QUERIES or (same == "code" and beside_state)
    ):
        return f"{_redact_encoded(name, unquote_plus, text)}={REDACTED}"
    name = _redact_encoded(name, unquote_plus, text)
    return f"{name}={_redact_encoded(value, unquote_plus, text)}"


def _decoded(name: str) -> str:
    for _ in range(_TIMES_ENCODED):
        further = unquote_plus(name)
        if further == name:
            break
        name = further
    return name


def _redact_encoded(raw: str, decode: Callable[[str], str], text: Callable[[str], str]) -> str:
    """Search *raw* as it stands and below each layer of percent-encoding."""
    layer = raw
    for _ in range(_TIMES_ENCODED):
        found = text(layer)
        if found != layer:
            return found if layer is raw else quote(found, safe=_READABLE)
        further = decode(layer)
        if further == layer:
            break
        layer = further
    return raw
