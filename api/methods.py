"""HEAD and OPTIONS for every address, so that no route has to think of them."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ORDER = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def allowed_methods(routes: list[BaseRoute], scope: Scope) -> list[str]:
    """The methods that this address takes, in a fixed order; empty when nothing is served there."""
    found = {m for m in ("GET", "POST", "PUT", "PATCH", "DELETE") if _serves(routes, {**scope, "method": m})}
    if "GET" in found:
        found.add("HEAD")
    return [m for m in ORDER if m in found or (found and m == "OPTIONS")]


def _serves(routes: list[BaseRoute], scope: Scope) -> bool:
    return any(route.matches(dict(scope))[0] is Match.FULL for route in routes)


class Methods:
    """Answers HEAD as GET without the body, and OPTIONS with `Allow`."""

    def __init__(self, app: ASGIApp, routes: list[BaseRoute]) -> None:
        self.app, self.routes = app, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] not in ("HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            allowed = allowed_methods(self.routes, scope)
            if allowed:
                await Response(status_code=204, headers={"Allow": ", ".join(allowed)})(scope, receive, send)
            else:
                await self.app({**scope, "method": "GET"}, receive, send)  # says that there is nothing
        else:
            inner = {**scope, "method": "GET"}

            async def bodiless(message: Message) -> None:
                if message["type"] == "http.response.body":
                    message = {**message, "body": b""}
                await send(message)

            await self.app(inner, receive, bodiless)
            scope["route"] = inner.get("route")
