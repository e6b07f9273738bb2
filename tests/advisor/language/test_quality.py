"""How well our own knowledge understands the labelled sentences and questions. Counts, not clocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.language.evaluate import measure_choices, measure_traits, questions, sentences
from advisor.local import Advisor

FOLDER = Path(__file__).parents[2] / "language"


def test_there_are_enough_sentences() -> None:
    """At least 300, no two alike."""
    said = [s["say"] for s in sentences(FOLDER)]
    assert len(said) >= 300
    assert len(set(said)) == len(said)


def test_traits_are_read_rightly(advisor: Advisor) -> None:
    """Precision at least 0.9, recall at least 0.8, over all sentences."""
    count = measure_traits(advisor.engine, sentences(FOLDER))
    assert count.precision >= 0.9, count.wrong
    assert count.recall >= 0.8, count.missed
    assert count.routing >= 0.9, count.misrouted


@pytest.mark.slow
def test_proposals_are_ranked_rightly(advisor: Advisor) -> None:
    """At least nine in ten of our own questions."""
    areas, wrong = measure_choices(advisor.engine, questions(FOLDER))
    right, total = (sum(r[i] for r in areas.values()) for i in (0, 1))
    assert right >= 0.9 * total, wrong
