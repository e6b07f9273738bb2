"""Questions about one decision: what it is, which option fits, what would change that."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from advisor.engine.catalogue import DecisionInfo, DecisionSummary
from advisor.engine.results import Recommendation, as_dict
from advisor.errors import AdvisorError, QueryError
from advisor.local import Advisor
from advisor.render.brief import brief
from advisor.render.markdown import recommendation_markdown
from advisor.render.rows import recommendation_rows, to_csv
from advisor.render.svg import recommendation_svg
from advisor.render.text import recommendation_text, table
from api.answering import advisor_of, answer
from api.negotiation import Renderers
from api.problems import mistake
from api.questions import Form, only_parameters, workload_parameters
from api.schemas import RecommendQuery

router = APIRouter(prefix="/v1/decisions", tags=["decisions"])
DecisionId = Annotated[str, Path(description="The decision's id.", max_length=100, examples=["compute-platform"])]


def recommendation_forms(form: Form) -> Renderers:
    """The forms of a recommendation."""
    short = form.detail == "brief"
    if form.view == "rows":
        return {"json": recommendation_rows, "csv": lambda r: to_csv(recommendation_rows(r))}
    return {
        "json": brief if short else as_dict,
        "text": lambda r: recommendation_text(r, brief=short),
        "markdown": lambda r: recommendation_markdown(r, brief=short),
        "csv": lambda r: to_csv(recommendation_rows(r)),
        "svg": recommendation_svg,
    }


def canonical(*parts: Any) -> bytes:
    """Bytes that name a question."""
    return orjson.dumps(parts, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def _links(decision: str) -> str:
    return f'</v1/decisions/{decision}>; rel="describedby", </v1/decisions/{decision}/what-if>; rel="related", </openapi.json>; rel="service-desc"'


@router.get("", operation_id="list_decisions", response_model=list[DecisionSummary])
async def list_decisions(request: Request) -> Response:
    """All decisions the advisor can make, by area; `?q=` searches them."""
    only_parameters(request, ("q",))
    advisor, query = advisor_of(request), request.query_params.get("q")
    forms: Callable[[Form], Renderers] = lambda form: {  # noqa: E731
        "json": as_dict,
        "text": lambda rows: table(
            ("decision", "question", "options", "rules"), [(d.id, d.question, str(d.options), str(d.rules)) for d in rows], 70
        ),
        "csv": lambda rows: to_csv(as_dict(rows), ("id", "title", "question", "area", "options", "rules")),
    }
    return answer(request, advisor, canonical("decisions", query), lambda: advisor.catalogue.decisions(query), forms)


@router.get("/{decision}", operation_id="describe_decision", response_model=DecisionInfo)
async def describe_decision(request: Request, decision: DecisionId) -> Response:
    """One decision with its options, the traits it reads, its rules and scenarios."""
    only_parameters(request)
    advisor = advisor_of(request)
    return answer(
        request, advisor, canonical("decision", decision), lambda: advisor.catalogue.decision(decision), lambda form: {"json": as_dict}
    )


def _recommend(request: Request, advisor: Advisor, decision: str, question: Any, traits: Any, priorities: Any, only: Any) -> Response:
    name = advisor.engine.decision_id(decision)

    def decide() -> Recommendation:
        return advisor.recommend(name, traits, priorities=priorities, only=only)

    return answer(request, advisor, question, decide, recommendation_forms, links=_links(name))


@router.get("/{decision}/recommend", operation_id="recommend_get", response_model=Recommendation)
async def recommend_get(request: Request, decision: DecisionId) -> Response:
    """Rank the options of one decision; traits are query parameters.

    `?max_run_time=20min&traffic_pattern=spiky,rare&priority.cost-optimization=high&only=lambda,batch`. A trait that is left out is unknown.
    """
    advisor = advisor_of(request)
    asked = workload_parameters(request, advisor.knowledge)
    question = canonical("recommend", decision, asked["traits"], asked["priorities"], asked["only"])
    return _recommend(request, advisor, decision, question, asked["traits"], asked["priorities"], asked["only"])


@router.post("/{decision}/recommend", operation_id="recommend", response_model=Recommendation)
async def recommend(request: Request, decision: DecisionId, query: RecommendQuery) -> Response:
    """Rank the options of one decision for a workload, with the reasons and what would change them."""
    only_parameters(request)
    question = canonical("recommend", decision, query.traits, query.priorities, query.only)
    return _recommend(request, advisor_of(request), decision, question, query.traits, query.priorities, query.only)


@router.post("/{decision}/batch", operation_id="recommend_batch")
async def batch(request: Request, decision: DecisionId) -> Response:
    """Many workloads: NDJSON in, NDJSON out, streamed, in order. A bad line is answered by an error line and ends nothing."""
    only_parameters(request)
    advisor, settings = advisor_of(request), request.app.state.settings
    name = advisor.engine.decision_id(decision)
    short = request.query_params.get("detail", "brief") == "brief"

    async def lines() -> AsyncIterator[bytes]:
        pending, count = b"", 0
        async for chunk in request.stream():
            pending += chunk
            *whole, pending = pending.split(b"\n")
            for line in whole:
                count += 1
                if count > settings.max_lines:
                    yield _line({"line": count, "error": {"code": "too-large", "detail": f"at most {settings.max_lines} lines are taken"}})
                    return
                if line.strip():
                    yield _answer_line(advisor, name, count, line, settings.max_line, short=short)
            if len(pending) > settings.max_line:
                yield _line({"line": count + 1, "error": {"code": "too-large", "detail": f"a line has at most {settings.max_line} bytes"}})
                return
        if pending.strip():
            yield _answer_line(advisor, name, count + 1, pending, settings.max_line, short=short)

    return StreamingResponse(lines(), media_type="application/x-ndjson", headers={"X-Knowledge-Version": advisor.knowledge.version})


def _line(value: Any) -> bytes:
    return orjson.dumps(value) + b"\n"


def _answer_line(advisor: Advisor, decision: str, number: int, line: bytes, limit: int, *, short: bool) -> bytes:
    try:
        if len(line) > limit:
            raise QueryError(f"a line has at most {limit} bytes", code="too-large")
        query = RecommendQuery.model_validate_json(line)
        result = advisor.recommend(decision, query.traits, priorities=query.priorities, only=query.only)
    except QueryError as error:
        return _line({"line": number, "error": {"code": error.code, "detail": error.message, "errors": [mistake(e) for e in error.errors]}})
    except ValueError as error:
        return _line(
            {
                "line": number,
                "error": {
                    "code": "malformed-line",
                    "detail": str(error).split("\n", 3)[1].strip() if "\n" in str(error) else str(error)[:200],
                },
            }
        )
    except AdvisorError as error:
        return _line({"line": number, "error": {"code": "failed", "detail": str(error)[:200]}})
    return _line({"line": number, **(brief(result) if short else as_dict(result))})
