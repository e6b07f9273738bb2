"""`advisor check`: everything that is asked of knowledge, in one report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from advisor.engine.recommend import Engine
from advisor.errors import Diagnostic
from advisor.knowledge.load import digest_of, read_pack
from advisor.knowledge.phrases import phrase_conflicts
from advisor.review.coverage import OptionCoverage, balance
from advisor.review.lint import lint_dates, lint_rules, lint_traits
from advisor.review.scenarios import run_plan_scenarios, run_scenarios
from advisor.review.tolerant import tolerant_store


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found. errors, warnings: counts; coverage: filled on request."""

    diagnostics: tuple[Diagnostic, ...]
    errors: int
    warnings: int
    coverage: tuple[OptionCoverage, ...]
    summary: str
    digest: str


def check_knowledge(paths: Iterable[str | Path], *, decisions: Iterable[str] = (), coverage: bool = False, today: str) -> Report:
    """Check the packs at these paths. `decisions` limits scenarios and balance to these; `today` (YYYY-MM-DD) judges review dates."""
    roots = [Path(p) for p in paths]
    knowledge, found, places = tolerant_store(roots)
    engine = Engine(knowledge)
    wanted = [d for d in sorted(knowledge.decisions) if not decisions or d in set(decisions)]
    found += run_scenarios(engine, wanted)
    rows: list[OptionCoverage] = []
    for name in wanted:
        found += lint_rules(engine, name)
        result = balance(engine, name)
        rows += result.options
        file, line = places.get(name, ("", 1))
        for row in result.options:
            if row.lifecycle in ("ended", "announced"):
                continue
            if not row.random_wins and not row.scenario_wins and row.lifecycle != "closed-to-new":
                found.append(
                    Diagnostic(file, line, 1, "never-wins", f"{name}: {row.option} wins no scenario and no random workload", "warning")
                )
            if row.random_wins >= 0.95 and len(result.options) > 2:
                found.append(
                    Diagnostic(
                        file, line, 1, "never-loses", f"{name}: {row.option} wins {row.random_wins:.0%} of random workloads", "warning"
                    )
                )
        if result.infeasible > 0.5:
            found.append(
                Diagnostic(
                    file,
                    line,
                    1,
                    "nothing-survives",
                    f"{name}: nothing survives {result.infeasible:.0%} of random workloads, such as {result.example}",
                    "warning",
                )
            )
    if not decisions:
        found += run_plan_scenarios(engine)
        found += lint_traits(knowledge, places)
        found += phrase_conflicts(knowledge, places)
        found += lint_dates(knowledge, today, places)
    ordered = tuple(sorted(set(found), key=lambda d: (d.file, d.line, d.column, d.code, d.message)))
    errors = sum(d.severity == "error" for d in ordered)
    warnings = len(ordered) - errors
    facts = sum(len(s.facts) for s in knowledge.services.values())
    rules = sum(len(knowledge.decisions[d].rules) for d in knowledge.decisions)
    traits = sum(not t.startswith("choice.") for t in knowledge.traits)
    counts = {
        "decisions": len(knowledge.decisions), "traits": traits, "services": len(knowledge.services), "facts": facts, "rules": rules,
        "scenarios": len(knowledge.scenarios), "plans": len(knowledge.plan_scenarios),
    }  # fmt: skip
    found_text = f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
    summary = f"{found_text}: {', '.join(f'{n} {thing}' for thing, n in counts.items())}"
    return Report(ordered, errors, warnings, tuple(rows) if coverage else (), summary, digest_of([read_pack(r) for r in roots]))
