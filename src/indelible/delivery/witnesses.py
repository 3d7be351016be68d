"""Witnesses over HTTP (C2SP tlog-witness); see :class:`indelible.ledger.root.Witness`."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import httpx

from indelible.core.add_checkpoint import MAX_REQUEST, SIZE_TYPE, AddCheckpoint, parse_size
from indelible.core.checkpoint import Checkpoint
from indelible.core.key import VerifierKey
from indelible.core.note import parse_note
from indelible.core.proof import Proof
from indelible.errors import MalformedProof, Unavailable, Unproven
from indelible.ledger.root import Behind, Cosigned, Refused

TIMEOUT = 10.0
"""Seconds that a witness has for an answer."""

_END_OF_TIME = 253_402_300_800
"""10000-01-01, in Unix seconds: no calendar here goes as far."""

_SHOWN = 200  # characters of a refusal; the rest is not worth an operator's time


class HttpWitness:
    """A witness whose submission and monitoring prefix is *url*."""

    def __init__(
        self, key: VerifierKey, url: str, client: httpx.AsyncClient, *, timeout: float = TIMEOUT
    ) -> None:
        """Take the witness's key, its address, what connects to it, and how long it may take."""
        self._key = key
        self._url = url.rstrip("/")
        self._client = client
        self._timeout = timeout

    @property
    def key(self) -> VerifierKey:
        """Its cosigning key."""
        return self._key

    async def add_checkpoint(
        self, old: int, proof: Proof, note: str
    ) -> Cosigned | Behind | Refused:
        """Ask for a cosignature of the signed checkpoint *note*; see the port."""
        body = AddCheckpoint(old, proof, note).to_text().encode()
        response, text = await self._request("POST", "add-checkpoint", body)
        match response.status_code:
            case 200:
                return self._cosigned(note, text)
            case 409:
                return self._conflict(response, text, old, note)
            case 422:
                return Refused(fork=True, reason=_words(response, text))
            case 400 | 403 | 404:
                return Refused(fork=False, reason=_words(response, text))
            case _:
                raise Unavailable(f"{self._key.name}: {_words(response, text)}")

    async def latest(self, origin: str) -> Checkpoint | None:
        """Return the last checkpoint that it cosigned for a log, from its monitor read API.

        Raises:
            Unavailable: it can't be reached, or has no such API.
            Tampered: the cosignature does not hold.
            MalformedProof: it is no cosigned checkpoint of the log.
        """
        response, text = await self._request("GET", f"logs/{quote(origin)}/checkpoint")
        if response.status_code == 404:
            return None
        if response.status_code != 200:
            raise Unavailable(f"{self._key.name}: {_words(response, text)}")
        note = parse_note(text)
        note.verify([self._key])
        checkpoint = Checkpoint.parse(note.text)
        if checkpoint.origin != origin:
            raise MalformedProof(f"{self._key.name} answers with {checkpoint.origin}")
        return checkpoint

    async def _request(
        self, method: str, path: str, body: bytes | None = None
    ) -> tuple[httpx.Response, str]:
        try:
            # For all of it: one that sends a byte now and then holds up nobody's start.
            async with asyncio.timeout(self._timeout):
                response, data = await self._ask(method, path, body)
            return response, data.decode()
        except TimeoutError as error:
            raise Unavailable(f"{self._key.name} takes too long to answer") from error
        except httpx.HTTPError as error:
            what = str(error) or type(error).__name__
            raise Unavailable(f"{self._key.name} can't be reached: {what}") from error
        except UnicodeDecodeError as error:
            raise Unavailable(f"{self._key.name} answers with something else than text") from error

    async def _ask(
        self, method: str, path: str, body: bytes | None
    ) -> tuple[httpx.Response, bytes]:
        request = self._client.build_request(
            method, f"{self._url}/{path}", content=body, timeout=self._timeout
        )
        response = await self._client.send(request, stream=True)
        try:
            data = b""
            async for part in response.aiter_bytes():
                data += part
                if len(data) > MAX_REQUEST:
                    raise Unavailable(f"{self._key.name} answers without an end")
        finally:
            await response.aclose()
        return response, data

    def _cosigned(self, note: str, lines: str) -> Cosigned | Refused:
        """Take the line by the witness's key that holds; lines by others are not looked at."""
        try:
            answered = parse_note(f"{parse_note(note).text}\n{lines}")
            (verified,) = answered.verify([self._key])
        except Unproven as error:
            return Refused(fork=False, reason=f"Its cosignature can't be taken: {error}")
        if (verified.time or 0) >= _END_OF_TIME:
            return Refused(fork=False, reason="It cosigns at a time that no calendar has.")
        own = (self._key.name, self._key.key_id)
        return Cosigned(next(each for each in answered.signatures if each[:2] == own))

    def _conflict(
        self, response: httpx.Response, text: str, old: int, note: str
    ) -> Behind | Refused:
        if response.headers.get("content-type", "").partition(";")[0].strip() == SIZE_TYPE:
            try:
                return Behind(parse_size(text))
            except MalformedProof as error:
                raise Unavailable(f"{self._key.name} answers with {error}") from error
        # Version 1.0.0 of the specification: one size, two roots.
        if Checkpoint.parse(parse_note(note).text).size == old:
            return Refused(fork=True, reason=_words(response, text))
        raise Unavailable(f"{self._key.name}: {_words(response, text)}")


def _words(response: httpx.Response, text: str) -> str:
    said = "".join(c if c.isprintable() else " " for c in text[:_SHOWN]).strip()
    return f"HTTP {response.status_code} {said}".rstrip()
