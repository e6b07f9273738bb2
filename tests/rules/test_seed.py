"""Every row of the seed list is handled: in the catalogue, offered, best in one scenario, losing in another; ended ones ruled out."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.knowledge.documents import parse_document
from advisor.knowledge.load import load_knowledge
from advisor.local import Advisor

SEED = parse_document((Path(__file__).parent / "seed.yaml").read_text(encoding="utf-8"), "seed.yaml").data
ROWS = [(name, key) for name, keys in SEED["systems"].items() for key in keys]
GONE = ("ended", "announced", "closed-to-new")


@pytest.fixture(scope="module")
def fates(advisor: Advisor) -> dict[str, dict[str, set[str]]]:
    """Per option: scenarios it wins, loses, and is ruled out in."""
    out: dict[str, dict[str, set[str]]] = {}
    for scenario in advisor.knowledge.scenarios:
        result = advisor.engine.recommend(
            scenario.decision, dict(scenario.given), priorities=scenario.priorities, only=scenario.only, inquire=False
        )
        for option in result.ranking:
            fate = "wins" if option.rank == 1 else "loses"
            out.setdefault(option.option, {}).setdefault(fate, set()).add(scenario.id)
        for gone in result.ruled_out:
            out.setdefault(gone.option, {}).setdefault("ruled out", set()).add(scenario.id)
    return out


@pytest.mark.parametrize(("name", "key"), ROWS)
def test_system_is_handled(name: str, key: str, advisor: Advisor, fates: dict[str, dict[str, set[str]]]) -> None:
    """The system is known with facts or a sourced life cycle, offered by a decision, wins once (or is gone) and loses once."""
    knowledge = advisor.knowledge
    assert key in knowledge.services, f"{name}: no {key} in the catalogue"
    service = knowledge.services[key]
    assert service.summary
    assert service.does or service.lifecycle.status in GONE
    assert service.facts or service.lifecycle.source, f"{key} has neither facts nor a sourced life cycle"
    assert advisor.catalogue.offers(key), f"no decision offers {key}"
    fate = fates.get(key, {})
    if service.lifecycle.status in GONE:
        assert fate.get("ruled out")
        assert service.lifecycle.successors
    else:
        assert fate.get("wins"), f"{key} is never the best"
        assert fate.get("loses") or fate.get("ruled out"), f"{key} never loses"


@pytest.mark.parametrize("decision", [d for area in SEED["decisions"].values() for d in area])
def test_decision_exists(decision: str) -> None:
    """Every choice of the seed list is a decision."""
    assert decision in load_knowledge().decisions
