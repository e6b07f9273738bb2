"""What would change an answer, and options side by side, as plain text and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from advisor.engine.results import Change, Comparison, PillarSensitivity, Separator, WhatIf
from advisor.engine.summary import joined
from advisor.quantities import trim
from advisor.render.markdown import escape
from advisor.render.text import LIFECYCLE, signed, table, wrapped

MOST_SETS = 3


def changes_text(changes: Sequence[Change]) -> str:
    """A set of changes in one phrase."""
    return joined([c.text for c in changes])


def _interval(found: PillarSensitivity) -> str:
    high = "any weight" if found.high is None else f"{found.high:g}"
    return f"stays from {found.low:g} to {high} (now {found.weight:g})"


def _takeover(found: PillarSensitivity) -> str:
    parts = []
    if found.below:
        parts.append(f"below: {', '.join(found.below)}")
    if found.above:
        parts.append(f"above: {', '.join(found.above)}")
    return "; ".join(parts)


def _shared_blocks(result: WhatIf, item: Callable[[str], str]) -> list[tuple[str, list[str]]]:
    """(heading, lines) of a what-if; `item` makes one list item."""
    blocks: list[tuple[str, list[str]]] = []
    names = {c.option: c.name for c in result.counterfactuals}
    found = [c for c in result.counterfactuals if c.sets]
    lines = []
    for option in found:
        for changes in option.sets[:MOST_SETS]:
            lines.append(item(f"{option.name} would win if {changes_text(changes)}"))
        more = len(option.sets) - MOST_SETS + option.omitted
        if more > 0:
            lines.append(item(f"{option.name}: {more} more way{'s' if more != 1 else ''} of the same size"))
    none = [c.name for c in result.counterfactuals if not c.sets]
    if none:
        lines.append(item(f"No change of that size makes {joined(none, 'or')} win"))
    blocks.append(("What would make another option win", lines))
    blocks.append(
        (
            "What would dethrone the winner",
            [
                item(f"If {changes_text(d.changes)}: then {joined([names.get(b, b) for b in d.best]) or 'nothing survives'}")
                for d in result.dethroning[:8]
            ],
        )
    )
    blocks.append(("Could still be ruled out", [item(o.text) for o in result.open_exclusions[:10]]))
    moving = [s for s in result.sensitivity if s.relevant]
    lines = [item(f"{s.pillar}: {_interval(s)}" + (f"; {_takeover(s)}" if _takeover(s) else "")) for s in moving]
    if result.irrelevant:
        lines.append(item(f"No weight of {joined(result.irrelevant, 'or')} changes the first place"))
    blocks.append(("How far priorities can move (none 0, low 0.5, normal 1, high 2)", lines))
    robust = result.robustness
    lines = []
    if robust.share is not None:
        lines.append(
            item(
                f"The first place stays in {robust.share:.0%} of cases when each of {robust.effects} strengths moves by at most one step"
                + ("" if robust.exact else " (sampled)")
            )
        )
    for hinge in robust.hinges:
        then = joined(hinge.best) or "nothing"
        lines.append(item(f"It hangs on {hinge.rule} ({hinge.strength or hinge.effect}): without it {then} would come first. {hinge.text}"))
    if robust.share is not None and not robust.hinges:
        lines.append(item("No single rule decides it"))
    blocks.append(("How much hangs on judgement", lines))
    lines = [
        item(f"Without {joined([f'{g.trait} = {g.shown}' for g in r.answers])}: {joined(r.best) or joined(r.survivors)} would come first")
        for r in result.relaxations
    ]
    blocks.append(("What to give up", lines))
    return [(heading, found_lines) for heading, found_lines in blocks if found_lines]


def what_if_text(result: WhatIf) -> str:
    """Everything that would change the answer."""
    lines = [result.decision.question, "=" * min(100, len(result.decision.question)), "", wrapped(result.summary), ""]
    given = "; ".join(f"{k} = {v}" for k, v in result.traits.used.items())
    if given:
        lines += [wrapped(given, 10, "Given:    "), ""]
    for heading, items in _shared_blocks(result, lambda text: wrapped(text, 4, "  - ")):
        lines += [heading, "-" * len(heading), *items, ""]
    if not result.exact:
        lines += ["A search ended at its bound: what is not listed is not proved impossible.", ""]
    lines.append(f"Knowledge {result.knowledge.version} {result.knowledge.digest[:19]}…")
    return "\n".join(lines) + "\n"


def what_if_markdown(result: WhatIf) -> str:
    """The same as a document."""
    lines = [f"# What would change: {escape(result.decision.title)}", "", escape(result.summary), ""]
    if result.traits.used:
        lines += [
            "| what we know | value |",
            "| --- | --- |",
            *(f"| {escape(k)} | {escape(str(v))} |" for k, v in result.traits.used.items()),
            "",
        ]
    for heading, items in _shared_blocks(result, lambda text: f"* {escape(text)}"):
        lines += [f"## {escape(heading)}", "", *items, ""]
    if not result.exact:
        lines += ["A search ended at its bound: what is not listed is not proved impossible.", ""]
    lines += [f"Knowledge {result.knowledge.version}, digest `{result.knowledge.digest}`.", ""]
    return "\n".join(lines)


def _effect(value: object) -> str:
    if value == "excludes":
        return "ruled out"
    return signed(float(value)) if isinstance(value, int | float) and value else "·"


def _separator_rows(found: Sequence[Separator], options: Sequence[str]) -> list[list[str]]:
    return [[*(_effect(s.effects.get(o, 0)) for o in options), s.text] for s in found]


def comparison_text(result: Comparison) -> str:
    """Options in columns, one line per rule that separates them; then what each would need."""
    ids = [o.option for o in result.options]
    lines = [result.decision.question, "=" * min(100, len(result.decision.question)), "", wrapped(result.summary), ""]
    rows = [
        (o.name + LIFECYCLE.get(o.lifecycle, ""), "ruled out" if o.rank is None else str(o.rank), trim(o.score)) for o in result.options
    ]
    lines.append(table(("option", "rank", "points"), rows))
    for heading, found in (("What separates them", result.separates), ("Still open", result.open)):
        if found:
            lines += [heading, table((*ids, "because"), _separator_rows(found[:15], ids), 70)]
    alike = f"{result.shared} rule that holds treats" if result.shared == 1 else f"{result.shared} rules that hold treat"
    if result.shared:
        lines.append(f"{alike} them alike.")
    lines.append("")
    for option in result.options:
        lines.append(f"{option.name}: {option.summary}")
        lines += [wrapped(w, 4, "  + ") for w in option.choose_when]
        lines += [wrapped(w, 4, "  - ") for w in option.avoid_when]
        if option.needs is not None and option.needs.sets:
            lines += [wrapped(f"would win if {changes_text(c)}", 4, "  ? ") for c in option.needs.sets[:MOST_SETS]]
        lines.append("")
    lines.append(f"Knowledge {result.knowledge.version} {result.knowledge.digest[:19]}…")
    return "\n".join(lines) + "\n"


def comparison_markdown(result: Comparison) -> str:
    """The same as a document with tables."""
    names = [o.name for o in result.options]
    ids = [o.option for o in result.options]
    lines = [f"# {escape(joined(names, 'or'))}?", "", escape(result.decision.question), "", escape(result.summary), ""]
    head = [f"| because | {' | '.join(map(escape, names))} |", f"| --- |{' --- |' * len(names)}"]
    for heading, found in (("What separates them", result.separates), ("Still open", result.open)):
        if found:
            lines += [f"## {heading}", "", *head]
            lines += [f"| {escape(s.text)} | {' | '.join(_effect(s.effects.get(o, 0)) for o in ids)} |" for s in found[:15]]
            lines.append("")
    lines += ["## Points", "", *(f"* {escape(o.name)}: {'ruled out' if o.rank is None else trim(o.score)}" for o in result.options), ""]
    needs = [(o.name, o.needs) for o in result.options if o.needs is not None and o.needs.sets]
    if needs:
        lines += ["## What each would need to win", ""]
        lines += [f"* {escape(name)}: if {escape(changes_text(c))}" for name, need in needs for c in need.sets[:MOST_SETS]]
        lines.append("")
    lines += [f"Knowledge {result.knowledge.version}, digest `{result.knowledge.digest}`.", ""]
    return "\n".join(lines)
