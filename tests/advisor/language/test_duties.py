"""Who is responsible."""

from __future__ import annotations

import pytest

from advisor.knowledge.base import KnowledgeBase
from advisor.language.duties import duties
from tests.packs.talk import talking_knowledge

KNOWLEDGE: KnowledgeBase = talking_knowledge()


@pytest.mark.parametrize("text", ["Which service translates?", "Who patches?", ""])
def test_only_when_it_is_the_question(text: str) -> None:
    """Other questions are left alone."""
    assert duties(KNOWLEDGE, text, ["AWS", "The customer"], {"ec2"}) == []


def test_parties() -> None:
    """The party whose task it is gets the most."""
    customer = duties(KNOWLEDGE, "Who is responsible for patching the guest operating system?", ["AWS", "The customer"], {"ec2"})
    assert customer[1] > customer[0]
    aws = duties(KNOWLEDGE, "Who is responsible for the hypervisor?", ["AWS", "The customer"], {"ec2"})
    assert aws[0] > aws[1]


def test_tasks() -> None:
    """Asked for a party's task, the task in its rows gets the most."""
    tasks = ["The hypervisor", "Patching the guest operating system"]
    mine = duties(KNOWLEDGE, "Which is the customer's responsibility?", tasks, {"ec2"})
    assert mine[1] > mine[0]
    theirs = duties(KNOWLEDGE, "Which is the responsibility of AWS?", tasks, {"ec2"})
    assert theirs[0] > theirs[1]
