"""Recovery codes: what signs in once where the authenticator is lost."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence

from indelible.identity.model import UserId

HOW_MANY = 10

# Without the letters and digits that people take for one another.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_HALF = 5
_SPELLING = re.compile(rf"[{_LETTERS}]{{{2 * _HALF}}}", re.ASCII)


def new_codes() -> Sequence[str]:
    """Return codes of 49 bits each, spelled ``xxxxx-xxxxx``."""
    return ["-".join(_half() for _ in range(2)) for _ in range(HOW_MANY)]


def spelled(text: str) -> str | None:
    """Return *text* in the one spelling of a code; None where it can't be one."""
    letters = "".join(text.lower().split()).replace("-", "")
    if _SPELLING.fullmatch(letters) is None:
        return None
    return f"{letters[:_HALF]}-{letters[_HALF:]}"


def digest_of(user: UserId, code: str) -> bytes:
    """Return what is stored of a code: a slow hash of it, salted with the user.

    49 bits are drawn by lot, which leaves nothing to a list of likely ones: a few milliseconds for
    each guess put all of them out of reach.
    """
    salt = b"indelible recovery code\x00" + user.encode("ascii")
    return hashlib.scrypt(code.encode("ascii"), salt=salt, n=2**12, r=8, p=1, dklen=32)


def _half() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_HALF))
