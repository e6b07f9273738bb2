"""What the advisor answers, as plain frozen records; field names are those of the JSON (design: the contract)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A page and the day it was read."""

    url: str
    checked: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule spoke, for a person to read.

    effect: excludes | favors | opposes.   points: signed, priority included; None for exclusions.   when: the condition, only told
    for open reasons.   claims: other values that other sources give of a fact it leans on.   pack: the pack it comes from.
    """

    rule: str
    effect: str
    strength: str | None
    points: float | None
    pillar: str | None
    text: str
    traits: tuple[str, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    caveat: str | None = None
    pack: str = ""
    when: str | None = None
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RankedOption:
    """A surviving option. `score` is exactly the sum of the points of its reasons; options with equal scores share a rank.

    win_share: share of the completions of the unknown traits in which it comes first; None when it was not computed.
    """

    rank: int
    option: str
    name: str
    score: float
    win_share: float | None
    lifecycle: str
    reasons_for: tuple[Reason, ...]
    reasons_against: tuple[Reason, ...]
    open: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class RuledOut:
    """An option that is impossible for this workload, with every rule that says so."""

    option: str
    name: str
    lifecycle: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class DecisionRef:
    """Which decision was answered."""

    id: str
    title: str
    question: str


@dataclass(frozen=True, slots=True)
class Inferred:
    """A trait nobody stated. origin: inferred | derived | assumed."""

    trait: str
    value: Any
    origin: str
    because: str


@dataclass(frozen=True, slots=True)
class TraitsReport:
    """What the answer saw: used (trait → value as shown), inferred, unused (stated, but no rule of the decision reads it), unknown."""

    used: dict[str, Any] = field(default_factory=dict)
    inferred: tuple[Inferred, ...] = ()
    unused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """The question most worth asking next.

    information_bits: expected reduction of the uncertainty about the winner.   answers: values or ranges that matter, as one can send
    them back.   exact: whether all completions were scored.
    """

    trait: str
    question: str
    why: str
    answers: tuple[Any, ...]
    information_bits: float
    exact: bool = True
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class KnowledgeRef:
    """Which knowledge gave the answer."""

    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to choose, what was ruled out, and every reason why.

    outcome: decided (nothing unknown can change the winner) | leading | tied | infeasible.   ranking: best first; empty when nothing
    survives.   confidence: the winner's share of completions.   exact: False when completions were sampled (then `samples` says how many).
    without_overlays: what would win without the later packs, when later packs are loaded.
    """

    decision: DecisionRef
    outcome: str
    summary: str
    confidence: float | None
    ranking: tuple[RankedOption, ...]
    ruled_out: tuple[RuledOut, ...]
    next_question: Question | None
    traits: TraitsReport
    priorities: dict[str, str]
    knowledge: KnowledgeRef
    exact: bool = True
    samples: int = 0
    without_overlays: tuple[str, ...] | None = None

    @property
    def best(self) -> tuple[str, ...]:
        """Ids of the options that share the first rank; empty when nothing survives."""
        return tuple(o.option for o in self.ranking if o.rank == 1)


# ── plans ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """A question that helps several decisions at once.

    information_bits: summed over the decisions whose winner it tells about (`decisions`) and those of which it tells whether they
    arise at all (`relevance`).   answers: values or ranges that matter to any of them, as one can send them back.
    """

    trait: str
    question: str
    why: str
    answers: tuple[Any, ...]
    information_bits: float
    decisions: tuple[str, ...]
    relevance: tuple[str, ...]
    exact: bool = True


@dataclass(frozen=True, slots=True)
class PlannedDecision:
    """A decision that the workload raises, with what was chosen.

    origin: advised (a single leader with a score above zero) | pinned (the asker's choice) | None when nothing is chosen yet.
    depends_on: decisions of this plan whose choice it reads.   because: the condition that makes it arise.   note: what the asker
    should know of a pinned choice (ruled out, or not the advised one), or why nothing is chosen.
    """

    decision: DecisionRef
    because: str
    depends_on: tuple[str, ...]
    choice: str | None
    name: str | None
    origin: str | None
    note: str | None
    recommendation: Recommendation


@dataclass(frozen=True, slots=True)
class MaybeDecision:
    """A decision that arises or not, depending on what is unknown. traits: the unknown ones that settle it."""

    decision: DecisionRef
    condition: str
    traits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedService:
    """A service the plan ends in: the option chosen or the service it is part of. decisions: those that led there."""

    service: str
    name: str
    kind: str
    lifecycle: str
    decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanEdge:
    """kind: depends-on (decision → the decision whose choice it reads) | chooses (decision → option) | part-of (option → service)."""

    source: str
    target: str
    kind: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All decisions of one workload, earlier ones feeding later ones.

    decisions: in the order in which to decide.   maybe: whether they arise is open.   not_relevant: ids of those that do not arise.
    next_questions: over all decisions, worth most first.   exact: whether every look ahead scored all completions.
    """

    summary: str
    decisions: tuple[PlannedDecision, ...]
    maybe: tuple[MaybeDecision, ...]
    not_relevant: tuple[str, ...]
    next_questions: tuple[PlanQuestion, ...]
    services: tuple[PlannedService, ...]
    edges: tuple[PlanEdge, ...]
    traits: TraitsReport
    priorities: dict[str, str]
    knowledge: KnowledgeRef
    exact: bool = True

    @property
    def choices(self) -> dict[str, str]:
        """Decision → option chosen, of the decisions where something is chosen."""
        return {d.decision.id: d.choice for d in self.decisions if d.choice is not None}


# ── what-if and comparison ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Change:
    """One answer changed, or an open one given.

    before: the present answer, None when unknown.   after: the value, the range, or the list of values any one of which will do.
    """

    trait: str
    before: Any
    after: Any
    text: str


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What would make an option win alone. sets: the smallest sets of changes, all of one size; empty when none of up to the size
    asked for does.   omitted: how many more sets of that size there are.
    """

    option: str
    name: str
    sets: tuple[tuple[Change, ...], ...]
    omitted: int = 0


@dataclass(frozen=True, slots=True)
class Dethroning:
    """A smallest set of changes after which the winner is no longer first alone, and who is then (nobody: nothing survives)."""

    changes: tuple[Change, ...]
    best: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenExclusion:
    """A rule that would make a surviving option impossible, depending on what is unknown."""

    option: str
    name: str
    rule: str
    when: str
    text: str
    traits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PillarSensitivity:
    """How far one pillar's weight can move before the first place changes (none 0, low 0.5, normal 1, high 2).

    low, high: ends of the interval around the present weight; high None: without end.   below, above: who then comes first beyond them.
    relevant: whether any weight of this pillar changes the first place.
    """

    pillar: str
    weight: float
    low: float
    high: float | None
    below: tuple[str, ...]
    above: tuple[str, ...]
    relevant: bool


@dataclass(frozen=True, slots=True)
class Hinge:
    """A single rule without which another option would come first."""

    rule: str
    effect: str
    strength: str | None
    text: str
    best: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Robustness:
    """How much hangs on the judgement behind the strengths.

    share: of all cases in which every strength that spoke moves by at most one step of the scale (each step equally likely), those in
    which the first place stays; None when nothing survives.   effects: how many strengths were moved.
    """

    share: float | None
    effects: int
    hinges: tuple[Hinge, ...]
    exact: bool = True


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An answer taken back. shown: what was answered; origin: stated | assumed."""

    trait: str
    shown: str
    origin: str


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A smallest set of answers without which something survives, what survives, and what then comes first."""

    answers: tuple[GivenUp, ...]
    survivors: tuple[str, ...]
    best: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would change the answer.

    counterfactuals: for every option that is not first alone.   dethroning: the smallest changes that cost the winner its place.
    irrelevant: pillars whose weight cannot change the first place.   relaxations: only when nothing survives, smallest first, then
    those that give up what is meant least strongly.   exact: False when a search ended at its bound, which is then not proof.
    """

    decision: DecisionRef
    outcome: str
    best: tuple[str, ...]
    summary: str
    counterfactuals: tuple[Counterfactual, ...]
    dethroning: tuple[Dethroning, ...]
    open_exclusions: tuple[OpenExclusion, ...]
    sensitivity: tuple[PillarSensitivity, ...]
    irrelevant: tuple[str, ...]
    robustness: Robustness
    relaxations: tuple[Relaxation, ...]
    traits: TraitsReport
    priorities: dict[str, str]
    knowledge: KnowledgeRef
    exact: bool = True


@dataclass(frozen=True, slots=True)
class ComparedOption:
    """One side of a comparison. rank: among the options compared, None when ruled out.   needs: what would make it win among them."""

    option: str
    name: str
    lifecycle: str
    summary: str
    rank: int | None
    score: float
    ruled_out: tuple[Reason, ...]
    choose_when: tuple[str, ...]
    avoid_when: tuple[str, ...]
    needs: Counterfactual | None


@dataclass(frozen=True, slots=True)
class Separator:
    """A rule that treats the options compared differently.

    effects: option → signed points, "excludes", or 0 where it does nothing.   spread: largest difference in points; None for an
    exclusion.   status: holds | open.
    """

    rule: str
    status: str
    text: str
    when: str
    pillar: str | None
    effects: dict[str, Any]
    spread: float | None
    traits: tuple[str, ...]
    sources: tuple[SourceRef, ...]
    caveat: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Options side by side for one workload. separates, open: what tells them apart, weightiest first.   shared: how many rules that
    hold treat all of them alike.
    """

    decision: DecisionRef
    outcome: str
    best: tuple[str, ...]
    summary: str
    options: tuple[ComparedOption, ...]
    separates: tuple[Separator, ...]
    open: tuple[Separator, ...]
    shared: int
    traits: TraitsReport
    priorities: dict[str, str]
    knowledge: KnowledgeRef
    exact: bool = True


def number(value: float) -> int | float:
    """A whole number as int, so that JSON says 11 and not 11.0."""
    return int(value) if float(value).is_integer() else value


def as_dict(result: Any) -> Any:
    """The record as plain JSON data, fields in their order."""
    if is_dataclass(result) and not isinstance(result, type):
        return {f.name: as_dict(getattr(result, f.name)) for f in fields(result)}
    if isinstance(result, tuple | list):
        return [as_dict(v) for v in result]
    if isinstance(result, dict):
        return {str(k): as_dict(v) for k, v in result.items()}
    if isinstance(result, float):
        return number(round(result, 6))
    return result
