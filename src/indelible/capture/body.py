"""Keeps of a body that passes by what can be recorded of it."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from indelible.capture.multipart import MultipartOutline, boundary_of
from indelible.core.activity import Json
from indelible.core.redaction import CUT

_MAX_FIELDS = 1_000


class Body:
    """Sees a body chunk by chunk, keeps JSON and forms up to a cap, and of the rest its size.

    Args:
        content_type: as the header says.
        cap: bytes of JSON or form data that are kept. A longer body is described, not shortened:
            half a document is none.
    """

    __slots__ = ("_cap", "_kept", "_kind", "_multipart", "_type", "size")

    def __init__(self, content_type: str, *, cap: int) -> None:
        self._type = content_type
        self._kind = _kind(content_type.partition(";")[0].strip().lower())
        self._cap = cap
        self._kept = bytearray()
        self.size = 0
        boundary = boundary_of(content_type) if self._kind == "multipart" else None
        self._multipart = MultipartOutline(boundary) if boundary else None
        if self._kind == "multipart" and not boundary:
            self._kind = ""

    @property
    def is_json(self) -> bool:
        """Whether the content type says JSON."""
        return self._kind == "json"

    def feed(self, chunk: bytes) -> None:
        """See the next *chunk*."""
        self.size += len(chunk)
        if self._multipart:
            self._multipart.feed(chunk)
        elif self._kind and self.size <= self._cap:
            self._kept += chunk

    def parsed(self) -> Json:
        """Return what the body says, an outline of it, or None where there was none.

        An object where it can be: a payload is one. What can't be read is described by its type
        and size.
        """
        if not self.size:
            return None
        if self._multipart:
            return {"parts": self._multipart.outline(), "bytes": self.size}
        if not self._kind:
            return self._described()
        if self.size > self._cap:
            cut = f"{CUT}{self.size:,} bytes, over the cap of {self._cap:,}]"
            return {"contentType": self._type[:200], "body": cut}
        try:
            return json.loads(self._kept) if self._kind == "json" else _form(self._kept.decode())
        except (ValueError, RecursionError):
            return {**self._described(), "unreadable": True}

    def _described(self) -> dict[str, Json]:
        return {"contentType": self._type[:200], "bytes": self.size}


def _kind(media_type: str) -> str:
    if media_type == "application/json" or media_type.endswith("+json"):
        return "json"
    if media_type == "application/x-www-form-urlencoded":
        return "form"
    return "multipart" if media_type == "multipart/form-data" else ""


def _form(text: str) -> dict[str, Json]:
    fields: dict[str, Json] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS):
        if name not in fields:
            fields[name] = value
        elif isinstance(fields[name], list):
            fields[name].append(value)
        else:
            fields[name] = [fields[name], value]
    return fields
