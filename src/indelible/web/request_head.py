"""Uvicorn's HTTP protocol, with a bound to request lines and headers: in bytes and in time.

By itself it keeps whatever comes before the empty line, for as long as it takes to come.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 128 * 1024  # of which half is always taken: what comes in pieces is counted twice
SECONDS = 20.0


class BoundedHeads(HttpToolsProtocol):
    """Closes the connection of whoever sends a head that is too long, or does not end."""

    _size = 0
    _within = True
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Look at the size before the parser keeps it."""
        if self._within:
            self._size += len(data)
            if self._size > MAX_HEAD + len(data):  # what came at once may have a body behind it
                self._refuse()
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Count anew."""
        self._size = 0
        self._within = True
        self._wait()
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count what the parser has found, behind a body as well.

        Raises:
            ValueError: it is too much; the parser tells uvicorn, which answers with 400.
        """
        self._size += len(name) + len(value)
        if self._size > 2 * MAX_HEAD:
            raise ValueError("the head is too long")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Leave the rest to those who read the body."""
        self._within = False
        self._stop_waiting()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Expect another head."""
        super().on_message_complete()
        self._size = 0
        self._within = True

    def _wait(self) -> None:
        self._stop_waiting()
        self._late = self.loop.call_later(SECONDS, self._refuse)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _refuse(self) -> None:
        if not self.transport.is_closing():
            self.send_400_response("The request line and headers are too long, or come too slowly.")
