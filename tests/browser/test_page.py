"""Every way through the page, in real Chromium."""

from __future__ import annotations

import http.server
import json
import shlex
import subprocess
import threading
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.conftest import Watched, serious, watching

expect = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser").expect
pytestmark = pytest.mark.browser
KNOWN = "max_run_time=40%20min&packaging=container-image"
DESCRIBED = "A container job runs 40 minutes every night without GPUs, as cheap as possible"
PAGES = {
    "home": "/",
    "describe": "/describe?text=" + DESCRIBED.replace(" ", "%20"),
    "fresh": "/d/compute-platform",
    "decision": f"/d/compute-platform?{KNOWN}&os=dont-know",
    "mistaken": "/d/compute-platform?vcpus=plenty",
    "infeasible": "/d/compute-platform?max_run_time=40%20min&only=lambda",
    "what-if": f"/d/compute-platform/what-if?{KNOWN}",
    "compare": f"/d/compute-platform/compare?{KNOWN}&option=lambda&option=ecs-fargate",
    "plan": f"/plan?needs_compute=true&{KNOWN}",
    "services": "/services?q=lambda",
    "service": "/services/lambda",
    "docs": "/docs",
    "embed": f"/embed/compute-platform?{KNOWN}",
}


def query(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def ranking(page: Any) -> list[str]:
    return list(page.eval_on_selector_all("[data-option]", "found => found.map((li) => li.dataset.option)"))


# ── looks ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
@pytest.mark.parametrize("name", sorted(PAGES))
def test_everybody_can_use_it(chromium: Any, base: str, axe: str, name: str, mode: str) -> None:
    """No serious finding of axe-core, no sideways scrolling, no complaint in the console, no request elsewhere."""
    with watching(chromium, base, mode) as seen:
        page = seen.open(PAGES[name])
        page.evaluate("document.querySelectorAll('main details').forEach((d) => { d.open = true; })")
        assert serious(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.title()
        seen.clean()


def test_theme_is_switched_and_kept(watched: Watched) -> None:
    """The button turns light into dark, and the next page remembers it."""
    page = watched.open("/")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Switch between light and dark").click()
    after = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert before != after
    watched.open("/services/lambda")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == after


# ── the ways in ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_pick_a_decision(watched: Watched) -> None:
    """The search narrows the list as one types; a decision opens."""
    page = watched.open("/")
    every = page.locator(".decisions li:visible").count()
    page.get_by_label("Search decisions").fill("where should this code run")
    assert 1 <= page.locator(".decisions li:visible").count() < every
    page.get_by_role("link", name="Compute platform").click()
    page.wait_for_url("**/d/compute-platform")
    assert page.get_by_role("heading", level=1).inner_text() == "Where should this code run?"


def test_describe_correct_and_go_on(watched: Watched) -> None:
    """The understood words are marked; a misreading is corrected; the rest travels to the decision chosen."""
    page = watched.open("/")
    page.get_by_label("Describe the workload").fill(DESCRIBED)
    page.get_by_role("button", name="Understand it").click()
    page.wait_for_url("**/describe?**")
    marked = page.locator(".read mark.trait").all_inner_texts()
    assert any("40 minutes" in words for words in marked)
    assert page.locator(".read mark.priority").all_inner_texts() == ["as cheap as possible"]
    page.locator("#q-max_run_time-in").fill("10 min")
    page.locator(".goto button").first.click()
    page.wait_for_url("**/d/**")
    assert query(page)["max_run_time"] == ["10 min"]
    assert query(page)["priority.cost-optimization"] == ["high"]


# ── one decision ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_ranking_moves_as_one_answers(watched: Watched) -> None:
    """An answer changes the ranking, the address and what is said aloud; back undoes it."""
    page = watched.open("/d/compute-platform")
    before = ranking(page)
    page.locator("#q-packaging label", has_text="a container image").click()
    page.wait_for_url("**packaging=container-image")
    watched.settle()
    assert ranking(page) != before
    assert page.locator("#live").inner_text().startswith("Leading:")
    assert page.locator("#live").get_attribute("aria-live") == "polite"
    assert page.locator(".answered #q-packaging").count() == 1
    page.go_back()
    page.wait_for_url("**/d/compute-platform")
    watched.settle()
    assert ranking(page) == before


def test_a_limit_rules_out(watched: Watched) -> None:
    """Forty minutes rule Lambda out, with the limit, its source and the day it was read one click away."""
    page = watched.open("/d/compute-platform?vcpus=2&max_run_time=1%20min")
    page.locator("#q-max_run_time-in").fill("40 min")
    page.locator("#q-max_run_time-in").press("Enter")
    page.wait_for_url("**max_run_time=40+min**")
    watched.settle()
    gone = page.locator(".ruled > ul > li", has_text="AWS Lambda").first
    assert "15 min" in gone.inner_text()
    gone.locator("summary").first.click()
    assert gone.locator(".sources a").first.get_attribute("href").startswith("https://docs.aws.amazon.com/")
    assert "read 20" in gone.locator(".sources").first.inner_text()


def test_dont_know_and_take_back(watched: Watched) -> None:
    """What one does not know is not asked again; an answer can be taken back; starting over forgets all."""
    page = watched.open("/d/compute-platform")
    first = page.locator(".asknext .q").first.get_attribute("data-trait")
    page.locator(f"#q-{first} label, #q-{first} option", has_text="Don’t know").first.click()
    page.wait_for_url(f"**{first}=dont-know")
    watched.settle()
    assert page.locator(".asknext .q").first.get_attribute("data-trait") != first
    page.locator(".remove").first.click()
    page.wait_for_url("**/d/compute-platform")
    watched.settle()
    assert page.locator(".asknext .q").first.get_attribute("data-trait") == first
    watched.open(f"/d/compute-platform?{KNOWN}")
    page.get_by_role("link", name="Start over").click()
    page.wait_for_url("**/d/compute-platform")


def test_reasons_add_up(watched: Watched) -> None:
    """The points shown for an option sum to its score."""
    page = watched.open(f"/d/compute-platform?{KNOWN}&traffic_pattern=spiky")
    for option in ranking(page)[:6]:
        row = page.locator(f"#o-{option}")
        row.locator("summary").first.click()
        points = [float(t.replace("−", "-")) for t in row.locator(".reason .points:not(.maybe)").all_inner_texts()]
        assert sum(points) == float(row.locator(".score").inner_text().replace("-", "-").replace("−", "-"))


def test_suggested_ranges(watched: Watched) -> None:
    """A suggested range of a number is one click, and shows as chosen."""
    page = watched.open("/d/compute-platform")
    page.evaluate("document.querySelectorAll('#more-next').forEach((d) => { d.open = true; })")
    button = page.locator(".q button.pill").first
    trait, value = button.get_attribute("name"), button.get_attribute("value")
    button.click()
    page.wait_for_url(f"**{trait}=**")
    assert query(page)[trait] == [value]


def test_what_if_switch(watched: Watched) -> None:
    """What-if names changes; pressing one makes another option win."""
    page = watched.open(f"/d/compute-platform?{KNOWN}")
    before = page.locator("#answer-h").inner_text()
    page.locator("#what-if-link").click()
    page.locator("#what-if-box [data-body]").wait_for()
    winner = page.locator("#what-if-box .wins dt").first.inner_text()
    page.locator("#what-if-box .wins dd").first.locator("[data-switch]").first.click()
    expect(page.locator("#answer-h")).to_have_text(winner)
    assert winner != before


def test_priorities_are_sliders(watched: Watched) -> None:
    """A slider moved by keyboard changes the address and the points."""
    page = watched.open(f"/d/compute-platform?{KNOWN}&traffic_pattern=spiky")
    before = page.locator(".ranking .score").all_inner_texts()
    page.get_by_role("heading", name="Priorities").click()
    slider = page.get_by_label("Cost optimization")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**priority.cost-optimization=high**")
    watched.settle()
    assert slider.get_attribute("aria-valuetext") == "high"
    assert page.locator(".ranking .score").all_inner_texts() != before
    assert page.evaluate("document.activeElement.id") == "p-cost-optimization"


def test_compare_two(watched: Watched) -> None:
    """Two options stand side by side, rule by rule."""
    page = watched.open(f"/d/compute-platform?{KNOWN}")
    page.get_by_role("link", name="Compare two options").click()
    page.wait_for_url("**/compare?**")
    page.get_by_label("One option").select_option("lambda")
    page.get_by_label("Other option").select_option("ecs-fargate")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**option=lambda**")
    assert query(page)["max_run_time"] == ["40 min"]
    assert page.locator(".sides .card").count() == 2
    assert "ruled out" in page.locator("table.versus").first.inner_text()


def test_keep_and_share(watched: Watched) -> None:
    """The link reopens the view; the command runs; the record is an ADR; the JSON is the API's own."""
    page = watched.open(f"/d/compute-platform?{KNOWN}&os=dont-know")
    page.get_by_role("link", name="Copy link").click()
    page.get_by_text("Link copied").wait_for()
    assert urlsplit(watched.clipboard()).path == "/d/compute-platform"
    assert parse_qs(urlsplit(watched.clipboard()).query) == query(page)
    page.get_by_role("link", name="Copy as curl").click()
    page.get_by_text("Command copied").wait_for()
    told = json.loads(subprocess.run(shlex.split(watched.clipboard()), capture_output=True, check=True).stdout)
    assert told["decision"]["id"] == "compute-platform"
    page.get_by_role("link", name="Copy as JSON").click()
    page.get_by_text("JSON copied").wait_for()
    assert json.loads(watched.clipboard()) == told
    page.get_by_role("link", name="Copy as ADR").click()
    page.get_by_text("Decision record copied").wait_for()
    assert "## Considered Options" in watched.clipboard()


def test_by_keyboard_alone(watched: Watched) -> None:
    """Skip link, arrows inside a question, focus stays where it was and can be seen."""
    page = watched.open("/d/compute-platform")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    trait = page.locator(".asknext .q:has(input[type=radio])").first.get_attribute("data-trait")
    page.locator(f"#q-{trait} input").first.focus()
    page.keyboard.press("Space")
    page.wait_for_url(f"**{trait}=**")
    watched.settle()
    inside = page.evaluate("document.activeElement.closest('.q')?.dataset.trait")
    assert inside == trait
    assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


# ── the rest of the house ─────────────────────────────────────────────────────────────────────────────────────────


def test_plan_is_drawn_and_pinned(watched: Watched) -> None:
    """The plan draws its decisions; a choice of one's own is kept and told; Mermaid and ADR can be copied."""
    page = watched.open(f"/plan?needs_compute=true&{KNOWN}")
    boxes = page.locator("svg.diagram .box").count()
    assert boxes >= 3
    page.locator("#pin-compute-platform").select_option("ec2")
    page.wait_for_url("**choice.compute-platform=ec2**")
    watched.settle()
    assert page.locator("svg.diagram .pinned").count() == 1
    assert page.locator("#compute-platform .tag").first.inner_text() == "Your choice"
    page.get_by_role("link", name="Copy as Mermaid").click()
    page.get_by_text("Mermaid diagram copied").wait_for()
    assert watched.clipboard().startswith("flowchart")
    page.get_by_role("link", name="Copy as ADR").click()
    page.get_by_text("Decision records copied").wait_for()
    page.locator("#compute-platform h3 a").click()
    page.wait_for_url("**/d/compute-platform?**")
    assert query(page)["max_run_time"] == ["40 min"]


def test_catalogue(watched: Watched) -> None:
    """The catalogue is searched by need, filtered by life cycle, and leads to facts with their sources."""
    page = watched.open("/services")
    page.get_by_label("Life cycle").select_option("closed-to-new")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**lifecycle=closed-to-new")
    assert set(page.locator(".catalogue .tag.life").all_inner_texts()) == {"closed to new customers"}
    watched.open("/services?q=lambda")
    page.get_by_role("link", name="AWS Lambda", exact=True).click()
    page.wait_for_url("**/services/lambda")
    assert "15 min" in page.locator(".facts-table").inner_text()
    assert page.locator(".facts-table .source a").first.get_attribute("href").startswith("https://")
    assert page.get_by_role("heading", name="Who does what").count() == 1


def test_inside_other_pages(chromium: Any, base: str) -> None:
    """A page of another origin shows the ranking by frame and by web component; the component takes the view's height."""
    html = f"""<!doctype html><html lang="en"><title>wiki</title><link rel="icon" href="data:,">
    <script type="module" src="{base}/static/service-advisor.js"></script>
    <iframe src="{base}/embed/compute-platform?{KNOWN}" title="ranking" width="480" height="420"></iframe>
    <service-advisor decision="compute-platform" traits="{KNOWN.replace("&", "&amp;")}" most="2"></service-advisor>""".encode()

    class Wiki(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(html)))
            self.end_headers()
            self.wfile.write(html)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Wiki) as wiki:
        threading.Thread(target=wiki.serve_forever, daemon=True).start()
        with watching(chromium, f"http://127.0.0.1:{wiki.server_port}") as seen:
            seen.allowed = {urlsplit(base).netloc}
            page = seen.open("/")
            assert page.frame_locator("body > iframe").locator("h1").inner_text() == "Where should this code run?"
            view = page.locator("service-advisor iframe")
            view.scroll_into_view_if_needed()
            assert view.content_frame.locator(".ranking li").count() == 2
            expect(view).not_to_have_attribute("height", "320")
            seen.clean()
        wiki.shutdown()


def test_reference(watched: Watched) -> None:
    """Every operation of the OpenAPI document stands on the page."""
    page = watched.open("/docs")
    document = page.request.get(watched.base + "/openapi.json").json()
    ids = {o["operationId"] for item in document["paths"].values() for m, o in item.items() if m in ("get", "post")}
    assert {o.get_attribute("id") for o in page.locator(".op").all()} == ids


def test_without_javascript(chromium: Any, base: str) -> None:
    """The form is sent by its button, and the server ranks."""
    with watching(chromium, base, java_script_enabled=False) as seen:
        page = seen.open("/d/compute-platform")
        page.locator("#q-packaging label", has_text="a container image").click()
        page.get_by_role("button", name="Update the ranking").click()
        page.wait_for_load_state()
        assert query(page)["packaging"] == ["container-image"]
        assert page.locator(".tag.outcome").first.inner_text() == "Leading"
        page.get_by_role("link", name="What if …?").click()
        page.wait_for_url("**/what-if?**")
        assert page.locator("[data-switch]").count() > 0
        seen.clean()


def test_under_a_prefix(chromium: Any, prefixed: str) -> None:
    """Behind a path prefix every link, style, script and call of the page stays under it."""
    with watching(chromium, prefixed) as seen:
        for path in PAGES.values():
            page = seen.open(path)
            links = page.eval_on_selector_all("a[href]", "all => all.map((a) => a.getAttribute('href'))")
            assert [h for h in links if h.startswith("/") and not h.startswith("/tools/advisor/")] == []
        page = seen.open("/d/compute-platform")
        page.locator("#q-packaging label", has_text="a container image").click()
        page.wait_for_url("**/tools/advisor/d/compute-platform?packaging=container-image")
        page.locator("#what-if-link").click()
        page.locator("#what-if-box [data-body]").wait_for()
        assert [u for u in seen.requests if not urlsplit(u).path.startswith("/tools/advisor/")] == []
        seen.clean()


def test_mistakes_are_pages(chromium: Any, base: str) -> None:
    """A wrong address is a page that helps, with its true status."""
    with watching(chromium, base) as seen:
        answer = seen.page.goto(base + "/d/compute-platfrom")
        assert answer.status == 404
        assert "compute-platform" in seen.page.locator(".lead").inner_text()
        assert seen.page.get_by_role("link", name="All decisions").count() == 1
        assert seen.page.goto(base + "/nowhere").status == 404
