"""One entry of an archive or a file: its public part, and disclosures that it commits to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from indelible.core.disclosure import check
from indelible.core.entry import PublicPart
from indelible.core.evidence_file import ExportedEntry
from indelible.core.merkle import Hash, leaf_hash
from indelible.errors import MalformedProof, Tampered
from indelible.export.remembered import Remembered
from indelible.export.said import Person, Said, client, person, resource
from indelible.verify.trust import tenant_of

_REMEMBERED = 20_000
_SHORT = 4_096  # longer texts are seldom said twice, and would fill the memory


class Disclosed(NamedTuple):
    """An entry as the table is rendered from it; see :class:`activity_table.Exported`."""

    tenant: str | None
    public: bytes
    person: Person | None
    client: Said | None
    resource: Said | None
    details: bytes | None


class Row(NamedTuple):
    """An entry that says what it commits to.

    Attributes:
        leaf: hash of its bytes.
        withheld: names of disclosures that it commits to and that are not there.
    """

    part: PublicPart
    leaf: Hash
    shown: Disclosed
    withheld: tuple[str, ...]

    @property
    def place(self) -> str:
        """``<log>#<seq>``."""
        return f"{self.part.log}#{self.part.seq}"


class RowReader:
    """Reads entries with their disclosures; remembers what many entries say."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._remembered: Callable[[str, str, str], bytes] = lru_cache(_REMEMBERED)(_checked)
        self._people = Remembered(person)
        self._clients = Remembered(client)
        self._resources = Remembered(resource)

    def read(self, part: PublicPart, claim: ExportedEntry) -> Row:
        """Return what an entry says: *part*, and what it discloses.

        Raises:
            MalformedProof: a disclosure is not spelled as it must be.
            Tampered: it is not what the entry commits to.
        """
        texts = self.disclosures(part, claim.disclosures)
        digests = part.sd.by_name()
        shown = Disclosed(
            tenant_of(part.log),
            claim.entry,
            None if (text := texts.get("person")) is None else self._people[text],
            None if (text := texts.get("client")) is None else self._clients[text],
            None if (text := texts.get("resource")) is None else self._resources[text],
            texts.get("details"),
        )
        withheld = tuple(name for name in digests if name not in texts)
        return Row(part, leaf_hash(claim.entry), shown, withheld)

    def disclosures(self, part: PublicPart, said: Mapping[str, str]) -> dict[str, bytes]:
        """Return the texts in *said*, by name, if *part* commits to every one."""
        digests = part.sd.by_name()
        texts = {}
        for name, text in said.items():
            digest = digests.get(name)
            if digest is None:
                raise Tampered(f"the entry commits to no {name[:40]!r}, and here is one")
            checked = self._remembered if len(text) <= _SHORT else _checked
            texts[name] = checked(text, name, digest)
        return texts


def _checked(text: str, name: str, digest: str) -> bytes:
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise MalformedProof("a disclosure holds half of a surrogate pair") from error
    check(encoded, name, digest)
    return encoded
