"""What would change the answer: other answers, other priorities, other strengths; and what to give up when nothing fits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from advisor.engine.changes import Outcome, Search, boxes, changes_of, first_of, moves_of
from advisor.engine.infeasible import relaxations_of
from advisor.engine.kernel import Verdict, bits_of
from advisor.engine.recommend import Case, Engine
from advisor.engine.results import Counterfactual, Dethroning, OpenExclusion, Recommendation, WhatIf
from advisor.engine.robustness import robustness_of
from advisor.engine.sensitivity import sensitivity_of
from advisor.engine.summary import joined
from advisor.errors import LimitError

MOST_CHANGES = 3
MOST_TOLD = 8  # sets of changes told per option


def what_if(engine: Engine, case: Case, result: Recommendation, max_changes: int) -> WhatIf:
    """Everything that would change this answer. Raises LimitError when more than three changes at once are asked for."""
    if not 0 <= max_changes <= MOST_CHANGES:
        raise LimitError(f"max_changes is {max_changes}; it can be 0 to {MOST_CHANGES}", path=("max_changes",))
    kernel = case.kernel
    verdict = kernel.evaluate(case.cells, case.weights)
    counterfactuals, dethroning, exact = counterfactuals_of(engine, case, verdict, max_changes)
    relaxations, complete = relaxations_of(engine, case) if not result.ranking else ((), True)
    sensitivity = sensitivity_of(case, verdict)
    robustness = robustness_of(engine, case, verdict)
    told = WhatIf(
        result.decision, result.outcome, result.best, "", counterfactuals, dethroning, open_exclusions(engine, case, verdict), sensitivity,
        tuple(s.pillar for s in sensitivity if not s.relevant), robustness, relaxations, result.traits, result.priorities, result.knowledge,
        exact and complete,
    )  # fmt: skip
    return _summarised(told, {o: engine.knowledge.services[o].name for o in kernel.options})


def counterfactuals_of(
    engine: Engine, case: Case, verdict: Verdict, max_changes: int, wanted: Collection[int] | None = None
) -> tuple[tuple[Counterfactual, ...], tuple[Dethroning, ...], bool]:
    """The smallest changes that make each other option win alone, those that dethrone the winner, and whether every set was tried.

    wanted: the options to look at, all by default.
    """
    kernel = case.kernel
    first = first_of(verdict.points, verdict.excluded, case.allowed)
    champion = first if first.bit_count() == 1 else 0
    open_for = [o for o in bits_of(case.allowed) if 1 << o != champion and (wanted is None or o in wanted)]
    search = Search(engine, case, moves_of(engine, case))
    winning: dict[int, list[Outcome]] = {}
    falling: dict[int, list[Outcome]] = {}
    for size in range(1, max_changes + 1):
        missing = {1 << o: o for o in open_for if o not in winning}
        if not missing and (falling or not champion):
            break
        found: dict[int, list[Outcome]] = {}
        fallen: dict[int, list[Outcome]] = {}
        for outcome in search.outcomes(size):
            wins, falls = outcome.first in missing, bool(champion) and not falling and outcome.first != champion
            if (wins or falls) and search.possible(outcome):
                if wins:
                    found.setdefault(missing[outcome.first], []).append(outcome)
                if falls:
                    fallen.setdefault(outcome.first, []).append(outcome)
        winning.update(found)
        falling = falling or fallen
    names = {o: engine.knowledge.services[kernel.options[o]].name for o in open_for}
    told = []
    for option in open_for:
        sets = [changes_of(case.answers, b) for b in boxes(winning.get(option, ()))]
        sets.sort(key=lambda s: (sum(1 for c in s if c.before is not None), [c.trait for c in s]))
        omitted = max(0, len(sets) - MOST_TOLD)
        told.append(Counterfactual(kernel.options[option], names[option], tuple(sets[:MOST_TOLD]), omitted))
    dethroning = [
        Dethroning(changes_of(case.answers, b), tuple(kernel.options[o] for o in bits_of(then)))
        for then, outcomes in sorted(falling.items()) for b in boxes(outcomes)
    ]  # fmt: skip
    dethroning.sort(key=lambda d: (sum(1 for c in d.changes if c.before is not None), [c.trait for c in d.changes], d.best))
    return tuple(told), tuple(dethroning), search.exact


def open_exclusions(engine: Engine, case: Case, verdict: Verdict) -> tuple[OpenExclusion, ...]:
    """What could still rule out a surviving option, best option first."""
    kernel, narrator = case.kernel, engine.narrator(case.kernel.decision.id)
    survivors = [o for o in bits_of(case.allowed) if not verdict.excluded >> o & 1]
    survivors.sort(key=lambda o: (-verdict.points[o], o))
    out = []
    for option in survivors:
        service = engine.knowledge.services[kernel.options[option]]
        for rule in sorted(bits_of(verdict.open), key=lambda r: kernel.rules[r].id):
            if kernel.rule_excludes(rule) >> option & 1:
                when = narrator.when(rule)
                text = f"{service.name} would be ruled out if {when}."
                out.append(OpenExclusion(service.id, service.name, kernel.rules[rule].id, when, text, narrator.traits[rule]))
    return tuple(out)


def _summarised(told: WhatIf, names: dict[str, str]) -> WhatIf:
    """The same with two or three sentences on what matters most."""
    sentences = []
    if told.relaxations:
        first = told.relaxations[0]
        given = joined([f"{g.trait.replace('_', ' ')} ({g.shown})" for g in first.answers])
        sentences.append(f"Nothing fits; without {given}, {joined([names[o] for o in first.best])} would come first.")
    elif told.outcome == "infeasible":
        sentences.append("Nothing fits, and no answer that can be changed would help.")
    elif told.dethroning:
        first_fall = told.dethroning[0]
        who = joined([names[o] for o in first_fall.best]) or "nothing"
        changes = joined([c.text for c in first_fall.changes])
        verb = "would come first" if len(first_fall.best) < 2 else "would be level"
        sentences.append(f"{names[told.best[0]]} falls back with {changes}: then {who} {verb}.")
    elif len(told.best) == 1:
        sentences.append(f"No change of a few answers was found that costs {names[told.best[0]]} the first place.")
    elif told.best:
        sentences.append(f"{joined([names[o] for o in told.best[:4]])}{' and others' * (len(told.best) > 4)} are level.")
    if told.robustness.share is not None and len(told.best) == 1:
        sentences.append(f"It stays first in {told.robustness.share:.0%} of the cases in which every strength moves by at most one step.")
        hinges = [h.rule.partition(".")[2] for h in told.robustness.hinges]
        if len(hinges) == 1:
            sentences.append(f"One rule carries the result, {hinges[0]}: {told.robustness.hinges[0].text}")
        elif hinges:
            sentences.append(f"{len(hinges)} rules each carry the result: {joined(hinges[:3])}{' and more' * (len(hinges) > 3)}.")
    return replace(told, summary=" ".join(sentences))


__all__ = ["WhatIf", "counterfactuals_of", "open_exclusions", "what_if"]
