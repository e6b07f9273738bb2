"""How much a request may send, and how long it may take to arrive."""

from __future__ import annotations

import asyncio
import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem

STREAMED = re.compile(r"/v1/decisions/[^/]+/batch")
CLOSE = {"Connection": "close"}  # the rest of the body is not read


class Limits:
    """413 beyond `max_body` bytes, announced or not; 408 when the body has not arrived within `max_seconds`.

    A streamed batch may be of any length: there each part must arrive within `max_seconds` of the one before.
    """

    def __init__(self, app: ASGIApp, max_body: int, max_seconds: float) -> None:
        self.app, self.max_body, self.max_seconds = app, max_body, max_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        streamed = STREAMED.fullmatch(scope["path"].removeprefix(scope.get("root_path", ""))) is not None
        if not streamed:
            for name, value in scope["headers"]:
                if name == b"content-length" and value.isdigit() and int(value) > self.max_body:
                    await problem(413, "too-large", self._too_large, headers=CLOSE)(scope, receive, send)
                    return
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.max_seconds
        size, complete = 0, False

        async def receiving() -> Message:
            nonlocal size, complete, deadline
            if complete:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                complete = True
                raise HTTPException(408, f"the body did not arrive within {self.max_seconds} s", CLOSE) from None
            complete = message["type"] != "http.request" or not message.get("more_body", False)
            if streamed:
                deadline = loop.time() + self.max_seconds
            else:
                size += len(message.get("body", b""))
                if size > self.max_body:
                    complete = True
                    raise HTTPException(413, self._too_large, CLOSE)
            return message

        await self.app(scope, receiving, send)

    @property
    def _too_large(self) -> str:
        return f"a request has at most {self.max_body} bytes; many workloads go to /v1/decisions/{{id}}/batch, which streams"
