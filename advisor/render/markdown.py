"""A recommendation as an architecture decision record in MADR 4 form, ready to paste."""

from __future__ import annotations

from advisor.engine.results import Reason, Recommendation
from advisor.quantities import trim
from advisor.render.text import LIFECYCLE, called, pack_of, signed


def escape(text: str) -> str:
    """Text that Markdown takes literally."""
    out = text.replace("\\", "\\\\")
    for mark in "`*_<>[]|#":
        out = out.replace(mark, "\\" + mark)
    return " ".join(out.split())


def _sources(reason: Reason) -> str:
    return " ".join(f"([source]({s.url.replace(')', '%29')}), read {s.checked})" for s in reason.sources)


def recommendation_markdown(result: Recommendation, brief: bool = False, level: int = 1) -> str:
    """The ADR. level: depth of its title, so that a plan can hold several."""
    h, hh = "#" * level, "#" * (level + 1)
    best = [o for o in result.ranking if o.rank == 1]
    chosen = " / ".join(o.name for o in best) if best else "nothing fits"
    if result.outcome == "tied":
        chosen = "still open"
    lines = []
    if level == 1:
        lines += [
            "---",
            f"status: {'accepted' if result.outcome == 'decided' else 'proposed'}",
            f"informed: knowledge {result.knowledge.version}",
            "---",
            "",
        ]
    lines += [
        f"{h} {escape(result.decision.title)}: {escape(chosen)}",
        "",
        f"{hh} Context and Problem Statement",
        "",
        escape(result.decision.question),
        "",
    ]
    if result.traits.used or result.traits.inferred:
        lines += ["| what we know | value | how |", "| --- | --- | --- |"]
        lines += [f"| {escape(k)} | {escape(str(v))} | stated |" for k, v in result.traits.used.items()]
        lines += [f"| {escape(i.trait)} | {escape(str(i.value))} | {i.origin}: {escape(i.because)} |" for i in result.traits.inferred]
        lines.append("")
    if result.priorities:
        lines += [f"{hh} Decision Drivers", "", *(f"* {pillar}: {level_}" for pillar, level_ in result.priorities.items()), ""]
    lines += [f"{hh} Considered Options", ""]
    shown = result.ranking[:3] if brief else result.ranking
    lines += [
        f"* {escape(o.name)}{LIFECYCLE.get(o.lifecycle, '')} – {trim(o.score)} point{'s' if abs(o.score) != 1 else ''}" for o in shown
    ]
    lines += [f"* ~~{escape(o.name)}~~ – ruled out" for o in result.ruled_out]
    lines += ["", f"{hh} Decision Outcome", "", escape(result.summary), ""]
    if result.next_question:
        lines += [f"Still worth asking: {escape(result.next_question.question)}", ""]
    if result.without_overlays is not None and result.without_overlays != result.best:
        lines += [f"Without the house rules: {escape(called(result, result.without_overlays) or 'nothing')}.", ""]
    lines += [f"{hh} Pros and Cons of the Options", ""]
    for option in shown:
        reasons = [*option.reasons_for, *option.reasons_against]
        if not reasons and not option.open:
            continue
        lines += [f"{hh}# {escape(option.name)}", ""]
        for reason in reasons[: 2 if brief else None]:
            word = "Good" if (reason.points or 0) > 0 else "Bad"
            text = escape(_lower(reason.text) + pack_of(result, reason))
            lines.append(f"* {word} ({signed(reason.points)}), because {text} {_sources(reason)}".rstrip())
            if reason.caveat and not brief:
                lines.append(f"  * Unless: {escape(reason.caveat)}")
        lines.append("")
    for out in result.ruled_out:
        lines += [f"{hh}# {escape(out.name)}", ""]
        lines += [
            f"* Ruled out, because {escape(_lower(r.text) + pack_of(result, r))} {_sources(r)}".rstrip()
            for r in out.reasons[: 1 if brief else None]
        ]
        lines.append("")
    lines += [f"{hh} More Information", "", f"Knowledge {result.knowledge.version}, digest `{result.knowledge.digest}`.", ""]
    return "\n".join(lines)


def _lower(sentence: str) -> str:
    """The sentence after "because": its first letter small unless it begins a name."""
    first, _, rest = sentence.partition(" ")
    if first.lower() in ("a", "an", "the", "one", "with", "for", "no", "it", "this", "data", "only", "at", "when", "if", "work", "who"):
        return f"{first.lower()} {rest}"
    return sentence
