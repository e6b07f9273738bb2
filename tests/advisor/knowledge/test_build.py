"""From file contents to records: sources travel with facts, the life cycle makes its rules, order changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.knowledge.base import KnowledgeBase, Source
from advisor.knowledge.build import Builder
from advisor.knowledge.conditions import ALWAYS
from advisor.knowledge.conditions import Test as UnaryTest
from advisor.knowledge.load import load_knowledge
from tests.packs import SMALL, write_pack
from tests.strategies import knowledge_of

LIFE = {"source": "https://docs.aws.amazon.com/life", "checked": "2026-11-25"}


@pytest.fixture
def small(tmp_path: Path) -> KnowledgeBase:
    """The small pack."""
    return load_knowledge([write_pack(tmp_path / "small")], use_cache=False)


def test_a_rule_inherits_the_sources_of_its_facts(small: KnowledgeBase) -> None:
    """From its condition, its sentence or its list of facts; a rule with sources of its own keeps them."""
    rules = {r.id: r for r in small.decisions["thing"].rules}
    assert rules["thing.too-long"].facts == ("ball.most",)
    assert rules["thing.too-long"].sources == (Source("https://docs.aws.amazon.com/ball", "2026-11-02"),)
    assert rules["thing.round-rolls"].facts == ("ball.weight",)
    assert rules["thing.square-stands"].sources == (Source("https://docs.aws.amazon.com/box", "2026-11-03"),)


def test_points_are_signed(small: KnowledgeBase) -> None:
    """Favoured options gain, opposed ones lose; strengths are 1, 2, 4, 8."""
    rules = {r.id: r for r in small.decisions["thing"].rules}
    assert rules["thing.round-rolls"].points == (("ball", 4), ("box", -1))
    assert not rules["thing.round-rolls"].is_exclusion
    assert rules["thing.too-long"].is_exclusion


def test_a_fact_keeps_what_other_sources_say(small: KnowledgeBase) -> None:
    """One value is used; the claims stand beside it."""
    fact = small.fact("ball.weight")
    assert (fact.value, fact.claims[0].value, fact.claims[0].source.checked) == ("3 kg", "4 kg", "2026-11-01")
    with pytest.raises(KeyError):
        small.fact("ball.nothing")


def test_only_rules_out_all_others() -> None:
    """`only` is turned round, with one reason."""
    rule = {"id": "x", "when": {}, "only": ["birch"], "because": "B.", "sources": [{"url": LIFE["source"], "checked": LIFE["checked"]}]}
    (found,) = knowledge_of([rule], ("apple", "birch", "cedar")).decisions["trees"].rules
    assert (found.only, found.excludes) == (("birch",), ("apple", "cedar"))


@pytest.mark.parametrize(
    ("life", "expected"),
    [
        ({"status": "available"}, []),
        ({"status": "ended", "since": "2025-01-01", "successor": "birch", **LIFE},
         [("trees.apple-ended", ("apple",), (), "Apple ended on 2025-01-01; use Birch instead.")]),
        ({"status": "announced", **LIFE}, [("trees.apple-announced", ("apple",), (), "Apple is announced but not yet available.")]),
        ({"status": "ending", "until": "2027-05", "successor": ["birch", "cedar"], **LIFE},
         [("trees.apple-ending", (), (("apple", -4),), "Apple ends on 2027-05; use Birch or Cedar instead.")]),
        ({"status": "closed-to-new", "since": "2024-07-25", **LIFE},
         [("trees.apple-closed-to-new", ("apple",), (), "Apple is closed to new customers since 2024-07-25.")]),
    ],
)  # fmt: skip
def test_the_life_cycle_makes_its_rules(life: dict[str, object], expected: list[object]) -> None:
    """Nobody writes them by hand; each carries the life cycle's source and names the successor."""
    knowledge = knowledge_of([], ("apple", "birch", "cedar"), lifecycles={"apple": life})
    rules = knowledge.decisions["trees"].rules
    assert [(r.id, r.excludes, r.points, r.because) for r in rules] == expected
    assert all(r.when == ALWAYS and r.sources == (Source(LIFE["source"], LIFE["checked"]),) for r in rules)


def test_a_closed_service_stays_open_to_its_customers(small: KnowledgeBase) -> None:
    """Ruled out for new ones, opposed for those who have it, open while nobody says."""
    rules = {r.id: r for r in small.decisions["thing"].rules if "urn" in r.id}
    assert rules["thing.urn-closed-to-new"].when == UnaryTest("existing_customer", frozenset([False]))
    assert rules["thing.urn-closed-to-others"].when == UnaryTest("existing_customer", frozenset([True]))
    assert rules["thing.urn-closed-to-others"].points == (("urn", -4),)


def test_a_choice_of_another_decision_is_a_trait(small: KnowledgeBase) -> None:
    """Its values are that decision's options, shown by name."""
    trait = small.traits["choice.thing"]
    assert trait.value_ids == ("ball", "box", "urn", "vase")
    assert trait.values[0].text == "The Ball"


def test_records_are_made_once_and_on_first_use(small: KnowledgeBase) -> None:
    """One question needs few of the thousands."""
    assert small.decisions["thing"] is small.decisions["thing"]
    assert "thing" in small.decisions
    assert "nothing" not in small.decisions


def test_the_order_of_files_changes_nothing(tmp_path: Path) -> None:
    """The same entries spread over other files, in another order."""
    traits = SMALL["traits/all.yaml"].strip().splitlines()
    split = {n: t for n, t in SMALL.items() if n != "traits/all.yaml"}
    spread = {**split, "traits/b.yaml": "\n".join(traits[:2]) + "\n", "traits/a.yaml": "\n".join(reversed(traits[2:])) + "\n"}
    one = load_knowledge([write_pack(tmp_path / "one")], use_cache=False)
    two = load_knowledge([write_pack(tmp_path / "two", spread)], use_cache=False)
    assert {r.id: r.points for r in one.decisions["thing"].rules} == {r.id: r.points for r in two.decisions["thing"].rules}
    assert sorted(one.traits) == sorted(two.traits)


def test_a_mistake_without_anyone_to_tell_is_a_programming_error() -> None:
    """A store that was admitted builds without mistakes; anything else must not pass silently."""
    store = {"traits": {"t": {"type": "quantity", "question": "Q?", "why": "W."}}, "services": {}, "decisions": {}}
    with pytest.raises(AssertionError, match="missing-unit"):
        Builder(store).traits["t"]
