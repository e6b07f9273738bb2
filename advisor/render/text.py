"""A recommendation as plain text that reads well in a terminal, 100 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from advisor.engine.results import Reason, Recommendation
from advisor.engine.summary import joined
from advisor.quantities import trim

WIDTH = 100
LIFECYCLE = {
    "available": "",
    "closed-to-new": " (closed to new customers)",
    "ending": " (ending)",
    "ended": " (ended)",
    "announced": " (announced)",
}


def wrapped(text: str, indent: int = 0, first: str = "") -> str:
    """The text wrapped, `first` standing in front of its first line."""
    pad = " " * indent
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first or pad,
        subsequent_indent=" " * max(indent, len(first)),
        break_long_words=False,
        break_on_hyphens=False,
    )


def signed(points: float | None) -> str:
    """`+4`, `-2`, `+0.5`."""
    return "" if points is None else f"{'+' if points >= 0 else '-'}{trim(abs(points))}"


def called(result: Recommendation, options: Sequence[str]) -> str:
    """Options of an answer by their names."""
    names = {o.option: o.name for o in result.ranking} | {o.option: o.name for o in result.ruled_out}
    return joined([names.get(o, o) for o in options])


def pack_of(result: Recommendation, reason: Reason) -> str:
    """` [house]` behind a reason, as soon as several packs are loaded and one may ask whose it is."""
    return f" [{reason.pack}]" if result.without_overlays is not None and reason.pack else ""


def pages(reason: Reason) -> list[str]:
    """The sources of a reason, one line each."""
    return [f"{s.url} (read {s.checked})" for s in reason.sources]


def recommendation_text(result: Recommendation, brief: bool = False) -> str:
    """The whole answer. `brief` leaves the best three with their two weightiest reasons, and the exclusions."""
    lines = [result.decision.question, "=" * min(WIDTH, len(result.decision.question)), ""]
    lines += [wrapped(result.summary), ""]
    given = "; ".join(f"{k} = {v}" for k, v in result.traits.used.items())
    if given:
        lines.append(wrapped(given, 10, "Given:    "))
    for found in result.traits.inferred:
        lines.append(wrapped(f"{found.trait} = {found.value} ({found.origin}: {found.because})", 10, "Inferred: "))
    if result.traits.unused:
        lines.append(wrapped(", ".join(result.traits.unused) + " (no rule of this decision reads it)", 10, "Unused:   "))
    if result.priorities:
        lines.append(wrapped("; ".join(f"{k} {v}" for k, v in result.priorities.items()), 10, "Priority: "))
    if len(lines) > 4:
        lines.append("")
    if result.ranking:
        lines += _ranking(result, brief)
    if result.ruled_out:
        lines += ["Ruled out", "---------"]
        for out in result.ruled_out:
            lines.append(f"  {out.name}{LIFECYCLE.get(out.lifecycle, '')}")
            for reason in out.reasons[: 1 if brief else None]:
                lines += _reason(reason, "    ✗ ", pack_of(result, reason), sources=True, caveat=not brief)
        lines.append("")
    if result.without_overlays is not None and result.without_overlays != result.best:
        lines += [wrapped(f"Without the house rules: {called(result, result.without_overlays) or 'nothing'}"), ""]
    if result.next_question:
        question = result.next_question
        answers = ", ".join(str(a).lower() if isinstance(a, bool) else str(a) for a in question.answers)
        lines += [wrapped(f"{question.question}  ({question.trait} = {answers})", 6, "Next: ")]
        lines += [wrapped(question.why, 6), ""]
    lines.append(f"Knowledge {result.knowledge.version} {result.knowledge.digest[:19]}…")
    return "\n".join(lines) + "\n"


def _ranking(result: Recommendation, brief: bool) -> list[str]:
    shown = result.ranking[:3] if brief else result.ranking
    width = max(len(o.name) + len(LIFECYCLE.get(o.lifecycle, "")) for o in shown)
    shares = any(o.win_share is not None for o in result.ranking)
    lines = [
        f"   #  {'Option':<{width}}  Points{'  Comes first' if shares else ''}",
        f"  --  {'-' * width}  ------{'  -----------' if shares else ''}",
    ]
    for option in shown:
        share = f"  {option.win_share:>10.0%}" if option.win_share is not None else ""
        name = option.name + LIFECYCLE.get(option.lifecycle, "")
        lines.append(f"  {option.rank:>2}  {name:<{width}}  {trim(option.score):>6}{share}")
    lines.append("")
    for option in shown:
        reasons = [*option.reasons_for, *option.reasons_against]
        if not reasons:
            continue
        lines.append(f"{option.name}: {trim(option.score)}")
        for reason in sorted(reasons, key=lambda r: -abs(r.points or 0))[: 2 if brief else None]:
            full = not brief and option.rank <= 3
            lines += _reason(reason, f"  {signed(reason.points):>4} ", pack_of(result, reason), sources=full, caveat=full)
        if option.open and not brief:
            lines.append(wrapped("open: " + "; ".join(f"{_would(r)} if {r.when}" for r in option.open[:3]), 11, "     "))
        lines.append("")
    return lines


def _would(reason: Reason) -> str:
    return "ruled out" if reason.effect == "excludes" else signed(reason.points)


def _reason(reason: Reason, first: str, whose: str, *, sources: bool, caveat: bool) -> list[str]:
    lines = [wrapped(reason.text + whose, len(first), first)]
    if caveat and reason.caveat:
        lines.append(wrapped(f"But: {reason.caveat}", len(first)))
    if sources:
        lines += [f"{' ' * len(first)}{page}" for page in pages(reason)]
        lines += [wrapped(f"Another source: {claim}", len(first)) for claim in reason.claims]
    return lines


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], widest: int = 60) -> str:
    """Columns aligned with spaces; long cells are cut with an ellipsis."""
    cut = [[c if len(c) <= widest else c[: widest - 1] + "…" for c in row] for row in rows]
    widths = [max(len(h), *(len(r[i]) for r in cut)) if cut else len(h) for i, h in enumerate(headers)]
    out = ["  ".join(f"{h:<{w}}" for h, w in zip(headers, widths, strict=True)).rstrip(), "  ".join("-" * w for w in widths)]
    out += ["  ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)).rstrip() for row in cut]
    return "\n".join(out) + "\n"
