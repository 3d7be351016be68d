"""A published log over HTTP (C2SP tlog-tiles): what a monitor asks for, and what may go wrong."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import httpx
import msgspec

from indelible.core.merkle import Hash, Node, ReadHashes
from indelible.core.tile import (
    TILE_WIDTH,
    Bundle,
    Tile,
    decode_bundle,
    read_hashes,
    split_tile,
)
from indelible.errors import (
    Invalid,
    MalformedProof,
    NotFound,
    NotSignedIn,
    Overloaded,
    Purged,
    Unavailable,
)

_TIMEOUT = 30.0
_TRIES = 5
_MOST_WAIT = 30.0  # seconds between two, whatever the server asks for
_MOST = 64 * 1024 * 1024  # a bundle of the largest entries is a quarter of that


class _Keys(msgspec.Struct, frozen=True):
    statements: tuple[str, ...] = ()


_DECODER = msgspec.json.Decoder(_Keys)


class HttpLog:
    """A log at a URL; a context manager that keeps its connection."""

    def __init__(self, url: str, *, authorization: str | None = None) -> None:
        """Take the URL below which checkpoint and tiles are, and what to show for it.

        Raises:
            Invalid: it is not an http:// or https:// URL.
        """
        self.url = url.rstrip("/")
        if not self.url.startswith(("http://", "https://")):
            raise Invalid(f"Not the URL of a log: {url!r}")
        headers = {"Authorization": authorization} if authorization else {}
        self._client = httpx.Client(headers=headers, timeout=_TIMEOUT, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._client.close()

    def checkpoint(self) -> str:
        """Return the newest signed checkpoint.

        Raises:
            Unavailable: nobody answers, or not in time.
            NotSignedIn: the log is not shown to us.
            NotFound: there is none.
        """
        return self._text("checkpoint")

    def statements(self) -> Sequence[str]:
        """Return the statements of key rotation that are served beside the log; none if absent.

        Raises:
            Unavailable: nobody answers, or not in time.
            MalformedProof: the answer is no such list.
        """
        try:
            return _DECODER.decode(self._get("keys")).statements
        except NotFound:
            return ()
        except msgspec.MsgspecError as error:
            raise MalformedProof(f"keys are not as they are spelled: {error}") from error

    def entries(self, bundle: Bundle) -> list[bytes]:
        """Return the entries of a bundle.

        Raises:
            Unavailable: nobody answers, or not in time.
            NotFound: they are not served; Purged, if that is why.
            MalformedProof: the answer is not such a bundle.
        """
        try:
            return decode_bundle(self._get(bundle.path()), bundle.width)
        except NotFound as error:
            if isinstance(error, Purged) or bundle.width == TILE_WIDTH:
                raise
        # Served by the width of an older checkpoint no longer: the full one has them all.
        full = decode_bundle(self._get(Bundle(bundle.index).path()), TILE_WIDTH)
        return full[: bundle.width]

    def hashes(self, tile: Tile) -> list[Hash]:
        """Return the hashes of a tile; raises like :meth:`entries`."""
        try:
            return split_tile(tile, self._get(tile.path()))
        except NotFound:
            if tile.width == TILE_WIDTH:
                raise
        full = Tile(tile.level, tile.index)
        return split_tile(full, self._get(full.path()))[: tile.width]

    def reader(self, size: int) -> ReadHashes:
        """Return a reader of the nodes of the tree of *size*; it raises like :meth:`entries`."""

        def tiles(wanted: Sequence[Tile]) -> list[bytes]:
            return [b"".join(self.hashes(tile)) for tile in wanted]

        read = read_hashes(size, tiles)

        def nodes(wanted: Sequence[Node]) -> Sequence[Hash]:
            return read(wanted)

        return nodes

    def _text(self, path: str) -> str:
        try:
            return self._get(path).decode()
        except UnicodeDecodeError as error:
            raise MalformedProof(f"{path} is not text") from error

    def _get(self, path: str) -> bytes:
        """Return what is at *path*; a server that has too much to do is given time."""
        for _ in range(_TRIES - 1):
            try:
                return self._ask(path)
            except Overloaded as error:
                time.sleep(min(error.retry_after or 1.0, _MOST_WAIT))
        return self._ask(path)

    def _ask(self, path: str) -> bytes:
        try:
            with self._client.stream("GET", f"{self.url}/{path}") as answer:
                data = bytearray()
                for chunk in answer.iter_bytes():
                    data += chunk
                    if len(data) > _MOST:
                        raise MalformedProof(f"{path} has no end")
        except httpx.HTTPError as error:
            raise Unavailable(f"{self.url} can't be reached: {error}") from error
        match answer.status_code:
            case 200:
                return bytes(data)
            case 401 | 403:
                raise NotSignedIn(
                    f"{self.url} shows this log to others only ({answer.status_code}). Give an API "
                    "key of its tenant in INDELIBLE_API_KEY."
                )
            case 404:
                raise NotFound(f"{self.url} has no {path}.")
            case 410:
                raise Purged(f"{path} was purged.")
            case 429 | 503 if (wait := answer.headers.get("retry-after", "")).isdigit():
                raise Overloaded(f"{self.url} is too busy for {path}.", retry_after=float(wait))
            case status:
                raise Unavailable(f"{self.url} answers {path} with status {status}.")
