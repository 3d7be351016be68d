"""A log that is published as files, by an operator who may be dishonest."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from indelible.core.activity import Action, ActorType, EntryId, Status
from indelible.core.checkpoint import Checkpoint, sign_checkpoint
from indelible.core.entry import Digests, PublicActor, PublicPart, PublicResource, encode
from indelible.core.entry_id import entry_id, format_id
from indelible.core.instant import format_time
from indelible.core.key import SignerKey
from indelible.core.merkle import leaf_hash, tree_root
from indelible.core.tile import Bundle, bundles_for, encode_bundle, tiles_for

ORIGIN = "audit.test/logs/3f9c2a44-0000-4000-8000-000000000001"
KEY = SignerKey.from_seed(ORIGIN, b"k" * 32)
_START = 1_760_000_000_000_000


def an_entry(seq: int, *, said: str = "e", log: str = ORIGIN, at: int | None = None) -> bytes:
    """The bytes of entry *seq*."""
    time = _START + (seq if at is None else at)
    return encode(
        PublicPart(
            action=Action.UPDATE,
            actor=PublicActor(id="u", type=ActorType.USER),
            id=EntryId(format_id(entry_id(time, 0, seq.to_bytes(6, "big")))),
            log=log,
            resource=PublicResource(id=f"{said}-{seq}", type="edge"),
            sd=Digests(),
            seq=seq,
            status=Status.SUCCESS,
            time=format_time(time),
        )
    )


class Published:
    """A log in a folder, laid out as C2SP tlog-tiles, behind a web server for files."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self.url = url
        self.entries: list[bytes] = []

    def grow(self, size: int, **how: object) -> None:
        """Append entries until there are *size*, and publish them."""
        self.entries += [an_entry(seq, **how) for seq in range(len(self.entries), size)]  # type: ignore[arg-type]
        self.publish()

    def publish(
        self,
        entries: Sequence[bytes] | None = None,
        *,
        signed: SignerKey = KEY,
        served: Sequence[bytes] | None = None,
    ) -> None:
        """Publish the tree over *entries*, and the bundles of *served* if those are others."""
        tree = self.entries if entries is None else entries
        leaves = [leaf_hash(data) for data in tree]
        for tile in tiles_for(len(tree)):
            span = 256**tile.level
            hashes = [
                tree_root(leaves[at * span : (at + 1) * span])
                for at in range(tile.index * 256, tile.index * 256 + tile.width)
            ]
            self.put(tile.path(), b"".join(hashes))
        shown = tree if served is None else served
        for bundle in bundles_for(len(tree)):
            first = bundle.index * 256
            self.put(bundle.path(), encode_bundle(shown[first : first + bundle.width]))
        checkpoint = Checkpoint(signed.verifier.name, len(tree), tree_root(leaves))
        self.put("checkpoint", sign_checkpoint(checkpoint, signed.verifier, signed.sign).encode())

    def says(self, statements: Sequence[str]) -> None:
        """Publish statements of key rotation."""
        self.put("keys", json.dumps({"statements": list(statements)}).encode())

    def put(self, path: str, data: bytes) -> None:
        """Serve *data* at *path*."""
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    def purge(self, bundle: Bundle) -> None:
        """Serve the entries of *bundle* no longer: their time was over."""
        self.put(f"{bundle.path()}.gone", b"")

    def busy_once(self, path: str) -> None:
        """Answer the next request for *path* with 503 and Retry-After."""
        self.put(f"{path}.busy", b"")

    def withdraw(self, path: str) -> None:
        """Serve nothing at *path*."""
        (self._folder / path).unlink()


class _Quiet(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        """Serve a file, or say that it is gone where its mark is."""
        busy = Path(f"{self.translate_path(self.path)}.busy")
        if Path(f"{self.translate_path(self.path)}.gone").exists():
            self.send_error(410)
        elif busy.exists():
            busy.unlink()
            self.send_response(503)
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *args: object) -> None:
        """Print nothing."""


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Published]:
    """An empty log, behind a web server."""
    folder = tmp_path / "published"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Published(folder, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    thread.join()
