"""What is read from a text, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.recommend import Engine
from advisor.engine.results import as_dict
from advisor.engine.workload import read_answer
from advisor.errors import LimitError, QueryError
from advisor.language.interpret import MAX_CHARACTERS, interpret
from advisor.local import Advisor
from tests.packs.talk import LEXICON, TRAITS, talking_knowledge

SMALL = Engine(talking_knowledge())


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("bursty traffic", {"traffic": "spiky"}),
        ("It runs around the clock.", {"traffic": "steady"}),
        ("we need a GPU", {"needs_gpu": True}),
        ("GPUs", {"needs_gpu": True}),
        ("without GPUs", {"needs_gpu": False}),
        ("it does not need any GPU", {"needs_gpu": False}),
        ("It doesn't need a GPU", {"needs_gpu": False}),
        ("not slow but a GPU", {"needs_gpu": True}),
        ("no accelerator", {"needs_gpu": False}),
        ("no servers to manage", {"ops": "none"}),
        ("faas", {"ops": "none"}),
        ("not steady", {"traffic": "rare"}),
        ("not bursty", {"traffic": ["steady", "rare"]}),
        ("runs for up to 20 minutes", {"max_run_time": "20 minutes"}),
        ("runs for between 5 and 10 minutes", {"max_run_time": "5 minutes .. 10 minutes"}),
        ("at least 3 PB of data", {"volume": ">= 3 PB"}),
        ("more than 40 accounts", {"accounts": "> 40"}),
        ("one of accounts", {}),
        ("a migration from Oracle to PostgreSQL", {"existing_engine": "oracle"}),
        ("an existing Lambda", {"existing_engine": "lambda"}),
        ("burrsty servrless", {"ops": "none", "traffic": "spiky"}),
        ("nothing of this is known here", {}),
        ("", {}),
    ],
)
def test_answers(text: str, answers: dict[str, object]) -> None:
    """Each sentence gives exactly these answers."""
    assert interpret(SMALL, text).answers == answers


def test_a_number_goes_to_the_trait_whose_thresholds_it_fits() -> None:
    """One cue names two traits; a year is no run time and ten minutes are no retention."""
    assert "kept_for" in interpret(SMALL, "it takes 1 year").answers
    assert "max_run_time" in interpret(SMALL, "it takes 10 minutes").answers


BARE = [
    {"trait": "kept_for", "least": "30 days", "when": {"traffic": ["rare"]}},
    {"trait": "max_run_time", "least": "1 s", "most": "1 day", "when": {"ops": ["none"], "needs_gpu": [True]}},
    {"trait": "volume", "least": "20 GB"},
]


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("30 GB", {"volume": "30 GB"}),
        ("5 GB", {}),
        ("30 GB and 50 GB", {"volume": "50 GB"}),
        ("rarely used, 1 year", {"traffic": "rare", "kept_for": "1 year"}),
        ("rarely used, 5 days", {"traffic": "rare"}),
        ("serverless, GPU, 5 minutes", {"ops": "none", "needs_gpu": True, "max_run_time": "5 minutes"}),
        ("serverless, GPU, 5 days", {"ops": "none", "needs_gpu": True}),
        ("serverless, no GPU, 5 minutes", {"ops": "none", "needs_gpu": False}),
    ],
)
def test_numbers_without_a_cue(text: str, answers: dict[str, object]) -> None:
    """They go to the first trait that the lexicon names for them, within its bounds and if the text says all that it asks for."""
    assert interpret(Engine(talking_knowledge(lexicon={**LEXICON, "bare_numbers": BARE})), text).answers == answers


def test_a_new_clause_ends_what_a_negation_reaches() -> None:
    """What stands after "even if" is not denied."""
    assert interpret(SMALL, "not slow even if bursty").answers == {"traffic": "spiky"}
    assert interpret(SMALL, "not so bursty").answers == {"traffic": ["steady", "rare"]}


def test_of_single_words_the_rarer_value_counts() -> None:
    """Whoever says the unusual one means it; level shares leave both."""
    level = interpret(SMALL, "steady, bursty").answers
    assert level == {"traffic": ["steady", "spiky"]}
    traits = {**TRAITS, "traffic": {**TRAITS["traffic"], "typical": {"steady": 4, "spiky": 2}}}
    assert interpret(Engine(talking_knowledge(traits=traits)), "steady, bursty").answers == {"traffic": "spiky"}


def test_the_words_are_told() -> None:
    """Every answer shows where in the text it stands."""
    said = interpret(SMALL, "The job takes 40 minutes, sudden bursts.")
    spans = {u.trait: [s.words for s in u.spans] for u in said.traits}
    assert spans == {"max_run_time": ["takes", "40 minutes"], "traffic": ["sudden bursts"]}


def test_priorities() -> None:
    """Intent words set a pillar; denied ones lower it."""
    assert interpret(SMALL, "the most cost-effective way").levels == {"cost-optimization": "high"}
    assert interpret(SMALL, "not the cheapest").levels == {"cost-optimization": "low"}


def test_services_are_named_or_not() -> None:
    """An everyday word is a service only with a capital or after AWS; the longest name wins."""
    named = [(m.service, m.role) for m in interpret(SMALL, "An existing EC2 Spot fleet; a backup is made. Is AWS Backup better?").services]
    assert named == [("spot", "existing"), ("backup", "candidate")]
    assert [m.service for m in interpret(SMALL, "to translate a backup").services] == []


def test_decisions_are_raised_with_their_words() -> None:
    """The decision's own phrase counts most."""
    raised = interpret(SMALL, "Which purchase option for bursty traffic?").decisions
    assert [r.decision for r in raised] == ["buying", "compute"]
    assert raised[0].words == ("purchase option",)


def test_nothing_understood_says_so() -> None:
    """No trait, no service, no decision: `understood` is False and the words are told."""
    said = interpret(SMALL, "blue elephants dance")
    assert not said.understood
    assert [s.words for s in said.not_understood] == ["blue elephants dance"]


def test_too_long_and_no_text() -> None:
    """The length is bounded; other types are refused."""
    with pytest.raises(LimitError):
        interpret(SMALL, "x" * (MAX_CHARACTERS + 1))
    with pytest.raises(QueryError):
        interpret(SMALL, 5)  # type: ignore[arg-type]


PIECES = "no|not|without|GPU|bursty|10|minutes|takes|,|.|accounts|3 PB|of data|Lambda|'|é|(|up to|%|$5|per month"
WORDS = st.sampled_from(PIECES.split("|"))


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map(" ".join)))
def test_any_text_is_read(text: str) -> None:
    """No text raises; spans are real substrings; every answer can be sent back; reading twice gives the same."""
    said = interpret(SMALL, text)
    for span in [s for u in said.traits for s in u.spans] + [m.span for m in said.services] + list(said.not_understood):
        assert text[span.start : span.end] == span.words
        assert span.words
    for understood in said.traits:
        assert 0 < understood.confidence <= 1
        assert read_answer(SMALL.knowledge, understood.trait, understood.value) is not None
    assert as_dict(interpret(SMALL, text)) == as_dict(said)


@pytest.mark.parametrize("piece", ["not ", "no servers to manage ", "10 minutes ", "((", "1,000", "serverless ", "é́", "a-", "per "])
def test_repeats_stay_bounded(piece: str, advisor: Advisor) -> None:
    """A text of the greatest length made of one piece is read; what is read does not grow with its length."""
    said = interpret(advisor.engine, (piece * MAX_CHARACTERS)[:MAX_CHARACTERS])
    assert len(said.traits) <= len(advisor.knowledge.traits)
