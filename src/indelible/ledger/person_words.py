"""The words that name a person, and whether a text has one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote_plus

import msgspec

_NEVER = re.compile(r"(?!)")
_SHORTEST = 3


class PersonWords:
    """Tells texts that name a person.

    An e-mail address names the person wherever it stands, a name of several words too. A name of
    one word ("Ada") and a client address do so only in what the person did: elsewhere they are
    somebody else's as likely as not.
    """

    def __init__(
        self, *, emails: Iterable[str], names: Iterable[str] = (), addresses: Iterable[str] = ()
    ) -> None:
        """Take e-mail addresses, names and client addresses of the person."""
        self.emails = frozenset(email.lower() for email in emails if "@" in email)
        known = {" ".join(name.split()) for name in names}
        names = {name for name in known if len(name) >= _SHORTEST}
        self.full_names = frozenset(name.lower() for name in names if " " in name)
        self._anywhere = _pattern([*self.emails, *(name for name in names if " " in name)])
        self._of_theirs = _pattern([*self.emails, *names, *addresses])

    def name(self, text: str, *, of_theirs: bool = False) -> bool:
        """Return whether *text* names the person; *of_theirs*: it is about what they did."""
        found = (self._of_theirs if of_theirs else self._anywhere).search
        if found(text):
            return True
        return ("%" in text or "+" in text) and found(unquote_plus(text)) is not None


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    spelled: set[str] = set()
    for word in words:
        spelled |= {re.escape(word), re.escape(msgspec.json.encode(word).decode()[1:-1])}
    if not spelled:
        return _NEVER
    longest_first = sorted(spelled, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", re.IGNORECASE)
