"""What is known, as plain frozen records. Built by `build`, read by everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from advisor.knowledge.conditions import Condition
from advisor.knowledge.domain import EVERYTHING, ValueSet

PILLARS = ("operational-excellence", "security", "reliability", "performance-efficiency", "cost-optimization", "sustainability")
STRENGTHS = {"slight": 1, "moderate": 2, "strong": 4, "decisive": 8}
PRIORITIES = {"none": 0, "low": 1, "normal": 2, "high": 4}  # half points, so that ½ stays whole
T = TypeVar("T")


class Table(Mapping[str, T], Generic[T]):
    """A mapping whose records are built on first use: one question needs few of the thousands."""

    def __init__(self, raw: Mapping[str, Any], make: Callable[[str, Any], T]) -> None:
        self._raw, self._make = raw, make
        self._made: dict[str, T] = {}

    def __getitem__(self, key: str) -> T:
        if key not in self._made:
            self._made[key] = self._make(key, self._raw[key])
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._raw

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


@dataclass(frozen=True, slots=True)
class Source:
    """A page and the day it was read."""

    url: str
    checked: str


@dataclass(frozen=True, slots=True)
class TraitValue:
    """One value of a choice: its id, what it means, how people say it."""

    id: str
    text: str
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trait:
    """One property of a workload. `unit` is the base unit of a quantity; `values` the described values of a choice.

    `low` and `high` bound what can occur. `typical` are relative shares: test text → weight; what no test covers weighs 1.
    `other_share`: share of workloads to which no value of a choice applies; such a trait has the further value `other`.
    """

    id: str
    type: str
    question: str
    why: str
    unit: str = "1"
    values: tuple[TraitValue, ...] = ()
    phrases: tuple[str, ...] = ()
    phrases_no: tuple[str, ...] = ()
    typical: tuple[tuple[ValueSet, float], ...] = ()
    other_share: float = 0.0
    low: float = 0.0
    high: float = float("inf")
    changeable: bool = True
    assume: bool | str | None = None
    assume_because: str = ""
    area: str = ""
    pack: str = ""

    @property
    def numeric(self) -> bool:
        """Whether values are numbers (a quantity or a count)."""
        return self.type in ("quantity", "count")

    @property
    def value_ids(self) -> tuple[str | bool, ...]:
        """All values of a boolean or choice, in the order of the file; empty for numbers."""
        if self.type == "boolean":
            return (True, False)
        return tuple(v.id for v in self.values)

    @property
    def domain(self) -> ValueSet:
        """Every value the trait can be tested for: all numbers, or the set of its values."""
        return EVERYTHING if self.numeric else frozenset(self.value_ids)


@dataclass(frozen=True, slots=True)
class Claim:
    """What another source says of a fact."""

    value: Any
    source: Source
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A sourced, dated, typed statement about a service. `id` is `service.name`; `value` as written in the file."""

    id: str
    service: str
    name: str
    value: bool | int | float | str
    source: Source
    hard: bool = False
    text: str = ""
    note: str = ""
    checked_note: str = ""
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Whether a service can still be chosen: available, announced, closed-to-new, ending or ended."""

    status: str = "available"
    since: str | None = None
    until: str | None = None
    successors: tuple[str, ...] = ()
    source: Source | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """A catalogue entry: a service, a feature of one, a practice or an outside candidate."""

    id: str
    name: str
    kind: str
    summary: str
    part_of: str | None = None
    aliases: tuple[str, ...] = ()
    choose_when: tuple[str, ...] = ()
    avoid_when: tuple[str, ...] = ()
    does: tuple[str, ...] = ()
    lifecycle: Lifecycle = Lifecycle()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    responsibility: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    area: str = ""
    pack: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition and its effect on options.

    `id` is `decision.name`. `excludes` lists the options it makes impossible (an `only` is already turned round); `points` holds
    (option, points) of preferences, negative when opposed. `sources` include those of every fact it leans on.
    """

    id: str
    decision: str
    when: Condition
    because: str
    excludes: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    points: tuple[tuple[str, int], ...] = ()
    pillar: str | None = None
    caveat: str = ""
    facts: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    pack: str = ""
    changed_because: str = ""
    file: str = ""
    line: int = 0

    @property
    def is_exclusion(self) -> bool:
        """Whether it rules options out, rather than moving them."""
        return bool(self.excludes or self.only)


@dataclass(frozen=True, slots=True)
class Decision:
    """One question with a closed list of options and all its rules, life-cycle rules included."""

    id: str
    title: str
    question: str
    options: tuple[str, ...]
    rules: tuple[Rule, ...]
    relevant_when: Condition
    summary: str = ""
    phrases: tuple[str, ...] = ()
    area: str = ""
    pack: str = ""
    retired: tuple[tuple[str, str, str], ...] = ()  # (rule, pack that retired it, because)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A workload with its expected answer: a test of the knowledge."""

    id: str
    decision: str
    given: Mapping[str, Any]
    best: tuple[str, ...]
    why: str
    source: str
    priorities: Mapping[str, str] = field(default_factory=dict)
    only: tuple[str, ...] | None = None
    ruled_out: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    outcome: str | None = None
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class PlanScenario:
    """A whole workload with the expected choice in each relevant decision."""

    id: str
    title: str
    given: Mapping[str, Any]
    expect: Mapping[str, tuple[str, ...]]
    why: str
    source: str
    not_relevant: tuple[str, ...] = ()
    priorities: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Inference:
    """What known traits tell about another: `then` holds (trait, value set, value as written)."""

    id: str
    when: Condition
    then: tuple[tuple[str, ValueSet, Any], ...]
    because: str


@dataclass(frozen=True, slots=True)
class Derived:
    """A quantity computed from others. `parts` are the traits of the formula; `steps` alternate operand and operator, left to right."""

    trait: str
    formula: str
    parts: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Impossible:
    """A combination of answers that cannot occur; no completion, question or what-if proposes it."""

    id: str
    when: Condition
    because: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A folder of knowledge."""

    name: str
    version: str
    reviewed: str
    summary: str = ""


class KnowledgeBase:
    """All that is known. Immutable; the same files give the same `digest` whatever their order on the disk.

    `parts` makes the rest on first use: answering one question needs neither the scenarios nor the lexicon.
    """

    def __init__(
        self,
        *,
        packs: tuple[Pack, ...],
        digest: str,
        traits: Mapping[str, Trait],
        services: Mapping[str, Service],
        decisions: Mapping[str, Decision],
        parts: Mapping[str, Callable[[], Any]] | None = None,
        base: KnowledgeBase | None = None,
    ) -> None:
        self.packs, self.digest = packs, digest
        self.traits, self.services, self.decisions = traits, services, decisions
        self.base = base  # the first pack alone, when later packs overlay it
        self._parts = dict(parts or {})
        self.remembered: dict[tuple[str, type, Any], Any] = {}  # answers that were read; pure, so this is only speed

    def _part(self, name: str, default: Any) -> Any:
        return self._parts[name]() if name in self._parts else default

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Every scenario of every decision, by decision and id."""
        return tuple(self._part("scenarios", ()))

    @cached_property
    def plan_scenarios(self) -> tuple[PlanScenario, ...]:
        """The whole-workload scenarios."""
        return tuple(self._part("plan_scenarios", ()))

    @cached_property
    def inference(self) -> tuple[Inference, ...]:
        """What one trait tells about another, sorted by id."""
        return tuple(self._part("inference", ()))

    @cached_property
    def derived(self) -> tuple[Derived, ...]:
        """The computed quantities, sorted by trait."""
        return tuple(self._part("derived", ()))

    @cached_property
    def impossible(self) -> tuple[Impossible, ...]:
        """The combinations that cannot occur."""
        return tuple(self._part("impossible", ()))

    @cached_property
    def lexicon(self) -> Mapping[str, Any]:
        """lexicon.yaml, merged over the packs."""
        lexicon: Mapping[str, Any] = self._part("lexicon", {})
        return lexicon

    @property
    def version(self) -> str:
        """The versions of all packs, first pack first: `2026.11.25` or `2026.11.25+house-3`."""
        first, *rest = self.packs
        return "+".join([first.version, *(f"{p.name}-{p.version}" for p in rest)])

    def fact(self, reference: str) -> Fact:
        """The fact `service.name`; KeyError when there is none."""
        service, _, name = reference.partition(".")
        return self.services[service].facts[name]
