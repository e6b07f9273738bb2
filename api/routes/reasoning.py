"""Questions about an answer: what would change it, how options differ; and the plan over a whole workload."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from advisor.engine.results import Comparison, Plan, WhatIf, as_dict
from advisor.render.brief import plan_brief
from advisor.render.mermaid import plan_mermaid
from advisor.render.plan import PLAN_COLUMNS, plan_markdown, plan_rows, plan_text
from advisor.render.reasoning import comparison_markdown, comparison_text, what_if_markdown, what_if_text
from advisor.render.rows import to_csv
from api.answering import advisor_of, answer_apart, canonical
from api.direct import DirectRoute
from api.negotiation import Renderers
from api.questions import FORM, Form, only_parameters
from api.routes.decisions import DecisionId
from api.schemas import CompareQuery, PlanQuery, WhatIfQuery

router = APIRouter(prefix="/v1", tags=["reasoning"], route_class=DirectRoute)


def _what_if_forms(form: Form) -> Renderers:
    return {"json": as_dict, "text": what_if_text, "markdown": what_if_markdown}


def _comparison_forms(form: Form) -> Renderers:
    return {"json": as_dict, "text": comparison_text, "markdown": comparison_markdown}


def plan_forms(form: Form) -> Renderers:
    """The forms of a plan; `view=rows` gives one row per decision."""
    if form.view == "rows":
        return {"json": plan_rows, "csv": lambda p: to_csv(plan_rows(p), PLAN_COLUMNS)}
    return {
        "json": plan_brief if form.detail == "brief" else as_dict,
        "text": plan_text,
        "markdown": plan_markdown,
        "mermaid": plan_mermaid,
        "csv": lambda p: to_csv(plan_rows(p), PLAN_COLUMNS),
    }


@router.post("/decisions/{decision}/what-if", operation_id="what_if", response_model=WhatIf)
async def what_if(request: Request, decision: DecisionId, query: WhatIfQuery) -> Response:
    """What would change the answer: answers, priorities, strengths; and, when nothing fits, what to give up."""
    only_parameters(request)
    advisor = advisor_of(request)
    name = advisor.engine.decision_id(decision)
    return await answer_apart(
        request,
        advisor,
        canonical("what-if", name, query.traits, query.priorities, query.only, query.max_changes),
        lambda: advisor.what_if(name, query.traits, priorities=query.priorities, only=query.only, max_changes=query.max_changes),
        _what_if_forms,
    )


@router.post("/decisions/{decision}/compare", operation_id="compare_options", response_model=Comparison)
async def compare(request: Request, decision: DecisionId, query: CompareQuery) -> Response:
    """Two or more options side by side: what separates them, rule by rule, and what each would need to win."""
    only_parameters(request)
    advisor = advisor_of(request)
    name = advisor.engine.decision_id(decision)
    return await answer_apart(
        request,
        advisor,
        canonical("compare", name, query.options, query.traits, query.priorities),
        lambda: advisor.compare(name, query.options, query.traits, priorities=query.priorities),
        _comparison_forms,
    )


@router.post("/plan", operation_id="plan", response_model=Plan)
async def plan(request: Request, query: PlanQuery) -> Response:
    """Every decision a workload raises, in order, each feeding the next; with what to ask next and a diagram."""
    only_parameters(request, form=FORM)
    advisor = advisor_of(request)
    return await answer_apart(
        request,
        advisor,
        canonical("plan", query.traits, query.priorities, query.choices, query.decisions),
        lambda: advisor.plan(query.traits, priorities=query.priorities, choices=query.choices, decisions=query.decisions),
        plan_forms,
    )
