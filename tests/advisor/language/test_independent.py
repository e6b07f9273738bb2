"""Questions written apart from the rules: the share answered rightly, and what may not change an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from advisor.language.evaluate import load_yaml, measure_choices, questions
from advisor.local import Advisor

FOLDER = Path(__file__).parents[2] / "language"


def winner(advisor: Advisor, ask: str, choices: dict[str, str]) -> str | None:
    """The text of the best proposal."""
    best = advisor.advise(ask, choices=choices).best
    return choices[best] if best is not None else None


def some() -> list[dict[str, Any]]:
    """Every eleventh question: enough to see, quick to run."""
    return questions(FOLDER, "independent")[::11]


@pytest.mark.slow
def test_most_are_answered_rightly(advisor: Advisor) -> None:
    """At least 88 in a hundred over all areas."""
    areas, wrong = measure_choices(advisor.engine, questions(FOLDER, "independent"))
    right, total = (sum(r[i] for r in areas.values()) for i in (0, 1))
    assert right >= 0.88 * total, wrong


def test_neither_order_nor_keys_matter(advisor: Advisor) -> None:
    """The same proposals in another order and under other keys: the same winner."""
    for entry in some():
        first = winner(advisor, entry["ask"], entry["choices"])
        turned = dict(zip("wxyz", reversed(entry["choices"].values()), strict=False))
        assert winner(advisor, entry["ask"], turned) == first, entry["ask"]


def test_idle_talk_seldom_matters(advisor: Advisor) -> None:
    """Sentences about nothing before a question leave nearly every winner as it is."""
    talk = "The firm was founded in 1987. Its managers like short reports. "
    entries = some()
    same = [winner(advisor, e["ask"], e["choices"]) == winner(advisor, talk + e["ask"], e["choices"]) for e in entries]
    assert sum(same) >= 0.9 * len(same)


def test_two_answers_come_first(advisor: Advisor) -> None:
    """A question for two answers ranks both right ones before the others."""
    wrong = []
    for entry in load_yaml([FOLDER / "pairs-of-answers.yaml"]):
        ranked = advisor.advise(entry["ask"], choices=entry["choices"]).proposals
        if {p.key for p in ranked[:2]} != set(entry["best"]):
            wrong.append(entry["ask"])
    assert len(wrong) <= 1, wrong
