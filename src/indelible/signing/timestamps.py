"""A time-stamp authority over HTTP (RFC 3161 section 3.4)."""

from __future__ import annotations

from pathlib import Path

import httpx

from indelible.core.timestamp import MAX_TOKEN, Certificates, ask, check_token, token_in
from indelible.core.timestamp import read_certificates as parse
from indelible.errors import Invalid, MalformedProof, Misconfigured, Unavailable
from indelible.ledger.stamp import Token

_TIMEOUT = 20.0
_HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class HttpTimestampAuthority:
    """An authority at a URL, whose certificates are pinned."""

    def __init__(self, client: httpx.AsyncClient, url: str, certificates: Certificates) -> None:
        """Take a client, the address and what is pinned."""
        self._client = client
        self._url = url
        self._certificates = certificates

    async def stamp(self, text: bytes) -> Token:
        """Have *text* stamped; what comes back is checked, its nonce included; see the port."""
        question = ask(text)
        try:
            answer = await self._client.post(
                self._url, content=question.data, headers=_HEADERS, timeout=_TIMEOUT
            )
            answer.raise_for_status()
            if len(answer.content) > MAX_TOKEN:
                raise Unavailable(f"The time-stamp authority {self._url} answers without end.")
            token = token_in(answer.content)
            stamp = check_token(token, text, self._certificates, nonce=question.nonce)
        except httpx.HTTPError as error:
            raise Unavailable(
                f"The time-stamp authority {self._url} can't be reached: {error}"
            ) from error
        except MalformedProof as error:
            raise Unavailable(f"The time-stamp authority {self._url}: {error}") from error
        return Token(token, stamp.authority, stamp.time)


def read_certificates(path: Path) -> Certificates:
    """Return the certificates that are pinned in a file.

    Raises:
        Misconfigured: there is no such file, or no certificate in it.
    """
    try:
        return parse(path.read_bytes())
    except (OSError, Invalid) as error:
        raise Misconfigured(
            f"The time-stamp authority's certificates can't be read from {path}: {error}"
        ) from error
