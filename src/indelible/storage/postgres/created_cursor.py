"""Where a page begins, as text that a client hands back."""

from __future__ import annotations

import struct
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from indelible.core.instant import microseconds
from indelible.errors import Invalid

_LAYOUT = struct.Struct(">BQ16s")
_OLDER, _NEWER = 1, 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedCursor:
    """A row by when it was created and its id, and which side of it the page lies on.

    Attributes:
        older: the page holds what is older than the row; else what is newer.
    """

    older: bool
    created_at: datetime
    id: str

    def to_text(self) -> str:
        """Return its one spelling."""
        kind = _OLDER if self.older else _NEWER
        time = microseconds(self.created_at)
        return urlsafe_b64encode(_LAYOUT.pack(kind, time, uuid.UUID(self.id).bytes)).decode()

    @classmethod
    def from_text(cls, text: str) -> CreatedCursor:
        """Read what :meth:`to_text` wrote.

        Raises:
            Invalid: it didn't.
        """
        try:
            kind, time, id_ = _LAYOUT.unpack(urlsafe_b64decode(text.encode("ascii")))
            created_at = _EPOCH + timedelta(microseconds=time)
        except (ValueError, OverflowError, struct.error) as error:
            raise _not_ours() from error
        cursor = cls(older=kind == _OLDER, created_at=created_at, id=str(uuid.UUID(bytes=id_)))
        # urlsafe_b64decode() drops stray characters, so compare spellings.
        if kind not in {_OLDER, _NEWER} or cursor.to_text() != text:
            raise _not_ours()
        return cursor


def _not_ours() -> Invalid:
    return Invalid(
        "This is not a cursor that a page gave. Begin with the first page.", field="cursor"
    )
