"""Whose signatures count: the keys that are trusted, and those that they lead to."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from indelible.core.rotation import follow
from indelible.errors import Unproven
from indelible.ledger.archive import StoredKey
from indelible.ledger.findings import Findings, Report


def keys_that_count(
    stored: Sequence[StoredKey], trusted: Collection[bytes], base: str, report: Report
) -> Collection[bytes]:
    """Return the public keys whose signatures count.

    A key that signed in its successor, or was signed in, counts with it. Without a trusted key the
    archive is believed about who signs.
    """
    if not trusted:
        return [key.public_key for key in stored]
    findings = Findings("signing keys", report)
    led_to: list[bytes] = list(trusted)
    for key in stored:
        if key.statement is None:
            continue
        try:
            follow(base, (), [key.statement.decode()])  # reads it
        except (Unproven, UnicodeDecodeError) as error:
            findings.add(f"the statement that signs in {key.public_key.hex()}: {error}")
    statements = [key.statement for key in stored if key.statement is not None]
    while True:
        # One at a time: a statement that can't be read must not spoil the others.
        before = len(led_to)
        for statement in statements:
            try:
                led_to = list(follow(base, led_to, [statement.decode()]))
            except (Unproven, UnicodeDecodeError):
                continue
        if len(led_to) == before:
            break
    known = {key.public_key for key in stored}
    if stored and known.isdisjoint(trusted):
        findings.add("the configured key is not among those of the database")
    for key in stored:
        if key.public_key not in led_to:
            findings.add(
                f"the database names {key.public_key.hex()}, which is not the configured key"
            )
    findings.close()
    return led_to
