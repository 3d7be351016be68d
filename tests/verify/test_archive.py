"""An archive holds as it was given out, and no other way: each change gets its row and reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from indelible.core.activity import Action
from indelible.core.evidence_file import ENTRIES, EVIDENCE, LEFT_OUT
from indelible.core.instant import format_time
from indelible.verify.trust import Trust
from tests.verify.conftest import Verify
from tests.verify.operator import ACME, BOLT, MINUTE, START, TABLE, Members, Operator

DELETED = {"action": "delete"}


def at(minute: int) -> str:
    return format_time(START + minute * MINUTE).replace(".000000", "")


def deleted(part) -> bool:
    return part.action is Action.DELETE


def rows(members: Members) -> list[bytes]:
    """The rows of the table: a cell of ours holds a line's end."""
    return re.findall(rb'(?:[^\r\n"]|"(?:[^"]|"")*")*\r\n', members[TABLE])


def lines(members: Members, name: str = ENTRIES) -> list[bytes]:
    return members[name].splitlines(keepends=True)


def test_all_of_every_log(operator: Operator, verify: Verify) -> None:
    """Everything there is, by pinned keys and a witness: nothing is missing."""
    report = verify(operator.export())
    assert (report.findings, report.holds, report.pinned) == ((), True, True)
    assert report.rows == 40
    assert sorted((log.first, log.end, log.proved) for log in report.logs) == [
        (0, 10, 10), (0, 10, 10), (0, 20, 20),
    ]  # fmt: skip
    assert [log.cosigners[0].name for log in report.logs] == ["witness.test"] * 3
    assert any("No entry is missing" in each for each in report.proved)


def test_a_range_of_time(operator: Operator, verify: Verify) -> None:
    """A stretch is proved whole by its neighbours on both sides, an empty one too."""
    said = {"from": at(10), "to": at(20), "tenant": ACME}
    report = verify(operator.export(tenants=[ACME], said=said, begin=10, end=20))
    assert (report.findings, report.pinned) == ((), True)
    assert (report.logs[0].first, report.logs[0].end) == (5, 10)
    empty = verify(
        operator.export(tenants=[BOLT], said={"from": at(2), "to": at(4)}, begin=2, end=4)
    )
    assert (empty.findings, empty.rows, empty.logs[0].first, empty.logs[0].end) == ((), 0, 1, 1)


def test_a_selection(operator: Operator, verify: Verify) -> None:
    """What passes a filter is proved row by row, and said not to be complete."""
    report = verify(operator.export(passes=deleted, said=DELETED, completeness="selection"))
    assert (report.findings, report.rows) == ((), 5)
    assert any("selection" in each for each in report.unproved)


def test_what_is_left_out(operator: Operator, verify: Verify) -> None:
    """With the public parts of what does not pass, a filtered export is complete."""
    report = verify(operator.export(passes=deleted, said=DELETED, completeness="filtered"))
    assert (report.findings, report.rows, report.completeness) == ((), 5, "filtered")
    assert any("matches the filter is missing" in each for each in report.proved)


def test_nobody_pinned(operator: Operator, verify: Verify) -> None:
    """Without pins it holds by its own word, and that is said first of what is not proved."""
    report = verify(operator.export(), Trust())
    assert (report.holds, report.pinned) == (True, False)
    assert report.unproved[0].startswith("Who signed")


def test_another_operator(operator: Operator, verify: Verify) -> None:
    """Somebody else's archive, however sound, is refused by the keys that are pinned."""
    forger = Operator(seed=b"forger".ljust(32), logs=operator.logs, count=operator.count)
    report = verify(forger.export())
    assert not report.holds
    assert "no key that you pinned" in report.findings[0].what


def test_a_quorum_is_wanted(operator: Operator, verify: Verify, trust: Trust) -> None:
    """Without the cosignatures that are asked for, or the root proof, it is refused."""
    assert "not in the root log" in verify(operator.export(rooted=False)).findings[0].what
    members = operator.export()
    cut = re.sub(rb"\xe2\x80\x94 witness.test [^\\]*\\n", b"", members[EVIDENCE])
    assert cut != members[EVIDENCE]
    assert "0 of your witnesses" in verify({**members, EVIDENCE: cut}).findings[0].what
    assert verify({**members, EVIDENCE: cut}, Trust(keys=trust.keys)).pinned


CELLS = {
    "User name": (b'O""Neil, Ann', b"Bobby"),
    "Action": (b",assign,", b",update,"),
    "Status": (b",success,", b",failure,"),
    "IP address": (b",192.0.2.", b",192.0.9."),
    "Response status": (b",200,", b",500,"),
    "Path": (b"/e/1?q=,", b"/e/2?q=,"),
    "Details": (b'""n"":', b'""m"":'),
    "User agent": (b"'=curl/8", b"=curl/8"),
    "Time": (b"2025-", b"2024-"),
}


@pytest.mark.parametrize("heading", CELLS)
def test_one_cell(operator: Operator, verify: Verify, heading: str) -> None:
    """An edited cell is named: its row, its entry, its heading, what it said and what is right."""
    members = operator.export(tenants=[ACME])
    before, after = CELLS[heading]
    table = rows(members)
    row = next(at for at in range(3, len(table)) if before in table[at])
    table[row] = table[row].replace(before, after, 1)
    (finding,) = verify({**members, TABLE: b"".join(table)}).findings
    assert (finding.member, finding.row) == (TABLE, row + 1)
    assert finding.entry == f"audit.test/logs/{ACME}#{20 - row}"
    assert finding.what.startswith(f"{heading} is ")


@pytest.mark.parametrize("heading", ["Log", "Seq", "Entry id"])
def test_a_cell_that_names_the_entry(operator: Operator, verify: Verify, heading: str) -> None:
    """Those that say which entry a row is of are no exception."""
    members = operator.export(tenants=[ACME])
    table = rows(members)
    cell = {"Log": ACME.encode() + b",15,", "Seq": b",15,01", "Entry id": b",15,"}[heading]
    new = {"Log": BOLT.encode() + b",15,", "Seq": b",16,01", "Entry id": b",15,f"}[heading]
    assert cell in table[5]
    table[5] = table[5].replace(cell, new)
    (finding,) = verify({**members, TABLE: b"".join(table)}).findings
    assert (finding.row, finding.what.startswith(f"{heading} is ")) == (6, True)


def test_rows_deleted_inserted_swapped(operator: Operator, verify: Verify) -> None:
    """The rest of the table is compared all the same."""
    members = operator.export(tenants=[ACME])
    table = rows(members)

    def told(changed: list[bytes]) -> list[tuple[int, str]]:
        found = verify({**members, TABLE: b"".join(changed)}).findings
        return [(each.row, each.what) for each in found]

    ((row, what),) = told(table[:7] + table[8:])
    assert (row, "is missing" in what) == (8, True)
    ((row, what),) = told([*table[:7], table[12], *table[7:]])
    assert (row, "no entry that could stand here" in what) == (8, True)
    swapped = told([*table[:7], table[8], table[7], *table[9:]])
    assert [(row, "missing" in what) for row, what in swapped] == [(8, False), (10, True)]
    assert len(told(table[:-3])) == 3
    assert len(told([*table, table[3]])) == 1
    assert told([b"Time\r\n", *table[1:]]) == [(1, "the headings are not those of an activity log")]
    assert len(told(table[1:])) == 2
    requoted = [*table[:7], b'"' + table[7].replace(b",", b'",', 1), *table[8:]]
    ((row, what),) = told(requoted)
    assert (row, "quoted in another way" in what) == (8, True)


def changed_entry(line: bytes, old: bytes, new: bytes) -> bytes:
    """Change the public part in a line, as a forger does."""
    import base64

    said = json.loads(line)
    entry = base64.b64decode(said["entry"])
    assert old in entry
    said["entry"] = base64.b64encode(entry.replace(old, new, 1)).decode()
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def test_an_entry_changed_with_its_row(operator: Operator, verify: Verify) -> None:
    """A forger who changes table and entry alike is told by the entry's hash, with the row."""
    members = operator.export(tenants=[ACME])
    table, entries = rows(members), lines(members)
    number = next(at for at in range(1, len(table)) if b",success," in table[at])
    table[number] = table[number].replace(b",success,", b",failure,")
    entries[number - 1] = changed_entry(entries[number - 1], b'"success"', b'"failure"')
    forged = {**members, TABLE: b"".join(table), ENTRIES: b"".join(entries)}
    found = verify(forged).findings
    assert (found[0].row, found[0].member) == (number + 1, ENTRIES)
    assert "not the entry that was exported" in found[0].what
    assert "do not lead to the root" in found[1].what


def test_rows_gone_from_everywhere(operator: Operator, verify: Verify) -> None:
    """An entry that is taken out of table and entries is missed, of a range and of a selection."""
    for how in ({}, {"passes": lambda part: part.seq % 2, "completeness": "selection"}):
        members = operator.export(tenants=[ACME], **how)
        table, entries = rows(members), lines(members)
        del table[5], entries[4]
        found = verify({**members, TABLE: b"".join(table), ENTRIES: b"".join(entries)}).findings
        assert found[0].row == 6
        assert "1 of the exported rows are missing" in " ".join(each.what for each in found) or (
            "claims that nothing is missing" in found[0].what
        )


def test_a_row_put_in_everywhere(operator: Operator, verify: Verify) -> None:
    """An entry of another archive does not fit in."""
    members, other = operator.export(tenants=[ACME]), operator.export(tenants=[BOLT])
    table, entries = rows(members), lines(members)
    table.insert(4, rows(other)[4])
    entries.insert(3, lines(other)[3])
    found = verify({**members, TABLE: b"".join(table), ENTRIES: b"".join(entries)}).findings
    assert (found[0].row, "nothing that holds proves" in found[0].what) == (5, True)


@pytest.mark.parametrize("name", [TABLE, ENTRIES, EVIDENCE])
def test_mixed(operator: Operator, verify: Verify, name: str) -> None:
    """A file of one archive in another is noticed."""
    members, other = operator.export(tenants=[ACME]), operator.export(tenants=[BOLT])
    assert not verify({**members, name: other[name]}).holds


@pytest.mark.parametrize("name", [TABLE, ENTRIES, EVIDENCE, LEFT_OUT])
def test_truncated(operator: Operator, verify: Verify, name: str) -> None:
    """A file that is cut anywhere is noticed."""
    members = operator.export(passes=deleted, said=DELETED, completeness="filtered")
    size = len(members[name])
    for end in {0, 1, size // 2, size - 2, size - 1}:
        assert not verify({**members, name: members[name][:end]}).holds


def test_hiding_behind_a_filter(operator: Operator, verify: Verify) -> None:
    """What passes can't be left out, what does not can't be slipped in, nothing can vanish."""
    members = operator.export(
        passes=lambda part: deleted(part) and part.seq > 5, said=DELETED, completeness="filtered"
    )
    assert any("was left out" in each.what for each in verify(members).findings)
    members = operator.export(
        passes=lambda part: deleted(part) or part.seq == 5, said=DELETED, completeness="filtered"
    )
    assert any("own filter, by action" in each.what for each in verify(members).findings)
    members = operator.export(passes=deleted, said=DELETED, completeness="filtered")
    some = lines(members, LEFT_OUT)
    del some[7]
    found = verify({**members, LEFT_OUT: b"".join(some)}).findings
    assert any("claims that nothing is missing" in each.what for each in found)


def test_claims_that_do_not_fit(operator: Operator, verify: Verify) -> None:
    """A selection can't be passed off as all there is, by no words in the evidence."""
    members = operator.export(passes=deleted, said=DELETED, completeness="selection")
    for old, new in (
        (b'"selection"', b'"range"'),
        (b'"selection"', b'"filtered"'),
        (b'"first":null,"end":null', b'"first":0,"end":20'),
        (b'"count":5,', b'"count":6,'),
        (b'"action":"delete"', b'"action":"update"'),
        (b'"purged":0', b'"purged":3'),
    ):
        assert old in members[EVIDENCE]
        forged = members[EVIDENCE].replace(old, new, 1)
        assert not verify({**members, EVIDENCE: forged}).holds, new
    short = operator.export(tenants=[ACME], begin=10, end=20, said={"from": at(10), "to": at(21)})
    assert any("range of time too" in each.what for each in verify(short).findings)
    early = operator.export(tenants=[ACME], begin=10, end=20, said={"from": at(8), "to": at(20)})
    assert any("range of time too" in each.what for each in verify(early).findings)


def test_erased(verify: Verify) -> None:
    """An erased disclosure leaves every proof as it was; what is gone is said."""
    import msgspec

    operator = Operator()
    for _ in range(5):
        operator.record()
    log = operator.logs[ACME]
    log[2] = msgspec.structs.replace(log[2], person=None, details=None)
    report = verify(operator.export())
    assert (report.findings, report.pinned) == ((), True)
    assert any("erased" in each for each in report.unproved)
    evidence = verify(operator.evidence(ACME, 2))
    assert (evidence.findings, evidence.pinned) == ((), True)
    assert any("erased from it: details, person" in each for each in evidence.unproved)


def test_a_disclosure_of_another_entry(operator: Operator, verify: Verify) -> None:
    """What an entry discloses is bound to it, in the archive and in its table."""
    members = operator.export(tenants=[ACME])
    entries = lines(members)
    mine, other = json.loads(entries[3]), json.loads(entries[4])
    mine["disclosures"]["person"] = other["disclosures"]["person"]
    spelled = json.dumps(mine, ensure_ascii=False, separators=(",", ":")).encode()
    entries[3] = spelled + b"\n"
    (finding,) = verify({**members, ENTRIES: b"".join(entries)}).findings[:1]
    assert (finding.row, "not the person" in finding.what) == (5, True)


CHANGES: dict[str, Callable[[Members], Members | list[tuple[str, bytes]]]] = {
    "no evidence": lambda m: {n: d for n, d in m.items() if n != EVIDENCE},
    "no entries": lambda m: {n: d for n, d in m.items() if n != ENTRIES},
    "no table": lambda m: {n: d for n, d in m.items() if n != TABLE},
    "two tables": lambda m: {**m, "another.csv": m[TABLE]},
    "a stranger": lambda m: {**m, "read me\x1b[31m.txt": b"hello"},
    "a path": lambda m: {**m, "../" + TABLE: m[TABLE]},
    "left out": lambda m: {**m, LEFT_OUT: b""},
    "order": lambda m: {**m, ENTRIES: b"".join(reversed(lines(m)))},
    "doubled": lambda m: {**m, ENTRIES: m[ENTRIES] + lines(m)[-1]},
    "blank line": lambda m: {**m, ENTRIES: m[ENTRIES] + b"\n"},
    "spaces": lambda m: {**m, EVIDENCE: m[EVIDENCE].replace(b":", b": ", 1)},
}


@pytest.mark.parametrize("change", CHANGES)
def test_other_shapes(operator: Operator, verify: Verify, change: str) -> None:
    """Anything more, less or in another shape than was given out is refused."""
    assert not verify(CHANGES[change](operator.export())).holds
