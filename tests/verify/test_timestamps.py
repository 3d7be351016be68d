"""Time-stamps in evidence: those of pinned authorities count, and one has to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indelible.core.timestamp import ask, token_in
from indelible.errors import MalformedProof, Tampered
from indelible.verify.timestamps import check_timestamps
from tests.authority import Authority

TEXT = b"audit.test/root\n7\nhash\n"

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to stamp with")


def test_pinned_authorities_count(tmp_path: Path) -> None:
    """Of several tokens those by pinned authorities are told; without any pinned, none is."""
    ours, other = Authority(tmp_path / "a", "Ours"), Authority(tmp_path / "b", "Other")
    tokens = [token_in(each.reply(ask(TEXT).data)) for each in (other, ours)]
    (stamped,) = check_timestamps(TEXT, tokens, [ours.root])
    assert stamped.authority == "Ours"
    assert stamped.time.endswith(".000000Z")
    both = check_timestamps(TEXT, tokens, [ours.root, other.root])
    assert [each.authority for each in both] == ["Other", "Ours"]
    assert check_timestamps(TEXT, tokens, []) == ()
    with pytest.raises(Tampered):
        check_timestamps(TEXT + b"\n", tokens, [ours.root])
    with pytest.raises(Tampered):
        check_timestamps(TEXT, tokens[:1], [ours.root])
    with pytest.raises(Tampered):
        check_timestamps(TEXT, [], [ours.root])
    with pytest.raises(MalformedProof):
        check_timestamps(TEXT, [b"token"], [ours.root])
