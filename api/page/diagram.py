"""A plan as SVG: decisions in columns by what they depend on, each with its choice, then the services the plan ends in.

Colours and fonts come from the style sheet by class, so that the drawing follows light and dark.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from advisor.engine.results import Plan

WIDTH, HEIGHT, GAP_X, GAP_Y, PAD = 228, 58, 46, 14, 4
MOST_ROWS = 12  # boxes in a column; more start another


@dataclass(frozen=True, slots=True)
class Box:
    """One box: where it stands, its two lines and where it leads."""

    key: str
    kind: str
    x: int
    y: int
    top: str
    bottom: str
    href: str | None


def layers(plan: Plan) -> list[list[str]]:
    """Decision ids by depth: a decision stands right of all it depends on; a circle is cut where the plan's order cuts it."""
    depth: dict[str, int] = {}
    for item in plan.decisions:
        depth[item.decision.id] = max((depth[d] + 1 for d in item.depends_on if d in depth), default=0)
    out: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for name, at in depth.items():
        out[at].append(name)
    return out


def boxes(plan: Plan, links: dict[str, str]) -> list[Box]:
    """Every box of the drawing. links: key (`decision:<id>` or `service:<id>`) → address."""
    by_id = {d.decision.id: d for d in plan.decisions}
    columns: list[list[tuple[str, str, str, str]]] = []
    for layer in layers(plan):
        cells = []
        for name in layer:
            item = by_id[name]
            kind = "chosen" if item.choice else "undecided"
            if item.origin == "pinned":
                kind = "pinned"
            cells.append((f"decision:{name}", kind, item.decision.title, item.name or "not chosen yet"))
        columns += [cells[i : i + MOST_ROWS] for i in range(0, len(cells), MOST_ROWS)]
    services = [(f"service:{s.service}", "service", s.name, s.kind if s.lifecycle == "available" else s.lifecycle) for s in plan.services]
    columns += [services[i : i + MOST_ROWS] for i in range(0, len(services), MOST_ROWS)]
    out = []
    for i, column in enumerate(columns):
        for j, (key, kind, first, second) in enumerate(column):
            out.append(Box(key, kind, PAD + i * (WIDTH + GAP_X), PAD + j * (HEIGHT + GAP_Y), first, second, links.get(key)))
    return out


def arrows(plan: Plan) -> list[tuple[str, str, str]]:
    """(from, to, kind) between boxes: a choice feeds a later decision; a decision ends in a service."""
    out = [(f"decision:{d}", f"decision:{item.decision.id}", "feeds") for item in plan.decisions for d in item.depends_on]
    out += [(f"decision:{d}", f"service:{s.service}", "ends") for s in plan.services for d in s.decisions]
    return sorted(set(out))


def plan_svg(plan: Plan, links: dict[str, str]) -> str:
    """The drawing; empty when nothing arises."""
    found = boxes(plan, links)
    if not found:
        return ""
    place = {b.key: b for b in found}
    width = max(b.x for b in found) + WIDTH + PAD
    height = max(b.y for b in found) + HEIGHT + PAD
    told = "; ".join(f"{d.decision.title}: {d.name or 'not chosen yet'}" for d in plan.decisions)
    label = escape(f"Diagram of the plan. {told}.")
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    out = [f'<svg class="diagram" xmlns="http://www.w3.org/2000/svg" {size} role="group" aria-label="{label}">']
    for source, target, kind in arrows(plan):
        if source in place and target in place:
            out.append(_arrow(place[source], place[target], kind))
    out += [_box(b) for b in found]
    return "".join(out) + "</svg>"


def _arrow(a: Box, b: Box, kind: str) -> str:
    x1, y1, x2, y2 = a.x + WIDTH, a.y + HEIGHT // 2, b.x, b.y + HEIGHT // 2
    if x2 <= x1:  # the same column, or back: go round
        x1, x2 = a.x + WIDTH, b.x + WIDTH
        return f'<path class="arrow {kind}" d="M{x1} {y1}C{x1 + 40} {y1} {x2 + 40} {y2} {x2} {y2}"/>'
    bend = max(30, (x2 - x1) // 2)
    return (
        f'<path class="arrow {kind}" d="M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2 - 5} {y2}"/>'
        f'<path class="head {kind}" d="M{x2} {y2}l-7 -4v8z"/>'
    )


def _box(box: Box) -> str:
    top, bottom = escape(_cut(box.top, 25 if box.kind == "service" else 31)), escape(_cut(box.bottom, 25))
    body = (
        f'<rect class="box" x="{box.x}" y="{box.y}" width="{WIDTH}" height="{HEIGHT}" rx="8"/>'
        f'<text class="one" x="{box.x + 12}" y="{box.y + 24}">{top}</text>'
        f'<text class="two" x="{box.x + 12}" y="{box.y + 43}">{bottom}</text>'
    )
    label = escape(f"{box.top}: {box.bottom}")
    if box.href:
        return f'<a class="{box.kind}" href="{escape(box.href)}" aria-label="{label}"><title>{label}</title>{body}</a>'
    return f'<g class="{box.kind}"><title>{label}</title>{body}</g>'


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
