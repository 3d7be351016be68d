"""A process that reads and renders parts of an export, apart from the one that serves.

It is nice: what is being recorded comes first. Questions and answers stand behind their lengths in
its pipes; when nobody asks any more, it ends.
"""

from __future__ import annotations

import gc
import os
import struct
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec
import psycopg

from indelible.errors import Unavailable
from indelible.index.part_reader import Job, PartReader
from indelible.ledger.export_parts import Part, Wanted

_NICE = 10  # a tenth of a processor's time where somebody else wants it too
_PIPE = 1 << 20  # a part in one turn, where the system lets us
_GONE = "The database went away while the log was being read."
_LENGTH = struct.Struct(">I")

_encode = msgspec.msgpack.Encoder().encode


class _Question(msgspec.Struct, frozen=True, array_like=True):
    wanted: tuple[Wanted, ...]
    behind: str


class _Mark(msgspec.Struct, frozen=True, array_like=True):
    mark: str | None


Said = TypeVar("Said", Job, Part, _Question, _Mark)


class PartProcess:
    """Does elsewhere what :class:`indelible.index.part_reader.PartReader` does."""

    def __init__(self, job: Job) -> None:
        """Start it; it joins the snapshot of *job* by itself."""
        command = [sys.executable, "-P", "-m", __name__]
        path = os.pathsep.join(filter(None, sys.path))
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pipesize=_PIPE,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._questions, self._answers = _pipe(self._process.stdin), _pipe(self._process.stdout)
        self._say(job)

    def read(self, wanted: Collection[Wanted], behind: str) -> str | None:
        """Let it read, and return when it has.

        Raises:
            Unavailable: it ended, because the database went away.
        """
        self._say(_Question(tuple(wanted), behind))
        return self._hear(_Mark).mark

    def parts(self) -> Iterator[Part]:
        """Yield what it read last, as it is rendered.

        Raises:
            Unavailable: it ended, because the database went away.
        """
        more = True
        while more:
            part = self._hear(Part)
            more = part.resume is None
            yield part

    def close(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._answers.close()
        with suppress(OSError):
            self._questions.close()

    def _say(self, said: Job | _Question) -> None:
        try:
            _send(self._questions, said)
        except OSError as error:
            raise Unavailable(_GONE) from error

    def _hear(self, kind: type[Said]) -> Said:
        heard = _receive(self._answers, kind)
        if heard is None:
            raise Unavailable(_GONE)
        return heard


def main() -> None:
    """Answer until nobody asks any more, or the database went away."""
    _be_nice()
    with suppress(psycopg.OperationalError, BrokenPipeError):  # seen by the end of our answers
        _answer(sys.stdin.buffer, sys.stdout.buffer)


def _be_nice() -> None:
    os.nice(_NICE)
    # Linux weighs sessions against each other first (sched(7), "The autogroup feature"). This one
    # is our own; where there is no such thing, the other way is enough.
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_NICE), encoding="ascii")


def _answer(questions: BinaryIO, answers: BinaryIO) -> None:
    job = _receive(questions, Job)
    if job is None:
        return
    gc.disable()  # nothing here refers to itself, and looking for it takes a twentieth
    reader = PartReader(job)
    while (question := _receive(questions, _Question)) is not None:
        _send(answers, _Mark(reader.read(question.wanted, question.behind)))
        for part in reader.parts():
            _send(answers, part)


def _send(pipe: BinaryIO, said: Job | Part | _Question | _Mark) -> None:
    data = _encode(said)
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: BinaryIO, kind: type[Said]) -> Said | None:
    """Return what comes next, None when the other side is gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = pipe.read(length)
    return msgspec.msgpack.decode(data, type=kind) if len(data) == length else None


def _pipe(stream: object) -> BinaryIO:
    if stream is None:
        raise RuntimeError("a pipe was asked for")
    return stream  # type: ignore[return-value]


if __name__ == "__main__":
    main()
