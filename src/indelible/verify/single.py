"""One entry's evidence, and plain proof files."""

from __future__ import annotations

from indelible.core.entry import decode
from indelible.core.evidence import ProofFile
from indelible.core.evidence_file import EntryEvidence, ExportedEntry, reader
from indelible.core.merkle import leaf_hash
from indelible.core.proof import check_inclusion
from indelible.errors import Invalid, MalformedProof, Tampered, Unproven
from indelible.verify.report import Findings, LogReport, Report
from indelible.verify.rows import RowReader
from indelible.verify.trust import Trust, base_of
from indelible.verify.vouching import Brought, Vouched, open_signed, vouch
from indelible.verify.words import count_of, unvouched


def verify_evidence(data: bytes, trust: Trust) -> Report:
    """Check the evidence of one entry."""
    findings = Findings()
    logs: tuple[LogReport, ...] = ()
    proved: tuple[str, ...] = ()
    unproved: list[str] = []
    try:
        claim = reader(EntryEvidence)(data)
        part = decode(claim.entry)
        RowReader().read(part, ExportedEntry(entry=claim.entry, disclosures=claim.disclosures))
        missing = tuple(name for name in part.sd.by_name() if name not in claim.disclosures)
        if missing != claim.erased:
            raise Tampered("what it says was erased is not what is absent")
        file = ProofFile.parse(claim.proof)
        brought = Brought(claim.keys, claim.rotations, claim.witnesses)
        vouched = vouch(file.checkpoint, claim.root, trust, brought)
        _place(claim.entry, file, vouched)
        if vouched.checkpoint.origin != part.log:
            # The root log has leaves of any kind: what stands there stands in no other log.
            raise Tampered(f"the entry is one of {part.log}, and the checkpoint is not")
        logs = (_log(vouched),)
        proved = (
            f"{part.log}#{part.seq} is in its log, unchanged, under the checkpoint of "
            f"{count_of(vouched.checkpoint.size, 'entry', 'entries')}"
            + (
                f", which is #{vouched.rooted.place} of {vouched.rooted.size:,} in the root log."
                if vouched.rooted
                else "."
            ),
            f"On {part.time}, by the operator's clock, it was recorded: {part.actor.type} "
            f"{part.actor.id} — {part.action} {part.resource.type} {part.resource.id}, "
            f"{part.status}.",
            *(
                [f"What it discloses is what it commits to: {', '.join(claim.disclosures)}."]
                if claim.disclosures
                else []
            ),
        )
        if missing:
            unproved.append(f"What was erased from it: {', '.join(missing)}.")
    except Unproven as error:
        findings.add(str(error))
    return _report("entry", findings, logs, proved, (*unvouched(logs, trust), *unproved))


def verify_proof(data: bytes, entry: bytes, trust: Trust) -> Report:
    """Check a plain proof file (C2SP tlog-proof) of *entry*, by pinned keys.

    Raises:
        Invalid: no key is pinned, and the file brings none.
    """
    if not trust.keys:
        raise Invalid("A proof file brings no key: name the log's with --key.")
    findings = Findings()
    logs: tuple[LogReport, ...] = ()
    proved: tuple[str, ...] = ()
    try:
        file = ProofFile.parse(_text(data))
        vouched = open_signed(file.checkpoint, trust, Brought())
        _place(entry, file, vouched)
        logs = (_log(vouched),)
        proved = (
            f"These bytes are #{file.index} of {vouched.checkpoint.origin}, under its checkpoint "
            f"of {count_of(vouched.checkpoint.size, 'entry', 'entries')}.",
        )
    except Unproven as error:
        findings.add(str(error))
    return _report("proof", findings, logs, proved, tuple(unvouched(logs, trust)))


def _place(data: bytes, file: ProofFile, vouched: Vouched) -> None:
    """Accept only if *data* is the entry at its place under the checkpoint, and says so."""
    checkpoint = vouched.checkpoint
    check_inclusion(file.index, checkpoint.size, leaf_hash(data), file.hashes, checkpoint.root)
    if checkpoint.origin == f"{base_of(checkpoint.origin)}/root":
        return  # a leaf of the root log is a checkpoint
    part = decode(data)
    if (part.log, part.seq) != (checkpoint.origin, file.index):
        raise Tampered(f"an entry of {part.log}#{part.seq} stands at {file.index}")


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MalformedProof("a proof file is UTF-8") from error


def _log(vouched: Vouched) -> LogReport:
    checkpoint, rooted = vouched.checkpoint, vouched.rooted
    return LogReport(
        origin=checkpoint.origin,
        size=checkpoint.size,
        root_hash=checkpoint.root.hex(),
        proved=1,
        keys=tuple(key.to_text() for key in vouched.keys),
        pinned=vouched.pinned,
        root_index=rooted.place if rooted else None,
        root_size=rooted.size if rooted else None,
        cosigners=rooted.cosigners if rooted else (),
        stamps=rooted.stamps if rooted else (),
    )


def _report(
    kind: str,
    findings: Findings,
    logs: tuple[LogReport, ...],
    proved: tuple[str, ...],
    unproved: tuple[str, ...],
) -> Report:
    return Report(
        kind=kind,
        findings=tuple(findings.kept),
        found=findings.count,
        rows=1,
        logs=logs,
        proved=proved,
        unproved=unproved,
    )
