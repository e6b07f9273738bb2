"""What to ask next, with where the decision stands: one answer for HTTP and for chatbots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.engine.catalogue import own_traits
from advisor.engine.results import DecisionRef, KnowledgeRef, Question
from advisor.errors import UnknownTraitError
from advisor.local import Advisor


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


def ask_next(
    advisor: Advisor, decision: str, traits: Mapping[str, Any], *, priorities: Mapping[str, str] | None = None,
    only: Sequence[str] | None = None, limit: int = 5, skip: Sequence[str] = (),
) -> NextQuestions:  # fmt: skip
    """The next questions of a decision, with where it stands. Raises QueryError, for an unknown name in `skip` too."""
    for i, name in enumerate(skip):
        if name not in advisor.knowledge.traits:
            raise UnknownTraitError(name, own_traits(advisor.knowledge), path=("skip", i))
    now = advisor.recommend(decision, traits, priorities=priorities, only=only)
    questions = advisor.next_questions(decision, traits, priorities=priorities, only=only, limit=limit, skip=skip)
    return NextQuestions(now.decision, now.outcome, now.best, questions, now.knowledge)


def next_questions_text(found: NextQuestions) -> str:
    """One question a line, with the answers that matter."""
    if not found.questions:
        return "No answer can change who is first.\n"
    return "".join(
        f"{q.question}  ({q.trait} = {', '.join(str(a).lower() if isinstance(a, bool) else str(a) for a in q.answers)})\n"
        for q in found.questions
    )
