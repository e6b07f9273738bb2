"""How a page leaves the house: templates, addresses that hold behind a prefix, security headers, static files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from advisor.quantities import trim
from api.negotiation import etag_of, matches

HERE = Path(__file__).parent
MEDIA = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors {ancestors}"
)
Query = Iterable[tuple[str, str]]
LIFECYCLES = {
    "available": "available", "announced": "announced, not yet available", "closed-to-new": "closed to new customers", "ending": "ending",
    "ended": "ended",
}  # fmt: skip
KINDS = {"service": "service", "feature": "feature", "practice": "practice", "external": "external"}


def prefix(scope: Mapping[str, Any]) -> str:
    """The path under which a proxy serves the app; empty or starting with a slash."""
    root = str(scope.get("root_path") or "").rstrip("/")
    return root if not root or root.startswith("/") else "/" + root


@cache
def static_files() -> dict[str, tuple[bytes, str, str]]:
    """Name → (bytes, media type, version) of every static file; nothing else can be asked for."""
    out = {}
    for path in sorted((HERE / "static").iterdir()):
        if path.suffix in MEDIA:
            body = path.read_bytes()
            out[path.name] = (body, MEDIA[path.suffix], hashlib.sha256(body).hexdigest()[:12])
    return out


def signed(points: float | None) -> str:
    """`+4`, `−2`; empty for none."""
    if points is None:
        return ""
    return f"+{trim(points)}" if points > 0 else f"−{trim(-points)}" if points < 0 else "0"


def percent(share: float | None) -> str:
    """`81 %`; small shares are not rounded to nothing, large ones not to everything."""
    if share is None:
        return ""
    if 0 < share < 0.01:
        return "< 1 %"
    if 0.99 < share < 1:
        return "> 99 %"
    return f"{share:.0%}".replace("%", " %")


def host(url: str) -> str:
    """What tells two sources apart at a glance: the last telling part of the path."""
    rest = url.split("://", 1)[-1].split("#")[0].split("?")[0].rstrip("/")
    site, _, path = rest.partition("/")
    name = re.sub(r"\.html?$", "", path.rpartition("/")[2]) or path
    return f"{site.removeprefix('www.')} … {name}" if name else site


def ticked(text: str) -> Markup:
    """A description with its `code` marked as such and its paragraphs kept; everything else is text."""
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        pieces = re.split(r"`([^`]+)`", paragraph)
        paragraphs.append(Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else escape(p) for i, p in enumerate(pieces)))
    return Markup("").join(Markup("<p>{}</p>").format(p) for p in paragraphs)


def web(url: str) -> str:
    """The address when a browser may follow it, else nothing: no `javascript:` from a pack of rules."""
    return url if url.startswith(("https://", "http://")) else ""


def without(pairs: Query, names: Iterable[str]) -> list[tuple[str, str]]:
    """Query parameters without these."""
    left_out = set(names)
    return [(k, v) for k, v in pairs if k not in left_out]


@cache
def environment() -> Environment:
    """The templates, escaping everything; a missing name is an error, never an empty hole."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False,
    )  # fmt: skip
    env.filters |= {"signed": signed, "percent": percent, "trim": trim, "host": host, "ticked": ticked, "web": web}
    env.globals |= {"LIFECYCLES": LIFECYCLES, "KINDS": KINDS, "without": lambda pairs, name: without(pairs, [name]), "without_all": without}
    return env


class Addresses:
    """Makes every address of one request, so that none forgets the prefix."""

    def __init__(self, request: Request) -> None:
        self.prefix = prefix(request.scope)
        self.origin = str(request.base_url.replace(path="", query="", fragment="")).rstrip("/")

    def __call__(self, path: str, query: Query | Mapping[str, str] = ()) -> str:
        pairs = list(query.items()) if isinstance(query, Mapping) else list(query)
        return self.prefix + quote(path, safe="/~") + ("?" + urlencode(pairs, quote_via=quote, safe="") if pairs else "")

    def full(self, path: str, query: Query | Mapping[str, str] = ()) -> str:
        """With scheme and host, as the client wrote them."""
        return self.origin + self(path, query)

    def static(self, name: str) -> str:
        """A static file, with its version, so that it can be kept for ever."""
        return self(f"/static/{name}", [("v", static_files()[name][2])])


def page(request: Request, template: str, context: Mapping[str, Any], *, status: int = 200, frameable: bool = False) -> Response:
    """One rendered page. `frameable`: other sites may show it inside theirs."""
    knowledge = request.app.state.holder.current.knowledge
    url = Addresses(request)
    html = environment().get_template(template).render(
        url=url, knowledge_version=knowledge.version, knowledge_digest=knowledge.digest, here=request.url.path, **context
    )
    response = html_response(html, status, frameable=frameable)
    if status == 200:
        response.headers["ETag"] = etag_of(html)
        if matches(request.headers.get("if-none-match"), response.headers["ETag"]):
            kept = {k: v for k, v in response.headers.items() if k not in ("content-length", "content-type")}
            return Response(status_code=304, headers=kept)
    return response


def html_response(html: str, status: int = 200, *, frameable: bool = False) -> Response:
    """HTML with the headers that pages carry besides those of every answer (`api.envelope`)."""
    headers = {
        "Content-Security-Policy": POLICY.format(ancestors="*" if frameable else "'none'"),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": "no-cache" if status < 400 else "no-store",
        "Vary": "Accept, Accept-Encoding",
    }
    if not frameable:
        headers["X-Frame-Options"] = "DENY"
    return Response(html, status, headers, "text/html; charset=utf-8")
