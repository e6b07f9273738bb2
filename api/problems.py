"""Every error a client can meet, as RFC 9457 problem documents. This module alone knows the statuses.

type: a stable URN per kind of problem.   errors: one entry per mistake, with a JSON pointer into the question (the POST body; a GET's
parameters stand for the same places), the allowed values and the nearest name.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from advisor.errors import KnowledgeError, QueryError
from advisor.spelling import closest, did_you_mean

PROBLEM_JSON = "application/problem+json"
MAX_ALLOWED = 400  # names listed for one mistake: all traits, all options
MAX_ERRORS = 50
TITLES = {
    400: "The request cannot be read", 401: "An API key is needed", 403: "The API key is not accepted", 404: "There is no such thing",
    405: "This method is not offered here", 406: "No such form of the answer", 408: "The request took too long to arrive",
    413: "The request is too large", 415: "This media type is not taken", 422: "The question has mistakes",
    500: "The server failed", 503: "The server cannot answer now",
}  # fmt: skip
STATUS = {"too-large": 413, "not-acceptable": 406, "malformed-json": 400, "media-type": 415, "too-slow": 503}
# what stands in the address itself: an unknown one is a 404, while the same name inside a question is a mistake of the question
ADDRESSED = {
    "unknown-decision": ("decision",), "unknown-service": (), "unknown-rule": (), "unknown-trait": ("trait",), "unknown-tool": ("tool",),
}  # fmt: skip
CODES = {400: "malformed-request", 408: "too-slow-to-arrive", 413: "too-large", 415: "media-type", 503: "unavailable"}


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Iterable[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem document."""
    body: dict[str, Any] = {
        "type": f"urn:service-advisor:problem:{code}",
        "title": TITLES.get(status, "Problem"),
        "status": status,
        "detail": detail,
    }
    found = list(errors)
    if found:
        body["errors"] = found
    try:
        data = orjson.dumps(body)
    except TypeError:  # half a surrogate pair, echoed from the question
        data = json.dumps(body).encode()
    return Response(data, status, {"Cache-Control": "no-store", **(headers or {})}, PROBLEM_JSON)


def pointer(path: Iterable[str | int]) -> str:
    """The JSON pointer of a place in the question."""
    return "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in path)


def mistake(error: QueryError) -> dict[str, Any]:
    """One mistake of a question."""
    out: dict[str, Any] = {"pointer": pointer(error.path), "code": error.code, "detail": error.message}
    if error.allowed:
        out["allowed"] = list(error.allowed[:MAX_ALLOWED])
    if error.suggestion:
        out["suggestion"] = error.suggestion
    return out


def query_problem(error: QueryError, addressed: Collection[str] = ("decision", "service", "rule", "trait", "tool")) -> Response:
    """The problem of a wrong question: 404 when what the address names does not exist, 413 beyond a limit, mostly 422.

    addressed: what the address of the request names.
    """
    status = STATUS.get(error.code, 422)
    if error.code.removeprefix("unknown-") in addressed and error.code in ADDRESSED and error.path == ADDRESSED[error.code]:
        status = 404
    headers = {"Retry-After": "5"} if status == 503 else None
    return problem(status, error.code, error.message[:4000], errors=[mistake(e) for e in error.errors[:MAX_ERRORS]], headers=headers)


def _no_such_page(request: Request) -> Response:
    path = request.url.path
    served = sorted(request.app.openapi()["paths"])
    near = closest(path, [p for p in served if "{" not in p])
    found = [{"pointer": "", "code": "no-such-page", "detail": "nothing is served here", "allowed": served}]
    if near:
        found[0]["suggestion"] = near
    return problem(404, "no-such-page", f"nothing is served at {path[:200]!r}{did_you_mean(near)}", errors=found)


def install(app: FastAPI) -> None:
    """Answer every error of this app with a problem document."""
    from api.methods import allowed_methods

    @app.exception_handler(QueryError)
    async def on_query(request: Request, error: QueryError) -> Response:
        return query_problem(error, request.path_params)

    @app.exception_handler(RequestValidationError)
    async def on_validation(request: Request, error: RequestValidationError) -> Response:
        found = []
        for issue in error.errors()[:MAX_ERRORS]:
            where = [p for p in issue.get("loc", ()) if p not in ("body", "query", "path", "header")]
            found.append({"pointer": pointer(where), "code": "bad-value", "detail": str(issue["msg"])})
        return problem(422, "bad-value", "; ".join(f["detail"] for f in found[:5]), errors=found)

    @app.exception_handler(KnowledgeError)
    async def on_knowledge(request: Request, error: KnowledgeError) -> Response:
        return problem(503, "knowledge-broken", "the knowledge cannot be used; its author acts", headers={"Retry-After": "30"})

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        status = error.status_code
        if status == 404:
            return _no_such_page(request)
        if status == 405:
            allowed = allowed_methods(request.app.router.routes, request.scope)
            found = {"pointer": "", "code": "method-not-allowed", "detail": "this method is not offered here", "allowed": allowed}
            detail = f"{request.method[:20]} is not offered here; {', '.join(allowed)} are"
            return problem(405, "method-not-allowed", detail, errors=[found], headers={"Allow": ", ".join(allowed)})
        return problem(status, CODES.get(status, "http-error"), str(error.detail), headers=error.headers)
