"""The one way from a question to a response: cache, decide, render, ETag."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from advisor.engine.results import as_dict
from advisor.local import Advisor
from api.negotiation import MEDIA, Renderers, chosen_format, encode, etag_of, reply
from api.questions import Form, read_form


def advisor_of(request: Request) -> Advisor:
    """The advisor that answers this request; take it once per request."""
    advisor: Advisor = request.app.state.holder.current
    return advisor


def answer(
    request: Request,
    advisor: Advisor,
    question: bytes,
    decide: Callable[[], Any],
    renderers: Callable[[Form], Renderers],
    *,
    links: str | None = None,
) -> Response:
    """Decide (or remember), render in the form the client wants, and reply.

    question: bytes that name the question completely (path included); equal bytes get equal answers.
    """
    form = read_form(request)
    offered = renderers(form)
    name = chosen_format(request, offered)
    knowledge = advisor.knowledge
    key = (knowledge.digest, question, name, form)
    cache = request.app.state.cache
    kept = cache.get(key)
    if kept is None:
        body = encode(offered[name](decide()))
        # of the bytes, so that GET and POST of the same question share it
        kept = (etag_of(knowledge.digest, name, body), body, MEDIA[name])
        cache.put(key, kept)
    return reply(request, kept[1], kept[2], kept[0], knowledge.version, {"Link": links} if links else None)


def plain(result: Any) -> Any:
    """A record as JSON data."""
    return as_dict(result)
