"""Reads of a multipart body only what describes it: field names, file names and sizes.

RFC 7578 and RFC 2046 section 5.1. The values pass by uncollected: a form with files can be of any
size, and what it holds is not for the log.
"""

from __future__ import annotations

import re

from indelible.core.activity import Json

_MAX_HEADER = 8_192
_MAX_PARTS = 100
_PARAMETER = re.compile(r";\s*(name|filename)=(?:\"((?:[^\"\\]|\\.)*)\"|([^;\s]+))", re.IGNORECASE)
_BOUNDARY = re.compile(r";\s*boundary=(?:\"([^\"]+)\"|([^;\s]+))", re.IGNORECASE)


def boundary_of(content_type: str) -> bytes | None:
    """Return the boundary that a content type names, or None."""
    found = _BOUNDARY.search(content_type)
    return (found[1] or found[2]).encode("latin-1", "replace") if found else None


class MultipartOutline:
    """Takes a multipart body in chunks of any size and keeps its outline.

    Args:
        boundary: from the content type.
    """

    def __init__(self, boundary: bytes) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._rest = b"\r\n"  # the first delimiter stands at the very start
        self._in_header = False
        self._part: dict[str, Json] | None = None
        self._parts: list[dict[str, Json]] = []
        self._ended = False

    def feed(self, chunk: bytes) -> None:
        """Take the next *chunk* of the body."""
        self._rest += chunk
        while not self._ended and (self._header() if self._in_header else self._body()):
            pass
        if self._ended:
            self._rest = b""

    def outline(self) -> list[Json]:
        """Return an object a part: ``name``, and of a file ``filename`` and ``bytes``."""
        return list(self._parts)

    def _body(self) -> bool:
        """Count a part's bytes up to the next delimiter; False where more must come first."""
        at = self._rest.find(self._delimiter)
        if at < 0:
            # The start of a delimiter may be the end of this chunk.
            keep = len(self._delimiter) - 1
            self._count(max(len(self._rest) - keep, 0))
            self._rest = self._rest[-keep:]
            return False
        after = at + len(self._delimiter)
        if len(self._rest) < after + 2:
            return False
        self._count(at)
        self._ended = self._rest[after : after + 2] == b"--" or len(self._parts) >= _MAX_PARTS
        self._rest = self._rest[after:]
        self._in_header = True
        return True

    def _header(self) -> bool:
        at = self._rest.find(b"\r\n\r\n")
        if at < 0:
            self._ended = len(self._rest) > _MAX_HEADER
            return False
        self._part = _described(self._rest[:at])
        self._parts.append(self._part)
        # The delimiter's own line break may follow an empty part directly.
        self._rest = self._rest[at + 2 :]
        if "bytes" in self._part:
            self._part["bytes"] = -2
        self._in_header = False
        return True

    def _count(self, passed: int) -> None:
        if self._part is not None and "bytes" in self._part:
            self._part["bytes"] += passed


def _described(header: bytes) -> dict[str, Json]:
    part: dict[str, Json] = {}
    for line in header.decode("utf-8", "replace").split("\r\n"):
        if line.lower().startswith("content-disposition:"):
            for key, quoted, bare in _PARAMETER.findall(line):
                part[key.lower()] = re.sub(r"\\(.)", r"\1", quoted) or bare
    part.setdefault("name", "")
    if "filename" in part:
        part["bytes"] = 0
    return part
