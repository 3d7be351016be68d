"""E-mail addresses: one spelling for each, good enough to be the name of an account."""

from __future__ import annotations

import re
import unicodedata

from indelible.errors import Invalid

# RFC 5321 section 4.5.3.1: 64 octets before the @, 254 in all. Quoted local parts, comments and
# address literals are left out: nobody signs in with them.
_MAX_LOCAL = 64
_MAX = 254
_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\]\\\x00-\x1f\x7f\ud800-\udfff]+")
_LABEL = re.compile(r"(?!-)[^\W_]([\w-]{0,61}[^\W_])?")


def normal_email(text: str) -> str:
    """Return the one spelling of an address that accounts are found by.

    Raises:
        Invalid: it can't be an e-mail address.
    """
    address = unicodedata.normalize("NFKC", text).strip().lower()
    local, at, domain = address.rpartition("@")
    labels = domain.split(".")
    fits = (
        at == "@"
        and _octets(address) <= _MAX
        and _octets(local) <= _MAX_LOCAL
        and _LOCAL.fullmatch(local) is not None
        and not local.startswith(".")
        and not local.endswith(".")
        and ".." not in local
        and all(_LABEL.fullmatch(label) for label in labels)
    )
    if not fits:
        raise Invalid("This is not an e-mail address.", field="email")
    return address


def tried_email(text: str) -> str | None:
    """Return what somebody signing in gave as an address, None where it can't be one.

    People type their password into the wrong field: what is no address goes nowhere.
    """
    try:
        return normal_email(text)
    except Invalid:
        return None


def _octets(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
