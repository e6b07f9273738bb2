"""The page as the server renders it, over small knowledge."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from advisor.local import Advisor
from api.main import create_app
from api.settings import Settings
from tests.strategies import ANSWERS, SOURCE, TRAITS, knowledge_of, workloads

NASTY = "<script>alert('x')</script> & \"quotes\""
RULES: list[dict[str, Any]] = [
    {"id": "too-long", "when": {"length": "> 1 min"}, "exclude": "apple", "because": "Apple ends after a minute; this takes {length}.",
     "caveat": f"Unless {NASTY}", "sources": SOURCE},
    {"id": "red", "when": {"colour": "red"}, "favor": {"birch": "strong"}, "oppose": {"cedar": "slight"}, "pillar": "security",
     "because": f"Red is birch. {NASTY}", "sources": SOURCE},
    {"id": "cold", "when": {"cold": True}, "favor": {"dune": "moderate"}, "pillar": "cost-optimization", "because": "Dunes keep warm.",
     "sources": SOURCE},
]  # fmt: skip
DECISIONS = {
    "trees": {"options": ["apple", "birch", "cedar", "dune"], "rules": RULES},
    "paths": {
        "options": ["gravel", "sand"], "relevant_when": {"choice.trees": ["birch", "dune"]},
        "rules": [{"id": "wet", "when": {"wet": True}, "favor": {"gravel": "strong"}, "pillar": "reliability", "because": "Sand drowns.",
                   "sources": SOURCE}],
    },
}  # fmt: skip


def make_client(root_path: str = "") -> TestClient:
    ended = {"status": "ended", "since": "2026-01-31", "successor": "gravel", "source": SOURCE[0]["url"], "checked": "2026-11-25"}
    advisor = Advisor(knowledge_of([], decisions=DECISIONS, lifecycles={"sand": ended}))
    return TestClient(create_app(advisor, Settings(root_path=root_path, access_log=False)), base_url="http://advisor.test")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return make_client()


def shown(client: TestClient, path: str, status: int = 200) -> str:
    """The page at an address, as HTML."""
    answer = client.get(path, headers={"accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def text_of(page: str) -> str:
    """What a reader sees, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def ranked(page: str) -> list[str]:
    return re.findall(r'data-option="([^"]+)"', page)


def test_home_lists_every_decision(client: TestClient) -> None:
    """Both decisions stand there, and the search leaves one."""
    assert "/d/trees" in shown(client, "/")
    assert "/d/paths" in shown(client, "/")
    found = shown(client, "/?q=paths")
    assert "/d/paths" in found
    assert "/d/trees" not in found


def test_form_ranks_on_the_server(client: TestClient) -> None:
    """The address alone gives the ranking, the reasons, the limit and the sources; no script takes part."""
    page = shown(client, "/d/trees?colour=red&length=2+min")
    assert ranked(page)[0] == "birch"
    assert "apple" not in ranked(page)
    assert "this takes 2 min." in text_of(page)
    assert SOURCE[0]["url"] in page


def test_first_field_answers_and_empty_ones_say_nothing(client: TestClient) -> None:
    """A form sends every field; what is empty is unknown."""
    assert ranked(shown(client, "/d/trees?colour=red&length=&cold=&priority.security=2")) == ranked(shown(client, "/d/trees?colour=red"))


def test_slider_numbers_are_levels(client: TestClient) -> None:
    """Without scripts a slider sends its position; it means the same as the level's name."""
    by_number, by_name = (text_of(shown(client, f"/d/trees?colour=red&priority.security={v}")) for v in ("3", "high"))
    assert " with 8 points" in by_number
    assert by_number == by_name


def test_dont_know_is_remembered_and_no_answer(client: TestClient) -> None:
    """The question moves to the answered ones; the ranking stays; the API's address leaves it out."""
    page = shown(client, "/d/trees?colour=dont-know")
    assert page.index('id="answered-h"') < page.index('id="q-colour"') < page.index('id="next-h"')
    assert "recommend?format=json" in page


def test_several_possible_values_are_kept(client: TestClient) -> None:
    """ "Red or green" shows as two ticks, and a link with both says both."""
    page = shown(client, "/d/trees?colour=red&colour=green")
    assert len(re.findall(r'type="checkbox"[^>]*name="colour"[^>]* checked', page)) == 2
    assert "colour=red&amp;colour=green" in page


def test_names_tick_the_boxes(client: TestClient) -> None:
    """A link may name an option as people do; the form keeps it."""
    page = shown(client, "/d/trees?only=Birch,cedar")
    assert sorted(ranked(page)) == ["birch", "cedar"]
    assert len(re.findall(r'name="only"[^>]* checked', page)) == 2


def test_suggestion_replaces_the_text_field(client: TestClient) -> None:
    """A pressed range arrives after the text field of the same name and wins."""
    assert "apple" in ranked(shown(client, "/d/trees?length=2+min&length=%3C%3D+1+min"))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("colur=red", "did you mean 'colour'?"),
        ("colour=rde", "did you mean 'red'?"),
        ("length=blue", "length:"),
        ("priority.speed=high", "speed = high is no priority"),
        ("only=oak", "unknown option 'oak'"),
        ("choice.paths=mud", "unknown value 'mud'"),
    ],
)
def test_mistakes_are_told_and_the_rest_is_shown(client: TestClient, query: str, told: str) -> None:
    """A link with one mistake says so and still ranks by what can be read."""
    page = shown(client, f"/d/trees?cold=true&{query}")
    assert told in text_of(page)
    assert ranked(page)[0] == "dune"


def test_mistaken_field_keeps_what_was_typed(client: TestClient) -> None:
    """One corrects; one does not type again."""
    assert re.search(r'name="length" value="blue"[^>]*aria-invalid="true"', shown(client, "/d/trees?length=blue"))


def test_infeasible_says_what_to_give_up(client: TestClient) -> None:
    """Nothing fits: the page says so, and what-if names the answer to take back, as a link that does it."""
    assert "Nothing fits" in text_of(shown(client, "/d/trees?length=2+min&only=apple"))
    page = shown(client, "/d/trees/what-if?length=2+min&only=apple&cold=true")
    assert "Give up: length = 2 min" in text_of(page)
    assert "/d/trees?cold=true&amp;only=apple" in page


def test_what_if_links_carry_the_change(client: TestClient) -> None:
    """Each change is a link to the decision with that answer."""
    page = shown(client, "/d/trees/what-if?colour=red&wet=true")
    links = [html.unescape(h) for h in re.findall(r'data-switch href="([^"]+)"', page)]
    assert links
    assert all("wet=true" in h for h in links)
    best = [ranked(shown(client, h))[0] for h in links]
    assert "birch" not in best


def test_compare_chooses_the_leaders_by_itself(client: TestClient) -> None:
    """Without options the two best are compared; named ones are taken."""
    assert 'id="side-birch"' in shown(client, "/d/trees/compare?colour=red")
    page = shown(client, "/d/trees/compare?length=2+min&option=apple&option=cedar")
    assert 'id="side-apple"' in page
    assert 'id="side-cedar"' in page
    assert "ruled out" in text_of(page)


def test_plan_is_drawn_with_links(client: TestClient) -> None:
    """Boxes for both decisions, an arrow, services; a pinned choice is marked, and one that is none is told."""
    page = shown(client, "/plan?colour=red&wet=true")
    assert page.count('class="box"') == 4
    assert 'class="arrow feeds"' in page
    assert "choice.trees=birch" in page  # the later decision is opened with what it follows
    pinned = shown(client, "/plan?colour=red&choice.trees=dune")
    assert 'class="pinned"' in pinned
    assert "unknown" in text_of(shown(client, "/plan?colour=red&choice.trees=oak"))


def test_catalogue_and_life_cycle(client: TestClient) -> None:
    """Filters narrow; an ended service says since when and what follows it."""
    found = shown(client, "/services?lifecycle=ended")
    assert "/services/sand" in found
    assert "/services/birch" not in found
    page = text_of(shown(client, "/services/sand"))
    assert "since 2026-01-31" in page
    assert "Followed by Gravel" in page


def test_describe_shows_what_was_not_understood(client: TestClient) -> None:
    """Nothing is guessed, and the text comes back as text."""
    page = shown(client, "/describe?text=%3Cb%3Exyzzy%3C%2Fb%3E+plugh")
    assert "<b>xyzzy" not in page
    assert "xyzzy" in text_of(page)


def test_reference_holds_every_operation(client: TestClient) -> None:
    """The page is made from the OpenAPI document; embedding is explained on it."""
    document = client.get("/openapi.json").json()
    page = shown(client, "/docs")
    for item in document["paths"].values():
        for method in ("get", "post"):
            if method in item:
                assert f'id="{item[method]["operationId"]}"' in page
    assert "&lt;service-advisor" in page


@pytest.mark.parametrize(
    "path", ["/", "/d/trees?colour=red&length=2+min", "/plan?colour=red", "/services", "/services/birch", "/docs", "/describe"]
)
def test_headers_and_no_foreign_thing(client: TestClient, path: str) -> None:
    """A strict policy, no inline script or style, nothing fetched from elsewhere, not frameable."""
    answer = client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=|<style", answer.text)
    fetched = re.findall(r'<(?:script|img|iframe)[^>]* src="([^"]+)"|<link[^>]* href="([^"]+)"', answer.text)
    assert fetched
    assert all(urlsplit(a or b).netloc == "" for a, b in fetched)


def test_embed_may_be_framed(client: TestClient) -> None:
    """The small view says so in its policy, shows as many options as asked for and takes a theme."""
    answer = client.get("/embed/trees?colour=red&most=2&theme=dark")
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    assert answer.text.count('class="rank"') == 2
    assert 'data-theme="dark"' in answer.text


def test_unchanged_page_is_not_sent_again(client: TestClient) -> None:
    """Equal question, equal page, 304."""
    first = client.get("/d/trees?colour=red")
    again = client.get("/d/trees?colour=red", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_static_files(client: TestClient) -> None:
    """Versioned ones can be kept for ever; nothing outside the folder can be had."""
    address = re.search(r'href="(/static/page\.css\?v=\w+)"', client.get("/").text)
    assert address
    assert "immutable" in client.get(address.group(1)).headers["cache-control"]
    assert "immutable" not in client.get("/static/page.css").headers["cache-control"]
    for name in ("..%2Fframe.py", "frame.py", "nothing.css"):
        assert client.get(f"/static/{name}").status_code == 404


def test_problems_are_pages_for_browsers_only(client: TestClient) -> None:
    """Same status; HTML when HTML is preferred, the problem document otherwise."""
    page = shown(client, "/d/tres", 404)
    assert "did you mean 'trees'?" in text_of(page)
    assert client.get("/d/tres").headers["content-type"] == "application/problem+json"
    assert (
        client.get("/v1/traits/nothing", headers={"accept": "text/html, application/json"}).headers["content-type"]
        == "application/problem+json"
    )
    assert "content-security-policy" in client.get("/nowhere", headers={"accept": "text/html"}).headers


def test_every_address_keeps_the_prefix() -> None:
    """Behind a proxy that serves us under a path, no link leaves it."""
    client = make_client("/tools/advisor")
    for path in (
        "/",
        "/d/trees?colour=red",
        "/plan?colour=red",
        "/services/birch",
        "/docs",
        "/describe?text=red",
        "/d/trees/what-if?colour=red",
    ):
        page = shown(client, "/tools/advisor" + path)
        own = re.findall(r'(?:href|src|action|formaction|data-copy-from)="(/[^"]*)"', page)
        assert own
        assert [a for a in own if not a.startswith("/tools/advisor/")] == []
    assert "http://advisor.test/tools/advisor/v1/decisions/trees/recommend" in shown(client, "/tools/advisor/d/trees")


@pytest.mark.parametrize("path", ["/d/trees{}", "/d/trees/compare{}", "/d/trees/what-if{}", "/embed/trees{}", "/plan{}"])
def test_knowledge_is_text(client: TestClient, path: str) -> None:
    """What a pack says is shown, never run."""
    assert "<script>alert" not in shown(client, path.format("?colour=red&length=2+min"))


@settings(max_examples=60, deadline=None)
@given(value=st.text(max_size=60), name=st.sampled_from([*sorted(TRAITS), "only", "priority.security", "choice.trees", "q", "x"]))
def test_whatever_is_typed_is_text(client: TestClient, value: str, name: str) -> None:
    """No value breaks a page or comes out as markup."""
    typed = value + "<i>\"'&"
    for path in ("/d/trees", "/plan", "/embed/trees"):
        answer = client.get(path, params={name: typed}, headers={"accept": "text/html"})
        assert answer.status_code == 200
        assert "<i>" not in answer.text


@settings(max_examples=40, deadline=None)
@given(workload=workloads())
def test_page_and_api_agree(client: TestClient, workload: dict[str, Any]) -> None:
    """The page shows the ranking of the API for the same question, in the same order."""
    traits = {k: v for k, v in workload.items() if v in ANSWERS[k]}
    pairs = [(k, str(x).lower() if isinstance(x, bool) else str(x)) for k, v in traits.items() for x in (v if isinstance(v, list) else [v])]
    told = client.post("/v1/decisions/trees/recommend", json={"traits": traits}).json()
    page = client.get("/d/trees", params=pairs, headers={"accept": "text/html"}).text
    assert ranked(page) == [o["option"] for o in told["ranking"]]
    assert html.escape(told["summary"], quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page


def test_prefix_may_be_stripped_by_the_proxy() -> None:
    """The same addresses come out whether the proxy passes the prefix on or not."""
    client = make_client("/tools/advisor")
    assert shown(client, "/d/trees?colour=red") == shown(client, "/tools/advisor/d/trees?colour=red")


def test_a_value_named_by_one_of_its_phrases_is_shown_as_chosen(advisor: Advisor) -> None:
    """`packaging=container` chooses the same entry of the list as `packaging=container-image`."""
    client = TestClient(create_app(advisor))
    for word in ("container", "container-image"):
        assert 'value="container-image" selected' in shown(client, f"/d/compute-platform?packaging={word}")
