"""One recommendation in every form it can be told in."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from advisor.engine.results import Recommendation, as_dict
from advisor.local import Advisor
from advisor.render.brief import brief
from advisor.render.markdown import recommendation_markdown
from advisor.render.rows import COLUMNS, recommendation_rows, to_csv
from advisor.render.svg import recommendation_svg
from advisor.render.text import WIDTH, recommendation_text
from tests.packs import write_pack


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Advisor:
    """The advisor over the small pack alone."""
    return Advisor.load(write_pack(tmp_path_factory.mktemp("small")), own=False)


@pytest.fixture(scope="module")
def answer(small: Advisor) -> Recommendation:
    """A long run of something round: the ball is ruled out."""
    return small.recommend("thing", run_time="40 min", shape="round", busy=True)


def test_text_tells_points_exclusions_sources_and_days(answer: Recommendation) -> None:
    """The text names the limit with the workload's value, its page and the day it was read."""
    text = recommendation_text(answer)
    assert "A ball stops after 15 min; this runs 40 min." in text
    assert "https://docs.aws.amazon.com/ball (read 2026-11-02)" in text
    assert "The Vase ended on 2025-01-01; use The Box or The Ball instead." in text
    assert "+2 Boxes stack." in text
    assert "  -1 Round things roll; The Box knows." in text
    assert all(len(line) <= WIDTH or "https://" in line for line in text.splitlines())


def test_text_tells_that_another_source_disagrees(small: Advisor) -> None:
    """A rule that leans on a contested fact says what the other source says."""
    text = recommendation_text(small.recommend("thing", shape="round"))
    assert "Another source: ball.weight: 4 kg according to" in " ".join(text.split())
    assert "But: Not uphill." in text


def test_brief_text_is_short(answer: Recommendation) -> None:
    """The short form leaves out caveats and open rules."""
    assert len(recommendation_text(answer, brief=True)) < len(recommendation_text(answer))


def test_markdown_is_a_madr_record(answer: Recommendation) -> None:
    """The sections of MADR 4 stand in their order, and reasons carry their source."""
    text = recommendation_markdown(answer)
    sections = ["Context and Problem Statement", "Considered Options", "Decision Outcome", "Pros and Cons", "More Information"]
    places = [text.index(f"## {s}") for s in sections]
    assert places == sorted(places)
    assert text.startswith("---\nstatus: ")
    assert "([source](https://docs.aws.amazon.com/ball), read 2026-11-02)" in text


def test_markdown_takes_text_literally(tmp_path: Path) -> None:
    """Markup in knowledge does not become markup in the record."""
    from tests.packs import SMALL

    pack = write_pack(tmp_path, services__all=SMALL["services/all.yaml"].replace("The Box", "The <b>Box</b> | *x*"))
    text = recommendation_markdown(Advisor.load(pack, own=False).recommend("thing", shape="square"))
    assert "The \\<b\\>Box\\</b\\> \\| \\*x\\*" in text


def test_rows_have_one_row_per_option(answer: Recommendation) -> None:
    """Every option is a row with the same keys; those ruled out have no rank."""
    rows = recommendation_rows(answer)
    assert {r["option"] for r in rows} == {"ball", "box", "urn", "vase"}
    assert all(tuple(r) == COLUMNS for r in rows)
    gone = {r["option"] for r in rows if r["ruled_out"]}
    assert gone == {"ball", "urn", "vase"}
    assert all(r["rank"] is None and r["score"] is None for r in rows if r["ruled_out"])


def test_csv_reads_back(answer: Recommendation) -> None:
    """The CSV has a header and quotes what needs it."""
    rows = list(csv.DictReader(io.StringIO(to_csv(recommendation_rows(answer)))))
    assert rows[0]["option"] == "box"
    assert rows[0]["score"] == "1"


def test_csv_disarms_formulas() -> None:
    """Text that a spreadsheet would run is quoted."""
    assert to_csv([{"a": "=1+1", "b": -2}], ("a", "b")).splitlines()[1] == "'=1+1,-2"


def test_svg_is_well_formed_and_names_no_host(answer: Recommendation) -> None:
    """The picture parses as XML, has a title, and loads nothing."""
    root = ET.fromstring(recommendation_svg(answer))
    assert root.tag.endswith("svg")
    assert "http" not in recommendation_svg(answer).replace("http://www.w3.org/2000/svg", "")


def test_score_is_the_sum_of_the_shown_points(answer: Recommendation) -> None:
    """What is shown adds up."""
    for option in answer.ranking:
        assert option.score == sum(r.points or 0 for r in (*option.reasons_for, *option.reasons_against))


def test_brief_has_the_full_form_s_fields(answer: Recommendation) -> None:
    """A client of the full form can read the short one."""
    assert brief(answer).keys() == as_dict(answer).keys()


@pytest.mark.parametrize("decision", sorted(Advisor.load().knowledge.decisions))
def test_brief_stays_under_a_thousand_tokens(decision: str, advisor: Advisor) -> None:
    """Four characters count as a token; the scenario with the most answers is the largest case."""
    import json

    cases = [s for s in advisor.knowledge.scenarios if s.decision == decision]
    largest = max(cases, key=lambda s: len(s.given))
    size = len(json.dumps(brief(advisor.recommend(decision, dict(largest.given))), ensure_ascii=False)) / 4
    assert size < 1000, size
