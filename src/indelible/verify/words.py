"""What a verification comes to, in sentences for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indelible.core.evidence_file import ExportEvidence
from indelible.verify.report import LogReport
from indelible.verify.trust import Trust


def proved_by_archive(
    evidence: ExportEvidence, logs: Sequence[LogReport], table: str
) -> tuple[str, ...]:
    """Say what an archive proves in which nothing contradicts anything."""
    count = count_of(evidence.count, "row")
    said = [
        f"Every cell of the {count} of {table} is what the entry says or disclosed.",
        *(_placed(log) for log in logs),
    ]
    if evidence.completeness == "range":
        said += [f"No entry is missing: {_stretch(log, evidence)}" for log in logs]
    elif evidence.completeness == "filtered":
        said += [
            f"No entry that matches the filter is missing: {_stretch(log, evidence)}"
            for log in logs
        ]
        said.append("What the filter left out is there by its public part, and does not match it.")
    return tuple(said)


def unproved_by_archive(
    evidence: ExportEvidence,
    logs: Sequence[LogReport],
    trust: Trust,
    withheld: int,
    unchecked: Sequence[str],
) -> tuple[str, ...]:
    """Say what an archive does not prove."""
    said = list(unvouched(logs, trust))
    if evidence.completeness == "selection":
        said.append(
            "Completeness: this is a selection, and other entries may match its filter too. An "
            "export of a whole range of time, or one with complete=true, proves that none is "
            "missing."
        )
    else:
        said.append("Anything about logs that are not named above.")
    if withheld:
        said.append(
            f"What {count_of(withheld, 'entry', 'entries')} disclosed and no longer "
            f"{'does' if withheld == 1 else 'do'}: it was erased, or taken out of this archive."
        )
    purged = [log for log in logs if log.purged]
    if purged:
        said.append(
            "What the first entries of "
            + ", ".join(f"{log.origin} (up to #{log.purged - 1})" for log in purged)
            + " said: the archive says that they were purged with their retention period."
        )
    if unchecked:
        said.append(
            f"That the rows match the filter by {', '.join(unchecked)}: it looks into what is not "
            "public."
        )
    said.append(f"The time of the export, {evidence.made}: it is what the archive says.")
    return tuple(said)


def unvouched(logs: Sequence[LogReport], trust: Trust) -> Iterator[str]:
    """Say whose word is missing."""
    if not trust.keys and logs:
        yield (
            "Who signed: the keys come from the file itself, and whoever forged it brought theirs. "
            "Get the operator's key another way and name it with --key."
        )
    without = [log.origin for log in logs if log.root_index is None]
    if without:
        yield (
            f"That the operator shows everybody the same {', '.join(without[:3])}"
            f"{' and others' if len(without) > 3 else ''}: there is no root proof, so that no "
            "witness can have seen it."
        )
    elif logs and not all(any(each.pinned for each in log.cosigners) for log in logs):
        yield (
            "That the operator shows everybody the same logs: no witness of yours cosigned "
            "(--witness)."
        )
    if logs and not all(log.stamps for log in logs):
        yield (
            "When it was signed: no time-stamp was checked (--tsa-cert). Times in entries are the "
            "operator's."
        )


def _placed(log: LogReport) -> str:
    entries = count_of(log.proved, "entry", "entries")
    rooted = ""
    if log.root_index is not None and log.root_size is not None:
        rooted = f", which is #{log.root_index} of {log.root_size:,} in the root log"
    return (
        f"{log.origin}: {entries} in it, unchanged, under its checkpoint of {log.size:,}{rooted}."
    )


def _stretch(log: LogReport, evidence: ExportEvidence) -> str:
    first, end = log.first or 0, log.end or 0
    said = evidence.filter
    start = "from its beginning" if first == 0 else ""
    if log.purged:
        start = f"from #{log.purged}, up to which it was purged"
    elif "from" in said:
        start = f"from {said['from']}"
    if "to" in said:
        stop = f"to {said['to']}" + (", as far as its checkpoint goes" if end == log.size else "")
    else:
        stop = "to the end of its checkpoint" if end == log.size else f"to #{end - 1}; it goes on"
    what = "no entry" if first == end else f"#{first} to #{end - 1}"
    return f"{log.origin} has {what}, {start} {stop}."


def count_of(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
