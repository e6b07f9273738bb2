"""The knowledge as it can be asked for: decisions, traits, services and rules, each linked to the others, and searchable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from advisor.engine.reasons import STRENGTH_NAMES, describe_condition
from advisor.engine.results import SourceRef
from advisor.engine.workload import find_service, show_fact
from advisor.errors import UnknownDecisionError, UnknownRuleError, UnknownServiceError, UnknownTraitError
from advisor.knowledge.base import Decision, Fact, KnowledgeBase, Rule, Scenario, Service, Trait
from advisor.knowledge.build import CHOICE
from advisor.knowledge.conditions import ALWAYS, traits_of
from advisor.spelling import fold


@dataclass(frozen=True, slots=True)
class Named:
    """An id with what people call it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ValueInfo:
    """One value a trait can take."""

    value: Any
    text: str


@dataclass(frozen=True, slots=True)
class TraitInfo:
    """A trait with its question and the decisions that read it. unit: base unit of a quantity; example: an answer one can send."""

    id: str
    type: str
    question: str
    why: str
    unit: str | None
    values: tuple[ValueInfo, ...]
    example: str
    phrases: tuple[str, ...]
    changeable: bool
    decisions: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimInfo:
    """What another source says of the same fact."""

    value: str
    source: SourceRef
    note: str


@dataclass(frozen=True, slots=True)
class FactInfo:
    """A sourced, dated statement. hard: the limit cannot be raised."""

    id: str
    value: str
    hard: bool
    text: str
    note: str
    source: SourceRef
    checked_note: str
    claims: tuple[ClaimInfo, ...]


@dataclass(frozen=True, slots=True)
class LifecycleInfo:
    """Whether it can still be chosen, since or until when, and what follows it."""

    status: str
    since: str | None
    until: str | None
    successors: tuple[Named, ...]
    source: SourceRef | None
    note: str


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """A catalogue entry, with the decisions that offer it and who does what under shared responsibility."""

    id: str
    name: str
    kind: str
    summary: str
    part_of: Named | None
    aliases: tuple[str, ...]
    lifecycle: LifecycleInfo
    choose_when: tuple[str, ...]
    avoid_when: tuple[str, ...]
    does: tuple[str, ...]
    facts: tuple[FactInfo, ...]
    responsibility: dict[str, tuple[str, ...]]
    features: tuple[Named, ...]
    decisions: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class EffectInfo:
    """What a rule does to one option. points: signed, before priorities; None when it rules the option out."""

    option: str
    effect: str
    strength: str | None
    points: int | None


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule as it stands in its file."""

    id: str
    decision: str
    when: str
    effects: tuple[EffectInfo, ...]
    pillar: str | None
    because: str
    caveat: str | None
    traits: tuple[str, ...]
    facts: tuple[str, ...]
    sources: tuple[SourceRef, ...]
    pack: str
    changed_because: str | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class OptionInfo:
    """One option of a decision."""

    id: str
    name: str
    summary: str
    lifecycle: str


@dataclass(frozen=True, slots=True)
class ScenarioInfo:
    """A worked case with its expected answer."""

    id: str
    given: dict[str, Any]
    best: tuple[str, ...]
    ruled_out: tuple[str, ...]
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class DecisionSummary:
    """A decision in a list."""

    id: str
    title: str
    question: str
    area: str
    options: int
    rules: int


@dataclass(frozen=True, slots=True)
class DecisionInfo:
    """A decision with all that belongs to it."""

    id: str
    title: str
    question: str
    summary: str
    area: str
    relevant_when: str
    options: tuple[OptionInfo, ...]
    traits: tuple[TraitInfo, ...]
    rules: tuple[RuleInfo, ...]
    scenarios: tuple[ScenarioInfo, ...]


@dataclass(frozen=True, slots=True)
class PackInfo:
    """A folder of knowledge."""

    name: str
    version: str
    reviewed: str
    summary: str


@dataclass(frozen=True, slots=True)
class KnowledgeInfo:
    """Which knowledge this is. oldest_check, newest_check: days on which the oldest and newest facts were read."""

    version: str
    digest: str
    packs: tuple[PackInfo, ...]
    decisions: int
    options: int
    services: int
    traits: int
    rules: int
    facts: int
    scenarios: int
    oldest_check: str
    newest_check: str


def own_traits(knowledge: KnowledgeBase) -> list[str]:
    """The ids of the traits people are asked for, sorted; those that stand for another decision's choice are left out."""
    return sorted(t for t in knowledge.traits if not t.startswith(CHOICE))


def _example(trait: Trait) -> str:
    if trait.type == "boolean":
        return "true"
    if trait.type == "choice":
        return str(trait.value_ids[0])
    if trait.type == "count":
        return "3"
    return {"s": "20 min", "B": "10 GB", "B/s": "100 MB/s", "rps": "500 rps", "USD": "$500", "USD/month": "$100/month",
            "percent": "99.9 %", "vcpu": "4 vCPU"}.get(trait.unit, "3")  # fmt: skip


class Catalogue:
    """Lists and descriptions of one knowledge base; links are computed once, on first use."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self._readers: dict[str, list[str]] | None = None
        self._rules: dict[str, Rule] | None = None
        self._offers: dict[str, list[str]] | None = None

    @property
    def rules(self) -> dict[str, Rule]:
        """Every rule by its full id, sorted."""
        if self._rules is None:
            every = (r for d in self.knowledge.decisions for r in self.knowledge.decisions[d].rules)
            self._rules = {r.id: r for r in sorted(every, key=lambda r: r.id)}
        return self._rules

    def readers(self, trait: str) -> list[str]:
        """Ids of the rules that read a trait."""
        if self._readers is None:
            self._readers = {}
            for rule in self.rules.values():
                for name in traits_of(rule.when):
                    self._readers.setdefault(name, []).append(rule.id)
        return self._readers.get(trait, [])

    def offers(self, service: str) -> list[str]:
        """Ids of the decisions that offer a service."""
        if self._offers is None:
            self._offers = {}
            for name in sorted(self.knowledge.decisions):
                for option in self.knowledge.decisions[name].options:
                    self._offers.setdefault(option, []).append(name)
        return self._offers.get(service, [])

    # ── one ───────────────────────────────────────────────────────────────────────────────────────────────────
    def decision(self, name: str) -> DecisionInfo:
        """A decision with its options, traits, rules and scenarios. Raises UnknownDecisionError."""
        decision = self._decision(name)
        knowledge = self.knowledge
        options = tuple(OptionInfo(s.id, s.name, s.summary, s.lifecycle.status) for s in (knowledge.services[o] for o in decision.options))
        traits = sorted({t for r in decision.rules for t in traits_of(r.when) if not t.startswith(CHOICE)})
        scenarios = tuple(_scenario(s) for s in knowledge.scenarios if s.decision == decision.id)
        return DecisionInfo(
            decision.id, decision.title, decision.question, decision.summary, decision.area,
            "always" if decision.relevant_when == ALWAYS else describe_condition(knowledge, decision.relevant_when), options,
            tuple(self.trait(t) for t in traits), tuple(self._rule(r) for r in decision.rules), scenarios,
        )  # fmt: skip

    def _decision(self, name: str) -> Decision:
        key = str(name).strip().lower().replace(" ", "-").replace("_", "-")
        for candidate in (name, key):
            if candidate in self.knowledge.decisions:
                return self.knowledge.decisions[candidate]
        raise UnknownDecisionError(name, list(self.knowledge.decisions))

    def trait(self, name: str) -> TraitInfo:
        """A trait and who reads it. Raises UnknownTraitError."""
        if name not in self.knowledge.traits or name.startswith(CHOICE):
            raise UnknownTraitError(name, own_traits(self.knowledge), path=("trait",))
        trait = self.knowledge.traits[name]
        rules = self.readers(name)
        texts = {v.id: v.text for v in trait.values}
        values = tuple(ValueInfo(v, texts.get(str(v), "yes" if v is True else "no")) for v in trait.value_ids)
        return TraitInfo(
            trait.id, trait.type, trait.question, trait.why, trait.unit if trait.type == "quantity" else None, values, _example(trait),
            trait.phrases, trait.changeable, tuple(sorted({r.partition(".")[0] for r in rules})), tuple(rules),
        )  # fmt: skip

    def service(self, name: str) -> ServiceInfo:
        """A service by id, name or alias. Raises UnknownServiceError."""
        found = find_service(self.knowledge, str(name))
        if found is None:
            names = [*self.knowledge.services, *(s.name for s in self.knowledge.services.values())]
            raise UnknownServiceError(name, names)
        service = self.knowledge.services[found]
        life = service.lifecycle
        features = tuple(self._named(k) for k in sorted(self.knowledge.services) if self.knowledge.services[k].part_of == found)
        return ServiceInfo(
            service.id, service.name, service.kind, service.summary, self._named(service.part_of) if service.part_of else None,
            service.aliases,
            LifecycleInfo(life.status, life.since, life.until, tuple(self._named(s) for s in life.successors),
                          SourceRef(life.source.url, life.source.checked) if life.source else None, life.note),
            service.choose_when, service.avoid_when, service.does, tuple(_fact(f) for f in service.facts.values()),
            dict(service.responsibility), features,
            tuple(Named(d, self.knowledge.decisions[d].title) for d in self.offers(found)),
        )  # fmt: skip

    def rule(self, name: str) -> RuleInfo:
        """A rule by `decision.rule`. Raises UnknownRuleError."""
        if name not in self.rules:
            raise UnknownRuleError(name, list(self.rules))
        return self._rule(self.rules[name])

    def _named(self, service: str) -> Named:
        found = self.knowledge.services.get(service)
        return Named(service, found.name if found else service)

    def _rule(self, rule: Rule) -> RuleInfo:
        effects = [EffectInfo(o, "excludes", None, None) for o in rule.excludes]
        effects += [EffectInfo(o, "favors" if p > 0 else "opposes", STRENGTH_NAMES.get(abs(p)), p) for o, p in rule.points]
        return RuleInfo(
            rule.id, rule.decision, describe_condition(self.knowledge, rule.when), tuple(effects), rule.pillar, rule.because,
            rule.caveat or None, tuple(traits_of(rule.when)), rule.facts, tuple(SourceRef(s.url, s.checked) for s in rule.sources),
            rule.pack, rule.changed_because or None, rule.file, rule.line,
        )  # fmt: skip

    # ── lists ─────────────────────────────────────────────────────────────────────────────────────────────────
    def decisions(self, query: str | None = None) -> tuple[DecisionSummary, ...]:
        """All decisions by area and id, or those that a search finds."""
        every = sorted(self.knowledge.decisions.values(), key=lambda d: (d.area, d.id))
        return tuple(
            DecisionSummary(d.id, d.title, d.question, d.area, len(d.options), len(d.rules))
            for d in every if _matches(query, d.id, d.title, d.question, d.summary, *d.phrases, *d.options)
        )  # fmt: skip

    def traits(self, query: str | None = None) -> tuple[TraitInfo, ...]:
        """All traits by id, or those that a search finds."""
        every = (self.knowledge.traits[t] for t in own_traits(self.knowledge))
        found = [
            t
            for t in every
            if _matches(query, t.id, t.question, t.why, *t.phrases, *(p for v in t.values for p in (v.id, v.text, *v.phrases)))
        ]
        return tuple(self.trait(t.id) for t in found)

    def services(self, query: str | None = None) -> tuple[Service, ...]:
        """All services by id, or those that a search finds."""
        every = (self.knowledge.services[s] for s in sorted(self.knowledge.services))
        return tuple(s for s in every if _matches(query, s.id, s.name, s.summary, *s.aliases, *s.does))

    def rule_list(self, query: str | None = None) -> tuple[RuleInfo, ...]:
        """All rules by id, or those that a search finds."""
        found = (
            r
            for r in self.rules.values()
            if _matches(query, r.id, r.because, r.caveat, *r.excludes, *(o for o, _ in r.points), *traits_of(r.when),
                        *(show_fact(self.knowledge.fact(f).value) for f in r.facts))
        )  # fmt: skip
        return tuple(self._rule(r) for r in found)

    def info(self) -> KnowledgeInfo:
        """Counts, versions and dates."""
        knowledge = self.knowledge
        facts = [f for s in knowledge.services.values() for f in s.facts.values()]
        days = sorted(f.source.checked for f in facts) or [""]
        options = {o for d in knowledge.decisions.values() for o in d.options}
        return KnowledgeInfo(
            knowledge.version, knowledge.digest, tuple(PackInfo(p.name, p.version, p.reviewed, p.summary) for p in knowledge.packs),
            len(knowledge.decisions), len(options), len(knowledge.services), len(own_traits(knowledge)), len(self.rules), len(facts),
            len(knowledge.scenarios), days[0], days[-1],
        )  # fmt: skip


def _matches(query: str | None, *texts: str) -> bool:
    """Whether every word of the query stands in one of the texts."""
    if not query:
        return True
    blob = " " + fold(" ".join(texts))
    return all(f" {word}" in blob for word in fold(query[:200]).split())


def _fact(fact: Fact) -> FactInfo:
    claims = tuple(ClaimInfo(show_fact(c.value), SourceRef(c.source.url, c.source.checked), c.note) for c in fact.claims)
    return FactInfo(
        fact.id,
        show_fact(fact.value),
        fact.hard,
        fact.text,
        fact.note,
        SourceRef(fact.source.url, fact.source.checked),
        fact.checked_note,
        claims,
    )


def _scenario(scenario: Scenario) -> ScenarioInfo:
    return ScenarioInfo(scenario.id, dict(scenario.given), scenario.best, scenario.ruled_out, scenario.why, scenario.source)


def service_row(service: Service) -> dict[str, Any]:
    """A service in a list."""
    return {
        "id": service.id, "name": service.name, "kind": service.kind, "summary": service.summary,
        "lifecycle": service.lifecycle.status, "part_of": service.part_of, "facts": len(service.facts),
    }  # fmt: skip
