"""Questions about one decision: what it is, which option fits, what would change that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from advisor.engine.catalogue import DecisionInfo, DecisionSummary
from advisor.engine.results import Recommendation, as_dict
from advisor.local import Advisor
from advisor.render.brief import brief
from advisor.render.markdown import recommendation_markdown
from advisor.render.rows import recommendation_rows, to_csv
from advisor.render.svg import recommendation_svg
from advisor.render.text import recommendation_text, table
from api.answering import Links, advisor_of, answer, canonical
from api.direct import DirectRoute
from api.negotiation import Renderers
from api.questions import FORM, Form, jsonable, only_parameters, searched, workload_parameters
from api.schemas import RecommendQuery

router = APIRouter(prefix="/v1/decisions", tags=["decisions"], route_class=DirectRoute)
DecisionId = Annotated[str, Path(description="The decision's id.", max_length=100, examples=["compute-platform"])]


def as_it_is(result: Recommendation) -> Recommendation:
    """The record itself: orjson writes it several times faster than it is made into dictionaries, to the same bytes (a test compares)."""
    return result


def recommendation_forms(form: Form) -> Renderers:
    """The forms of a recommendation."""
    short = form.detail == "brief"
    if form.view == "rows":
        return {"json": recommendation_rows, "csv": lambda r: to_csv(recommendation_rows(r))}
    return {
        "json": brief if short else as_it_is,
        "text": lambda r: recommendation_text(r, brief=short),
        "markdown": lambda r: recommendation_markdown(r, brief=short),
        "csv": lambda r: to_csv(recommendation_rows(r)),
        "svg": recommendation_svg,
    }


def _links(decision: str) -> Links:
    one = f"/v1/decisions/{decision}"
    return (one, "describedby"), (f"{one}/what-if", "related")


def _recommend(request: Request, advisor: Advisor, decision: str, traits: Any, priorities: Any, only: Any) -> Response:
    name = advisor.engine.decision_id(decision)
    traits, priorities = jsonable(traits), jsonable(priorities)

    def decide() -> Recommendation:
        return advisor.recommend(name, traits, priorities=priorities, only=only)

    return answer(
        request, advisor, canonical("recommend", name, traits, priorities, only), decide, recommendation_forms, links=_links(name)
    )


@router.get("/{decision}/recommend", operation_id="recommend_get", response_model=Recommendation)
async def recommend_get(request: Request, decision: DecisionId) -> Response:
    """Rank the options of one decision; traits are query parameters.

    `?max_run_time=20min&traffic_pattern=spiky,rare&priority.cost-optimization=high&only=lambda,batch`. A trait that is left out is unknown.
    """
    advisor = advisor_of(request)
    asked = workload_parameters(request, advisor.knowledge)
    return _recommend(request, advisor, decision, asked["traits"], asked["priorities"], asked["only"])


@router.post("/{decision}/recommend", operation_id="recommend", response_model=Recommendation)
async def recommend(request: Request, decision: DecisionId, query: RecommendQuery) -> Response:
    """Rank the options of one decision for a workload, with the reasons and what would change them."""
    only_parameters(request, form=FORM)
    return _recommend(request, advisor_of(request), decision, query.traits, query.priorities, query.only)


@router.get("", operation_id="list_decisions", response_model=list[DecisionSummary])
async def list_decisions(request: Request) -> Response:
    """All decisions the advisor can make, by area; `?q=` searches them."""
    only_parameters(request, ("q",))
    advisor, query = advisor_of(request), searched(request)
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
