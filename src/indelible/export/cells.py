"""Cells of tables: RFC 4180, safe in spreadsheets.

Tables are UTF-8 without a byte order mark, which programs would take for a part of the first
heading. Excel opens them with Data, From Text/CSV.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), full-width forms
# included, also behind blanks and characters that can't be seen.
_FORMULA = re.compile(
    r"[\t\r\n]|[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]"
)
# Most cells: nothing to quote, and no way to begin a formula.
_plain = re.compile(r'[0-9A-Za-z/][^",\r\n]*').fullmatch
_special = re.compile(r'[",\r\n]').search
_begun_otherwise = re.compile(r"\n[^0-9A-Za-z/\n]").search


def safe(cell: str) -> str:
    """Return *cell*, behind an apostrophe where a spreadsheet would run it.

    The apostrophe makes it text. Nothing is taken away: without it, the cell is as it was.
    """
    return cell if _FORMULA.match(cell) is None else f"'{cell}"


def cell(text: str) -> str:
    """Return *text* as a cell: safe, and quoted where RFC 4180 wants it."""
    if not text or _plain(text):
        return text
    text = safe(text)
    return text if _special(text) is None else '"' + text.replace('"', '""') + '"'


def cells(texts: Sequence[str]) -> Sequence[str]:
    """Return each of *texts* as a cell; where all are plain, that costs one look at all of them."""
    together = "\n" + "\n".join(texts)
    plain = (
        "," not in together
        and '"' not in together
        and "\r" not in together
        and together.count("\n") == len(texts)
        and _begun_otherwise(together) is None
    )
    return texts if plain else list(map(cell, texts))


def line(cells: Iterable[str]) -> str:
    """Return a line of the table: *cells* made safe and quoted, and the end of the line."""
    return ",".join(map(cell, cells)) + "\r\n"
