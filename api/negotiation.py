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
MOST_ACCEPTED = 1000  # characters of an Accept header that are read
Renderers = Mapping[str, Callable[[Any], Any]]


class NotAcceptableError(QueryError):
    """The caller asks for a form of the answer that is not offered."""

    code = "not-acceptable"


def chosen_format(request: Request, offered: Renderers) -> str:
    """The form's short name. Raises NotAcceptableError, which names those offered, when none fits."""
    asked = request.query_params.get("format") if request.scope["query_string"] else None
    if asked is not None:
        name = NICKNAMES.get(asked.lower(), asked.lower())
        if name in offered:
            return name
        raise NotAcceptableError(
            f"unknown format {asked[:40]!r}", path=("format",), allowed=list(offered), suggestion=closest(asked, offered)
        )
    accept = request.headers.get("accept", "")
    if not accept or accept == "*/*" or (accept == "application/json" and "json" in offered):
        return "json" if "json" in offered else next(iter(offered))
    kinds = {name: MEDIA[name].partition(";")[0] for name in offered}
    wanted = accepted(accept)
    best = max(((_quality(kind, wanted), -rank, name) for rank, (name, kind) in enumerate(kinds.items())), default=(0.0, 0, ""))
    if best[0] <= 0:
        raise NotAcceptableError(f"none of {accept[:100]!r} is offered", allowed=list(kinds.values()))
    return best[2]


def accepted(header: str) -> list[tuple[str, float]]:
    """(media range, quality) of an Accept header; what cannot be read counts as refused."""
    out = []
    for part in header[:MOST_ACCEPTED].split(","):
        media, *parameters = (p.strip().lower() for p in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = min(1.0, max(0.0, float(parameter[2:])))
                except ValueError:
                    quality = 0.0
        out.append((media, quality if quality == quality else 0.0))
    return out


def _quality(kind: str, wanted: list[tuple[str, float]]) -> float:
    """How much a kind is wanted; the most specific range that covers it speaks (RFC 9110 §12.5.1)."""
    for pattern in (kind, kind.partition("/")[0] + "/*", "*/*"):
        found = [quality for media, quality in wanted if media == pattern]
        if found:
            return max(found)
    return 0.0


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
    """The answer with its caching headers, or 304 when the client has it already.

    Behind API keys only the client itself may keep an answer: a shared cache would hand it to those without a key.
    """
    private = request.app.state.settings.api_keys is not None
    common = {
        "ETag": etag, "Vary": "Accept, Accept-Encoding",
        "Cache-Control": "private, max-age=60, must-revalidate" if private else "public, max-age=60, must-revalidate",
        "X-Knowledge-Version": version, **(headers or {}),
    }  # fmt: skip
    if request.method in ("GET", "HEAD") and matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=common)
    return Response(body, 200, common, media_type=media)
