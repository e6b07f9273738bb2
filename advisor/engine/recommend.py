"""Ranking the options of one decision for one workload, with every reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from advisor.engine.kernel import Kernel, Verdict, bits_of
from advisor.engine.reasons import Narrator
from advisor.engine.results import (
    DecisionRef,
    Inferred,
    KnowledgeRef,
    Question,
    RankedOption,
    Reason,
    Recommendation,
    RuledOut,
    TraitsReport,
    number,
)  # fmt: skip
from advisor.engine.straight import Plain
from advisor.engine.summary import summarise
from advisor.engine.workload import Answer, Answers, Inferrer, find_service, gather, read_answers, read_priorities
from advisor.errors import QueryError, UnknownDecisionError, UnknownOptionError
from advisor.knowledge.base import KnowledgeBase
from advisor.knowledge.build import CHOICE
from advisor.knowledge.conditions import Condition, traits_of

if TYPE_CHECKING:
    from advisor.engine.plan import Itinerary
    from advisor.engine.portfolio import PortfolioResult
    from advisor.engine.results import Comparison, Plan, WhatIf


@dataclass(frozen=True, slots=True)
class Case:
    """One checked question: a compiled decision, the answers (inferred ones included), weights and the options considered.

    cells: axis → possible cells of the answered traits.   allowed: bit per option that may be recommended.
    """

    kernel: Kernel
    stated: Answers
    answers: Answers
    cells: dict[int, int]
    priorities: dict[str, str]
    weights: tuple[int, ...]
    allowed: int

    @property
    def unknown_axes(self) -> list[int]:
        """Axes whose answer is not fixed to one cell, in the kernel's order."""
        return [i for i, axis in enumerate(self.kernel.axes) if (self.cells.get(i, axis.full)).bit_count() > 1]

    def judged(self) -> Verdict:
        """What the kernel says of it; a complete workload takes the straight line."""
        values: dict[str, Plain] = {}
        for axis in self.kernel.axes:
            answer = self.answers.get(axis.trait.id)
            value = answer.value if answer is not None else None
            if value is None:
                return self.kernel.evaluate(self.cells, self.weights)
            values[axis.trait.id] = value
        return self.kernel.decide(values, self.weights)


class Engine:
    """Answers questions about one knowledge base. Compiles each decision on first use; safe to share between threads."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self._kernels: dict[str, Kernel] = {}
        self._narrators: dict[str, Narrator] = {}
        self._inferrer: Inferrer | None = None
        self._base: Engine | None = None
        self._ties: dict[str, frozenset[str]] | None = None
        self._itinerary: Itinerary | None = None
        self._constraints: dict[str, tuple[Condition, ...]] | None = None
        self._premises: dict[str, set[str]] | None = None

    @property
    def inferrer(self) -> Inferrer:
        """The forward chainer, built on first use."""
        if self._inferrer is None:
            self._inferrer = Inferrer(self.knowledge)
        return self._inferrer

    @property
    def base(self) -> Engine | None:
        """The engine of the first pack alone, when later packs are laid over it."""
        if self._base is None and self.knowledge.base is not None:
            self._base = Engine(self.knowledge.base)
        return self._base

    @property
    def ties(self) -> Mapping[str, frozenset[str]]:
        """Trait → itself and the traits that one inference rule or formula ties to it: asking one mostly answers the others."""
        if self._ties is None:
            near: dict[str, set[str]] = {}
            pairs = [(p, t) for rule in self.knowledge.inference for p in traits_of(rule.when) for t, _, _ in rule.then]
            pairs += [(part, d.trait) for d in self.knowledge.derived for part in d.parts]
            for a, b in pairs:
                near.setdefault(a, {a}).add(b)
                near.setdefault(b, {b}).add(a)
            self._ties = {t: frozenset(n) for t, n in near.items()}
        return self._ties

    @property
    def constraints(self) -> Mapping[str, tuple[Condition, ...]]:
        """Trait → conditions that cannot hold and that test it."""
        if self._constraints is None:
            from advisor.engine.changes import constraints_by_trait

            self._constraints = constraints_by_trait(self.knowledge)
        return self._constraints

    @property
    def premises(self) -> Mapping[str, set[str]]:
        """Inference rule → the traits its condition tests."""
        if self._premises is None:
            self._premises = {rule.id: set(traits_of(rule.when)) for rule in self.knowledge.inference}
        return self._premises

    @property
    def itinerary(self) -> Itinerary:
        """The order of all decisions and when each arises, built on first use."""
        if self._itinerary is None:
            from advisor.engine.plan import Itinerary

            self._itinerary = Itinerary(self)
        return self._itinerary

    def decision_id(self, name: str) -> str:
        """The id of the decision with this id or title. Raises UnknownDecisionError."""
        decisions = self.knowledge.decisions
        if name in decisions:
            return name
        folded = str(name).strip().lower().replace(" ", "-").replace("_", "-")
        if folded in decisions:
            return folded
        raise UnknownDecisionError(name, list(decisions))

    def kernel(self, decision: str) -> Kernel:
        """The compiled decision."""
        found = self._kernels.get(decision)
        if found is None:
            found = self._kernels[decision] = Kernel(self.knowledge, self.knowledge.decisions[decision])
        return found

    def narrator(self, decision: str) -> Narrator:
        """The words for one decision's rules."""
        found = self._narrators.get(decision)
        if found is None:
            found = self._narrators[decision] = Narrator(self.kernel(decision))
        return found

    def case(
        self,
        decision: str,
        traits: Mapping[str, Any] | Answers | None = None,
        *,
        priorities: Mapping[str, Any] | None = None,
        only: Iterable[str] | None = None,
    ) -> Case:
        """The checked question. `traits` maps trait → raw answer, or already checked answers. Raises QueryError for every mistake."""
        name = self.decision_id(decision)
        kernel = self.kernel(name)
        raw = dict(traits or {})
        checked: Answers = {k: v for k, v in raw.items() if isinstance(v, Answer)}
        rest = {k: v for k, v in raw.items() if not isinstance(v, Answer)}
        errors: list[QueryError] = []
        levels: dict[str, str] = {}
        allowed = (1 << len(kernel.options)) - 1
        try:
            checked.update(read_answers(self.knowledge, rest))
        except QueryError as error:
            errors.extend(error.errors)
        try:
            levels = read_priorities(priorities)
        except QueryError as error:
            errors.extend(error.errors)
        try:
            allowed = self._allowed(kernel, only)
        except QueryError as error:
            errors.extend(error.errors)
        gather(errors)
        return self.case_of(kernel, checked, self.inferrer.extend(checked), levels, allowed)

    def case_of(self, kernel: Kernel, stated: Answers, answers: Answers, levels: dict[str, str], allowed: int | None = None) -> Case:
        """The case of answers that are checked and extended already. `allowed` defaults to every option."""
        cells = kernel.cells_of({t: a.values for t, a in answers.items()})
        everything = (1 << len(kernel.options)) - 1
        return Case(kernel, stated, answers, cells, levels, kernel.weights(levels), everything if allowed is None else allowed)

    def _allowed(self, kernel: Kernel, only: Iterable[str] | None) -> int:
        everything = (1 << len(kernel.options)) - 1
        if only is None:
            return everything
        names = [only] if isinstance(only, str) else list(only)
        if not names:
            return everything
        bits, errors = 0, []
        for i, name in enumerate(names):
            found = find_service(self.knowledge, str(name), kernel.options)
            if found is None:
                errors.append(UnknownOptionError(name, kernel.options, path=("only", i)))
            else:
                bits |= 1 << kernel.option_index[found]
        gather(list(errors))
        return bits

    def recommend(
        self,
        decision: str,
        traits: Mapping[str, Any] | Answers | None = None,
        *,
        priorities: Mapping[str, Any] | None = None,
        only: Iterable[str] | None = None,
        inquire: bool = True,
    ) -> Recommendation:
        """What to choose in one decision for one workload.

        An unanswered trait is unknown: no rule takes it for a no. `inquire` adds confidence, win shares and the next question, which
        score the completions of what is unknown (NumPy is loaded then, when anything is unknown).
        """
        case = self.case(decision, traits, priorities=priorities, only=only)
        verdict = case.judged()
        result = self.tell(case, verdict)
        if inquire:
            from advisor.engine.inquiry import inquire as look_ahead

            result = look_ahead(self, case, verdict, result)
        if self.base is not None and decision in self.base.knowledge.decisions:
            result = replace(result, without_overlays=self._without_overlays(case))
        return replace(result, summary=summarise(result))

    def next_questions(
        self,
        decision: str,
        traits: Mapping[str, Any] | Answers | None = None,
        priorities: Mapping[str, Any] | None = None,
        only: Iterable[str] | None = None,
        limit: int = 5,
        skip: Collection[str] = (),
    ) -> tuple[Question, ...]:
        """The questions most worth asking, best first; empty when no answer can change the winner. `skip`: traits asked for in vain."""
        from advisor.engine.inquiry import prospect, questions

        case = self.case(decision, traits, priorities=priorities, only=only)
        verdict = case.kernel.evaluate(case.cells, case.weights)
        return questions(self, case, prospect(case.kernel, case.cells, case.weights, case.allowed, verdict), limit, skip)

    def plan(
        self,
        traits: Mapping[str, Any] | Answers | None = None,
        priorities: Mapping[str, Any] | None = None,
        choices: Mapping[str, str] | None = None,
        decisions: Iterable[str] | None = None,
    ) -> Plan:
        """Every decision the workload raises, in order, each feeding the next. `choices` pins options; `decisions` limits the plan."""
        from advisor.engine.plan import make_plan

        return make_plan(self, traits or {}, priorities, choices or {}, decisions)

    def what_if(
        self,
        decision: str,
        traits: Mapping[str, Any] | Answers | None = None,
        priorities: Mapping[str, Any] | None = None,
        only: Iterable[str] | None = None,
        max_changes: int = 2,
    ) -> WhatIf:
        """What would change the answer: other answers, priorities or strengths; and what to give up when nothing fits."""
        from advisor.engine.whatif import what_if

        case = self.case(decision, traits, priorities=priorities, only=only)
        return what_if(self, case, self._looked_ahead(case), max_changes)

    def compare(
        self,
        decision: str,
        options: Sequence[str],
        traits: Mapping[str, Any] | Answers | None = None,
        priorities: Mapping[str, Any] | None = None,
    ) -> Comparison:
        """Two or more options of a decision side by side; rank, outcome and needs are among them. Raises QueryError for fewer."""
        from advisor.engine.compare import compare

        named = [options] if isinstance(options, str) else list(options)
        try:
            case = self.case(decision, traits, priorities=priorities, only=named)
        except QueryError as error:
            for mistake in {*error.errors, error}:
                if mistake.path[:1] == ("only",):
                    mistake.path = ("options", *mistake.path[1:])
            raise
        chosen = [o for i, o in enumerate(case.kernel.options) if case.allowed >> i & 1]
        if not named or len(chosen) < 2:
            allowed = case.kernel.options
            raise QueryError("a comparison takes two or more options", path=("options",), allowed=allowed, code="too-few-options")
        return compare(self, case, self._looked_ahead(case), chosen)

    def portfolio(
        self, decision: str, columns: Mapping[str, Sequence[Any]], priorities: Mapping[str, Any] | None = None
    ) -> PortfolioResult:
        """The first choice of very many workloads: trait → one answer per workload, as a sequence or a NumPy array."""
        from advisor.engine.portfolio import score_portfolio

        return score_portfolio(self, decision, columns, priorities)

    def _looked_ahead(self, case: Case) -> Recommendation:
        from advisor.engine.inquiry import inquire as look_ahead

        verdict = case.kernel.evaluate(case.cells, case.weights)
        return look_ahead(self, case, verdict, self.tell(case, verdict))

    def _without_overlays(self, case: Case) -> tuple[str, ...]:
        assert self.base is not None
        plain = {t: a for t, a in case.stated.items() if t in self.base.knowledge.traits}
        try:
            result = self.base.recommend(case.kernel.decision.id, plain, priorities=case.priorities, inquire=False)
        except QueryError:
            return ()
        return result.best

    def tell(self, case: Case, verdict: Verdict) -> Recommendation:
        """The ranking with its reasons; no look at what is unknown beyond the open rules."""
        kernel, narrator = case.kernel, self.narrator(case.kernel.decision.id)
        count = len(kernel.options)
        pros: list[list[Reason]] = [[] for _ in range(count)]
        cons: list[list[Reason]] = [[] for _ in range(count)]
        bars: list[list[Reason]] = [[] for _ in range(count)]
        for rule in verdict.spoken:
            for option, half in narrator.effects(rule, case.weights):
                kind = bars if half is None else pros if half > 0 else cons
                kind[option].append(narrator.reason(rule, option, half, case.answers))
        opened = self._open_reasons(case, verdict)
        survivors = [o for o in range(count) if case.allowed >> o & 1 and not verdict.excluded >> o & 1]
        survivors.sort(key=lambda o: (-verdict.points[o], o))
        ranking: list[RankedOption] = []
        for position, option in enumerate(survivors):
            same = position and verdict.points[option] == verdict.points[survivors[position - 1]]
            rank = ranking[-1].rank if same else position + 1
            service = self.knowledge.services[kernel.options[option]]
            ranking.append(RankedOption(
                rank, service.id, service.name, number(verdict.points[option] / 2), None, service.lifecycle.status,
                _weightiest(pros[option]), _weightiest(cons[option]), tuple(opened[option]),
            ))  # fmt: skip
        ruled_out = tuple(
            RuledOut(kernel.options[o], self.knowledge.services[kernel.options[o]].name,
                     self.knowledge.services[kernel.options[o]].lifecycle.status, _weightiest(bars[o]))
            for o in range(count) if case.allowed >> o & 1 and verdict.excluded >> o & 1
        )  # fmt: skip
        decision = kernel.decision
        return Recommendation(
            DecisionRef(decision.id, decision.title, decision.question), _outcome(ranking, verdict), "", None, tuple(ranking), ruled_out,
            None, self._report(case), dict(sorted(case.priorities.items())), KnowledgeRef(self.knowledge.version, self.knowledge.digest),
        )  # fmt: skip

    def _open_reasons(self, case: Case, verdict: Verdict) -> list[list[Reason]]:
        kernel, narrator = case.kernel, self.narrator(case.kernel.decision.id)
        out: list[list[Reason]] = [[] for _ in kernel.options]
        for rule in bits_of(verdict.open):
            for option, half in narrator.effects(rule, case.weights):
                out[option].append(narrator.reason(rule, option, half, case.answers, is_open=True))
        return [sorted(r, key=lambda x: (x.points is not None, -abs(x.points or 0), x.rule)) for r in out]

    def _report(self, case: Case) -> TraitsReport:
        read = case.kernel.axis_index
        used, unused, inferred = {}, [], []
        for name, answer in case.answers.items():
            if answer.origin in ("stated", "chosen"):
                if name in read:
                    used[name] = answer.shown
                else:
                    unused.append(name)
            elif name in read:
                inferred.append(Inferred(name, answer.shown, answer.origin, answer.because))
        unknown = [a.trait.id for i, a in enumerate(case.kernel.axes) if i not in case.cells and not a.trait.id.startswith(CHOICE)]
        return TraitsReport(
            dict(sorted(used.items())), tuple(sorted(inferred, key=lambda i: i.trait)), tuple(sorted(unused)),
            tuple(u for u in unknown if u not in used),
        )  # fmt: skip


def _weightiest(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda r: (-abs(r.points or 0), r.rule)) if len(reasons) > 1 else reasons)


def _outcome(ranking: Sequence[RankedOption], verdict: Verdict) -> str:
    if not ranking:
        return "infeasible"
    if sum(1 for o in ranking if o.rank == 1) > 1:
        return "tied"
    return "leading" if verdict.open else "decided"
