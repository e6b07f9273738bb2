"""How sure the answer is and what to ask next.

Both stand on the completions of what is unknown: an option's win share is the share of completions in which it comes first, and the
worth of a question is what its answer is expected to tell about the winner, in bits.
Source: Howard (1966), Information value theory; Lindley (1956), On a measure of the information provided by an experiment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from advisor.engine.cells import Axis, describe_values
from advisor.engine.kernel import Kernel, Verdict, bits_of
from advisor.engine.results import Question, RankedOption, Recommendation, number
from advisor.knowledge.base import Trait
from advisor.knowledge.build import CHOICE
from advisor.knowledge.domain import ValueSet

if TYPE_CHECKING:
    from advisor.engine.completions import Completions
    from advisor.engine.recommend import Case, Engine

LEAST_GAIN = 0.01  # bits; a question worth less is not asked
DIGITS = 6  # what is summed from floats is told rounded, so that equal worth stays equal on every machine


@dataclass(frozen=True, slots=True)
class Gain:
    """What one open axis is expected to tell. classes: sets of its cells that the open rules can tell apart."""

    axis: int
    bits: float
    classes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Prospect:
    """What the completions say.

    shares: option → win share; options that are missing never come first.   certain: the one option that is first alone in every
    completion, proved; None when there is none.   gains: best first, every open axis that can change the winner.
    """

    shares: Mapping[int, float]
    certain: int | None
    gains: tuple[Gain, ...]
    exact: bool
    samples: int


def prospect(
    kernel: Kernel, cells: Mapping[int, int], weights: tuple[int, ...], allowed: int, verdict: Verdict, effort: int | None = None
) -> Prospect:
    """Win shares and the worth of every open axis. `effort` lowers the number of completions that are scored."""
    survivors = [o for o in bits_of(allowed) if not verdict.excluded >> o & 1]
    if not survivors:
        return Prospect({}, None, (), True, 0)
    if not verdict.open:
        top = max(verdict.points[o] for o in survivors)
        first = [o for o in survivors if verdict.points[o] == top]
        return Prospect({o: 1 / len(first) for o in first}, first[0] if len(first) == 1 else None, (), True, 1)
    from advisor.engine.completions import EXACT_LIMIT, SAMPLES, completions_of

    limits = (EXACT_LIMIT, SAMPLES) if effort is None else (effort, effort)
    table = completions_of(kernel, cells, weights, allowed, verdict, *limits)
    shares = {o: round(s, DIGITS) for o, s in table.win_shares.items()}
    proved = table.exact or not table.factors
    certain = next((o for o in table.stake.candidates if shares[o] > 0.999 and table.always_first(o)), None) if proved else None
    return Prospect(shares, certain, tuple(_gains(kernel, table)), table.exact, len(table.shares))


def _gains(kernel: Kernel, table: Completions) -> Iterable[Gain]:
    """Mutual information between the winner and each axis of the table, best first."""
    if not table.factors or table.winners.shape[1] < 2:
        return []
    import numpy as np

    joint = table.winners * table.shares[:, None]
    total = joint.sum(axis=0)
    width = joint.shape[1]
    blocks: list[Any] = []  # per axis, [classes, winners]: the shares of its answers and of who wins with them
    named = [(axis, f.classes[i]) for f in table.factors for i, axis in enumerate(f.axes)]
    if table.rows is None:
        rest = joint
        for factor in reversed(table.factors):
            folded = rest.reshape(-1, len(factor.shares), width)
            margin, rest = folded.sum(axis=0), folded.sum(axis=1)
            for column in reversed(range(len(factor.axes))):
                place = (factor.picks[:, column, None] * width + np.arange(width)).ravel()
                blocks.append(np.bincount(place, margin.ravel(), len(factor.classes[column]) * width).reshape(-1, width))
        blocks.reverse()
    else:
        row, winner = joint.nonzero()
        value = joint[row, winner]
        for position, factor in enumerate(table.factors):
            picks = factor.picks[table.rows[row, position]]
            for column, classes in enumerate(factor.classes):
                blocks.append(np.bincount(picks[:, column] * width + winner, value, len(classes) * width).reshape(-1, width))
    if not blocks:
        return []
    stacked = np.concatenate(blocks)
    starts = np.concatenate([[0], np.cumsum([len(b) for b in blocks])[:-1]])

    def surprise(p: Any) -> Any:
        return -p * np.log2(p, out=np.zeros_like(p), where=p > 0)

    left = surprise(stacked).sum(axis=1) - surprise(stacked.sum(axis=1))
    bits = surprise(total).sum() - np.add.reduceat(left, starts)
    found = [Gain(axis, number(round(max(0.0, float(b)), DIGITS)), classes) for (axis, classes), b in zip(named, bits, strict=True)]
    return sorted(found, key=lambda g: (-g.bits, kernel.axes[g.axis].trait.id))


def inquire(engine: Engine, case: Case, verdict: Verdict, result: Recommendation, effort: int | None = None) -> Recommendation:
    """The result with confidence, win shares, the next question and an outcome that has looked at what is unknown.

    `decided` is told only when every completion was scored or the bounds on differences prove it.
    """
    ahead = prospect(case.kernel, case.cells, case.weights, case.allowed, verdict, effort)
    return told(engine, case, result, ahead)


def told(engine: Engine, case: Case, result: Recommendation, ahead: Prospect) -> Recommendation:
    """The result with what the completions say."""
    if not result.ranking:
        return result
    kernel = case.kernel
    ranking = tuple(_with_share(o, ahead.shares.get(kernel.option_index[o.option], 0.0)) for o in result.ranking)
    best = [o for o in ranking if o.rank == 1]
    outcome = "tied" if len(best) > 1 else "leading"
    if outcome == "leading" and ahead.certain == kernel.option_index[best[0].option]:
        outcome = "decided"
    confidence = max(o.win_share or 0 for o in best)
    asked = questions(engine, case, ahead, limit=1)
    return replace(
        result, outcome=outcome, confidence=confidence, ranking=ranking, next_question=asked[0] if asked else None,
        exact=ahead.exact, samples=ahead.samples,
    )  # fmt: skip


def _with_share(option: RankedOption, share: float) -> RankedOption:
    o, told_share = option, number(round(share, DIGITS))
    return RankedOption(o.rank, o.option, o.name, o.score, told_share, o.lifecycle, o.reasons_for, o.reasons_against, o.open)


def questions(engine: Engine, case: Case, ahead: Prospect, limit: int = 5, skip: Collection[str] = ()) -> tuple[Question, ...]:
    """The questions worth asking, best first; of traits that inference ties together only the best.

    What was answered is not asked again, not even when several values were given. Empty when no answer can change the winner, or when
    the best is worth less than LEAST_GAIN. But while the leader comes first in less than half of the completions, the best is asked
    anyway, or, when no single answer tells anything of the final winner, the one that most points still hang on. `skip` are traits that
    were asked for in vain.
    """
    gains = [g for g in ahead.gains if askable(case, g.axis) and case.kernel.axes[g.axis].trait.id not in skip]
    wanted = [g for g in gains if g.bits >= LEAST_GAIN]
    if not wanted and ahead.certain is None and doubtful(case, ahead):
        wanted = gains[:1] if gains and gains[0].bits else _weightiest(case, skip)
    out: list[Question] = []
    taken: set[str] = set()
    for gain in wanted:
        trait = case.kernel.axes[gain.axis].trait
        if trait.id in taken:
            continue
        taken |= engine.ties.get(trait.id, {trait.id})
        answers = class_answers(case.kernel.axes[gain.axis], gain.classes)
        out.append(Question(trait.id, trait.question, trait.why, answers, gain.bits, ahead.exact, case.kernel.decision.id))
        if len(out) == limit:
            break
    return tuple(out)


def doubtful(case: Case, ahead: Prospect) -> bool:
    """Whether the option that leads by what is known comes first in less than half of the completions."""
    verdict = case.kernel.evaluate(case.cells, case.weights)
    survivors = [o for o in bits_of(case.allowed) if not verdict.excluded >> o & 1]
    top = max((verdict.points[o] for o in survivors), default=0)
    return sum(ahead.shares.get(o, 0.0) for o in survivors if verdict.points[o] == top) < 0.5


def _weightiest(case: Case, skip: Collection[str]) -> list[Gain]:
    """The askable axis that the most points of open rules hang on, as a list of at most one."""
    kernel = case.kernel
    weight: dict[int, int] = {}
    for rule in bits_of(case.kernel.evaluate(case.cells, case.weights).open):
        size = max((abs(p) for o, p in kernel.rule_points(rule, case.weights) if case.allowed >> o & 1), default=0)
        for axis in kernel.rule_axes[rule]:
            if size and axis not in case.cells and askable(case, axis) and kernel.axes[axis].trait.id not in skip:
                weight[axis] = weight.get(axis, 0) + size
    best = max(weight, key=lambda a: (weight[a], -a), default=None)
    return [] if best is None else [Gain(best, 0.0, tuple(1 << c for c in range(len(kernel.axes[best]))))]


def askable(case: Case, axis: int) -> bool:
    """Whether one can still ask for this axis: nobody answered it, and it is no choice of another decision."""
    trait = case.kernel.axes[axis].trait.id
    answer = case.answers.get(trait)
    return not trait.startswith(CHOICE) and (answer is None or answer.origin in ("inferred", "derived"))


def class_answers(axis: Axis, classes: tuple[int, ...]) -> tuple[Any, ...]:
    """The answers to offer, as one can send them back: every possible value, or for numbers the ranges that matter, rising."""
    return tuple(sendable(axis.trait, values) for values in class_values(axis, classes))


def class_values(axis: Axis, classes: tuple[int, ...]) -> tuple[ValueSet, ...]:
    """The value sets to offer: each value alone, or for numbers the longest ranges inside one class, rising."""
    owner = {c: i for i, bits in enumerate(classes) for c in bits_of(bits)}
    if not axis.trait.numeric:
        return tuple(axis.cells[c] for c in sorted(owner))
    runs: list[int] = []
    last: tuple[int, int] | None = None
    for cell in sorted(owner):
        if last is not None and last == (cell - 1, owner[cell]):
            runs[-1] |= 1 << cell
        else:
            runs.append(1 << cell)
        last = (cell, owner[cell])
    return tuple(axis.values_of(bits) for bits in runs)


def sendable(trait: Trait, values: ValueSet) -> Any:
    """A value set as a raw answer: a boolean, a value id, a list of them, or the text of a range."""
    if isinstance(values, frozenset):
        order = {v: i for i, v in enumerate(trait.value_ids)}
        found = sorted(values, key=lambda v: order[v])
        return found[0] if len(found) == 1 else found
    return describe_values(trait, values)
