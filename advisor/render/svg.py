"""A recommendation as SVG bars: points for and against per option, for dashboards and documents."""

from __future__ import annotations

from html import escape

from advisor.engine.results import Recommendation
from advisor.quantities import trim

ROW, NAME, BAR, PAD = 26, 240, 360, 12
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1b1f24}.n{font-weight:600}.m{fill:#57606a}.p{fill:#1a7f4b}.c{fill:#b3382c}.z{stroke:#8c959f}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.m{fill:#9198a1}.p{fill:#3fb97a}.c{fill:#f0776a}}"
)


def recommendation_svg(result: Recommendation) -> str:
    """One bar per surviving option, one line per option ruled out. Stands alone and names no other host."""
    sums = [(sum(r.points or 0 for r in o.reasons_for), -sum(r.points or 0 for r in o.reasons_against)) for o in result.ranking]
    most_for = max([p for p, _ in sums] or [0])
    most_against = max([c for _, c in sums] or [0])
    scale = BAR / max(1.0, most_for + most_against)
    zero = NAME + most_against * scale
    height = PAD * 2 + 30 + ROW * (len(result.ranking) + len(result.ruled_out))
    width = NAME + BAR + 90
    title = escape(f"{result.decision.question} {result.summary}")
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f"<title>{title}</title><style>{STYLE}</style>",
        f'<text class="n" x="{PAD}" y="{PAD + 12}">{escape(result.decision.question)}</text>',
    ]
    y = PAD + 30
    for option, (plus, minus) in zip(result.ranking, sums, strict=True):
        out.append(f'<text x="{PAD}" y="{y + 17}">{option.rank}. {escape(_cut(option.name))}</text>')
        if plus:
            out.append(f'<rect class="p" x="{zero:.1f}" y="{y + 5}" width="{plus * scale:.1f}" height="16" rx="2"/>')
        if minus:
            out.append(f'<rect class="c" x="{zero - minus * scale:.1f}" y="{y + 5}" width="{minus * scale:.1f}" height="16" rx="2"/>')
        out.append(f'<text class="n" x="{NAME + BAR + 12}" y="{y + 17}">{trim(option.score)}</text>')
        y += ROW
    if result.ranking:
        out.append(f'<line class="z" x1="{zero:.1f}" x2="{zero:.1f}" y1="{PAD + 28}" y2="{y}"/>')
    for gone in result.ruled_out:
        out.append(f'<text class="m" x="{PAD}" y="{y + 17}">✗ {escape(_cut(gone.name))}</text>')
        out.append(f'<text class="m" x="{NAME}" y="{y + 17}">ruled out</text>')
        y += ROW
    return "".join(out) + "</svg>"


def _cut(name: str) -> str:
    return name if len(name) <= 32 else name[:31] + "…"
