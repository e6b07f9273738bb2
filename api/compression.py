"""gzip, with ETags that stay strong: compressed bytes are another representation, so their tag ends in `-gzip`."""

from __future__ import annotations

from starlette.middleware.gzip import GZipResponder
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MINIMUM = 1024
LEVEL = 6
MARK = b'-gzip"'


def takes_gzip(accept_encoding: bytes) -> bool:
    """Whether the header names gzip (or anything) without refusing it by `q=0`."""
    verdict = False
    for part in accept_encoding.lower().split(b","):
        coding, _, quality = part.partition(b";")
        refused = quality.replace(b" ", b"").rstrip(b"0") in (b"q=", b"q=0.")
        if coding.strip() == b"gzip":
            return not refused
        if coding.strip() == b"*":
            verdict = not refused
    return verdict


class Compression:
    """Compresses answers of 1 kB and more for clients that take gzip; a client's `-gzip` tags are compared as what they stand for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not any(n == b"accept-encoding" and takes_gzip(v) for n, v in scope["headers"]):
            await self.app(scope, receive, send)
            return
        known: set[bytes] = set()
        headers = []
        for name, value in scope["headers"]:
            if name == b"if-none-match" and MARK in value:
                known.update(t.strip().removeprefix(b"W/") for t in value.split(b","))
                value = value.replace(MARK, b'"')
            headers.append((name, value))
        if known:
            scope["headers"] = headers

        async def tagging(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _tagged(message["status"], message.get("headers", []), known)
            await send(message)

        await GZipResponder(self.app, MINIMUM, LEVEL)(scope, receive, tagging)


def _tagged(status: int, headers: list[tuple[bytes, bytes]], known: set[bytes]) -> list[tuple[bytes, bytes]]:
    packed = any(n.lower() == b"content-encoding" and v == b"gzip" for n, v in headers)
    out = []
    for name, value in headers:
        if name.lower() == b"etag" and value.endswith(b'"') and not value.startswith(b"W/"):
            marked = value[:-1] + MARK
            if packed or (status == 304 and marked in known):
                value = marked
        elif name.lower() == b"vary":
            value = b", ".join(dict.fromkeys(v.strip() for v in value.split(b",")))  # Starlette adds a second Accept-Encoding
        out.append((name, value))
    return out
