"""Telling why: rules that spoke become reasons with the workload's own values and the facts' sources."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.engine.cells import describe_values
from advisor.engine.kernel import Kernel, bits_of
from advisor.engine.results import Reason, SourceRef, number
from advisor.engine.workload import Answer, show, show_fact
from advisor.knowledge.base import STRENGTHS, KnowledgeBase
from advisor.knowledge.build import CHOICE, TOKEN
from advisor.knowledge.conditions import AnyOf, Condition, Not, Test, traits_of

STRENGTH_NAMES = {points: name for name, points in STRENGTHS.items()}


def describe_condition(knowledge: KnowledgeBase, condition: Condition) -> str:
    """The condition in the notation of the files: `max_run_time > 15 min and packaging = container-image`."""
    if isinstance(condition, Test):
        trait = knowledge.traits[condition.trait]
        if condition.allowed == trait.domain:
            return f"{condition.trait} is known"
        text = describe_values(trait, condition.allowed)
        if not trait.numeric or text[:1] not in "<>":
            several = ", " in text or ".." in text
            text = f"{'in' if several else '='} {text}"
        return f"{condition.trait} {text}"
    if isinstance(condition, Not):
        return f"not ({describe_condition(knowledge, condition.part)})"
    joint = " or " if isinstance(condition, AnyOf) else " and "
    parts = [describe_condition(knowledge, p) for p in condition.parts]
    return joint.join(f"({p})" if (" or " in p and joint == " and ") else p for p in parts) or "always"


def allowed_by(condition: Condition, trait: str) -> Test | None:
    """The first test of that trait inside the condition."""
    if isinstance(condition, Test):
        return condition if condition.trait == trait else None
    if isinstance(condition, Not):
        return None
    for part in condition.parts:
        found = allowed_by(part, trait)
        if found:
            return found
    return None


class Narrator:
    """Words for the rules of one kernel. Static parts are prepared once; only the workload's values are filled in per answer."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel, self.knowledge = kernel, kernel.knowledge
        self.traits = [tuple(traits_of(r.when)) for r in kernel.rules]
        self._sources: dict[int, tuple[SourceRef, ...]] = {}
        self._claims: dict[int, tuple[str, ...]] = {}
        self._whens: dict[int, str] = {}
        self._parts: dict[int, list[tuple[bool, str]]] = {}
        self._effects: dict[tuple[int, ...], list[tuple[tuple[int, int | None], ...] | None]] = {}
        self._static: dict[tuple[int, int, int, bool], Reason] = {}

    def effects(self, index: int, weights: tuple[int, ...]) -> tuple[tuple[int, int | None], ...]:
        """(option, half points) of one rule under these weights; None instead of points where it rules the option out."""
        table = self._effects.get(weights)
        if table is None:
            table = [None] * len(self.kernel.rules)
            if len(self._effects) < 64:
                self._effects[weights] = table
        found = table[index]
        if found is None:
            if self.kernel.rules[index].is_exclusion:
                found = tuple((o, None) for o in bits_of(self.kernel.rule_excludes(index)))
            else:
                found = tuple((o, half) for o, half in self.kernel.rule_points(index, weights) if half)
            table[index] = found
        return found

    def _template(self, index: int) -> list[tuple[bool, str]]:
        """(is a trait, text) parts of a rule's sentence; facts are filled in already."""
        parts = self._parts.get(index)
        if parts is None:
            parts, last = [], 0
            text = self.kernel.rules[index].because
            for match in TOKEN.finditer(text):
                token = match.group(1)
                parts.append((False, text[last : match.start()]))
                last = match.end()
                if "." in token and not token.startswith(CHOICE):
                    parts.append((False, show_fact(self.knowledge.fact(token).value)))
                else:
                    parts.append((True, token))
            parts.append((False, text[last:]))
            self._parts[index] = parts
        return parts

    def text(self, index: int, option: int, answers: Mapping[str, Answer]) -> str:
        """The rule's sentence for this workload. A trait nobody answered is told as what the rule asks of it."""
        out = []
        for is_trait, part in self._template(index):
            if not is_trait:
                out.append(part)
            elif part == "option":
                out.append(self.knowledge.services[self.kernel.options[option]].name)
            elif part in answers:
                out.append(answers[part].shown)
            else:
                test = allowed_by(self.kernel.rules[index].when, part)
                out.append(show(self.knowledge.traits[part], test.allowed) if test else part.replace("_", " "))
        sentence = "".join(out)
        rule = self.kernel.rules[index]
        changed = f" Weighed anew by {rule.pack}: {rule.changed_because}" if rule.changed_because else ""
        return sentence[:1].upper() + sentence[1:] + changed

    def reason(self, index: int, option: int, half_points: int | None, answers: Mapping[str, Answer], *, is_open: bool = False) -> Reason:
        """One rule's reason for one option. half_points: signed and with priority; None for an exclusion."""
        key = (index, option, half_points or 0, is_open)
        static = self._static.get(key)
        if static is not None:
            return static
        rule = self.kernel.rules[index]
        effect, strength, pillar = "excludes", None, None
        points: float | None = None
        if half_points is not None:
            raw = dict(rule.points)[self.kernel.options[option]]
            effect = "favors" if raw > 0 else "opposes"
            strength, pillar = STRENGTH_NAMES.get(abs(raw)), rule.pillar
            points = number(half_points / 2)
        reason = Reason(
            rule.id, effect, strength, points, pillar, self.text(index, option, answers), self.traits[index], self.sources(index),
            rule.caveat or None, rule.pack, self.when(index) if is_open else None, self.claims(index),
        )  # fmt: skip
        if not any(is_trait and part != "option" for is_trait, part in self._template(index)) and len(self._static) < 20000:
            self._static[key] = reason
        return reason

    def when(self, index: int) -> str:
        """The rule's condition in the notation of the files."""
        if index not in self._whens:
            self._whens[index] = describe_condition(self.knowledge, self.kernel.rules[index].when)
        return self._whens[index]

    def sources(self, index: int) -> tuple[SourceRef, ...]:
        """The pages a rule stands on."""
        if index not in self._sources:
            self._sources[index] = tuple(SourceRef(s.url, s.checked) for s in self.kernel.rules[index].sources)
        return self._sources[index]

    def claims(self, index: int) -> tuple[str, ...]:
        """What other sources say of the facts a rule leans on."""
        if index not in self._claims:
            facts = [self.knowledge.fact(f) for f in self.kernel.rules[index].facts]
            self._claims[index] = tuple(
                f"{f.id}: {show_fact(c.value)} according to {c.source.url} ({c.source.checked})" for f in facts for c in f.claims
            )
        return self._claims[index]
