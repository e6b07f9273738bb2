"""Questions in words: what a text says of a workload, and the answer to it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from advisor.engine.results import as_dict
from advisor.errors import LimitError
from advisor.language.advise import Advice
from advisor.language.records import Interpretation
from advisor.render.brief import advice_brief
from advisor.render.words import advice_markdown, advice_text, interpretation_text
from api.answering import advisor_of, answer_apart, canonical
from api.direct import DirectRoute
from api.negotiation import Renderers
from api.questions import Form, jsonable, only_parameters
from api.schemas import AdviseQuery, TextQuery

router = APIRouter(prefix="/v1", tags=["language"], route_class=DirectRoute)


def _interpretation_forms(form: Form) -> Renderers:
    return {"json": as_dict, "text": interpretation_text}


def _advice_forms(form: Form) -> Renderers:
    return {"json": advice_brief if form.detail == "brief" else as_dict, "text": advice_text, "markdown": advice_markdown}


def _sized(request: Request, query: TextQuery) -> str:
    most = request.app.state.settings.max_text
    if len(query.text) > most:
        raise LimitError(f"{len(query.text):,} characters; at most {most:,} are read", path=("text",))
    return query.text


@router.post("/interpret", operation_id="interpret", response_model=Interpretation)
async def interpret(request: Request, query: TextQuery) -> Response:
    """What a text says of a workload: traits with the words that say so, the decisions it raises, and what was not understood."""
    only_parameters(request)
    advisor, text = advisor_of(request), _sized(request, query)
    return await answer_apart(request, advisor, canonical("interpret", text), lambda: advisor.interpret(text), _interpretation_forms)


@router.post("/advise", operation_id="advise", response_model=Advice)
async def advise(request: Request, query: AdviseQuery) -> Response:
    """A text understood and answered in sentences, with the recommendation or plan behind it; `choices` are proposals to be ranked.

    What is given as `traits` and `priorities` wins over what the text says.
    """
    only_parameters(request, form=("format", "detail"))
    advisor, text = advisor_of(request), _sized(request, query)
    traits, priorities = jsonable(query.traits), jsonable(query.priorities)
    return await answer_apart(
        request,
        advisor,
        canonical("advise", text, traits, priorities, query.only, query.decision, query.choices),
        lambda: advisor.advise(
            text, traits, priorities=priorities, only=query.only, decision=query.decision, choices=query.choices
        ),
        _advice_forms,
    )  # fmt: skip
