"""What a witness answers, understood: real bytes over a real connection, whatever they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from indelible.core.checkpoint import Checkpoint, sign_checkpoint
from indelible.core.key import KeyType, SignerKey
from indelible.core.merkle import leaf_hash
from indelible.core.note import Note, cosigned, parse_note
from indelible.delivery.witnesses import HttpWitness
from indelible.errors import Tampered, Unavailable
from indelible.ledger.root import Behind, Cosigned, Refused

LOG = SignerKey.from_seed("audit.test/root", b"\x07" * 32)
WITNESS = SignerKey.from_seed("w1.test", b"\x08" * 32, KeyType.COSIGNATURE)
STRANGER = SignerKey.from_seed("w2.test", b"\x09" * 32, KeyType.COSIGNATURE)
CHECKPOINT = Checkpoint("audit.test/root", 1, leaf_hash(b"leaf"))
NOTE = sign_checkpoint(CHECKPOINT, LOG.verifier, LOG.sign)
TEXT = parse_note(NOTE).text


def line(key: SignerKey, time: int = 1_760_000_000) -> str:
    return cosigned(TEXT, key.verifier, time, key.sign).to_line()


class Canned:
    """A server that answers everything with the same bytes, and keeps what it was sent."""

    def __init__(self) -> None:
        self.status, self.type, self.body = 200, "text/plain", b""
        self.location = ""
        self.asked = b""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(dict(httpx.Headers(_headers(head))).get("content-length", 0))
        self.asked = head + await reader.readexactly(length)
        writer.write(
            f"HTTP/1.1 {self.status} Said\r\nContent-Type: {self.type}\r\n{self.location}"
            f"Content-Length: {len(self.body)}\r\nConnection: close\r\n\r\n".encode()
            + self.body
        )
        writer.close()


def _headers(head: bytes) -> list[tuple[str, str]]:
    lines = head.decode().split("\r\n")[1:]
    return [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]


@pytest.fixture
async def canned() -> AsyncIterator[tuple[Canned, HttpWitness]]:
    """A server, and the client of the witness that it pretends to be."""
    said = Canned()
    server = await asyncio.start_server(said.answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, httpx.AsyncClient() as client:
        yield said, HttpWitness(WITNESS.verifier, f"http://127.0.0.1:{port}/prefix/", client)


async def test_the_line_of_the_witness_is_taken_and_no_other(
    canned: tuple[Canned, HttpWitness],
) -> None:
    """A cosignature that holds is found among lines of strangers."""
    said, witness = canned
    said.body = (line(STRANGER) + line(WITNESS)).encode()
    answer = await witness.add_checkpoint(0, (), NOTE)
    assert isinstance(answer, Cosigned)
    assert answer.cosignature.to_line() == line(WITNESS)
    assert said.asked.startswith(b"POST /prefix/add-checkpoint HTTP/1.1\r\n")
    assert said.asked.endswith(b"\r\n\r\nold 0\n\n" + NOTE.encode())


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nonsense",
        line(STRANGER),
        line(WITNESS).rstrip("\n"),
        cosigned(TEXT.replace("\n1\n", "\n2\n"), WITNESS.verifier, 7, WITNESS.sign).to_line(),
        line(WITNESS) + "\n" + line(WITNESS),
        line(WITNESS, 253_402_300_800),
        line(STRANGER) * 101,
    ],
)
async def test_what_is_no_cosignature_is_refused(
    canned: tuple[Canned, HttpWitness], body: str
) -> None:
    """Nothing, rubbish, a stranger's line, a line over another checkpoint, too many lines."""
    said, witness = canned
    said.body = body.encode()
    answer = await witness.add_checkpoint(0, (), NOTE)
    assert isinstance(answer, Refused)
    assert not answer.fork


async def test_both_meanings_of_409_are_told_apart(canned: tuple[Canned, HttpWitness]) -> None:
    """With a size it says where the witness is; without one, asked from that size, it is a fork."""
    said, witness = canned
    said.status, said.type, said.body = 409, "text/x.tlog.size", b"7\n"
    assert await witness.add_checkpoint(0, (), NOTE) == Behind(7)
    said.body = b"seven\n"
    with pytest.raises(Unavailable):
        await witness.add_checkpoint(0, (), NOTE)
    said.type, said.body = "text/plain", b"conflict"
    assert await witness.add_checkpoint(1, (), NOTE) == Refused(
        fork=True, reason="HTTP 409 conflict"
    )
    with pytest.raises(Unavailable):
        await witness.add_checkpoint(0, (), NOTE)


@pytest.mark.parametrize(
    ("status", "fork"), [(400, False), (403, False), (404, False), (422, True)]
)
async def test_refusals_are_told_apart(
    canned: tuple[Canned, HttpWitness], status: int, fork: bool
) -> None:
    """Only 422 says that the history is another; what it says is shown without control characters."""
    said, witness = canned
    said.status, said.body = status, b"no\x1b[31m" + b"x" * 300
    answer = await witness.add_checkpoint(0, (), NOTE)
    assert isinstance(answer, Refused)
    assert answer.fork is fork
    assert answer.reason.startswith(f"HTTP {status} no [31mxxx")
    assert len(answer.reason) < 230


@pytest.mark.parametrize("status", [204, 302, 429, 500, 503])
async def test_what_is_no_answer_is_tried_again(
    canned: tuple[Canned, HttpWitness], status: int
) -> None:
    """A redirect is not followed: the signed checkpoint goes where the operator said."""
    said, witness = canned
    said.status, said.location = status, "Location: http://127.0.0.1:1/\r\n"
    with pytest.raises(Unavailable):
        await witness.add_checkpoint(0, (), NOTE)


async def test_an_answer_has_an_end(canned: tuple[Canned, HttpWitness]) -> None:
    """More than any answer can be, or bytes that are no text, are not read on."""
    said, witness = canned
    for body in (b"x" * 1_000_000, b"\xff\xfe"):
        said.body = body
        with pytest.raises(Unavailable):
            await witness.add_checkpoint(0, (), NOTE)


async def test_an_answer_comes_in_time() -> None:
    """A witness that sends a byte now and then is given up: it holds up nobody's start."""

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.05)

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with asyncio.timeout(5), httpx.AsyncClient() as client:
        with pytest.raises(Unavailable, match="too long"):
            await HttpWitness(WITNESS.verifier, url, client, timeout=0.3).latest("audit.test/root")
    server.close()


async def test_a_witness_is_asked_what_it_saw(canned: tuple[Canned, HttpWitness]) -> None:
    """The monitor's answer is verified with the witness's key; 404 is nothing seen."""
    said, witness = canned
    own = cosigned(TEXT, WITNESS.verifier, 7, WITNESS.sign)
    said.body = Note(TEXT, (*parse_note(NOTE).signatures, own)).to_text().encode()
    assert await witness.latest("audit.test/root") == CHECKPOINT
    assert said.asked.startswith(b"GET /prefix/logs/audit.test/root/checkpoint HTTP/1.1\r\n")
    said.body = NOTE.encode()
    with pytest.raises(Tampered):
        await witness.latest("audit.test/root")
    said.status = 404
    assert await witness.latest("audit.test/root") is None
