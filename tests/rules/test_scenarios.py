"""The knowledge answers as its scenarios say; one test per decision, every failing scenario told."""

from __future__ import annotations

import pytest

from advisor.knowledge.base import PlanScenario, Scenario
from advisor.knowledge.load import load_knowledge
from advisor.local import Advisor
from advisor.review.scenarios import failures, plan_failures, told

KNOWLEDGE = load_knowledge()
BY_DECISION: dict[str, list[Scenario]] = {}
for _scenario in KNOWLEDGE.scenarios:
    BY_DECISION.setdefault(_scenario.decision, []).append(_scenario)


@pytest.mark.parametrize("decision", sorted(KNOWLEDGE.decisions))
def test_scenarios(decision: str, advisor: Advisor) -> None:
    """Every scenario of the decision gets its expected best option, exclusions and order."""
    wrong = []
    for scenario in BY_DECISION.get(decision, []):
        result = advisor.engine.recommend(
            decision, dict(scenario.given), priorities=scenario.priorities, only=scenario.only, inquire=scenario.outcome is not None
        )
        wrong += [f"{scenario.id}: {f}; {told(result)}" for f in failures(scenario, result)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("decision", sorted(KNOWLEDGE.decisions))
def test_scenarios_are_enough(decision: str) -> None:
    """Each decision has ten scenarios or more, each with why and a source."""
    mine = BY_DECISION.get(decision, [])
    assert len(mine) >= 10
    assert all(s.why and s.source for s in mine)


@pytest.mark.parametrize("decision", sorted(KNOWLEDGE.decisions))
def test_every_option_wins_and_loses(decision: str, advisor: Advisor) -> None:
    """Every option wins a scenario, or is shown ruled out; and every option loses one for a stated reason."""
    mine = BY_DECISION.get(decision, [])
    lives = {o: KNOWLEDGE.services[o].lifecycle.status for o in KNOWLEDGE.decisions[decision].options}
    wins, losses = set(), set()
    for scenario in mine:
        result = advisor.engine.recommend(decision, dict(scenario.given), priorities=scenario.priorities, only=scenario.only, inquire=False)
        wins.update(result.best)
        losses.update(r.option for r in result.ruled_out)
        losses.update(o.option for o in result.ranking if o.rank > 1)
    missing = [o for o, life in lives.items() if o not in wins and life not in ("ended", "announced", "closed-to-new", "ending")]
    assert not missing, f"never the best: {missing}"
    assert not [o for o in lives if o not in losses], "never loses"


def test_there_are_many_scenarios() -> None:
    """The knowledge is tested broadly."""
    assert len(KNOWLEDGE.scenarios) >= 700


@pytest.mark.parametrize("plan", KNOWLEDGE.plan_scenarios, ids=lambda p: p.id)
def test_plan(plan: PlanScenario, advisor: Advisor) -> None:
    """A whole workload ends in the expected choices."""
    assert not plan_failures(advisor.engine, plan)


def test_there_are_whole_workloads() -> None:
    """Twelve or more whole workloads are planned."""
    assert len(KNOWLEDGE.plan_scenarios) >= 12
