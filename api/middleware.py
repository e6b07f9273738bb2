"""The layers around the routes, from the outside in; all plain ASGI, so that they cost microseconds and streams stay streams."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.auth import Authentication, Keys
from api.compression import Compression
from api.envelope import Envelope
from api.limits import Limits
from api.methods import Methods
from api.metrics import Metrics
from api.page.problems import ProblemPages
from api.settings import Settings

EXPOSED = ("ETag", "Link", "X-Knowledge-Version", "X-Request-Id", "Retry-After", "Allow")
ASKED = (
    "Authorization", "X-API-Key", "X-Request-Id", "If-None-Match", "Content-Type", "Mcp-Session-Id", "Mcp-Protocol-Version", "Mcp-Method",
    "Mcp-Name",
)  # fmt: skip


class Prefix:
    """Tells the app under which path a proxy serves it. Requests may arrive with the path or, when the proxy strips it, without."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self.app, self.root_path = app, root_path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            scope["root_path"] = self.root_path
        await self.app(scope, receive, send)


def install(app: FastAPI, settings: Settings, metrics: Metrics, keys: Keys | None) -> None:
    """Put the layers around this app: envelope, problems as pages, CORS, keys, limits, compression, HEAD and OPTIONS."""
    # add_middleware puts each layer outside those before it
    app.add_middleware(Methods, routes=app.router.routes)
    app.add_middleware(Compression)
    app.add_middleware(Limits, max_body=settings.max_body, max_seconds=settings.max_seconds)
    if keys is not None:
        app.add_middleware(Authentication, keys=keys)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=settings.cors_origins, allow_methods=("GET", "HEAD", "POST", "OPTIONS"), allow_headers=ASKED,
            expose_headers=EXPOSED, max_age=3600,
        )  # fmt: skip
    app.add_middleware(ProblemPages)
    app.add_middleware(Envelope, metrics=metrics, log_requests=settings.access_log)
    if settings.root_path:
        app.add_middleware(Prefix, root_path=settings.root_path)
