"""Takes secrets out of what is recorded, before it is hashed or stored.

By name (:mod:`.redaction_names`) a value is replaced whole, whatever it is; by shape
(:mod:`.redaction_patterns`) only the secret's own span in a string is. It runs on every entry, so
the common case is cheap: what a name means and which strings are clean is remembered in bounded
tables, and nothing is copied where nothing changes.

Input is hostile: any nesting, any size, lone surrogates, keys that are no strings. Nothing here
raises because of it; what passes a cap is cut where one can see it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from indelible.core.activity import Json
from indelible.core.redaction_names import holds_secret, normal, words
from indelible.core.redaction_patterns import AWS_KEY_ID, CUT, REDACTED, Scent, redact_text
from indelible.core.redaction_plain import (
    cut_text,
    key_text,
    nearest_json,
    pointer,
    without_surrogates,
)
from indelible.core.redaction_query import redact_path

__all__ = ["CUT", "CUT_FIELD", "REDACTED", "Redacted", "Redactor"]

CUT_FIELD = "_cut"
"""Where a recorded object lists what was cut in it, as JSON Pointers (RFC 6901)."""

_PLAIN, _SECRET, _VALUE_OF, _REWRITE = range(4)
_TABLE = 4_096
_LONGEST_KEPT = 200
_MARGIN = 4_096
_BEFORE_AND_AFTER = frozenset(("before", "after"))
_VALUE_NAMES = frozenset(("value", "Value", "val", "VALUE", "default", "defaultValue"))
_NAME_NAMES = ("name", "Name", "key", "Key", "NAME", "KEY", "header", "field", "parameter", "env")


@dataclass(frozen=True, slots=True)
class Redacted:
    """What is left of a value.

    Attributes:
        value: the value to record; the very object that came in where nothing was changed.
        redacted: how many secrets were taken out.
        cut: JSON Pointers to what was shortened, in document order.
    """

    value: Json
    redacted: int = 0
    cut: tuple[str, ...] = ()


@dataclass(slots=True)
class _Walk:
    """One walk over one value. Paths are kept backwards: each level adds its key on the way out."""

    redacted: int = 0
    nodes: int = 0
    cut: list[list[str]] = field(default_factory=list)


class Redactor:
    """Decides once what is a secret, then takes secrets out of any number of values.

    Safe to share between tasks and threads. Applying it twice changes nothing more.

    Args:
        names: further names of fields whose values are secrets; ``fooBar`` also means ``foo_bar``.
        allowed: names that are no secrets here, whatever the rules say. Their values are still
            searched for secrets that show by their shape.
        max_depth: levels of nesting that are kept.
        max_string: characters of one string that are kept, the note about the cut included.
        max_items: fields of one object, or items of one list, that are kept.
        max_nodes: values that are kept in all.
    """

    __slots__ = (
        "_allowed",
        "_clean",
        "_extra",
        "_max_depth",
        "_max_items",
        "_max_nodes",
        "_max_string",
        "_scent",
        "_verdicts",
    )

    def __init__(
        self,
        *,
        names: Iterable[str] = (),
        allowed: Iterable[str] = (),
        max_depth: int = 32,
        max_string: int = 16_384,
        max_items: int = 1_000,
        max_nodes: int = 20_000,
    ) -> None:
        extra = tuple(names)
        self._extra: Final = frozenset(map(normal, extra))
        self._allowed: Final = frozenset(map(normal, allowed))
        # A name is recognised in text by its longest word: that is how it is found at all.
        self._scent: Final = Scent(frozenset(max(words(n), key=len) for n in extra if words(n)))
        self._max_depth: Final = min(max_depth, 100)
        self._max_string: Final = max(max_string, 64)
        self._max_items: Final = max(max_items, 2)
        self._max_nodes: Final = max_nodes
        self._verdicts: Final[dict[str, int]] = {}
        self._clean: Final[set[str]] = set()

    def is_secret(self, name: str) -> bool:
        """Return whether a field of this *name* is redacted whole."""
        verdict = self._verdicts.get(name)
        if verdict is None:
            verdict = self._judge(name)
        return verdict == _SECRET or (verdict == _REWRITE and self._names_secret(name))

    def json(self, value: Json) -> Json:
        """Return *value* without its secrets; the same object where nothing had to change.

        Where something was cut in an object, its field ``_cut`` lists the places.
        """
        found = self.examine(value)
        if found.cut and type(found.value) is dict:
            before = found.value.get(CUT_FIELD)
            return {
                **found.value,
                CUT_FIELD: [*(before if type(before) is list else ()), *found.cut],
            }
        return found.value

    def examine(self, value: Json) -> Redacted:
        """Return *value* without its secrets, and what was done to it."""
        walk = _Walk()
        result = self._any(value, 0, walk)
        cut = tuple(pointer(path) for path in walk.cut)
        return Redacted(value=result, redacted=walk.redacted, cut=cut)

    def text(self, text: str) -> str:
        """Return free text, such as a user agent or a name, without the secrets in it."""
        return text if text in self._clean else self._string(text, 0, _Walk())

    def path(self, path: str) -> str:
        """Return a raw path and query, percent-encoded as it came, without the secrets in it."""
        return redact_path(path, is_secret=self.is_secret, text=self.text)

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return *headers* without credentials and cookies."""
        return {
            name: REDACTED if self.is_secret(name) else self.text(value)
            for name, value in headers.items()
        }

    def _names_secret(self, name: str) -> bool:
        same = normal(name)
        return same not in self._allowed and (same in self._extra or holds_secret(name))

    def _judge(self, name: str) -> int:
        if self._key(name) != name:
            verdict = _REWRITE
        elif self._names_secret(name):
            verdict = _SECRET
        else:
            verdict = _VALUE_OF if name in _VALUE_NAMES else _PLAIN
        if len(name) <= _LONGEST_KEPT:
            if len(self._verdicts) >= _TABLE:
                self._verdicts.clear()
            self._verdicts[name] = verdict
        return verdict

    def _any(self, value: Json, depth: int, walk: _Walk) -> Json:
        kind = type(value)
        if kind is str:
            return value if value in self._clean else self._string(value, depth, walk)
        if kind is dict:
            return self._object(value, depth, walk)
        if kind is list:
            return self._list(value, depth, walk)
        if kind is int or kind is bool or value is None:
            return value
        plain = nearest_json(value)
        return plain if type(plain) is type(value) else self._any(plain, depth, walk)

    def _object(  # noqa: C901, PLR0912 -- written out: this loop is the cost of an entry
        self, value: dict[str, Json], depth: int, walk: _Walk
    ) -> Json:
        if note := self._over(value, depth, walk):
            return note
        changed: dict[str, Json] | None = None
        if len(value) > self._max_items:
            changed = value = self._shorter(value, walk)
        verdicts, clean, cuts = self._verdicts, self._clean, len(walk.cut)
        for key, item in value.items():
            verdict = verdicts.get(key)
            if verdict is None:
                verdict = self._judge(key) if type(key) is str else _REWRITE
            if verdict == _REWRITE:
                return self._object(self._with_plain_keys(value, walk), depth, walk)
            kind = type(item)
            if verdict == _PLAIN:
                if kind is str:
                    if item in clean:
                        continue
                    new = self._string(item, depth, walk)
                elif kind is dict:
                    new = self._object(item, depth + 1, walk)
                elif kind is int or kind is bool or item is None:
                    continue
                else:
                    new = self._any(item, depth + 1, walk)
            elif verdict == _SECRET or self._is_value_of_secret(value):
                new = _secret(item, walk)
            else:
                new = self._any(item, depth + 1, walk)
            if new is item:
                continue
            if changed is None:
                changed = dict(value)
            changed[key] = new
            if len(walk.cut) > cuts:
                cuts = _note_key(walk, cuts, key)
        return value if changed is None else changed

    def _list(self, value: list[Json], depth: int, walk: _Walk) -> Json:
        if note := self._over(value, depth, walk):
            return note
        changed: list[Json] | None = None
        if len(value) > self._max_items:
            walk.cut.append([])
            left = len(value) - self._max_items + 1
            changed = value = [*value[: self._max_items - 1], f"{CUT}{left:,} items]"]
        cuts = len(walk.cut)
        after_flag = False
        for index, item in enumerate(value):
            if after_flag and type(item) is str and not item.startswith("-"):
                new = _secret(item, walk)  # ["--password", "..."]
            else:
                new = self._any(item, depth + 1, walk)
            after_flag = type(item) is str and item.startswith("-") and self.is_secret(item)
            if new is item:
                continue
            if changed is None:
                changed = list(value)
            changed[index] = new
            if len(walk.cut) > cuts:
                cuts = _note_key(walk, cuts, str(index))
        return value if changed is None else changed

    def _string(self, text: str, depth: int, walk: _Walk) -> str:
        found = text if text.isascii() else without_surrogates(text)
        limit = self._max_string
        if len(found) > limit + _MARGIN:
            found = found[: limit + _MARGIN]  # what a search costs is bounded by this
        if self._scent(found):
            before = found.count(REDACTED)
            found = self._search(found, depth)
            walk.redacted += max(found.count(REDACTED) - before, 0)
        if len(text) > limit and len(found) + max(len(text) - limit - _MARGIN, 0) > limit:
            walk.cut.append([])
            return cut_text(found, len(text), limit)
        if found == text:
            if len(text) <= _LONGEST_KEPT:
                if len(self._clean) >= _TABLE:
                    self._clean.clear()
                self._clean.add(text)
            return text
        return found

    def _search(self, text: str, depth: int) -> str:
        """Look into JSON as JSON, so that its names count at any depth; then at the text."""
        if depth < self._max_depth and text.lstrip()[:1] in ("{", "["):
            try:
                inner = json.loads(text)
            except (ValueError, RecursionError):
                return redact_text(text, self.is_secret)
            outer = self._any(inner, depth + 1, _Walk())
            if outer is not inner:
                text = json.dumps(outer, ensure_ascii=False, separators=(",", ":"))
        return redact_text(text, self.is_secret)

    def _over(self, value: dict[str, Json] | list[Json], depth: int, walk: _Walk) -> str | None:
        walk.nodes += len(value)
        if depth < self._max_depth and walk.nodes <= self._max_nodes:
            return None
        walk.cut.append([])
        if depth >= self._max_depth:
            return f"{CUT}nested deeper than {self._max_depth} levels]"
        return f"{CUT}more than {self._max_nodes:,} values]"

    def _shorter(self, value: dict[str, Json], walk: _Walk) -> dict[str, Json]:
        walk.cut.append([])
        kept = dict(list(value.items())[: self._max_items - 1])
        kept["…"] = f"{CUT}{len(value) - len(kept):,} fields]"
        return kept

    def _with_plain_keys(self, value: dict[Any, Json], walk: _Walk) -> dict[str, Json]:
        """Return *value* with keys that can be stored: strings, short, without secrets."""
        plain: dict[str, Json] = {}
        for key, item in value.items():
            spelled = key_text(key)
            wanted = name = self._key(spelled)
            number = 2
            while name in plain:
                name = f"{wanted} ({number})"
                number += 1
            plain[name] = _secret(item, walk) if self._names_secret(spelled) else item
            if self._judge(name) == _REWRITE:
                self._verdicts[name] = _PLAIN  # rewritten once, it is not looked at again
        return plain

    def _key(self, key: str) -> str:
        found = key if key.isascii() else without_surrogates(key)
        found = found[: self._max_string + _MARGIN]
        if self._scent(found):
            found = redact_text(found, lambda _: False)
        return cut_text(found, len(key), _LONGEST_KEPT) if len(found) > _LONGEST_KEPT else found

    def _is_value_of_secret(self, value: dict[str, Json]) -> bool:
        """Tell whether the object is a pair such as ``{"name": "DB_PASSWORD", "value": ...}``."""
        for field_name in _NAME_NAMES:
            name = value.get(field_name)
            if type(name) is str and self.is_secret(name):
                return True
        return False


def _secret(item: Json, walk: _Walk) -> Json:
    """Replace a secret whole. Null, yes and no tell nothing; an access key's id is none."""
    if item is None or type(item) is bool or item == REDACTED:
        return item
    if type(item) is str and AWS_KEY_ID.fullmatch(item):
        return item
    if type(item) is dict and item and _BEFORE_AND_AFTER.issuperset(item):
        # A change keeps its shape: that it was changed is what one wants to read.
        return {key: _secret(side, walk) for key, side in item.items()}
    walk.redacted += 1
    return REDACTED


def _note_key(walk: _Walk, since: int, key: str) -> int:
    for path in walk.cut[since:]:
        path.append(key)
    return len(walk.cut)
