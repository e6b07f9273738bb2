"""Texts answered."""

from __future__ import annotations

import json

import pytest

from advisor.engine.recommend import Engine
from advisor.engine.results import as_dict
from advisor.errors import QueryError, UnknownDecisionError, UnknownOptionError, UnknownTraitError
from advisor.language.advise import advise


def test_a_recommendation_in_sentences(engine: Engine) -> None:
    """What was understood, with its words, and what leads."""
    advice = advise(engine, "No servers to manage, where should we run code?")
    assert (advice.kind, advice.decision, advice.best) == ("recommendation", "compute", "lambda")
    assert "“No servers to manage”" in advice.answer
    assert "AWS Lambda" in advice.answer


def test_given_traits_win_over_the_text(engine: Engine) -> None:
    """A stated trait replaces what was read, and the text's is told as ignored."""
    advice = advise(engine, "run code with a GPU", traits={"needs_gpu": False})
    assert advice.traits == {"needs_gpu": False}
    assert advice.ignored == ("needs_gpu: given as False",)


def test_only_and_decision_limit_the_answer(engine: Engine) -> None:
    """`only` names options of one decision; `decision` fixes it."""
    assert advise(engine, "serverless", only=["spot", "Amazon EC2"]).decision == "buying"
    assert advise(engine, "serverless", decision="buying").decision == "buying"


def test_nothing_understood_asks_the_first_question(engine: Engine) -> None:
    """No guess: the trait that most decisions read is asked for."""
    advice = advise(engine, "blue elephants dance")
    assert (advice.kind, advice.best) == ("question", None)
    assert advice.next_question is not None
    assert advice.next_question.question in advice.answer


def test_a_need_without_a_decision_is_answered_from_the_catalogue(engine: Engine) -> None:
    """The service whose own description answers it is named."""
    advice = advise(engine, "language translation of text")
    assert (advice.kind, advice.best) == ("services", "translate")


def test_several_decisions_make_a_plan(engine: Engine) -> None:
    """Two decisions raised alike: the plan over them is told."""
    advice = advise(engine, "host the application, and which purchase option?")
    assert advice.kind == "plan"
    assert advice.plan is not None


def test_a_described_workload_is_planned_and_a_question_answered(engine: Engine) -> None:
    """The same words ask for one decision when they are a question, for all of them when they describe a workload by many traits."""
    described = "Serverless, on 3 accounts, with 20 GB of data kept for 7 days, with Oracle: run code, pick a purchase option"
    assert advise(engine, described).kind == "plan"
    assert advise(engine, f"Where? {described}").kind == "recommendation"
    assert advise(engine, "Serverless: run code, pick a purchase option").kind == "recommendation"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"traits": {"no_such": 1}}, UnknownTraitError),
        ({"decision": "nowhere"}, UnknownDecisionError),
        ({"only": ["unicorn"]}, UnknownOptionError),
        ({"only": ["lambda", "spot"]}, QueryError),
        ({"priorities": {"speed": "high"}}, QueryError),
        ({"detail": "huge"}, QueryError),
        ({"choices": {}}, type(None)),
    ],
)
def test_mistakes_are_the_callers(engine: Engine, arguments: dict[str, object], error: type[Exception]) -> None:
    """Every wrong argument raises its own error; no choices is no mistake."""
    if error is type(None):
        assert advise(engine, "steady", **arguments).proposals == ()  # type: ignore[arg-type]
        return
    with pytest.raises(error):
        advise(engine, "steady", **arguments)  # type: ignore[arg-type]


def test_the_same_question_gives_the_same_bytes(engine: Engine) -> None:
    """Answers are plain data and repeatable."""
    ask = "Where should bursty code run, Lambda or EC2?"
    first, second = (json.dumps(as_dict(advise(engine, ask, choices={"A": "Lambda", "B": "EC2"}))) for _ in range(2))
    assert first == second
