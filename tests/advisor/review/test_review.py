"""The check finds what is wrong with knowledge that loads."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.review.check import check_knowledge
from advisor.review.coverage import balance
from advisor.review.sampling import random_cells
from tests.packs import SMALL, write_pack

DECISION = SMALL["decisions/things/thing.yaml"]


def codes(root: Path) -> set[str]:
    """The codes of every finding in a pack."""
    return {d.code for d in check_knowledge([root], today="2026-11-25").diagnostics}


def with_rule(text: str) -> str:
    """The small decision with one more rule."""
    return DECISION.rstrip() + "\n" + text + "\n"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("  - {id: x, when: {all: [{shape: round}, {shape: square}]}, exclude: box, because: No., facts: [ball.most]}", "never-fires"),
        ("  - {id: x, when: {run_time: '> ball.most'}, exclude: ball, because: Again., facts: [ball.most]}", "repeated-rule"),
        ("  - {id: x, when: {shape: square}, oppose: {box: slight}, pillar: reliability, because: N, facts: [ball.most]}", "contradiction"),
        ("  - {id: x, when: {}, exclude: [ball, box], because: Never., facts: [ball.most]}", "nothing-survives"),
        ("  - {id: x, when: {}, exclude: box, because: Never., facts: [ball.most]}", "never-wins"),
    ],
)
def test_bad_rules_are_found(rule: str, code: str, tmp_path: Path) -> None:
    """Each kind of bad rule has its code, which the sound pack does not have."""
    assert code not in codes(write_pack(tmp_path / "sound"))
    assert code in codes(write_pack(tmp_path / "wrong", decisions__things__thing=with_rule(rule)))


def test_failing_scenario_is_told_with_its_ranking(tmp_path: Path) -> None:
    """The message says what came first instead, and by which rules."""
    wrong = SMALL["scenarios/things/thing.yaml"].replace("best: ball", "best: box")
    report = check_knowledge([write_pack(tmp_path, scenarios__things__thing=wrong)], today="2026-11-25")
    failed = next(d for d in report.diagnostics if d.code == "scenario-failed")
    assert (failed.file.endswith("thing.yaml"), failed.line) == (True, 4)
    assert "expected box first, got ball; ball 4 (round-rolls +4)" in failed.message
    assert report.errors == 1


def test_unused_traits_and_untried_values_are_warnings(tmp_path: Path) -> None:
    """What no rule reads, and what no scenario tries, is told but is no error."""
    traits = SMALL["traits/all.yaml"] + "idle: {type: boolean, question: Idle?, why: No.}\n"
    report = check_knowledge([write_pack(tmp_path, traits__all=traits)], today="2026-11-25")
    found = {(d.code, d.severity) for d in report.diagnostics}
    assert ("unused-trait", "warning") in found
    assert ("untried-value", "warning") in found
    assert report.errors == 0


def test_old_facts_are_due_and_future_ones_wrong(tmp_path: Path) -> None:
    """Review dates are judged against the day given, never against a clock."""
    root = write_pack(tmp_path)
    assert "old-fact" in {d.code for d in check_knowledge([root], today="2028-01-01").diagnostics}
    assert "future-date" in {d.code for d in check_knowledge([root], today="2026-10-01").diagnostics}


def test_random_workloads_are_the_same_each_time(advisor: object, tmp_path: Path) -> None:
    """The sample behind the balance table is fixed, and its shares sum to one with what is infeasible."""
    from advisor.local import Advisor

    engine = Advisor.load(write_pack(tmp_path), own=False).engine
    kernel = engine.kernel("thing")
    assert (random_cells(kernel, 500) == random_cells(kernel, 500)).all()
    found = balance(engine, "thing")
    assert sum(o.random_wins for o in found.options) + found.infeasible == pytest.approx(1)
    assert {o.option: o.scenario_wins for o in found.options}["ball"] == 1
