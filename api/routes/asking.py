"""What to ask next: the questions whose answers tell most about the winner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from advisor.engine.results import DecisionRef, KnowledgeRef, Question, as_dict
from advisor.local import Advisor
from api.answering import advisor_of, answer, canonical
from api.direct import DirectRoute
from api.questions import only_parameters
from api.routes.decisions import DecisionId
from api.schemas import RecommendQuery

router = APIRouter(prefix="/v1/decisions", tags=["decisions"], route_class=DirectRoute)
MOST_QUESTIONS = 20


class NextQuestionQuery(RecommendQuery):
    """A workload, of which one more thing could be asked."""

    limit: Annotated[int, Field(default=5, ge=1, le=MOST_QUESTIONS, description="How many questions to tell, best first.")]


@dataclass(frozen=True, slots=True)
class NextQuestions:
    """The questions worth asking, best first; none when no answer can change who is first.

    outcome: decided | leading | tied | infeasible, as things stand.   best: the options that are first as things stand.
    """

    decision: DecisionRef
    outcome: str
    best: tuple[str, ...]
    questions: tuple[Question, ...]
    knowledge: KnowledgeRef


def ask_next(advisor: Advisor, decision: str, query: RecommendQuery, limit: int) -> NextQuestions:
    """The next questions of a decision, with where it stands. Raises QueryError."""
    now = advisor.recommend(decision, query.traits, priorities=query.priorities, only=query.only)
    questions = advisor.next_questions(decision, query.traits, priorities=query.priorities, only=query.only, limit=limit)
    return NextQuestions(now.decision, now.outcome, now.best, questions, now.knowledge)


def next_questions_text(found: NextQuestions) -> str:
    """One question a line, with the answers that matter."""
    if not found.questions:
        return "No answer can change who is first.\n"
    return "".join(
        f"{q.question}  ({q.trait} = {', '.join(str(a).lower() if isinstance(a, bool) else str(a) for a in q.answers)})\n"
        for q in found.questions
    )


@router.post("/{decision}/next-question", operation_id="next_question", response_model=NextQuestions)
async def next_question(request: Request, decision: DecisionId, query: NextQuestionQuery) -> Response:
    """The questions most worth asking, best first, by the expected reduction of the uncertainty about the winner."""
    only_parameters(request)
    advisor = advisor_of(request)
    name = advisor.engine.decision_id(decision)
    return answer(
        request, advisor, canonical("next-question", name, query.model_dump()), lambda: ask_next(advisor, name, query, query.limit),
        lambda form: {"json": as_dict, "text": next_questions_text},
    )  # fmt: skip
