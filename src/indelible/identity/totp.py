"""Time-based one-time passwords (RFC 6238), as every authenticator makes them."""

from __future__ import annotations

import base64
import re
import secrets
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_BYTES = 20  # RFC 4226 section 4 recommends 160 bits
SECONDS = 30
DIGITS = 6
ISSUER = "Indelible"

_CODE = re.compile(r"[0-9]{6}", re.ASCII)
# A clock half a minute off on either side, RFC 6238 section 5.2.
_DRIFT = 1


def new_secret() -> bytes:
    """Return a secret for one authenticator."""
    return secrets.token_bytes(SECRET_BYTES)


def as_text(secret: bytes) -> str:
    """Return *secret* as people type it into an authenticator: Base32 without padding."""
    return base64.b32encode(secret).decode("ascii").rstrip("=")


def as_uri(secret: bytes, *, email: str) -> str:
    """Return what the QR code of *secret* says: an ``otpauth`` address."""
    label = f"{quote(ISSUER)}:{quote(email, safe='@')}"
    said = {
        "secret": as_text(secret),
        "issuer": ISSUER,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": SECONDS,
    }
    return f"otpauth://totp/{label}?{urlencode(said)}"


def code_at(secret: bytes, moment: float) -> str:
    """Return what an authenticator shows at *moment* (seconds since 1970)."""
    return _totp(secret).generate(int(moment)).decode("ascii")


def spelled(text: str) -> str | None:
    """Return *text* as a code, blanks taken away; None where it can't be one."""
    code = "".join(text.split())
    return code if _CODE.fullmatch(code) else None


def step_of(secret: bytes, code: str, moment: float, *, after: int | None) -> int | None:
    """Return the step (30 seconds since 1970) that *code* is of, None where it is not right now.

    All steps that could be meant are compared, whichever fits, in constant time.

    Args:
        secret: of the authenticator.
        code: six digits.
        moment: seconds since 1970.
        after: the step of the last code that was taken: none up to it is right again (RFC 6238
            section 5.2); None takes any.
    """
    shown = code.encode("ascii")
    totp = _totp(secret)
    now = int(moment) // SECONDS
    found: int | None = None
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        if bytes_eq(totp.generate(step * SECONDS), shown) and (after is None or step > after):
            found = step
    return found


def _totp(secret: bytes) -> TOTP:
    # SHA-1 as a keyed hash of a counter: what authenticators know, and no collision helps here.
    return TOTP(secret, DIGITS, SHA1(), SECONDS)  # noqa: S303
