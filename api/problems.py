"""Every error a client can meet, as RFC 9457 problem documents. This module alone knows the statuses.

type: a stable URN per kind of problem.   errors: one entry per mistake, with a JSON pointer, the allowed values and the nearest name.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from advisor.errors import KnowledgeError, QueryError

PROBLEM_JSON = "application/problem+json"
MAX_ALLOWED = 100
NOT_FOUND = {"unknown-decision": ("decision",), "unknown-service": (), "unknown-rule": (), "unknown-trait": ("trait",)}
TITLES = {
    400: "The request cannot be read", 401: "An API key is needed", 403: "The API key is not valid", 404: "There is no such thing",
    405: "This method is not offered here", 406: "No such form of the answer", 408: "The request took too long to arrive",
    411: "The length must be given", 413: "The request is too large", 415: "This media type is not taken", 422: "The question has mistakes",
    429: "Too many requests", 500: "The server failed", 503: "The server is not ready",
}  # fmt: skip
log = logging.getLogger("advisor.api")


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Iterable[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, Any] | None = None,
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
    body.update(extra or {})
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store", **(headers or {})}, PROBLEM_JSON)


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


def query_problem(error: QueryError) -> Response:
    """The problem of a wrong question: 404 when the thing asked for in the address does not exist, 413 beyond a limit, else 422."""
    status = 422
    if error.code == "too-large":
        status = 413
    elif error.code == "not-acceptable":
        status = 406
    elif error.code in NOT_FOUND and error.path == NOT_FOUND[error.code]:
        status = 404
    return problem(status, error.code, error.message, errors=[mistake(e) for e in error.errors])


def _from_pydantic(error: RequestValidationError) -> Response:
    found = []
    status, code = 422, "bad-value"
    for issue in error.errors():
        where = [p for p in issue.get("loc", ()) if p not in ("body", "query", "path")]
        if issue["type"] == "json_invalid":
            where, status, code = [], 400, "malformed-json"
        elif issue["type"] == "extra_forbidden":
            code = "unknown-field"
        entry: dict[str, Any] = {"pointer": pointer(where), "code": code, "detail": str(issue["msg"])}
        if issue["type"] == "extra_forbidden":
            from advisor.spelling import closest, did_you_mean

            known = list(FIELDS.get(str(error.body and ""), FIELDS[""]))
            near = closest(where[-1], known)
            entry["detail"] = f"unknown field {where[-1]!r}" + did_you_mean(near)
            entry["allowed"] = known
            if near:
                entry["suggestion"] = near
        found.append(entry)
    return problem(
        status,
        code if len(found) == 1 else (code if status == 400 else "several-mistakes"),
        "; ".join(str(f["detail"]) for f in found[:5]),
        errors=found[:50],
    )


FIELDS = {"": ("traits", "priorities", "only", "text", "choices", "decisions", "decision", "options", "max_changes")}


def install(app: FastAPI) -> None:
    """Answer every error of this app with a problem document."""

    @app.exception_handler(QueryError)
    async def on_query(request: Request, error: QueryError) -> Response:
        return query_problem(error)

    @app.exception_handler(RequestValidationError)
    async def on_validation(request: Request, error: RequestValidationError) -> Response:
        return _from_pydantic(error)

    @app.exception_handler(KnowledgeError)
    async def on_knowledge(request: Request, error: KnowledgeError) -> Response:
        return problem(503, "knowledge-broken", "the knowledge cannot be used; its author acts")

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        if error.status_code == 404:
            return problem(404, "no-such-page", f"nothing is served at {request.url.path[:200]!r}; see /docs")
        if error.status_code == 405:
            return problem(405, "method-not-allowed", f"{request.method[:20]} is not offered here", headers=headers)
        code = "malformed-json" if error.status_code == 400 else "http-error"
        return problem(error.status_code, code, str(error.detail), headers=headers)

    @app.exception_handler(Exception)
    async def on_any(request: Request, error: Exception) -> Response:
        log.exception("unhandled error", exc_info=error)
        return problem(500, "internal", "the server failed; the log says why")
