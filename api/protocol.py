"""uvicorn's HTTP protocol with two habits it lacks: it waits only so long for headers, and it closes idle connections gently."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 10.0
DRAIN_SECONDS = 1.0
LATE = (
    b'{"type":"urn:service-advisor:problem:too-slow-to-arrive","title":"The request took too long to arrive","status":408,'
    b'"detail":"the headers did not arrive in time"}'
)


class PatientProtocol(HttpToolsProtocol):
    """One connection.

    A client that trickles its headers gets a 408 after HEADER_SECONDS instead of keeping the connection for ever. At shutdown an idle
    connection stays open for DRAIN_SECONDS: a request that was already on its way is answered, with `Connection: close`.
    """

    _late: asyncio.TimerHandle | None = None
    _draining = False

    def connection_made(self, transport: Any) -> None:
        """A client connected; from now on its headers are awaited."""
        super().connection_made(transport)
        self._await_headers()

    def on_message_begin(self) -> None:
        """A request begins, on a connection kept alive perhaps."""
        super().on_message_begin()
        self._await_headers()

    def on_headers_complete(self) -> None:
        """The headers are there."""
        self._stop_waiting()
        super().on_headers_complete()
        if self._draining:
            self.cycle.keep_alive = False

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._stop_waiting()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Close when nothing is under way or about to come."""
        if self.cycle is None or self.cycle.response_complete:
            self._draining = True
            self.loop.call_later(DRAIN_SECONDS, self._close_if_idle)
        else:
            super().shutdown()

    def _close_if_idle(self) -> None:
        if (self.cycle is None or self.cycle.response_complete) and not self.transport.is_closing():
            self.transport.close()

    def _await_headers(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(HEADER_SECONDS, self._too_late)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _too_late(self) -> None:
        self._late = None
        if self.transport.is_closing() or (self.cycle is not None and not self.cycle.response_complete):
            return
        head = "HTTP/1.1 408 Request Timeout\r\ncontent-type: application/problem+json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n"
        self.transport.write(head.format(len(LATE)).encode() + LATE)
        self.transport.close()
