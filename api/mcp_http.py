"""`/mcp`: the Model Context Protocol over stateless streamable HTTP, beside the other routes of the app."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from advisor.local import Advisor
from api.problems import problem

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class McpEndpoint:
    """An ASGI endpoint that loads the protocol on its first request and answers until the app shuts down.

    Every request stands alone: no session, no stream kept open, so any worker can answer any request. A browser page may call it only
    from loopback or an origin of `origins` ("*" for any); other clients send no Origin. That keeps a page one happens to visit from
    reaching an advisor on the own machine under a name of its choice (DNS rebinding).
    """

    path = "/mcp"  # what logs and metrics call it

    def __init__(self, current: Callable[[], Advisor], origins: Sequence[str] = ()) -> None:
        self._current, self._origins = current, frozenset(origins)
        self._manager: StreamableHTTPSessionManager | None = None
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._stop = asyncio.Event()
        self._open = False

    @contextlib.asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Around the life of the app; requests outside of it are answered with 503."""
        self._ready, self._stop, self._open = asyncio.Event(), asyncio.Event(), True
        try:
            yield
        finally:
            self._open = False
            self._stop.set()
            if self._task is not None:
                with contextlib.suppress(Exception):  # told to the request that met it
                    await self._task
                self._task = self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        origin = Headers(scope=scope).get("origin")
        if not self._open:
            await problem(503, "not-ready", "the server is starting or stopping")(scope, receive, send)
        elif origin is not None and not self._welcome(origin):
            await problem(403, "origin-not-allowed", f"pages of {origin[:100]!r} may not call this; see --cors")(scope, receive, send)
        else:
            manager = await self._started()
            await manager.handle_request(scope, receive, send)

    def _welcome(self, origin: str) -> bool:
        if origin in self._origins or "*" in self._origins:
            return True
        try:
            return urlsplit(origin).hostname in LOOPBACK
        except ValueError:
            return False

    async def _started(self) -> StreamableHTTPSessionManager:
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        waiting = asyncio.create_task(self._ready.wait())
        await asyncio.wait((waiting, self._task), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._manager is None:
            self._task.result()  # raises what went wrong
            raise RuntimeError("the protocol could not be started")
        return self._manager

    async def _run(self) -> None:
        """Hold the SDK's manager open. In a task of its own, because it must be entered and left in the same one."""
        server = await asyncio.to_thread(self._build)
        async with server.session_manager.run():
            self._manager = server.session_manager
            self._ready.set()
            await self._stop.wait()
            self._manager = None

    def _build(self) -> AdvisorServer:
        from mcp.server.transport_security import TransportSecuritySettings

        from api.mcp import AdvisorServer

        server = AdvisorServer(self._current)
        # Host names are the business of whoever puts a proxy in front; the Origin check above does what rebinding needs.
        server.streamable_http_app(
            stateless_http=True, json_response=True, transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False)
        )
        return server


if TYPE_CHECKING:
    from api.mcp import AdvisorServer
