"""Single lines that people write: names, reasons."""

from __future__ import annotations

import re
import unicodedata

from indelible.errors import Invalid


def clean_line(text: str, *, what: str, least: int, most: int, field: str) -> str:
    """Return *text* as one line, trimmed, its letters composed (NFC).

    Args:
        text: as somebody wrote it.
        what: the thing in words, with its article: the beginning of what an error says.
        least: characters at least.
        most: characters at most.
        field: where it was written, for the error.

    Raises:
        Invalid: it is too short, too long, or holds characters that nobody can see.
    """
    line = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    if not least <= len(line) <= most:
        raise Invalid(f"{what} has {least} to {most} characters.", field=field)
    # Cc, Cs, Cf: control characters, lone surrogates, and marks that turn text around.
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Cf"} for letter in line):
        raise Invalid(f"{what} holds no invisible characters.", field=field)
    return line


def clean_reason(text: str) -> str:
    """Return a reason as it is kept: one line, trimmed.

    Raises:
        Invalid: it is too short, too long, or holds characters that nobody can see.
    """
    return clean_line(text, what="A reason", least=3, most=500, field="reason")
