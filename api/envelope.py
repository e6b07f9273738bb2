"""What every exchange gets, whatever answers it: a request id, security headers, one log line, its measures, and never a bare error."""

from __future__ import annotations

import logging
import re
import secrets
import time

import orjson
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import problem

log = logging.getLogger("advisor.api")
access = logging.getLogger("advisor.access")

SANE_ID = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")
CLOSED_EARLY = 499  # as nginx says it: the client left before the answer
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),  # bars and rows are meant to stand on dashboards elsewhere
]
NOTHING_RUNS = (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")


def request_id(scope: Scope) -> bytes:
    """The client's `X-Request-Id` when it is short and plain, else a fresh one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and SANE_ID.fullmatch(value):
            given: bytes = value
            return given
    return secrets.token_hex(8).encode()


class Envelope:
    """The outermost layer. An exception that nobody answered becomes a 500 problem here, and is logged with the request's id."""

    def __init__(self, app: ASGIApp, metrics: Metrics, log_requests: bool = True) -> None:
        self.app, self.metrics, self.log_requests = app, metrics, log_requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        identity = request_id(scope)
        status = size = 0

        async def sending(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _completed(message.get("headers", ()), identity)
            else:
                size += len(message.get("body", b""))
            await send(message)

        self.metrics.running.inc()
        try:
            await self.app(scope, receive, sending)
        except ClientDisconnect:
            status = status or CLOSED_EARLY
        except Exception:
            log.exception("request %s failed", identity.decode())
            if status:
                raise  # half an answer is out: only a broken connection tells the client
            await problem(500, "internal", f"the server failed; its log says why under {identity.decode()}")(scope, receive, sending)
        finally:
            self.metrics.running.dec()
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", None) or ("unmatched" if status in (404, 405) else "other")
            self.metrics.observe(route, scope["method"], status or CLOSED_EARLY, seconds)
            if self.log_requests:
                _log(scope, identity, route, status or CLOSED_EARLY, size, seconds)


def _completed(headers: object, identity: bytes) -> list[tuple[bytes, bytes]]:
    full: list[tuple[bytes, bytes]] = list(headers)  # type: ignore[call-overload]
    needs_policy = True
    for name, value in full:
        low = name.lower()
        if low == b"content-security-policy" or (low == b"content-type" and value.startswith(b"text/html")):
            needs_policy = False
    if needs_policy:
        full.append(NOTHING_RUNS)
    full += HEADERS
    full.append((b"x-request-id", identity))
    return full


def _log(scope: Scope, identity: bytes, route: str, status: int, size: int, seconds: float) -> None:
    """One line of JSON. The query is left out: it describes somebody's workload."""
    client = scope.get("client")
    line = {
        "id": identity.decode(), "method": scope["method"][:20], "path": scope["path"][:200], "route": route, "status": status,
        "bytes": size, "ms": round(seconds * 1000, 2), "client": client[0] if client else None,
    }  # fmt: skip
    if "key_name" in scope:
        line["key"] = scope["key_name"]
    try:
        text = orjson.dumps(line).decode()
    except TypeError:  # a path that is no Unicode
        text = orjson.dumps({**line, "path": ascii(scope["path"])[:200]}).decode()
    access.info(text)
