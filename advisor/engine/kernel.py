"""One decision compiled: cells per trait, one bit per clause, and tables from held bits to points, exclusions and reasons.

Evaluating a workload ANDs one integer per trait. `must` has the clauses that hold whatever the possible cells, `may` those that can
still hold; a rule holds, is open, or fails. A rule of several clauses (`any`, `not` across traits) owns several bits and scores once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from advisor.engine.cells import Axis
from advisor.engine.straight import Line, Plain, straight_line
from advisor.engine.tally import Tally
from advisor.knowledge.base import PILLARS, PRIORITIES, Decision, KnowledgeBase, Rule
from advisor.knowledge.conditions import All, Clause, Condition, Not, Test, clauses, traits_of
from advisor.knowledge.domain import ValueSet

ENUMERATION_LIMIT = 4096


@dataclass(slots=True)
class Verdict:
    """What the kernel says of one workload.

    held, open: bit per rule.   points: half points per option (priority included), excluded options too.   excluded: bit per option.
    spoken: the numbers of the held rules, rising.
    """

    held: int
    open: int
    points: Sequence[int]
    excluded: int
    spoken: Sequence[int]


@dataclass(slots=True)
class _Multi:
    """A rule of several clauses: its bit, the mask of its clause bits, and the axes it reads."""

    bit: int
    group: int
    clauses: list[Clause]
    axes: tuple[int, ...]


class Kernel:
    """The compiled form of one decision. Immutable but for caches that only remember pure results."""

    def __init__(self, knowledge: KnowledgeBase, decision: Decision) -> None:
        self.knowledge, self.decision = knowledge, decision
        self.options = decision.options
        self.option_index = {o: i for i, o in enumerate(self.options)}
        rules = sorted(decision.rules, key=lambda r: r.id)
        of_rules = [clauses(r.when, self._universe) for r in rules]
        order = _kindred(of_rules)
        self.rules: tuple[Rule, ...] = tuple(rules[i] for i in order)
        self.rule_clauses = [of_rules[i] for i in order]
        tests: dict[str, list[ValueSet]] = {}
        for found in self.rule_clauses:
            for clause in found:
                for trait, allowed in clause.items():
                    tests.setdefault(trait, []).append(allowed)
        self.constraints = self._constraints(tests)
        for condition in self.constraints:
            for clause in clauses(condition, self._universe):
                for trait, allowed in clause.items():
                    tests.setdefault(trait, []).append(allowed)
        self.axes = tuple(Axis(knowledge.traits[t], tests[t]) for t in sorted(tests))
        self.axis_index = {a.trait.id: i for i, a in enumerate(self.axes)}
        self.remembered: dict[object, object] = {}  # what look-ahead derives from this kernel alone
        self._compile()
        self._compile_constraints()
        self._tallies: dict[tuple[int, ...], Tally] = {}
        self._straight: tuple[Line, Tally] | None = None  # made by the first complete workload
        self.neutral = tuple([PRIORITIES["normal"]] * len(PILLARS))

    def _universe(self, name: str) -> ValueSet:
        return self.knowledge.traits[name].domain

    def _constraints(self, tests: Mapping[str, object]) -> list[Condition]:
        """Conditions no completion may meet: declared impossible combinations, and an inference's premise without its conclusion."""
        out: list[Condition] = [i.when for i in self.knowledge.impossible if _within(i.when, tests)]
        for rule in self.knowledge.inference:
            for trait, allowed, _ in rule.then:
                broken = All((rule.when, Not(Test(trait, allowed))))
                if _within(broken, tests):
                    out.append(broken)
        return out

    def _compile(self) -> None:
        count = len(self.rules)
        self.multi: list[_Multi] = []
        bits: list[tuple[int, Clause]] = []
        next_bit = count
        for i, found in enumerate(self.rule_clauses):
            if len(found) == 1:
                bits.append((i, found[0]))
            elif found:
                group = 0
                for clause in found:
                    bits.append((next_bit, clause))
                    group |= 1 << next_bit
                    next_bit += 1
                axes = tuple(sorted({self.axis_index[t] for c in found for t in c}))
                self.multi.append(_Multi(1 << i, group, found, axes))
        self.width = next_bit
        self.rule_mask = (1 << count) - 1
        everything = sum(1 << b for b, _ in bits)
        self.start = everything
        self.masks: list[list[int]] = []
        self.free: list[int] = []  # per axis, the clauses that do not test it
        for axis in self.axes:
            inside = [(1 << b, axis.inside(c[axis.trait.id])) for b, c in bits if axis.trait.id in c]
            tested = sum(b for b, _ in inside)
            free = everything & ~tested
            self.free.append(free)
            self.masks.append([free | sum(b for b, cells in inside if cells >> cell & 1) for cell in range(len(axis))])
        self.states: list[dict[int, tuple[int, int]]] = [{} for _ in self.axes]
        for index, axis in enumerate(self.axes):
            for cell in range(len(axis)):
                self.state(index, 1 << cell)
            self.state(index, axis.full)
        self.unknown = [self.states[i][a.full] for i, a in enumerate(self.axes)]

    def _compile_constraints(self) -> None:
        """Each clause of a constraint gets a bit of its own numbering; a combination whose cells all let a bit through cannot occur."""
        found = [c for condition in self.constraints for c in clauses(condition, self._universe) if c]
        self.constraint_axes = [tuple(sorted(self.axis_index[t] for t in c)) for c in found]
        self.constraint_masks = [
            [
                sum(1 << i for i, c in enumerate(found) if axis.trait.id not in c or axis.inside(c[axis.trait.id]) >> cell & 1)
                for cell in range(len(axis))
            ]
            for axis in self.axes
        ]
        self.constraint_free = [sum(1 << i for i, c in enumerate(found) if a.trait.id not in c) for a in self.axes]
        self.constraint_start = (1 << len(found)) - 1
        self.rule_axes = [tuple(sorted({self.axis_index[t] for c in found for t in c})) for found in self.rule_clauses]
        self.rule_bits = [1 << i for i in range(len(self.rules))]  # the clause bits of each rule
        for multi in self.multi:
            self.rule_bits[multi.bit.bit_length() - 1] = multi.group

    def open_constraints(self, cells: Mapping[int, int]) -> int:
        """Constraint clauses that the open answers can still meet. One that the stated answers meet already binds nobody."""
        may = must = self.constraint_start
        for axis, masks in enumerate(self.constraint_masks):
            if not may:
                break
            possible = cells.get(axis, self.axes[axis].full)
            either, every = 0, -1
            for cell, mask in enumerate(masks):
                if possible >> cell & 1:
                    either |= mask
                    every &= mask
            if possible:
                may &= either
                must &= every
            else:
                may &= self.constraint_free[axis]
        return may & ~must

    def state(self, axis: int, possible: int) -> tuple[int, int]:
        """(may, must) of one axis for a set of possible cells. With no possible cell (the choice of a decision that does not arise)
        no test of the axis holds."""
        known = self.states[axis].get(possible)
        if known is None:
            may, must = 0, -1
            if not possible:
                may = must = self.free[axis]
            for cell, mask in enumerate(self.masks[axis]):
                if possible >> cell & 1:
                    may |= mask
                    must &= mask
            known = (may, must)
            if len(self.states[axis]) < 4096:
                self.states[axis][possible] = known
        return known

    def cells_of(self, answers: Mapping[str, ValueSet]) -> dict[int, int]:
        """Axis → possible cells, for the answered traits this decision reads."""
        out: dict[int, int] = {}
        for trait, values in answers.items():
            index = self.axis_index.get(trait)
            if index is not None:
                possible = self.axes[index].possible(values)
                if (possible or not values) and possible != self.axes[index].full:
                    out[index] = possible
        return out

    def judge(self, cells: Mapping[int, int]) -> tuple[int, int]:
        """(held, open) rule bits for possible cells per axis; an axis that is missing is unknown."""
        may = must = self.start
        states = self.states
        for axis, unknown in enumerate(self.unknown):
            possible = cells.get(axis)
            if possible is None:
                may &= unknown[0]
                must &= unknown[1]
            else:
                pair = states[axis].get(possible) or self.state(axis, possible)
                may &= pair[0]
                must &= pair[1]
        held = must & self.rule_mask
        opened = may & ~must & self.rule_mask
        for multi in self.multi:
            if must & multi.group:
                held |= multi.bit
            elif may & multi.group:
                verdict = self._exactly(multi, cells)
                if verdict is True:
                    held |= multi.bit
                elif verdict is None:
                    opened |= multi.bit
        return held, opened

    def _exactly(self, multi: _Multi, cells: Mapping[int, int]) -> bool | None:
        """Whether a rule of several clauses holds over every combination of the possible cells of its own axes.

        Beyond ENUMERATION_LIMIT combinations it stays open, which is never wrong, only less sharp.
        """
        choices = []
        size = 1
        for axis in multi.axes:
            possible = cells.get(axis, self.axes[axis].full)
            found = [self.masks[axis][c] for c in range(len(self.axes[axis])) if possible >> c & 1] or [self.free[axis]]
            choices.append(found)
            size *= len(found)
        if size > ENUMERATION_LIMIT:
            return None
        seen_true = seen_false = False
        for combination in product(*choices):
            bits = multi.group
            for mask in combination:
                bits &= mask
            if bits:
                seen_true = True
            else:
                seen_false = True
            if seen_true and seen_false:
                return None
        return seen_true

    def weights(self, priorities: Mapping[str, str]) -> tuple[int, ...]:
        """Half-point factor per pillar, in the order of PILLARS."""
        return tuple(PRIORITIES[priorities.get(p, "normal")] for p in PILLARS) if priorities else self.neutral

    def tallies(self, weights: tuple[int, ...]) -> Tally:
        """The tables of sums of one setting of priorities."""
        found = self._tallies.get(weights)
        if found is None:
            rules = range(len(self.rules))
            found = Tally([(self.rule_points(r, weights), self.rule_excludes(r)) for r in rules], len(self.options))
            if len(self._tallies) < 64:
                self._tallies[weights] = found
        return found

    def rule_points(self, rule: int, weights: tuple[int, ...]) -> list[tuple[int, int]]:
        """(option, half points) of one preference under these weights."""
        record = self.rules[rule]
        if record.pillar is None:
            return []
        factor = weights[PILLARS.index(record.pillar)]
        return [(self.option_index[o], p * factor) for o, p in record.points if o in self.option_index]

    def rule_excludes(self, rule: int) -> int:
        """The options one rule makes impossible, as bits."""
        return sum(1 << self.option_index[o] for o in set(self.rules[rule].excludes) if o in self.option_index)

    def tally(self, held: int, weights: tuple[int, ...]) -> tuple[Sequence[int], int]:
        """Half points per option and the excluded options, for held rule bits."""
        points, excluded, _ = self.tallies(weights).of(held)
        return points, excluded

    def evaluate(self, cells: Mapping[int, int], weights: tuple[int, ...] | None = None) -> Verdict:
        """Points, exclusions, held and open rules of one workload."""
        held, opened = self.judge(cells)
        return Verdict(held, opened, *self.tallies(weights or self.neutral).of(held))

    def decide(self, values: Mapping[str, Plain], weights: tuple[int, ...] | None = None) -> Verdict:
        """The same for a complete workload of checked, plain values, several times as fast. Raises KeyError when a trait is missing."""
        line, tally = self._straight or self._straighten()
        held = line(values)
        if self.multi:
            for multi in self.multi:
                if held & multi.group:
                    held |= multi.bit
            held &= self.rule_mask
        points, excluded, spoken = (tally if weights is None else self.tallies(weights)).of(held)
        return Verdict(held, 0, points, excluded, spoken)

    def _straighten(self) -> tuple[Line, Tally]:
        self._straight = straight_line(self.axes, self.masks, self.start), self.tallies(self.neutral)
        return self._straight


def _kindred(rules: Sequence[Sequence[Clause]]) -> list[int]:
    """An order in which rules that share a test stand together, the commonest test first: most bytes of a verdict are then zero."""
    tests = [sorted((t, sorted(map(str, allowed))) for t, allowed in found[0].items()) if found else [] for found in rules]
    common = Counter(str(test) for of_rule in tests for test in of_rule)
    return sorted(range(len(rules)), key=lambda i: sorted((-common[str(test)], str(test)) for test in tests[i]))


def bits_of(mask: int) -> list[int]:
    """The positions of the set bits, rising."""
    out = []
    while mask:
        low = mask & -mask
        out.append(low.bit_length() - 1)
        mask ^= low
    return out



def _within(condition: Condition, tests: Mapping[str, object]) -> bool:
    return all(t in tests for t in traits_of(condition))
