"""What was understood of a text, and the answer to it, as plain text and Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.language.advise import Advice
from advisor.language.records import Interpretation
from advisor.render.markdown import escape, recommendation_markdown
from advisor.render.plan import plan_markdown
from advisor.render.text import LIFECYCLE, recommendation_text, wrapped


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return " or ".join(_value(v) for v in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"“{w}”" for w in dict.fromkeys(words))


def interpretation_text(found: Interpretation) -> str:
    """Traits, priorities, services and decisions, each with the words that say so; then what was not understood."""
    if not found.understood:
        return "Nothing was understood.\n"
    lines: list[str] = []
    if found.traits:
        lines.append("Understood")
        width = max(len(u.trait) for u in found.traits)
        for trait in found.traits:
            said = _quoted(s.words for s in trait.spans)
            lines.append(
                wrapped(
                    f"{_value(trait.value)}  from {said}{' (denied)' if trait.negated else ''}", width + 5, f"  {trait.trait:<{width}} = "
                )
            )
    if found.priorities:
        lines.append("Stressed")
        lines += [f"  {p.pillar} = {p.level}  from {_quoted(s.words for s in p.spans)}" for p in found.priorities]
    if found.services:
        lines.append("Named")
        lines += [f"  {m.name} ({m.role})  from “{m.span.words}”" for m in found.services]
    if found.decisions:
        lines.append("About")
        lines += [f"  {d.title} ({d.decision})  from {_quoted(d.words)}" for d in found.decisions[:6]]
    if found.not_understood:
        lines.append(wrapped(f"Not understood: {', '.join(s.words for s in found.not_understood)}", 2))
    return "\n".join(lines) + "\n"


def advice_text(advice: Advice) -> str:
    """The answer in sentences, the proposals when there are any, and what it rests on."""
    lines = [wrapped(advice.answer), ""]
    for proposal in advice.proposals:
        lines.append(wrapped(f"{proposal.key}: {proposal.text}  ({proposal.share:.0%})", 7, f"  {proposal.rank:>2}. "))
        lines += [wrapped(reason, 10, "       + ") for reason in proposal.reasons_for[:3]]
        lines += [wrapped(reason, 10, "       - ") for reason in proposal.reasons_against[:2]]
    if advice.proposals:
        lines.append("")
    if advice.services and not advice.proposals:
        for hit in advice.services[:5]:
            lines.append(wrapped(f"{hit.name}{LIFECYCLE.get(hit.lifecycle, '')}: {hit.summary}", 4, "  "))
        lines.append("")
    lines.append(interpretation_text(advice.understood).rstrip("\n"))
    if advice.recommendation is not None and not advice.proposals:
        lines += ["", recommendation_text(advice.recommendation, brief=True).rstrip("\n")]
    return "\n".join(lines) + "\n"


def advice_markdown(advice: Advice) -> str:
    """The answer as a document: the sentences, the proposals, then the record or the plan."""
    lines = [f"> {escape(advice.text[:2000])}", "", escape(advice.answer), ""]
    if advice.proposals:
        lines += ["| # | proposal | how sure | because |", "| --- | --- | --- | --- |"]
        for p in advice.proposals:
            why = (p.reasons_for or p.reasons_against or ("",))[0]
            lines.append(f"| {p.rank} | {escape(p.key)}: {escape(p.text)} | {p.share:.0%} | {escape(why)} |")
        lines.append("")
    if advice.plan is not None:
        lines.append(plan_markdown(advice.plan))
    elif advice.recommendation is not None:
        lines.append(recommendation_markdown(advice.recommendation, brief=True, level=2))
    return "\n".join(lines)
