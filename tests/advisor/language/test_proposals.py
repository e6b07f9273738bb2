"""Proposals read and ranked."""

from __future__ import annotations

import pytest

from advisor.engine.recommend import Engine
from advisor.errors import LimitError, QueryError
from advisor.language.advise import advise
from advisor.language.proposals import MAX_PROPOSALS, asks_for_the_opposite, read_proposals
from advisor.local import Advisor
from tests.packs.talk import DECISIONS, SOURCE, talking_knowledge


def best(engine: Engine, text: str, **choices: str) -> str | None:
    """The key told best."""
    return advise(engine, text, choices=choices).best


def test_services_of_a_proposal(engine: Engine) -> None:
    """A feature stands for itself, not for the service it belongs to; everyday names count in a list of names."""
    read = {
        p.key: p.services
        for p in read_proposals(engine, {"A": "Amazon EC2 Spot Instances", "B": "Backup", "C": "Use AWS Lambda with EC2", "D": "Magic"})
    }
    assert read == {"A": ("spot",), "B": ("backup",), "C": ("lambda", "ec2"), "D": ()}


def test_the_engine_decides_between_options(engine: Engine) -> None:
    """A limit rules the proposal out whatever its words."""
    assert best(engine, "serverless code", A="Amazon EC2", B="AWS Lambda") == "B"
    assert best(engine, "serverless code that runs for 40 minutes", A="Amazon EC2", B="AWS Lambda") == "A"


def test_the_catalogue_answers_what_a_service_does(engine: Engine) -> None:
    """Naming the need is enough, with words that mean the same."""
    assert best(engine, "Which service does language translation?", A="AWS Lambda", B="Amazon Translate", C="AWS Backup") == "B"
    assert best(engine, "virtual machines in the cloud", A="AWS Lambda", B="Amazon EC2", C="AWS Backup") == "B"


def test_an_ended_service_loses_to_its_like(engine: Engine) -> None:
    """Two that do the same: the one that can still be chosen wins, and the reason is told."""
    advice = advise(engine, "Which service runs code without servers?", choices={"A": "AWS Oldtimer", "B": "AWS Lambda"})
    assert advice.best == "B"
    assert any("ended" in r for r in advice.proposals[1].reasons_against)


def test_an_ended_service_is_still_recognised(engine: Engine) -> None:
    """When nothing else does it, the description decides."""
    assert best(engine, "Which service runs code without servers?", A="AWS Oldtimer", B="Amazon Translate") == "A"


def test_a_rule_that_speaks_for_one_part_is_nothing_against_the_whole() -> None:
    """One rule favours functions and opposes servers: a proposal that uses both is not blamed for it, one of servers alone is."""
    rule = {
        "id": "nobody", "when": {"ops": "none"}, "favor": {"lambda": "decisive"}, "oppose": {"ec2": "slight"},
        "pillar": "operational-excellence", "because": "Nobody patches servers.", "sources": SOURCE,
    }  # fmt: skip
    engine = Engine(talking_knowledge(decisions={**DECISIONS, "compute": {**DECISIONS["compute"], "rules": [rule]}}))
    choices = {"A": "AWS Lambda with Amazon EC2", "B": "Amazon EC2"}
    against = {p.key: p.reasons_against for p in advise(engine, "serverless code", choices=choices).proposals}
    assert against == {"A": (), "B": ("Nobody patches servers.",)}


def test_descriptions_of_a_service(engine: Engine) -> None:
    """The question names the service, the proposals say what it might be."""
    assert best(engine, "What is AWS Backup?", A="Manage backups centrally", B="Translate text", C="Virtual servers in the cloud") == "A"


def test_duties(engine: Engine) -> None:
    """Responsibility is answered from the catalogue, for parties and for tasks."""
    asked = "Who is responsible for patching the guest operating system of Amazon EC2?"
    assert best(engine, asked, A="AWS", B="The customer") == "B"
    tasks = "Which task is the customer's responsibility with Amazon EC2?"
    assert best(engine, tasks, A="The hypervisor", B="Patching the operating system") == "B"


def test_the_opposite(engine: Engine) -> None:
    """A question for what does not fit turns the ranking round."""
    assert asks_for_the_opposite("Which is NOT a compute service?")
    assert not asks_for_the_opposite("Which does not need servers?")
    assert best(engine, "Which does NOT translate text?", A="Amazon Translate", B="AWS Backup") == "B"


def test_shares_and_ranks(engine: Engine) -> None:
    """Shares sum to one; equal scores share a rank and no best is told."""
    advice = advise(engine, "steady", choices={"A": "Magic", "B": "Wonder"})
    assert advice.best is None
    assert [p.rank for p in advice.proposals] == [1, 1]
    assert sum(p.share for p in advice.proposals) == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize("choices", [{"A": 5}, {"A": " "}, {str(i): "x" for i in range(MAX_PROPOSALS + 1)}, {"A": "x" * 3000}])
def test_bad_proposals_are_refused(engine: Engine, choices: dict[str, object]) -> None:
    """Wrong types and sizes name their place."""
    with pytest.raises(QueryError) as error:
        advise(engine, "steady", choices=choices)
    assert error.value.path[0] == "choices"
    assert isinstance(error.value, LimitError) == (len(choices) > 1 or len(str(choices.get("A"))) > 100)


@pytest.mark.parametrize(
    "text",
    [
        "Which is not used to translate text?",
        "Which cannot be used to translate text?",
        "Which is the least suitable to translate?",
        "Which is unsuitable?",
    ],
)
def test_ways_to_ask_for_the_opposite(text: str) -> None:
    """Other words than NOT turn a question round as well."""
    assert asks_for_the_opposite(text)


def test_a_proposal_without_a_name_is_read_by_what_it_may_mean(advisor: Advisor) -> None:
    """No service is named anywhere; the means must fit the need."""
    ask = "The same rows are read thousands of times a minute and seldom change. How can the load on the database be lowered?"
    choices = {"A": "Encrypt the database", "B": "Keep results in an in-memory cache", "C": "Delete the indexes"}
    assert advisor.advise(ask, choices=choices).best == "B"
