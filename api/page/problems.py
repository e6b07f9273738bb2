"""Problem documents as pages, for whoever asks for HTML first. A wrapper around the app, so that no error is forgotten."""

from __future__ import annotations

import gzip
from typing import Any

import orjson
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.page.frame import Addresses, environment, html_response

PROBLEM = b"application/problem+json"


def prefers_html(accept: str) -> bool:
    """Whether HTML stands above every JSON type: what browsers send when a person follows a link."""
    best_html = best_json = 0.0
    for part in accept[:1000].lower().split(","):
        media, *parameters = (p.strip() for p in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = float(parameter[2:])
                except ValueError:
                    quality = 0.0
        if media in ("text/html", "application/xhtml+xml"):
            best_html = max(best_html, quality)
        elif media.endswith("json"):
            best_json = max(best_json, quality)
    return best_html > best_json


class ProblemPages:
    """ASGI middleware: a problem document becomes a page with the same status and headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not prefers_html(Request(scope).headers.get("accept", "")):
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def catch(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                kind = next((v for k, v in message["headers"] if k.lower() == b"content-type"), b"")
                if kind.startswith(PROBLEM):
                    start = message
                    return
            elif start is not None and message["type"] == "http.response.body":
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    await self._page(Request(scope), start, body, send)
                return
            await send(message)

        await self.app(scope, receive, catch)

    async def _page(self, request: Request, start: Message, body: bytes, send: Send) -> None:
        if any(k.lower() == b"content-encoding" and v == b"gzip" for k, v in start["headers"]):
            body = gzip.decompress(body)
        found: dict[str, Any] = orjson.loads(body) if body else {}  # a HEAD has none
        status = int(start["status"])
        html = environment().get_template("problem.html").render(
            url=Addresses(request), status=status, title=found.get("title", "Problem"), detail=found.get("detail", ""),
            errors=found.get("errors", []), here=request.url.path, knowledge_version=None, knowledge_digest=None,
        )  # fmt: skip
        response = html_response(html, status)
        replaced = {b"content-type", b"content-length", b"content-encoding"} | {k for k, _ in response.raw_headers}
        kept = [(k, v) for k, v in start["headers"] if k.lower() not in replaced]
        head = request.method == "HEAD"
        own = [(k, v) for k, v in response.raw_headers if not (head and k == b"content-length")]  # it counts the body of a GET
        await send({"type": "http.response.start", "status": status, "headers": [*kept, *own]})
        await send({"type": "http.response.body", "body": b"" if head else response.body})
