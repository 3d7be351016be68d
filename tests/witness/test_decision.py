"""What a witness cosigns, decided by the letter of C2SP tlog-witness."""

from __future__ import annotations

import pytest

from indelible.core.add_checkpoint import AddCheckpoint, parse_size
from indelible.core.checkpoint import Checkpoint
from indelible.core.key import SignerKey, VerifierKey
from indelible.errors import MalformedProof
from indelible.witness.decision import Accepted, Reason, Refusal, decide
from tests.witness.histories import LOG, ORIGIN, History

HONEST = History(40)
KEYS = {ORIGIN: [LOG.verifier]}


def after(size: int, history: History = HONEST) -> dict[str, Checkpoint]:
    return {ORIGIN: history.checkpoint(size)} if size else {}


def reason(verdict: Accepted | Refusal) -> Reason | None:
    return verdict.reason if isinstance(verdict, Refusal) else None


def test_every_extension_of_what_was_seen_is_accepted() -> None:
    """From every size to every larger or equal one, with its proof."""
    for old in range(20):
        for new in range(max(old, 1), 40, 3):
            verdict = decide(HONEST.request(old, new), KEYS, after(old))
            assert isinstance(verdict, Accepted)
            assert verdict.checkpoint == HONEST.checkpoint(new)


def test_a_fork_is_refused_at_every_size() -> None:
    """A history that parts from the one that was seen has no proof that is taken."""
    for fork_at in range(1, 12):
        fork = History(40, fork_at=fork_at)
        for new in range(12, 20):
            assert reason(decide(fork.request(12, new), KEYS, after(12))) is (
                Reason.CONFLICT if new == 12 else Reason.INCONSISTENT
            )


def test_a_fork_at_the_size_that_was_seen_accuses_the_log() -> None:
    """Two roots for one size, both signed, are told apart from a mere mistake."""
    fork = History(40, fork_at=3)
    verdict = decide(fork.request(12, 12), KEYS, after(12))
    assert isinstance(verdict, Refusal)
    assert (verdict.reason, verdict.seen, verdict.accuses) == (Reason.CONFLICT, 12, True)
    unaware = decide(fork.request(0, 12), KEYS, after(12))
    assert isinstance(unaware, Refusal)
    assert unaware.accuses
    late = decide(HONEST.request(0, 12), KEYS, after(12))
    assert isinstance(late, Refusal)
    assert not late.accuses


def test_a_roll_back_is_refused() -> None:
    """A smaller tree than the last one gets the size that was seen, whatever it claims."""
    for old in (0, 5, 8):
        verdict = decide(HONEST.request(old, 8), KEYS, after(12))
        assert isinstance(verdict, Refusal)
        assert (verdict.reason, verdict.seen) == (Reason.CONFLICT, 12)
    note = HONEST.note(8)
    request = AddCheckpoint(12, (), note).to_text().encode()
    assert reason(decide(request, KEYS, after(12))) is Reason.MALFORMED


def test_a_proof_that_does_not_hold_is_refused() -> None:
    """One that is altered, cut, lengthened, or there where none can be."""
    proof = HONEST.proof(5, 21)
    altered = (bytes(32), *proof[1:])
    for bad in (altered, proof[:-1], (*proof, bytes(32)), ()):
        request = AddCheckpoint(5, bad, HONEST.note(21)).to_text().encode()
        assert reason(decide(request, KEYS, after(5))) is Reason.INCONSISTENT
    for old in (0, 21):
        request = AddCheckpoint(old, (bytes(32),), HONEST.note(21)).to_text().encode()
        assert reason(decide(request, KEYS, after(old))) is Reason.INCONSISTENT


def test_who_signs_decides() -> None:
    """An unknown log is 404; a known one that none of its keys signed is 403."""
    stranger = SignerKey.from_seed("other.test/root", bytes(32))
    unknown = History(3, key=stranger).request(0, 3)
    assert reason(decide(unknown, KEYS, {})) is Reason.UNKNOWN_LOG
    impostor = SignerKey.from_seed(ORIGIN, bytes(32))
    assert reason(decide(History(3, key=impostor).request(0, 3), KEYS, {})) is Reason.NOT_SIGNED
    forged = HONEST.request(0, 3).decode()
    head, line = forged.rsplit(" ", 1)
    spoilt = f"{head} {line[:20]}{'A' if line[20] != 'A' else 'B'}{line[21:]}".encode()
    assert reason(decide(spoilt, KEYS, {})) is Reason.NOT_SIGNED


def test_a_log_may_have_two_keys() -> None:
    """After a key rotation, either signs; a line by a stranger beside it is ignored."""
    old = SignerKey.from_seed(ORIGIN, bytes(32))
    keys: dict[str, list[VerifierKey]] = {ORIGIN: [old.verifier, LOG.verifier]}
    assert isinstance(decide(HONEST.request(0, 3), keys, {}), Accepted)
    assert isinstance(decide(History(3, key=old).request(0, 3), keys, {}), Accepted)
    stranger = History(3, key=SignerKey.from_seed("w.test", bytes(32)))
    line = stranger.note(3).rsplit("\n\n", 1)[1]
    assert isinstance(decide(HONEST.request(0, 3) + line.encode(), keys, {}), Accepted)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"\xff\xfe",
        b"old 00\n\n" + HONEST.note(3).encode(),
        b"old -1\n\n" + HONEST.note(3).encode(),
        b"old 1_0\n\n" + HONEST.note(3).encode(),
        b"old 0\r\n\r\n" + HONEST.note(3).encode(),
        b"old 0\nnot base64\n\n" + HONEST.note(3).encode(),
        b"old 0\n" + b"AAAA\n" + b"\n" + HONEST.note(3).encode(),
        b"old 1\n" + b"A" * 43 + b"=\n" + b"\n",
        b"old 1\n" + (b"A" * 43 + b"=\n") * 64 + b"\n" + HONEST.note(3).encode(),
        HONEST.note(3).encode(),
        b"old 0\n\n" + HONEST.note(3).encode().replace(b"\n3\n", b"\n03\n"),
        b"old 0\n\n" + HONEST.note(3).encode().rstrip(b"\n"),
    ],
)
def test_what_is_misspelled_is_malformed(body: bytes) -> None:
    """Nothing but the one spelling is taken; whatever comes in, the answer is a refusal."""
    assert reason(decide(body, KEYS, {})) is Reason.MALFORMED


def test_no_flipped_bit_is_cosigned() -> None:
    """Every single bit of an honest request counts: with any of them flipped it is refused."""
    body = HONEST.request(5, 21)
    assert isinstance(decide(body, KEYS, after(5)), Accepted)
    for at in range(len(body) * 8):
        flipped = bytearray(body)
        flipped[at >> 3] ^= 1 << (at & 7)
        assert isinstance(decide(bytes(flipped), KEYS, after(5)), Refusal)


def test_a_request_reads_back() -> None:
    """A request is parsed to what it was made of, 63 hashes included."""
    request = AddCheckpoint(7, tuple(bytes([n]) * 32 for n in range(63)), HONEST.note(9))
    assert AddCheckpoint.parse(request.to_text()) == request


@pytest.mark.parametrize("text", ["", "7", "07\n", "7\n\n", "-7\n", "٧\n"])
def test_a_size_has_one_spelling(text: str) -> None:
    """A decimal and a newline."""
    assert parse_size("7\n") == 7
    with pytest.raises(MalformedProof):
        parse_size(text)
