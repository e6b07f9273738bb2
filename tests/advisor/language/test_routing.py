"""Which decisions an answer speaks to."""

from __future__ import annotations

import pytest

from advisor.language.routing import Routes, routes_of
from tests.packs.talk import talking_knowledge

ROUTES = Routes(talking_knowledge())


def test_values_speak_where_rules_read_them() -> None:
    """Louder for stronger rules, softer when a test allows several values."""
    assert ROUTES.values[("ops", "none")] == {"compute": 8.0}
    assert ROUTES.values[("traffic", "spiky")] == {"compute": pytest.approx(4 / 2**0.5)}
    assert ("traffic", "steady") not in ROUTES.values


def test_numbers_and_their_thresholds() -> None:
    """Each numeric trait knows what rules compare it with, in base units."""
    assert ROUTES.bounds["max_run_time"] == (900.0, 900.0)
    assert ROUTES.far("max_run_time", 900) == 0
    assert ROUTES.far("max_run_time", 9_000_000) == 4
    assert ROUTES.far("volume", 5) == 0


def test_the_likeliest_trait() -> None:
    """The trait whose thresholds lie nearest to the number."""
    assert ROUTES.likeliest({"max_run_time", "kept_for"}, 600) == {"max_run_time"}
    assert ROUTES.likeliest({"max_run_time", "kept_for"}, 40_000_000) == {"kept_for"}


def test_options_know_their_decisions() -> None:
    """An option of two decisions names both; built once per knowledge."""
    assert ROUTES.options["ec2"] == ["buying", "compute"]
    knowledge = talking_knowledge()
    assert routes_of(knowledge) is routes_of(knowledge)
