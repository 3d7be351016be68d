"""Passwords that guessers try first, and that rules of length alone let through.

A small list of our own: families, not millions of lines. A password is refused where, without case,
spaces and trailing digits or signs, it is a word from here, repeated or not, two of them, a short
unit repeated, a walk along the keyboard or the alphabet, or the account's own name.
"""

from __future__ import annotations

import re
import unicodedata

_LIST = """
password passwort passphrase motdepasse contrasena wachtwoord senha parola haslo secret letmein
welcome willkommen bienvenue admin administrator superadmin superuser root sysadmin operator
changeme changemenow changeit default temporary temp test tester testing demo guest user login
signin access master monkey dragon football baseball basketball soccer hockey superman batman
starwars pokemon princess sunshine iloveyou iloveu trustno trustnoone shadow michael jennifer
jordan charlie freedom whatever computer internet samsung google facebook linkedin microsoft
apple windows linux ubuntu debian cisco juniper mikrotik router switch firewall network
networking vpn wireguard server database postgres postgresql mysql oracle jenkins docker
kubernetes company companyname enterprise business office summer winter spring autumn january
february december monday friday qwerty qwertz azerty abc asdf zxcv hello hallo helloworld
correcthorsebatterystaple opensesame nopassword mypassword thisismypassword thisisapassword
yourpassword newpassword oldpassword passwordpassword adminpassword rootpassword indelible
auditlog audit
"""
_WORDS = frozenset(_LIST.split())

_WALKS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
)

_LEET = str.maketrans("0134578@$!", "oieastbasi")
_TAIL = re.compile(r"[\W\d_]+$")
_SHORT_TAIL = 8


def is_guessable(password: str, *, about: tuple[str, ...] = ()) -> bool:
    """Return whether *password* is among the first that anybody would try.

    Args:
        password: as it would be hashed.
        about: words that belong to the account: its address, its owner's name.
    """
    plain = re.sub(r"[\s._-]+", "", unicodedata.normalize("NFKC", password).casefold())
    own = {_bare(word) for text in about for word in (text, *re.split(r"[\W_]+", text))}
    words = _WORDS | {word for word in own if len(word) >= 3}
    head, tail = _parted(plain)
    letters = _bare(plain)
    forms = {plain, plain.translate(_LEET), letters}
    if len(tail) <= _SHORT_TAIL or _is_pattern(tail):
        forms |= {head, head.translate(_LEET)}
    return not letters or any(_is_pattern(form) or _is_known(form, words) for form in forms if form)


def _parted(text: str) -> tuple[str, str]:
    """Return *text* as what leads and the digits and signs at its end."""
    head = _TAIL.sub("", text)
    return head, text[len(head) :]


def _is_pattern(text: str) -> bool:
    unit = _unit(text)
    return len(unit) <= 3 or any(unit in walk for walk in _WALKS_BOTH_WAYS)


def _is_known(text: str, words: frozenset[str]) -> bool:
    """Return whether *text* is one word of *words*, repeated or not, or two of them."""
    if _unit(text) in words:
        return True
    return any(text[:cut] in words and text[cut:] in words for cut in range(3, len(text) - 2))


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _unit(text: str) -> str:
    """Return the shortest text of which *text* is a repetition, itself included."""
    # Classic: the first place, after its start, where a text occurs in its own double.
    return text[: (text + text).index(text, 1)] if text else ""


_WALKS_BOTH_WAYS = tuple(walk * 2 for walk in _WALKS) + tuple(walk[::-1] * 2 for walk in _WALKS)
