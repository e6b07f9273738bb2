"""Form fields and the questions they stand for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from starlette.requests import Request

from advisor.errors import LimitError
from api.page.answers import Asked, pairs_of, read_asked, spelt
from api.page.frame import Addresses, environment, percent, signed, web
from api.questions import MAX_PARAMETERS
from tests.strategies import knowledge_of, priorities, workloads

KNOWLEDGE = knowledge_of([])


def request_for(query: str, root_path: str = "") -> Request:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": query.encode(),
        "headers": [(b"host", b"h.test")],
        "scheme": "https",
        "server": ("h.test", 443),
        "root_path": root_path,
    }
    return Request(scope)


def read(pairs: list[tuple[str, str]]) -> Asked:
    return read_asked(request_for(Addresses(request_for(""))("", pairs).partition("?")[2]), KNOWLEDGE)


@given(workloads(), priorities())
def test_addresses_carry_the_whole_question(traits: dict[str, Any], levels: dict[str, str]) -> None:
    """What was answered, written into an address and read again, is the same question; a second round changes nothing."""
    first = read(pairs_of(traits, levels))
    assert first.notices == []
    assert list(first.traits) == list(traits)
    assert first.priorities == {p: v for p, v in levels.items() if v != "normal"}
    assert read(first.pairs()) == first


def test_unknown_words_and_blanks_are_no_answers() -> None:
    """Empty, "unknown" and "?" say nothing; `dont-know` says that one cannot tell."""
    asked = read([("cold", ""), ("wet", "unknown"), ("length", "?"), ("colour", "dont-know")])
    assert (asked.traits, asked.skipped, asked.notices) == ({}, ["colour"], [])


def test_an_answer_beats_dont_know() -> None:
    """Both at once: the answer counts."""
    asked = read([("colour", "dont-know"), ("colour", "red")])
    assert (asked.traits, asked.skipped) == ({"colour": "red"}, [])


def test_too_many_parameters() -> None:
    """There is an end to what one address may say."""
    with pytest.raises(LimitError):
        read([("cold", "true")] * (MAX_PARAMETERS + 1))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        ("40 min", "40 min"),
        ({"min": "1 GB", "max": "4 GB"}, "1 GB .. 4 GB"),
        ({"min": 3}, ">= 3"),
        ({"max": 9}, "<= 9"),
    ],
)
def test_raw_answers_as_text(value: Any, text: str) -> None:
    """Every form of a raw answer has a text the advisor reads back."""
    assert spelt(value) == text


def test_numbers_for_people() -> None:
    """Small shares are not nothing, large ones not everything; a minus is a minus."""
    assert [percent(s) for s in (0.0, 0.001, 0.405, 0.999, 1.0, None)] == ["0 %", "< 1 %", "40 %", "> 99 %", "100 %", ""]
    assert [signed(p) for p in (2, -2.5, 0, None)] == ["+2", "−2.5", "0", ""]


def test_only_web_addresses_become_links() -> None:
    """A source that is no web address is shown, not linked."""
    assert web("javascript:alert(1)") == ""
    assert web("https://docs.aws.amazon.com/x") == "https://docs.aws.amazon.com/x"


def test_addresses_are_quoted_and_prefixed() -> None:
    """Spaces, slashes and ampersands of values cannot leave their place."""
    url = Addresses(request_for("", "/deep/down"))
    assert url("/d/a b", {"x": "1 & 2/3"}) == "/deep/down/d/a%20b?x=1%20%26%202%2F3"
    assert url.full("/v1") == "https://h.test/deep/down/v1"


def test_templates_escape_and_forgive_nothing() -> None:
    """Values are escaped; a misspelt name in a template is an error."""
    assert environment().from_string("{{ v }}").render(v="<&>") == "&lt;&amp;&gt;"
    with pytest.raises(Exception, match="undefined"):
        environment().from_string("{{ nothing }}").render()
