"""When nothing survives: the smallest sets of answers to take back so that something does."""

from __future__ import annotations

from itertools import combinations

from advisor.engine.changes import first_of
from advisor.engine.kernel import bits_of
from advisor.engine.recommend import Case, Engine
from advisor.engine.results import GivenUp, Relaxation
from advisor.engine.workload import Answers

MOST_SETS = 5_000  # sets of answers tried


def relaxations_of(engine: Engine, case: Case) -> tuple[tuple[Relaxation, ...], bool]:
    """Every minimal set of answers whose withdrawal lets an option survive, and whether the search was complete.

    Only what was stated (or assumed) and may be changed is taken back; what was inferred goes with it. Smallest first; among equals,
    first those that give up what is meant least strongly: assumptions, then answers of several possible values, then single values.
    """
    blamed = _blamed(engine, case)
    found: list[frozenset[str]] = []
    out: list[tuple[tuple[int, ...], Relaxation]] = []
    tried = 0
    for size in range(1, len(blamed) + 1):
        for chosen in combinations(blamed, size):
            if any(f.issubset(chosen) for f in found):
                continue
            tried += 1
            if tried > MOST_SETS:
                return tuple(r for _, r in sorted(out, key=lambda o: o[0])), False
            relaxed = _without(engine, case, chosen)
            verdict = case.kernel.evaluate(relaxed.cells, case.weights)
            left = case.allowed & ~verdict.excluded
            if left:
                found.append(frozenset(chosen))
                first = first_of(verdict.points, verdict.excluded, case.allowed)
                names = case.kernel.options
                given = tuple(GivenUp(t, case.answers[t].shown, case.answers[t].origin) for t in chosen)
                key = (size, *sorted((_firmness(case, t) for t in chosen), reverse=True), len(out))
                out.append((key, Relaxation(given, tuple(names[o] for o in bits_of(left)), tuple(names[o] for o in bits_of(first)))))
    return tuple(r for _, r in sorted(out, key=lambda o: o[0])), True


def _firmness(case: Case, trait: str) -> int:
    answer = case.answers[trait]
    return 0 if answer.origin == "assumed" else 2 if answer.single else 1


def _blamed(engine: Engine, case: Case) -> list[str]:
    """The answers that the exclusions stand on, through inference too, sorted."""
    verdict = case.kernel.evaluate(case.cells, case.weights)
    wanted = {
        case.kernel.axes[a].trait.id
        for rule in bits_of(verdict.held) if case.kernel.rules[rule].is_exclusion for a in case.kernel.rule_axes[rule]
    }  # fmt: skip
    knowledge = engine.knowledge
    links = [(engine.premises[r.id], {t for t, _, _ in r.then}) for r in knowledge.inference]
    links += [(set(d.parts), {d.trait}) for d in knowledge.derived]
    grown = True
    while grown:
        grown = False
        for premises, conclusions in links:
            if wanted & conclusions and not premises <= wanted:
                wanted |= premises
                grown = True
    return sorted(
        t for t in wanted
        if t in case.answers and case.answers[t].origin in ("stated", "assumed") and knowledge.traits[t].changeable
    )  # fmt: skip


def _without(engine: Engine, case: Case, withdrawn: tuple[str, ...]) -> Case:
    """The case without these answers, and without what was inferred from them."""
    stated: Answers = {t: a for t, a in case.stated.items() if t not in withdrawn}
    answers = engine.inferrer.extend(stated)
    for trait in withdrawn:
        if trait in answers and answers[trait].origin == "assumed":
            answers = {t: a for t, a in answers.items() if t != trait}
    return engine.case_of(case.kernel, stated, answers, case.priorities, case.allowed)
