"""A plan as a Mermaid flowchart: the decisions, what each one chose, and the services it ends in."""

from __future__ import annotations

import re

from advisor.engine.results import Plan


def node(kind: str, name: str) -> str:
    """An id Mermaid accepts: letters, digits and underscores, never a reserved word."""
    return f"{kind}_{re.sub(r'[^0-9A-Za-z]', '_', name)}"


def label(text: str) -> str:
    """Text between double quotes; quotes and markup become entities."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;").replace("#", "&#35;")


def plan_mermaid(plan: Plan) -> str:
    """Decisions as rhombs, chosen options as rounded boxes, services as boxes; an open decision ends in a question mark."""
    lines = ["flowchart LR"]
    names: dict[str, str] = {}
    for planned in plan.decisions:
        lines.append(f'    {node("d", planned.decision.id)}{{"{label(planned.decision.title)}"}}')
        if planned.choice is None:
            lines.append(f'    {node("d", planned.decision.id)} --> {node("q", planned.decision.id)}(["open"])')
        else:
            names[planned.choice] = planned.name or planned.choice
    for service in plan.services:
        names.setdefault(service.service, service.name)
    for option, name in sorted(names.items()):
        lines.append(f'    {node("o", option)}("{label(name)}")')
    for edge in plan.edges:
        if edge.kind == "depends-on":
            lines.append(f"    {node('d', edge.target)} -.-> {node('d', edge.source)}")
        elif edge.kind == "chooses":
            lines.append(f"    {node('d', edge.source)} --> {node('o', edge.target)}")
        else:
            lines.append(f"    {node('o', edge.source)} --- {node('o', edge.target)}")
    chosen = sorted({p.choice for p in plan.decisions if p.choice})
    if chosen:
        lines += ["    classDef chosen stroke-width:2px", f"    class {','.join(node('o', c) for c in chosen)} chosen"]
    return "\n".join(lines) + "\n"
