"""A time-stamp authority (RFC 3161) that a test runs itself: OpenSSL behind a web server."""

from __future__ import annotations

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

_CONFIG = """
[ req ]
distinguished_name = dn
prompt = no
[ dn ]
CN = unused
[ root ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[ stamper ]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[ service ]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class Authority:
    """An authority with a root certificate of its own; a context manager that serves HTTP.

    Attributes:
        asked: how many requests came.
        broken: answer the request of another.
    """

    def __init__(self, folder: Path, name: str = "Test Stamps", *, key: str = "rsa:2048") -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self.asked = 0
        self.broken: bytes | None = None
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "openssl.cnf").write_text(_CONFIG.format(folder=folder), encoding="ascii")
        (folder / "serial").write_text("01\n", encoding="ascii")
        new = ["-newkey", key, "-nodes"]
        if key == "ec":
            new += ["-pkeyopt", "ec_paramgen_curve:P-256"]
        self._run("req", "-x509", *new, "-keyout", "root.key", "-out", "root.pem", "-days", "3650",
                  "-subj", f"/CN={name} Root", "-config", "openssl.cnf", "-extensions", "root")  # fmt: skip
        self._run("req", "-new", *new, "-keyout", "stamper.key", "-out", "stamper.csr",
                  "-subj", f"/CN={name}", "-config", "openssl.cnf")  # fmt: skip
        self._run("x509", "-req", "-in", "stamper.csr", "-CA", "root.pem", "-CAkey", "root.key",
                  "-CAcreateserial", "-days", "3650", "-extfile", "openssl.cnf",
                  "-extensions", "stamper", "-out", "stamper.pem")  # fmt: skip

    @property
    def root(self) -> bytes:
        """The certificate to pin, PEM."""
        return (self._folder / "root.pem").read_bytes()

    @property
    def certificate(self) -> bytes:
        """The certificate that signs, PEM."""
        return (self._folder / "stamper.pem").read_bytes()

    def reply(self, request: bytes) -> bytes:
        """Return the answer to a request, DER both."""
        with self._lock:
            self.asked += 1
            (self._folder / "request").write_bytes(request)
            self._run("ts", "-reply", "-queryfile", "request", "-inkey", "stamper.key",
                      "-signer", "stamper.pem", "-config", "openssl.cnf", "-section", "service",
                      "-out", "reply")  # fmt: skip
            return (self._folder / "reply").read_bytes()

    def _run(self, *command: str) -> None:
        subprocess.run(["openssl", *command], cwd=self._folder, check=True, capture_output=True)

    def __enter__(self) -> Self:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = authority.reply(authority.broken or body)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: object) -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/"
