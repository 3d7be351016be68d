"""A witness at work: one request after another is decided, kept and only then answered."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from indelible.core.add_checkpoint import SIZE_TYPE
from indelible.core.key import SignerKey, VerifierKey
from indelible.core.note import Note, cosigned
from indelible.witness.decision import Accepted, Refusal, decide
from indelible.witness.state import State

_log = logging.getLogger("indelible.witness")
_TEXT = "text/plain; charset=utf-8"


class Answer(NamedTuple):
    """What goes back to whoever asked."""

    status: int
    content_type: str
    body: bytes


class WitnessService:
    """Cosigns checkpoints of *logs* with *key*."""

    def __init__(
        self,
        key: SignerKey,
        logs: Iterable[VerifierKey],
        state: State,
        clock: Callable[[], float],
    ) -> None:
        """Take the key, the logs' keys (several of one name are one log's), state and a clock."""
        self._key = key
        self._keys: defaultdict[str, list[VerifierKey]] = defaultdict(list)
        for log in logs:
            self._keys[log.name].append(log)
        self._state = state
        self._clock = clock
        self._lock = threading.Lock()

    def add_checkpoint(self, body: bytes) -> Answer:
        """Cosign the checkpoint that *body* brings, or say why not; waits for the disk.

        Decision and state are one step: of two requests that extend the same tree apart from each
        other, the second one is measured against the first.
        """
        with self._lock:
            verdict = decide(body, self._keys, self._state.latest)
            if isinstance(verdict, Refusal):
                return _refused(verdict, body)
            try:
                line = self._cosign(verdict)
            except OSError:
                _log.exception("The state can't be written; nothing was cosigned.")
                return Answer(500, _TEXT, b"The state of the witness can't be written.\n")
        return Answer(200, _TEXT, line.encode())

    def checkpoint(self, origin: str) -> Answer:
        """Return the last checkpoint of a log, with the cosignature, for whoever monitors it."""
        note = self._state.note(origin)
        if note is None:
            return Answer(404, _TEXT, b"Nothing was cosigned for this log.\n")
        return Answer(200, _TEXT, note.encode())

    def about(self) -> Answer:
        """Return the witness's key, and the keys of its logs, one a line."""
        logs = [key.to_text() for keys in self._keys.values() for key in keys]
        return Answer(200, _TEXT, "\n".join([self._key.verifier.to_text(), "", *logs, ""]).encode())

    def _cosign(self, accepted: Accepted) -> str:
        checkpoint = accepted.checkpoint
        # Of two cosignatures the one of the smaller tree is never the later one, whatever the
        # clock does.
        time = max(int(self._clock()), self._state.time(checkpoint.origin))
        own = cosigned(accepted.note.text, self._key.verifier, time, self._key.sign)
        known = {(key.name, key.key_id) for key in self._keys[checkpoint.origin]}
        theirs = [each for each in accepted.note.signatures if each[:2] in known]
        self._state.keep(checkpoint, Note(accepted.note.text, (*theirs, own)))
        return own.to_line()


def _refused(refusal: Refusal, body: bytes) -> Answer:
    if refusal.accuses:
        # Two checkpoints of one size, both signed by the log: keep the proof of it.
        _log.error("%s It was asked to cosign: %r", refusal.words, body)
    else:
        _log.info("%s %s", refusal.reason.name, refusal.words)
    if refusal.seen is not None:
        return Answer(refusal.reason, SIZE_TYPE, f"{refusal.seen}\n".encode())
    return Answer(refusal.reason, _TEXT, f"{refusal.words}\n".encode())
