"""Running the scenarios: does the knowledge answer as the domain expects?"""

from __future__ import annotations

from collections.abc import Iterable

from advisor.engine.recommend import Engine
from advisor.engine.results import Recommendation
from advisor.errors import Diagnostic, QueryError
from advisor.knowledge.base import PlanScenario, Scenario


def failures(scenario: Scenario, result: Recommendation) -> list[str]:
    """What the answer gets wrong, in words; empty when it is as the scenario says."""
    out = []
    best, expected = set(result.best), set(scenario.best)
    gone = {r.option for r in result.ruled_out}
    places = {o.option: o.rank for o in result.ranking}
    if expected and not (best and best <= expected):
        wrong = [o.option for o in result.ranking if o.rank == 1]
        out.append(f"expected {' or '.join(scenario.best)} first, got {' = '.join(wrong) or 'nothing'}")
    for option in scenario.ruled_out:
        if option not in gone:
            out.append(f"{option} should be ruled out")
    for option in expected & gone:
        why = next(r.reasons[0] for r in result.ruled_out if r.option == option)
        out.append(f"{option} is ruled out by {why.rule}: {why.text}")
    for earlier, later in zip(scenario.order, scenario.order[1:], strict=False):
        if earlier in places and later in places and places[earlier] >= places[later]:
            out.append(f"{earlier} should rank above {later}")
        elif earlier not in places:
            out.append(f"{earlier} should survive to rank above {later}")
    if scenario.outcome and result.outcome != scenario.outcome:
        out.append(f"expected outcome {scenario.outcome}, got {result.outcome}")
    return out


def told(result: Recommendation, most: int = 4) -> str:
    """The ranking in one line, with the rules behind each score: for whoever mends it."""
    parts = []
    for option in result.ranking[:most]:
        rules = [f"{r.rule.partition('.')[2]} {r.points:+g}" for r in (*option.reasons_for, *option.reasons_against)]
        parts.append(f"{option.option} {option.score:g} ({', '.join(rules) or 'no rule'})")
    return " > ".join(parts)


def run_scenarios(engine: Engine, decisions: Iterable[str] | None = None) -> list[Diagnostic]:
    """A diagnostic at the scenario's place for each that fails."""
    wanted = set(decisions) if decisions is not None else None
    out = []
    for scenario in engine.knowledge.scenarios:
        if scenario.decision not in engine.knowledge.decisions or (wanted is not None and scenario.decision not in wanted):
            continue
        try:
            result = engine.recommend(
                scenario.decision,
                dict(scenario.given),
                priorities=scenario.priorities,
                only=scenario.only,
                inquire=scenario.outcome is not None,
            )
        except QueryError as error:
            out.append(Diagnostic(scenario.file, scenario.line, 3, "bad-scenario", f"{scenario.id}: {error.message}"))
            continue
        for failure in failures(scenario, result):
            message = f"{scenario.decision}/{scenario.id}: {failure}; {told(result)}"
            out.append(Diagnostic(scenario.file, scenario.line, 3, "scenario-failed", message))
    return out


def plan_failures(engine: Engine, scenario: PlanScenario) -> list[str]:
    """What the plan gets wrong, in words; empty when it is as the scenario says."""
    plan = engine.plan(dict(scenario.given), priorities=scenario.priorities)
    planned = {p.decision.id: p for p in plan.decisions}
    out = []
    for decision, expected in scenario.expect.items():
        found = planned.get(decision)
        if found is None:
            why = "may arise" if any(m.decision.id == decision for m in plan.maybe) else "does not arise"
            out.append(f"{decision}: expected {' or '.join(expected)}, but the decision {why}")
        elif found.choice not in expected:
            level = [o.option for o in found.recommendation.ranking if o.rank == 1]
            if found.choice is None and set(level) <= set(expected):
                continue
            got = found.choice or " = ".join(level[:5]) or "nothing"
            out.append(f"{decision}: expected {' or '.join(expected)}, got {got}; {told(found.recommendation, 3)}")
    out += [f"{d}: should not arise" for d in scenario.not_relevant if d in planned]
    return out


def run_plan_scenarios(engine: Engine) -> list[Diagnostic]:
    """A diagnostic at the scenario's place for each failure of a whole-workload scenario."""
    out = []
    for scenario in engine.knowledge.plan_scenarios:
        try:
            wrong = plan_failures(engine, scenario)
        except QueryError as error:
            wrong = [error.message]
        out += [Diagnostic(scenario.file, scenario.line, 1, "plan-failed", f"{scenario.id}: {w}") for w in wrong]
    return out
