"""What to ask next: the questions whose answers tell most about the winner."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from advisor.engine.results import as_dict
from api.answering import advisor_of, answer, canonical
from api.asking import NextQuestions, ask_next, next_questions_text
from api.direct import DirectRoute
from api.questions import only_parameters
from api.routes.decisions import DecisionId
from api.schemas import RecommendQuery, Short

router = APIRouter(prefix="/v1/decisions", tags=["decisions"], route_class=DirectRoute)
MOST_QUESTIONS = 20


class NextQuestionQuery(RecommendQuery):
    """A workload, of which one more thing could be asked."""

    limit: Annotated[int, Field(default=5, ge=1, le=MOST_QUESTIONS, description="How many questions to tell, best first.")]
    skip: Annotated[
        list[Short],
        Field(default_factory=list, max_length=200, description="Traits asked for in vain: ask for others.", examples=[["monthly_budget"]]),
    ]


@router.post("/{decision}/next-question", operation_id="next_question", response_model=NextQuestions)
async def next_question(request: Request, decision: DecisionId, query: NextQuestionQuery) -> Response:
    """The questions most worth asking, best first, by the expected reduction of the uncertainty about the winner."""
    only_parameters(request)
    advisor = advisor_of(request)
    name = advisor.engine.decision_id(decision)
    return answer(
        request, advisor, canonical("next-question", name, query.model_dump()), lambda: ask_next(
            advisor, name, query.traits, priorities=query.priorities, only=query.only, limit=query.limit, skip=query.skip
        ),
        lambda form: {"json": as_dict, "text": next_questions_text},
    )  # fmt: skip
