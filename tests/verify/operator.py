"""An operator in memory: logs, a root log, a witness, and the files that are given out."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from indelible.core.activity import Action, ActorType, Status
from indelible.core.checkpoint import Checkpoint, sign_checkpoint
from indelible.core.disclosure import disclose
from indelible.core.entry import (
    Digests,
    PublicActor,
    PublicPart,
    PublicRequest,
    PublicResource,
    encode,
)
from indelible.core.entry_id import entry_id, format_id
from indelible.core.evidence import ProofFile
from indelible.core.evidence_file import (
    ENTRIES,
    ENTRY_FORMAT,
    EVIDENCE,
    EXPORT_FORMAT,
    HINT_SIZE,
    LEFT_OUT,
    EntryEvidence,
    ExportEvidence,
    LogEvidence,
    RootEvidence,
    spell,
)
from indelible.core.instant import format_time
from indelible.core.key import KeyType, SignerKey, VerifierKey
from indelible.core.merkle import Hash, Node, leaf_hash, tree_root
from indelible.core.multiproof import spans_outside
from indelible.core.note import Note, cosigned, parse_note
from indelible.core.proof import prove_inclusion
from indelible.export import activity_table
from indelible.export.said import client, person, resource
from indelible.ledger import export_proofs
from indelible.ledger.exported_row import ExportedRow

BASE = "audit.test"
TABLE = "activity-log-2026-11-23.csv"
START = 1_760_000_000_000_000  # 2025-10-09T08:53:20Z
MINUTE = 60_000_000
ACME = "3f9c2a44-0000-4000-8000-000000000001"
BOLT = "3f9c2a44-0000-4000-8000-000000000002"

Members = dict[str, bytes]


@dataclass
class Operator:
    """Keeps logs. Every entry comes a minute after the one before, whatever its log."""

    seed: bytes = b"operator".ljust(32)
    logs: dict[str | None, list[ExportedRow]] = field(default_factory=dict)
    count: int = 0

    def key(self, origin: str) -> SignerKey:
        return SignerKey.from_seed(origin, self.seed)

    @property
    def root_key(self) -> VerifierKey:
        return self.key(f"{BASE}/root").verifier

    @property
    def witness(self) -> SignerKey:
        return SignerKey.from_seed("witness.test", b"witness".ljust(32), KeyType.COSIGNATURE)

    def origin(self, tenant: str | None) -> str:
        return f"{BASE}/logs/{tenant or 'platform'}"

    def record(self, tenant: str | None = ACME, **fields: Any) -> ExportedRow:
        """Append one entry."""
        log = self.logs.setdefault(tenant, [])
        number, self.count = self.count, self.count + 1
        time = START + number * MINUTE
        said = {
            "person": {"email": f"u{number % 3}@acme.test", "name": 'O"Neil, Ann'},
            "client": {"ip": f"192.0.2.{number % 5}", "userAgent": "=curl/8"},
            "resource": {"name": f"edge\r\n{number % 4}"},
            "details": {"path": "/e/1?q=,", "payload": {"n": number, "t": "ü"}, "changes": None},
        }
        texts: dict[str, bytes] = {}
        digests: dict[str, str] = {}
        for name, value in said.items():
            salt = f"{name}{number}".encode().ljust(16)[:16]
            texts[name], digests[name] = disclose(
                name, salt, json.dumps(value, ensure_ascii=False).encode()
            )
        usual: dict[str, Any] = {
            "action": list(Action)[number % len(Action)],
            "actor": PublicActor(id=f"u{number % 3}", type=ActorType.USER),
            "resource": PublicResource(id=f"e{number % 4}", type="edge"),
            "status": Status.SUCCESS if number % 5 else Status.FAILURE,
            "session": f"s{number % 2}",
            "request": PublicRequest(id=f"q{number}", method="PUT", route="/e/{id}", status=200),
        }
        part = PublicPart(
            log=self.origin(tenant), seq=len(log), time=format_time(time),
            id=format_id(entry_id(time, 0, number.to_bytes(6, "big"))),
            sd=Digests(**digests), **{**usual, **fields},
        )  # fmt: skip
        log.append(
            ExportedRow(
                log=0, seq=len(log), tenant=tenant, public=encode(part), details=texts["details"],
                person=person(texts["person"]), client=client(texts["client"]),
                resource=resource(texts["resource"]),
            )
        )  # fmt: skip
        return log[-1]

    def export(
        self,
        *,
        tenants: Sequence[str | None] | None = None,
        passes: Callable[[PublicPart], bool] = lambda part: True,
        said: dict[str, str] | None = None,
        completeness: str = "range",
        begin: int = 0,
        end: int | None = None,
        rooted: bool = True,
    ) -> Members:
        """Give out an archive; *begin* and *end* cut a stretch by the minutes of its times."""
        from indelible.core.entry import decode

        until = self.count if end is None else end
        exported: list[ExportedRow] = []
        left_out: list[ExportedRow] = []
        claims = []
        for tenant in self.logs if tenants is None else tenants:
            log = self.logs[tenant]
            minutes = [(parse(each).time, each) for each in log]
            start, stop = format_time(START + begin * MINUTE), format_time(START + until * MINUTE)
            inside = [each for time, each in minutes if start <= time < stop]
            chosen = [each for each in inside if passes(decode(each.public))]
            chosen_seqs = {each.seq for each in chosen}
            others = [each for each in inside if each.seq not in chosen_seqs]
            exported += chosen
            whole = completeness != "selection"
            first = inside[0].seq if inside else sum(time < start for time, _ in minutes)
            known = chosen_seqs | (
                {each.seq for each in others} if completeness == "filtered" else set()
            )
            before = after = None
            last = first + len(inside)
            if whole and first > 0:
                before, known = log[first - 1].public, known | {first - 1}
            if whole and last < len(log):
                after, known = log[last].public, known | {last}
            if completeness == "filtered":
                left_out += others
            claims.append(
                self._claim(
                    tenant, sorted(known), chosen, whole, first, last, before, after, rooted
                )
            )
        newest_first = sorted(exported, key=lambda each: parse(each).id, reverse=True)
        evidence = ExportEvidence(
            format=EXPORT_FORMAT, made=format_time(START), filter=said or {}, count=len(exported),
            completeness=completeness, rotations=(), logs=tuple(claims),
            witnesses=(self.witness.verifier.to_text(),),
        )  # fmt: skip
        members = {
            TABLE: activity_table.table(newest_first),
            ENTRIES: export_proofs.lines(newest_first),
        }
        if completeness == "filtered":
            left_out.sort(key=lambda each: parse(each).id, reverse=True)
            members[LEFT_OUT] = export_proofs.public_lines(left_out)
        return {**members, EVIDENCE: spell(evidence)}

    def evidence(self, tenant: str | None, seq: int) -> bytes:
        """Give out the evidence of one entry."""
        log = self.logs[tenant]
        stored = log[seq]
        file = self._proof(self.key(self.origin(tenant)), [each.public for each in log], seq)
        said = {"person": stored.person, "client": stored.client, "resource": stored.resource}
        there = {name: str(each.text) for name, each in said.items() if each is not None}
        if stored.details is not None:
            there["details"] = stored.details.decode()
        root = self._root(file.checkpoint)
        return spell(
            EntryEvidence(
                format=ENTRY_FORMAT, entry=stored.public, disclosures=there,
                erased=tuple(n for n in ("client", "details", "person", "resource") if n not in there),
                proof=file.to_text(), root=root, keys=self._keys(tenant), rotations=(),
                witnesses=(self.witness.verifier.to_text(),),
            )
        )  # fmt: skip

    def proof(self, tenant: str | None, seq: int) -> str:
        """Give out a plain proof file."""
        entries = [each.public for each in self.logs[tenant]]
        return self._proof(self.key(self.origin(tenant)), entries, seq).to_text()

    def _keys(self, tenant: str | None) -> tuple[str, ...]:
        return self.key(self.origin(tenant)).verifier.to_text(), self.root_key.to_text()

    def _claim(
        self, tenant, known, chosen, whole, first, last, before, after, rooted
    ) -> LogEvidence:
        leaves = [leaf_hash(each.public) for each in self.logs[tenant]]
        key = self.key(self.origin(tenant))
        note = sign_checkpoint(
            Checkpoint(key.verifier.name, len(leaves), tree_root(leaves)), key.verifier, key.sign
        )
        runs = [range(seq, seq + 1) for seq in known]
        hashes = [tree_root(leaves[s.begin : s.end]) for s in spans_outside(runs, len(leaves))]
        hints = [leaf_hash(each.public)[:HINT_SIZE] for each in reversed(chosen)]
        return LogEvidence(
            origin=key.verifier.name, checkpoint=note, root=self._root(note) if rooted else None,
            keys=self._keys(tenant), count=len(chosen), first=first if whole else None,
            end=last if whole else None, purged=0, before=before, after=after,
            hints=b"".join(hints), hashes=b"".join(hashes),
        )  # fmt: skip

    def _root(self, note: str) -> RootEvidence:
        file = self._proof(self.key(f"{BASE}/root"), [b"other", note.encode(), b"another"], 1)
        signed = parse_note(file.checkpoint)
        line = cosigned(signed.text, self.witness.verifier, 1_760_000_000, self.witness.sign)
        whole = Note(signed.text, (*signed.signatures, line)).to_text()
        return RootEvidence(proof=ProofFile(file.index, file.hashes, whole).to_text())

    def _proof(self, key: SignerKey, entries: Sequence[bytes], index: int) -> ProofFile:
        leaves = [leaf_hash(each) for each in entries]

        def read(nodes: Sequence[Node]) -> list[Hash]:
            return [tree_root(leaves[n << level : (n + 1) << level]) for level, n in nodes]

        checkpoint = Checkpoint(key.verifier.name, len(leaves), tree_root(leaves))
        hashes = prove_inclusion(index, len(leaves), read)
        return ProofFile(index, hashes, sign_checkpoint(checkpoint, key.verifier, key.sign))


def parse(stored: ExportedRow) -> PublicPart:
    from indelible.core.entry import decode

    return decode(stored.public)


def zipped(members: Members | Iterable[tuple[str, bytes]]) -> bytes:
    """Pack *members* as a person would who changed something."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, data)
    return packed.getvalue()
