"""The `advisor` command."""

from __future__ import annotations

import sys
from typing import Any

import click

from advisor import __version__


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="advisor")
def main() -> None:
    """Which AWS service fits a workload, and why."""


@main.command()
@click.argument("decision")
@click.argument("answers", nargs=-1)
@click.option("--only")
@click.option("--priority", multiple=True)
def recommend(decision: str, answers: tuple[str, ...], only: str | None, priority: tuple[str, ...]) -> None:
    """Rank the options of one decision."""
    from advisor.engine.recommend import Engine
    from advisor.review.tolerant import tolerant_knowledge

    knowledge, _ = tolerant_knowledge()
    traits: dict[str, Any] = {}
    for answer in answers:
        name, _, value = answer.partition("=")
        traits[name] = value.split(",") if "," in value else value
    result = Engine(knowledge).recommend(decision, traits, only=only.split(",") if only else None, priorities=dict(p.split("=") for p in priority))
    print(result.summary)
    for option in result.ranking:
        print(f"{option.rank:>3}. {option.option} {option.score:g}")
        for r in (*option.reasons_for, *option.reasons_against):
            print(f"       {r.points:+g} {r.rule.partition('.')[2]}: {r.text}")
    for out in result.ruled_out:
        for r in out.reasons:
            print(f"   - {out.option} ruled out by {r.rule.partition('.')[2]}: {r.text}")


@main.command()
@click.option("--decision", "decisions", multiple=True)
def check(decisions: tuple[str, ...]) -> None:
    """Check the knowledge: shape, references, scenarios."""
    from advisor.engine.recommend import Engine
    from advisor.review.scenarios import run_scenarios
    from advisor.review.tolerant import tolerant_knowledge

    knowledge, found = tolerant_knowledge()
    found += run_scenarios(Engine(knowledge), decisions or None)
    for d in found:
        print(d)
    print(f"{len(found)} mistakes; {len(knowledge.traits)} traits, {len(knowledge.services)} services, {len(knowledge.decisions)} decisions, {len(knowledge.scenarios)} scenarios")
    sys.exit(1 if found else 0)
