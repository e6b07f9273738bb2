"""The drawing of a plan."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.results import (
    DecisionRef,
    KnowledgeRef,
    Plan,
    PlannedDecision,
    PlannedService,
    Recommendation,
    TraitsReport,
)
from api.page.diagram import HEIGHT, WIDTH, boxes, layers, plan_svg

SVG = "{http://www.w3.org/2000/svg}"


def decision(name: str, depends_on: tuple[str, ...] = (), choice: str | None = "x", title: str = "Title") -> PlannedDecision:
    ref = DecisionRef(name, title, "Which?")
    result = Recommendation(ref, "tied", "", None, (), (), None, TraitsReport(), {}, KnowledgeRef("1", "d"))
    return PlannedDecision(ref, "always", depends_on, choice, choice, "advised" if choice else None, None, result)


def plan(decisions: list[PlannedDecision], services: tuple[PlannedService, ...] = ()) -> Plan:
    return Plan("", tuple(decisions), (), (), (), services, (), TraitsReport(), {}, KnowledgeRef("1", "d"))


@st.composite
def graphs(draw: st.DrawFn) -> Plan:
    """Up to 20 decisions, each depending on earlier ones, and services that some end in."""
    count = draw(st.integers(1, 20))
    names = [f"d{i}" for i in range(count)]
    found = [
        decision(
            n, tuple(draw(st.lists(st.sampled_from(names[:i]), max_size=3, unique=True))) if i else (), draw(st.sampled_from(["x", None]))
        )
        for i, n in enumerate(names)
    ]
    services = [
        PlannedService(
            f"s{i}", "Service", "service", "available", tuple(draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)))
        )
        for i in range(draw(st.integers(0, 15)))
    ]
    return plan(found, tuple(services))


@given(graphs())
def test_drawing_is_whole_and_tidy(drawn: Plan) -> None:
    """Well-formed; every decision and service is one box inside the picture; no two overlap; arrows point right, from earlier to later."""
    picture = ElementTree.fromstring(plan_svg(drawn, {}))
    _, _, width, height = map(int, picture.attrib["viewBox"].split())
    found = boxes(drawn, {})
    assert len(found) == len(drawn.decisions) + len(drawn.services) == len(picture.findall(f".//{SVG}rect"))
    assert len({(b.x, b.y) for b in found}) == len(found)
    for a in found:
        assert 0 <= a.x <= width - WIDTH
        assert 0 <= a.y <= height - HEIGHT
        assert all(a is b or a.x != b.x or abs(a.y - b.y) >= HEIGHT for b in found)
    place = {b.key: b for b in found}
    for item in drawn.decisions:
        assert all(place[f"decision:{d}"].x < place[f"decision:{item.decision.id}"].x for d in item.depends_on)


def test_circles_end() -> None:
    """Two decisions that read each other are drawn where the plan's order cuts the circle."""
    drawn = plan([decision("a", ("b",)), decision("b", ("a",))])
    assert layers(drawn) == [["a"], ["b"]]
    assert plan_svg(drawn, {}).count('class="box"') == 2


def test_nothing_arises_nothing_is_drawn() -> None:
    """An empty plan has no picture."""
    assert plan_svg(plan([]), {}) == ""


def test_names_and_links_are_escaped() -> None:
    """Titles and addresses are text in the picture too, and long ones are cut."""
    drawn: Any = plan([decision("a", title="<b>&" + "long " * 20)])
    svg = plan_svg(drawn, {"decision:a": '/d/a?x="&y'})
    link = ElementTree.fromstring(svg).find(f"{SVG}a")
    assert link is not None
    assert link.attrib["href"] == '/d/a?x="&y'
    assert "…" in (link.findtext(f"{SVG}text") or "")
