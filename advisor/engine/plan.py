"""All decisions of one workload, in an order in which each can use what was chosen before.

Whether a decision arises is itself compiled: a kernel of one rule over two "options", so that the same exact truths, completions and
worth of questions serve it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from advisor.engine.cells import Axis
from advisor.engine.inquiry import LEAST_GAIN, Gain, askable, class_values, prospect, sendable, told
from advisor.engine.kernel import Kernel
from advisor.engine.reasons import describe_condition
from advisor.engine.recommend import Case, Engine
from advisor.engine.results import (
    DecisionRef,
    Inferred,
    KnowledgeRef,
    MaybeDecision,
    Plan,
    PlanEdge,
    PlannedDecision,
    PlannedService,
    PlanQuestion,
    Recommendation,
    TraitsReport,
)  # fmt: skip
from advisor.engine.summary import joined, summarise, uncapitalised
from advisor.engine.workload import Answer, Answers, find_service, gather, read_answers, read_priorities, show
from advisor.errors import QueryError, UnknownDecisionError, UnknownOptionError
from advisor.knowledge.base import Decision, KnowledgeBase, Rule, Trait
from advisor.knowledge.build import CHOICE
from advisor.knowledge.conditions import ALWAYS, OPEN, All, AnyOf, Test, clauses, traits_of, truth
from advisor.knowledge.domain import Edge, ValueSet

EFFORT = 512  # completions scored per decision: a plan looks at all of them, so each gets less than a single recommendation
MOST_QUESTIONS = 10
ARISES, DOES_NOT = "arises", "does-not-arise"


def dependencies(knowledge: KnowledgeBase) -> dict[str, tuple[str, ...]]:
    """Decision → the decisions whose choice it reads, in its relevance or in a rule, sorted."""
    out = {}
    for name, decision in knowledge.decisions.items():
        read = {t for condition in (decision.relevant_when, *(r.when for r in decision.rules)) for t in traits_of(condition)}
        out[name] = tuple(sorted(t[len(CHOICE) :] for t in read if t.startswith(CHOICE) and t != CHOICE + name))
    return out


def deciding_order(needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Decisions after those they depend on, else by id. A circle is entered where the fewest choices are missing, then by id."""
    left, done, order = set(needs), set[str](), list[str]()
    while left:
        name = min(left, key=lambda n: (sum(1 for d in needs[n] if d in left), n))
        left.remove(name)
        done.add(name)
        order.append(name)
    return order


def relevance_kernel(knowledge: KnowledgeBase, decision: Decision, spoken: Collection[str]) -> Kernel:
    """Whether a decision arises, as a decision of its own: its first option is ahead exactly where `relevant_when` holds.

    A test that every value of its trait passes means "somebody spoke of it": it holds for the traits `spoken` of, and since no
    question can settle it for the others, it counts as failing there.
    """

    def universe(name: str) -> ValueSet:
        return knowledge.traits[name].domain

    parts = []
    for clause in clauses(decision.relevant_when, universe):
        loose = {t for t, v in clause.items() if _covers(knowledge.traits[t], v)}
        if loose <= set(spoken):
            parts.append(All(tuple(Test(t, v) for t, v in clause.items() if t not in loose)))
    rules = (
        Rule("a", decision.id, AnyOf(tuple(parts)), "", points=((ARISES, 2),), pillar="reliability"),
        Rule("b", decision.id, ALWAYS, "", points=((DOES_NOT, 1),), pillar="reliability"),
    )
    return Kernel(knowledge, Decision(decision.id, decision.title, decision.question, (ARISES, DOES_NOT), rules, ALWAYS))


def _covers(trait: Trait, values: ValueSet) -> bool:
    axis = Axis(trait, [values])
    return axis.inside(values) == axis.full


class Itinerary:
    """What planning needs of the knowledge alone: the order of decisions and when each arises. Made once per engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.needs = dependencies(engine.knowledge)
        self.order = deciding_order(self.needs)
        self.feeds_inference = {t for rule in engine.knowledge.inference for t in traits_of(rule.when) if t.startswith(CHOICE)}
        self._relevance: dict[tuple[str, frozenset[str]], Kernel] = {}
        self._gains: dict[tuple[str, frozenset[str], tuple[tuple[int, int], ...]], tuple[Gain, ...]] = {}

    def relevance_gains(self, decision: str, known: Mapping[str, ValueSet]) -> tuple[Kernel, tuple[Gain, ...]]:
        """What each open trait is expected to tell of whether the decision arises, and the kernel whose axes the gains name."""
        record = self.engine.knowledge.decisions[decision]
        spoken = frozenset(t for t in traits_of(record.relevant_when) if t in known)
        kernel = self._relevance.get((decision, spoken))
        if kernel is None:
            kernel = self._relevance[decision, spoken] = relevance_kernel(self.engine.knowledge, record, spoken)
        cells = kernel.cells_of(known)
        key = (decision, spoken, tuple(sorted(cells.items())))
        found = self._gains.get(key)
        if found is None:
            found = prospect(kernel, cells, kernel.neutral, 3, kernel.evaluate(cells), EFFORT).gains
            if len(self._gains) < 4096:
                self._gains[key] = found
        return kernel, found


@dataclass(slots=True)
class _Interest:
    """What a plan would gain from one trait, summed over decisions."""

    trait: Trait
    bits: float = 0.0
    decisions: list[str] = field(default_factory=list)
    relevance: list[str] = field(default_factory=list)
    exact: bool = True
    values: list[ValueSet] = field(default_factory=list)

    def add(self, axis: Axis, gain: Gain, decision: str, exact: bool, arises: bool) -> None:
        self.bits += gain.bits
        (self.relevance if arises else self.decisions).append(decision)
        self.exact = self.exact and exact
        self.values.extend(class_values(axis, gain.classes))

    def answers(self) -> tuple[Any, ...]:
        """Every value, or for numbers the ranges between all the thresholds that matter to some decision."""
        if not self.trait.numeric:
            wanted = {v for values in self.values if isinstance(values, frozenset) for v in values}
            return tuple(v for v in self.trait.value_ids if v in wanted)
        spans = [s for values in self.values if isinstance(values, tuple) for s in values]
        edges: list[Edge] = sorted({e for span in spans for e in span})
        pieces = [(a, b) for a, b in pairwise(edges) if any(lo <= a and b <= hi for lo, hi in spans)]
        return tuple(sendable(self.trait, (piece,)) for piece in pieces)


@dataclass(slots=True)
class _Draft:
    """A plan in the making. absent: decisions that do not arise, whose choice therefore has no value."""

    engine: Engine
    levels: dict[str, str]
    stated: Answers
    answers: Answers
    pins: dict[str, str]
    interests: dict[str, _Interest] = field(default_factory=dict)
    planned: list[PlannedDecision] = field(default_factory=list)
    maybe: list[MaybeDecision] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    exact: bool = True

    def sets(self) -> dict[str, ValueSet]:
        """The possible values per trait; the choice of a decision that does not arise has none."""
        out = {t: a.values for t, a in self.answers.items()}
        for name in self.absent:
            out.setdefault(CHOICE + name, frozenset())
        return out

    def cells(self, kernel: Kernel) -> dict[int, int]:
        """The possible cells of a kernel."""
        return kernel.cells_of(self.sets())

    def choose(self, decision: str, option: str, because: str, again: bool) -> None:
        """Feed a choice forward; `again` when inference may draw something from it."""
        trait = self.engine.knowledge.traits[CHOICE + decision]
        values: ValueSet = frozenset([option])
        answer = Answer(trait.id, values, show(trait, values), "chosen", because)
        self.stated[trait.id] = self.answers[trait.id] = answer
        if again:
            self.answers = self.engine.inferrer.extend(self.stated)


def make_plan(
    engine: Engine,
    traits: Mapping[str, Any],
    priorities: Mapping[str, Any] | None,
    choices: Mapping[str, str],
    decisions: Iterable[str] | None,
) -> Plan:
    """The plan of one workload. Raises QueryError for every mistake of the question at once."""
    route = engine.itinerary
    draft, wanted = _draft(engine, traits, priorities, choices, decisions)
    for name, option in sorted(draft.pins.items()):
        draft.choose(name, option, "You chose it.", CHOICE + name in route.feeds_inference)
    for name in route.order:
        if name in wanted:
            _decide(draft, route, name)
    return _finish(draft, route)


def _draft(
    engine: Engine,
    traits: Mapping[str, Any],
    priorities: Mapping[str, Any] | None,
    choices: Mapping[str, str],
    decisions: Iterable[str] | None,
) -> tuple[_Draft, set[str]]:
    """The checked question and the decisions to consider."""
    errors: list[QueryError] = []
    stated: Answers = {k: v for k, v in traits.items() if isinstance(v, Answer)}
    levels: dict[str, str] = {}
    pins: dict[str, str] = {}
    wanted = set(engine.knowledge.decisions)
    try:
        stated.update(read_answers(engine.knowledge, {k: v for k, v in traits.items() if not isinstance(v, Answer)}))
    except QueryError as error:
        errors.extend(error.errors)
    try:
        levels = read_priorities(priorities)
    except QueryError as error:
        errors.extend(error.errors)
    for trait, answer in stated.items():
        if trait.startswith(CHOICE) and answer.single and isinstance(answer.values, frozenset):
            pins[trait[len(CHOICE) :]] = str(next(iter(answer.values)))
    for key, option in choices.items():
        try:
            name = engine.decision_id(key)
            options = engine.knowledge.decisions[name].options
            found = find_service(engine.knowledge, str(option), options)
            if found is None:
                raise UnknownOptionError(option, options, path=("choices", key))
            pins[name] = found
        except UnknownDecisionError as error:
            error.path = ("choices", str(key)[:100])
            errors.append(error)
        except QueryError as error:
            errors.append(error)
    if decisions is not None:
        named = [decisions] if isinstance(decisions, str) else list(decisions)
        wanted = set()
        for i, key in enumerate(named):
            try:
                wanted.add(engine.decision_id(key))
            except UnknownDecisionError as error:
                error.path = ("decisions", i)
                errors.append(error)
    gather(errors)
    return _Draft(engine, levels, stated, engine.inferrer.extend(stated), pins), wanted


def _decide(draft: _Draft, route: Itinerary, name: str) -> None:
    """Place one decision: planned, maybe, or absent; and feed its choice forward."""
    engine = draft.engine
    decision = engine.knowledge.decisions[name]
    known = draft.sets()
    arises = truth(decision.relevant_when, known)
    asks = list(traits_of(decision.relevant_when))
    draft.read.update(asks)
    pinned = draft.pins.get(name)
    ref = DecisionRef(name, decision.title, decision.question)
    condition = describe_condition(engine.knowledge, decision.relevant_when)
    if pinned is None and arises is OPEN:
        draft.maybe.append(MaybeDecision(ref, condition, tuple(t for t in asks if t not in known)))
        gate, gains = route.relevance_gains(name, known)
        for gain in gains:
            _note_interest(draft, gate, gain, name, exact=True, arises=True)
        return
    if pinned is None and not arises:
        draft.absent.append(name)
        return
    kernel = engine.kernel(name)
    draft.read.update(kernel.axis_index)
    case = replace(engine.case_of(kernel, draft.stated, draft.answers, draft.levels), cells=draft.cells(kernel))
    result = _recommend(draft, case, pinned is None)
    choice, origin = pinned, "pinned"
    if pinned is None:
        leader = result.ranking[0] if len(result.best) == 1 else None
        choice, origin = (leader.option, "advised") if leader is not None and leader.score > 0 else (None, "")
    because = condition if arises else "You chose it, though nothing known raises it."
    names = {o: engine.knowledge.services[o].name for o in kernel.options}
    draft.planned.append(PlannedDecision(
        ref, because, (), choice, names[choice] if choice else None, origin or None, _note(result, choice, origin), result,
    ))  # fmt: skip
    if choice is not None and pinned is None:
        draft.choose(name, choice, f"Chosen for “{decision.title}”.", CHOICE + name in route.feeds_inference)


def _recommend(draft: _Draft, case: Case, asks: bool) -> Recommendation:
    """The recommendation of one decision; what it would like to know goes to the plan's questions when it `asks`."""
    verdict = case.kernel.evaluate(case.cells, case.weights)
    ahead = prospect(case.kernel, case.cells, case.weights, case.allowed, verdict, EFFORT)
    draft.exact = draft.exact and ahead.exact
    if asks:
        for gain in ahead.gains:
            if gain.bits >= LEAST_GAIN and askable(case, gain.axis):
                _note_interest(draft, case.kernel, gain, case.kernel.decision.id, exact=ahead.exact, arises=False)
    result = told(draft.engine, case, draft.engine.tell(case, verdict), ahead)
    return replace(result, summary=summarise(result))


def _note_interest(draft: _Draft, kernel: Kernel, gain: Gain, decision: str, *, exact: bool, arises: bool) -> None:
    axis = kernel.axes[gain.axis]
    known = draft.answers.get(axis.trait.id)
    if gain.bits < LEAST_GAIN or axis.trait.id.startswith(CHOICE) or (known is not None and known.origin not in ("inferred", "derived")):
        return
    draft.interests.setdefault(axis.trait.id, _Interest(axis.trait)).add(axis, gain, decision, exact, arises)


def _note(result: Recommendation, choice: str | None, origin: str) -> str | None:
    """What to know of the choice."""
    if choice is None:
        if not result.ranking:
            return "No option fits; something has to be given up."
        if len(result.best) > 1 and result.ranking[0].score > 0:
            return f"{joined([o.name for o in result.ranking if o.rank == 1])} are level; an answer or a choice of yours breaks the tie."
        return "Too little is known to choose."
    if origin != "pinned":
        return None
    for out in result.ruled_out:
        if out.option == choice:
            return f"You chose {out.name}, but it is ruled out: {out.reasons[0].text}"
    mine = next((o for o in result.ranking if o.option == choice), None)
    if mine is None or mine.rank == 1:
        return None
    top = result.ranking[0]
    return f"You chose {mine.name} ({mine.score:g} points); {top.name} would come first with {top.score:g}."


def _finish(draft: _Draft, route: Itinerary) -> Plan:
    knowledge = draft.engine.knowledge
    inside = {p.decision.id for p in draft.planned}
    planned = tuple(replace(p, depends_on=tuple(n for n in route.needs[p.decision.id] if n in inside)) for p in draft.planned)
    services, links = _services(knowledge, planned)
    edges = [PlanEdge(p.decision.id, n, "depends-on") for p in planned for n in p.depends_on]
    edges += [PlanEdge(p.decision.id, p.choice, "chooses") for p in planned if p.choice]
    asked: list[PlanQuestion] = []
    taken: set[str] = set()
    for interest in sorted(draft.interests.values(), key=lambda i: (-round(i.bits, 6), i.trait.id)):
        if interest.trait.id not in taken and len(asked) < MOST_QUESTIONS:
            taken |= draft.engine.ties.get(interest.trait.id, {interest.trait.id})
            asked.append(PlanQuestion(
                interest.trait.id, interest.trait.question, interest.trait.why, interest.answers(), round(interest.bits, 6),
                tuple(interest.decisions), tuple(interest.relevance), interest.exact,
            ))  # fmt: skip
    return Plan(
        _summary(planned, draft.maybe, asked), planned, tuple(draft.maybe), tuple(sorted(draft.absent)), tuple(asked), services,
        (*edges, *links), _report(draft), dict(sorted(draft.levels.items())), KnowledgeRef(knowledge.version, knowledge.digest),
        draft.exact,
    )  # fmt: skip


def _services(
    knowledge: KnowledgeBase, planned: tuple[PlannedDecision, ...]
) -> tuple[tuple[PlannedService, ...], list[PlanEdge]]:
    """The services behind the chosen options, in the order of the plan; a practice that belongs to no service is none."""
    led: dict[str, list[str]] = {}
    links: dict[tuple[str, str], None] = {}
    for item in planned:
        if item.choice is None:
            continue
        service, seen = knowledge.services[item.choice], {item.choice}
        while service.part_of and service.part_of in knowledge.services and service.part_of not in seen:
            links.setdefault((service.id, service.part_of))
            seen.add(service.part_of)
            service = knowledge.services[service.part_of]
        if service.kind != "practice":
            led.setdefault(service.id, []).append(item.decision.id)
    found = tuple(
        PlannedService(s, knowledge.services[s].name, knowledge.services[s].kind, knowledge.services[s].lifecycle.status, tuple(d))
        for s, d in led.items()
    )
    return found, [PlanEdge(a, b, "part-of") for a, b in links]


def _report(draft: _Draft) -> TraitsReport:
    used: dict[str, Any] = {}
    unused, inferred = [], []
    for name, answer in draft.answers.items():
        if answer.origin == "stated":
            if name in draft.read:
                used[name] = answer.shown
            else:
                unused.append(name)
        elif answer.origin != "chosen" and name in draft.read:
            inferred.append(Inferred(name, answer.shown, answer.origin, answer.because))
    unknown = sorted(t for t in draft.read if t not in draft.answers and not t.startswith(CHOICE))
    return TraitsReport(dict(sorted(used.items())), tuple(sorted(inferred, key=lambda i: i.trait)), tuple(sorted(unused)), tuple(unknown))


def _summary(planned: tuple[PlannedDecision, ...], maybe: list[MaybeDecision], asked: list[PlanQuestion]) -> str:
    """The plan in two or three sentences."""
    ask = f" Ask next: {asked[0].question}" if asked else ""
    if not planned:
        waiting = f" {len(maybe)} decisions may arise." if maybe else ""
        return f"Nothing known raises a decision yet.{waiting}{ask}"
    chosen = [p for p in planned if p.choice]
    told_choices = joined([f"{p.name} ({uncapitalised(p.decision.title)})" for p in chosen[:8]])
    many, made = "s arise" if len(planned) > 1 else " arises", "is" if len(chosen) == 1 else "are"
    sentences = [f"{len(planned)} decision{many}; {len(chosen)} {made} made."]
    if chosen:
        sentences.append(f"The plan uses {told_choices}{' and more' if len(chosen) > 8 else ''}.")
    barred = [p for p in planned if p.note and p.origin == "pinned" and "ruled out" in p.note]
    sentences += [p.note for p in barred[:2] if p.note]
    if maybe:
        sentences.append(f"{len(maybe)} more depend on what is not known.")
    return " ".join(sentences) + ask


__all__ = ["Itinerary", "Plan", "deciding_order", "dependencies", "make_plan", "relevance_kernel"]
