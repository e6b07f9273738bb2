"""Bare amounts as proposals."""

from __future__ import annotations

from advisor.language.limits import limits
from advisor.local import Advisor


def test_a_fact_tells_the_amount(advisor: Advisor) -> None:
    """The fact whose words the question shares decides, not any other of the same service."""
    amounts = ["5 minutes", "15 minutes", "1 hour", "24 hours"]
    told = limits(advisor.knowledge, "How long may one invocation of AWS Lambda run?", amounts, {"lambda"})
    assert told[1] == 1.0
    assert max(told[0], told[2], told[3]) < 1.0


def test_proposals_that_are_no_amounts(advisor: Advisor) -> None:
    """Names and sentences are none, nor is a sentence that happens to hold an amount."""
    assert limits(advisor.knowledge, "How long may AWS Lambda run?", ["AWS Batch", "Amazon EC2", "15 minutes"], {"lambda"}) == []
    long = ["Run it on Lambda in pieces that take less than 15 minutes each and join the results"] * 3
    assert limits(advisor.knowledge, "How long may AWS Lambda run?", long, {"lambda"}) == []
    assert limits(advisor.knowledge, "What is true of Amazon S3?", ["It is kept on one disk", "It is attached to one server"], {"s3"}) == []


def test_nothing_is_known(advisor: Advisor) -> None:
    """An amount no fact states, or no service asked about: no opinion."""
    assert limits(advisor.knowledge, "How long may AWS Lambda run?", ["17 minutes", "18 minutes"], {"lambda"}) == []
    assert limits(advisor.knowledge, "How long may it run?", ["5 minutes", "15 minutes"], set()) == []


def test_the_bound_asked_for(advisor: Advisor) -> None:
    """The most and the default of one fact are told apart by the question."""
    amounts = ["30 seconds", "12 hours", "5 minutes"]
    most = limits(advisor.knowledge, "What is the maximum visibility timeout of an SQS queue?", amounts, {"sqs"})
    default = limits(advisor.knowledge, "What is the default visibility timeout of an SQS queue?", amounts, {"sqs"})
    assert most[1] > most[0]
    assert default[0] > default[1]


def test_shares_near_the_whole(advisor: Advisor) -> None:
    """99.9 % and eleven nines are not one amount; neither half of a pair may be wrong."""
    shares = limits(advisor.knowledge, "For which durability is Amazon S3 designed?", ["99.9%", "99.999999999%"], {"s3"})
    assert shares[1] > shares[0]
    terms = limits(
        advisor.knowledge, "For which terms can they be bought?", ["1 year or 3 years", "2 years or 3 years"], {"ec2-standard-ri"}
    )
    assert terms[0] > terms[1]
