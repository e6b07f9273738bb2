"""In which form an answer is given: `?format=` first, then `Accept`, then JSON; with strong ETags and 304."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from advisor.errors import QueryError
from advisor.spelling import closest

MEDIA = {
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "mermaid": "text/vnd.mermaid; charset=utf-8",
    "svg": "image/svg+xml",
}
NICKNAMES = {"md": "markdown", "txt": "text", "plain": "text", "adr": "markdown"}
Renderers = Mapping[str, Callable[[Any], Any]]


class NotAcceptableError(QueryError):
    """The caller asks for a form of the answer that is not offered."""

    code = "not-acceptable"


def chosen_format(request: Request, offered: Renderers) -> str:
    """The form's short name. Raises QueryError (422) for an unknown `format`, NotAcceptableError (406) when no form fits."""
    asked = request.query_params.get("format")
    if asked is not None:
        name = NICKNAMES.get(asked.lower(), asked.lower())
        if name in offered:
            return name
        raise NotAcceptableError(
            f"unknown format {asked[:40]!r}", path=("format",), allowed=list(offered), suggestion=closest(asked, offered)
        )
    accept = request.headers.get("accept", "")
    if not accept or accept == "*/*":
        return "json" if "json" in offered else next(iter(offered))
    best: tuple[float, int, str] | None = None
    for part in accept[:1000].split(","):
        media, _, parameters = part.strip().partition(";")
        media = media.strip().lower()
        quality = 1.0
        for parameter in parameters.split(";"):
            key, _, value = parameter.strip().partition("=")
            if key == "q":
                try:
                    quality = float(value)
                except ValueError:
                    quality = 0.0
        for rank, name in enumerate(offered):
            kind = MEDIA[name].partition(";")[0]
            if quality > 0 and media in (kind, "*/*", f"{kind.partition('/')[0]}/*"):
                exact = 1 if media == kind else 0
                candidate = (quality + exact * 0.0001, -rank, name)
                if best is None or candidate > best:
                    best = candidate
    if best is None:
        raise NotAcceptableError(f"none of {accept[:100]!r} is offered", path=(), allowed=[MEDIA[n].partition(";")[0] for n in offered])
    return best[2]


def etag_of(*parts: str | bytes) -> str:
    """A strong ETag over everything that decides the bytes."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return f'"{total.hexdigest()[:40]}"'


def matches(header: str | None, etag: str) -> bool:
    """Whether If-None-Match names this ETag."""
    if not header:
        return False
    tags = [t.strip() for t in header.split(",")]
    return "*" in tags or etag in tags or f"W/{etag}" in tags


def encode(value: Any) -> bytes:
    """The bytes of a rendered answer."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    return orjson.dumps(value)


def reply(request: Request, body: bytes, media: str, etag: str, version: str, headers: Mapping[str, str] | None = None) -> Response:
    """The answer with its caching headers, or 304 when the client has it already."""
    common = {
        "ETag": etag, "Vary": "Accept, Accept-Encoding", "Cache-Control": "public, max-age=60, must-revalidate", "X-Knowledge-Version": version,
        **(headers or {}),
    }  # fmt: skip
    if request.method in ("GET", "HEAD") and matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=common)
    return Response(body, 200, common, media_type=media)
