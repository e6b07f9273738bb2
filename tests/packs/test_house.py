"""House rules: a pack over ours forbids, prefers, retires and adjusts, and the answer shows whose word each reason is."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.engine.catalogue import Catalogue
from advisor.local import Advisor
from advisor.render.markdown import recommendation_markdown
from advisor.render.text import recommendation_text
from tests.packs import write_pack

HOUSE = Path(__file__).parent / "house"


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Advisor:
    """The advisor without house rules."""
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))
    return Advisor.load(write_pack(tmp_path / "small"), own=False)


@pytest.fixture
def house(tmp_path: Path, plain: Advisor) -> Advisor:
    """The advisor with them."""
    return Advisor.load(tmp_path / "small", HOUSE, own=False)


def test_a_forbidden_option_is_ruled_out_with_the_reason_of_the_house(plain: Advisor, house: Advisor) -> None:
    """The winner of a round workload is forbidden; the answer says by whom, and what would win otherwise."""
    before, after = plain.recommend("thing", shape="round"), house.recommend("thing", shape="round")
    assert before.best == ("ball",)
    assert after.without_overlays == ("ball",)
    barred = {o.option: o.reasons for o in after.ruled_out}["ball"]
    assert [(r.rule, r.pack) for r in barred] == [("thing.no-balls-in-the-house", "house")]
    assert barred[0].text == "The house allows no balls since the window of 2024."
    assert barred[0].sources[0].url == "https://example.org/house-rules"


def test_a_preferred_option_of_the_house_wins(plain: Advisor, house: Advisor) -> None:
    """A new option with its own rule takes the first place; each reason names its pack."""
    after = house.recommend("thing", shape="square")
    assert plain.recommend("thing", shape="square").best == ("box",)
    assert after.best == ("crate",)
    assert after.without_overlays == ("box",)
    packs = {r.rule: r.pack for o in after.ranking for r in (*o.reasons_for, *o.reasons_against)}
    assert packs == {"thing.crates-are-here": "house", "thing.square-stands": "house"}


def test_an_adjusted_strength_scores_anew(plain: Advisor, house: Advisor) -> None:
    """`moderate` became `slight`, and the rule says since when it is another's."""
    score = {a: {o.option: o.score for o in a.recommend("thing", shape="square").ranking} for a in (plain, house)}
    assert (score[plain]["box"], score[house]["box"]) == (2, 1)
    rule = Catalogue(house.knowledge).rule("thing.square-stands")
    assert (rule.pack, rule.changed_because) == ("house", "Boxes have tipped over here.")


def test_documents_tell_whose_each_reason_is(plain: Advisor, house: Advisor) -> None:
    """Text and Markdown name the pack behind each reason, why a rule weighs anew, and the former winner by its name."""
    after, before = house.recommend("thing", shape="round"), plain.recommend("thing", shape="round")
    for told in (recommendation_text(after), recommendation_markdown(after)):
        plainly = " ".join(told.replace("\\", "").split())
        assert "house allows no balls since the window of 2024. [house]" in plainly
        assert "Without the house rules: The Ball" in plainly
    assert "[small]" not in recommendation_text(before)
    square = " ".join(recommendation_text(house.recommend("thing", shape="square")).split())
    assert "Weighed anew by house: Boxes have tipped over here. [house]" in square


def test_a_retired_rule_speaks_no_more(plain: Advisor, house: Advisor) -> None:
    """It scores without the house rules, not with them; the decision remembers who retired it and why."""
    assert {o.option: o.score for o in plain.recommend("thing", copies=9).ranking}["box"] == 2
    after = house.recommend("thing", copies=9)
    assert "thing.many" not in {r.rule for o in after.ranking for r in (*o.reasons_for, *o.open)}
    assert house.knowledge.decisions["thing"].retired == (("thing.many", "house", "We never stack."),)


def test_both_packs_name_the_knowledge(plain: Advisor, house: Advisor) -> None:
    """Version and digest tell answers with house rules from those without; the base is the first pack alone."""
    assert house.knowledge.version == "1+house-3"
    assert [p.name for p in house.knowledge.packs] == ["small", "house"]
    assert house.knowledge.digest != plain.knowledge.digest
    assert house.knowledge.base is not None
    assert house.knowledge.base.digest == plain.knowledge.digest
    assert plain.recommend("thing", shape="round").without_overlays is None


def test_a_cached_load_lays_the_house_over_too(tmp_path: Path, house: Advisor) -> None:
    """The second load, from the cache, gives the same bytes."""
    again = Advisor.load(tmp_path / "small", HOUSE, own=False)
    assert again.recommend("thing", shape="round") == house.recommend("thing", shape="round")
