"""Catalogue entries as plain text: decisions, traits, services, rules, the knowledge itself."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from advisor.engine.catalogue import DecisionInfo, KnowledgeInfo, RuleInfo, ServiceInfo, TraitInfo
from advisor.render.text import LIFECYCLE, table, wrapped


@singledispatch
def described(info: Any) -> str:
    """The entry as text."""
    return str(info)


def _head(name: str, under: str = "=") -> list[str]:
    return [name, under * min(100, len(name))]


def _row(label: str, text: str) -> str:
    return wrapped(text, 14, f"{label + ':':<14}")


@described.register
def _decision(info: DecisionInfo) -> str:
    lines = [*_head(f"{info.title} ({info.id})"), "", info.question, ""]
    if info.summary:
        lines += [wrapped(info.summary), ""]
    lines += [_row("Relevant", info.relevant_when), ""]
    lines += [
        table(("option", "name", "what it is"), [(o.id, o.name + LIFECYCLE.get(o.lifecycle, ""), o.summary) for o in info.options], 70)
    ]
    lines += [table(("trait", "question", "such as"), [(t.id, t.question, t.example) for t in info.traits], 70)]
    lines.append(f"{len(info.rules)} rules, {len(info.scenarios)} scenarios: `advisor show rules -q {info.id}`")
    return "\n".join(lines) + "\n"


@described.register
def _trait(info: TraitInfo) -> str:
    lines = [
        *_head(info.id),
        "",
        info.question,
        info.why,
        "",
        _row("Type", info.type + (f" in {info.unit}" if info.unit else "")),
        _row("Example", f"{info.id}={info.example}"),
    ]
    if info.values:
        lines += [
            "",
            table(
                ("value", "meaning"),
                [(str(v.value).lower() if isinstance(v.value, bool) else str(v.value), v.text) for v in info.values],
                80,
            ),
        ]
    lines += [
        _row("Said as", ", ".join(info.phrases) or "–"),
        _row("Decisions", ", ".join(info.decisions) or "–"),
        _row("Rules", str(len(info.rules))),
    ]
    return "\n".join(lines) + "\n"


@described.register
def _service(info: ServiceInfo) -> str:
    life = info.lifecycle
    lines = [*_head(f"{info.name} ({info.id})"), "", wrapped(info.summary), ""]
    state = life.status + (f" since {life.since}" if life.since else "") + (f" until {life.until}" if life.until else "")
    if life.successors:
        state += "; then " + ", ".join(s.name for s in life.successors)
    lines.append(_row("Life cycle", state))
    if life.source:
        lines.append(_row("", f"{life.source.url} (read {life.source.checked})"))
    if life.note:
        lines.append(_row("", life.note))
    for label, items in (
        ("Also called", info.aliases),
        ("Choose when", info.choose_when),
        ("Avoid when", info.avoid_when),
        ("Does", info.does),
    ):
        for i, item in enumerate([", ".join(items)] if label in ("Also called", "Does") and items else items):
            lines.append(_row(label if i == 0 else "", item) if i == 0 else wrapped(item, 14))
    if info.part_of:
        lines.append(_row("Part of", f"{info.part_of.name} ({info.part_of.id})"))
    if info.features:
        lines.append(_row("Features", ", ".join(f.name for f in info.features)))
    if info.decisions:
        lines.append(_row("Offered by", ", ".join(d.id for d in info.decisions)))
    if info.facts:
        lines += ["", *_head("Facts", "-")]
        for fact in info.facts:
            lines.append(
                wrapped(f"{fact.id} = {fact.value}{' (hard limit)' if fact.hard else ''}{'. ' + fact.text if fact.text else ''}", 4, "  ")
            )
            lines.append(f"    {fact.source.url} (read {fact.source.checked})")
            lines += [wrapped(f"{note}", 4) for note in (fact.note, fact.checked_note) if note]
            lines += [
                wrapped(f"Another source says {c.value}: {c.source.url} ({c.source.checked}) {c.note}".strip(), 4) for c in fact.claims
            ]
    if info.responsibility:
        lines += ["", *_head("Who does what", "-")]
        for who, tasks in info.responsibility.items():
            lines += [wrapped(task, 12, f"  {'AWS' if who == 'aws' else 'you':<10}") for task in tasks]
    return "\n".join(lines) + "\n"


@described.register
def _rule(info: RuleInfo) -> str:
    effects = ", ".join(
        f"{e.effect} {e.option}" + (f" ({e.strength}, {e.points:+d})" if e.points is not None else "") for e in info.effects
    )
    lines = [*_head(info.id), "", _row("When", info.when), _row("Then", effects), _row("Because", info.because)]
    if info.pillar:
        lines.append(_row("Pillar", info.pillar))
    if info.caveat:
        lines.append(_row("But", info.caveat))
    if info.changed_because:
        lines.append(_row("Changed", info.changed_because))
    lines += [_row("Source" if i == 0 else "", f"{s.url} (read {s.checked})") for i, s in enumerate(info.sources)]
    lines.append(_row("Stands in", f"{info.file}:{info.line} (pack {info.pack})"))
    return "\n".join(lines) + "\n"


@described.register
def _knowledge(info: KnowledgeInfo) -> str:
    lines = [*_head(f"Knowledge {info.version}"), info.digest, ""]
    lines += [_row("Pack", f"{p.name} {p.version}, reviewed {p.reviewed}. {p.summary}") for p in info.packs]
    things = ("decisions", "options", "services", "traits", "rules", "facts", "scenarios")
    counts = ", ".join(f"{getattr(info, thing)} {thing}" for thing in things)
    lines += [_row("Holds", counts), _row("Facts read", f"{info.oldest_check} to {info.newest_check}")]
    return "\n".join(lines) + "\n"
