"""The one way from a question to a response: remember or decide, render, ETag."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import Response

from advisor.errors import QueryError
from advisor.local import Advisor
from api.negotiation import MEDIA, Renderers, chosen_format, encode, etag_of, reply
from api.questions import Form, read_form

AT_ONCE = 4  # long answers worked out at the same time; Python runs one at a time anyway, the others wait

DESCRIPTION = ("/openapi.json", "service-desc")
LONGEST_QUESTION = 2000  # characters kept as they are in the memory of answers

Links = tuple[tuple[str, str], ...]  # (path below the prefix, relation) of the Link header


def advisor_of(request: Request) -> Advisor:
    """The advisor that answers this request; take it once per request."""
    advisor: Advisor = request.app.state.holder.current
    return advisor


def canonical(*parts: Any) -> str:
    """Text that names a question. `True`, `1` and `"1"`, or NaN and null, stay apart, as they do not in a hash or in JSON."""
    text = repr(parts)
    return text if len(text) <= LONGEST_QUESTION else hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def answer(
    request: Request,
    advisor: Advisor,
    question: str,
    decide: Callable[[], Any],
    renderers: Callable[[Form], Renderers],
    *,
    links: Links = (),
) -> Response:
    """Decide (or remember), render in the form the client wants, and reply.

    question: text that names the question completely (path included); equal text gets equal answers.
    """
    key, make = _prepared(request, advisor, question, decide, renderers)
    cache = request.app.state.cache
    kept = cache.get(key)
    if kept is None:
        kept = make()
        cache.put(key, kept)
    return _reply(request, advisor, kept, links)


async def answer_apart(
    request: Request,
    advisor: Advisor,
    question: str,
    decide: Callable[[], Any],
    renderers: Callable[[Form], Renderers],
    *,
    links: Links = (),
) -> Response:
    """The same for what may take long: worked out in a thread while others are answered, and a 503 when it takes `max_seconds`."""
    key, make = _prepared(request, advisor, question, decide, renderers)
    state = request.app.state
    kept = state.cache.get(key)
    if kept is None:
        if state.long_answers is None:
            state.long_answers = anyio.CapacityLimiter(AT_ONCE)
        try:
            async with asyncio.timeout(state.settings.max_seconds):
                kept = await anyio.to_thread.run_sync(make, abandon_on_cancel=True, limiter=state.long_answers)
        except TimeoutError:
            raise QueryError(f"no answer within {state.settings.max_seconds} s; ask a smaller question or later", code="too-slow") from None
        state.cache.put(key, kept)
    return _reply(request, advisor, kept, links)


Kept = tuple[str, bytes, str]  # ETag, body, media type


def _prepared(
    request: Request, advisor: Advisor, question: str, decide: Callable[[], Any], renderers: Callable[[Form], Renderers]
) -> tuple[object, Callable[[], Kept]]:
    """The key under which the answer is remembered, and what makes it."""
    form = read_form(request)
    offered = renderers(form)
    name = chosen_format(request, offered)
    digest = advisor.knowledge.digest

    def make() -> Kept:
        body = encode(offered[name](decide()))
        # of the bytes, so that GET and POST of the same question share it
        return etag_of(digest, name, body), body, MEDIA[name]

    return (digest, question, name, form.detail, form.view), make


def _reply(request: Request, advisor: Advisor, kept: Kept, links: Links) -> Response:
    root = request.scope.get("root_path", "")
    told = ", ".join([f'<{root}{path}>; rel="{rel}"' for path, rel in (*links, DESCRIPTION)])
    return reply(request, kept[1], kept[2], kept[0], advisor.knowledge.version, {"Link": told})
