"""Page cursors: where a page begins, as text that a client hands back."""

from __future__ import annotations

import hashlib
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

import msgspec

from indelible.core.scope import Scope
from indelible.errors import Invalid
from indelible.ledger.search import Filter

_LAYOUT = struct.Struct(">B16sQ8s")
_OLDER, _NEWER = 1, 2
MAX_RANK = (1 << 53) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A row, and which side of it the page lies on.

    Attributes:
        older: the page holds what is older than the row; else what is newer.
        id: the row's 16-byte id.
        below: how many rows that pass the filter are older than it. A log only grows at its end,
            so this number stays, while the row's rank from the top changes with every entry.
        asked: :func:`fingerprint` of what was asked; *below* holds for that alone.
    """

    older: bool
    id: bytes
    below: int
    asked: bytes

    def to_text(self) -> str:
        """Return its one spelling."""
        kind = _OLDER if self.older else _NEWER
        return urlsafe_b64encode(_LAYOUT.pack(kind, self.id, self.below, self.asked)).decode()

    @classmethod
    def from_text(cls, text: str) -> Cursor:
        """Read what :meth:`to_text` wrote.

        Raises:
            Invalid: it didn't.
        """
        try:
            kind, id_, below, asked = _LAYOUT.unpack(urlsafe_b64decode(text.encode("ascii")))
        except (ValueError, struct.error) as error:
            raise _not_ours() from error
        cursor = cls(older=kind == _OLDER, id=id_, below=below, asked=asked)
        # urlsafe_b64decode() drops stray characters, so compare spellings.
        if kind not in {_OLDER, _NEWER} or below > MAX_RANK or cursor.to_text() != text:
            raise _not_ours()
        return cursor


def _not_ours() -> Invalid:
    return Invalid(
        "This is not a cursor that a page gave. Begin with the first page.", field="cursor"
    )


def fingerprint(where: Filter, scope: Scope) -> bytes:
    """Return 8 bytes that tell one question from another."""
    return hashlib.blake2b(msgspec.json.encode((where, scope.tenant)), digest_size=8).digest()
