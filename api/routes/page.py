"""The page: every view a person opens in a browser. Each is a plain address with its whole state in it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from advisor.engine.results import Plan
from advisor.engine.workload import find_service
from advisor.errors import QueryError, UnknownServiceError
from advisor.knowledge.base import PILLARS
from advisor.knowledge.build import CHOICE
from advisor.local import Advisor
from api.answering import advisor_of
from api.negotiation import etag_of, matches
from api.page import reference, views
from api.page.answers import Asked, Notice, pairs_of, read_asked, spelt
from api.page.diagram import plan_svg
from api.page.frame import Addresses, page, static_files
from api.page.words import pieces
from api.problems import problem
from api.questions import only_parameters

router = APIRouter(include_in_schema=False)
MOST_QUESTIONS = 100
MOST_TEXT = 4000
EXAMPLES = (
    "A container job runs 40 minutes every night; as cheap as possible.",
    "Small images, read for a week and then hardly ever, kept for seven years.",
    "A spiky public API in Python, 200 requests per second, nobody to patch servers.",
)


@router.get("/")
def home(request: Request) -> Response:
    """Where one begins: describe the workload, or pick a decision."""
    only_parameters(request, ("q",))
    advisor, query = advisor_of(request), request.query_params.get("q", "")
    areas: dict[str, list[Any]] = {}
    for decision in advisor.catalogue.decisions(query or None):
        areas.setdefault(views.AREAS.get(decision.area, decision.area.replace("-", " ").capitalize()), []).append(decision)
    order = {name: i for i, name in enumerate(views.AREAS.values())}
    shown = sorted(areas.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))
    context = {"areas": shown, "query": query, "info": advisor.catalogue.info(), "examples": EXAMPLES, "most_text": MOST_TEXT}
    return page(request, "home.html", context)


@router.get("/describe")
def describe(request: Request) -> Response:
    """A workload in words: what was understood, to be corrected, and where that leads."""
    advisor = advisor_of(request)
    only_parameters(request, ("text",))
    text = request.query_params.get("text", "").strip()
    context: dict[str, Any] = {"text": text, "most_text": MOST_TEXT, "examples": EXAMPLES}
    if not text:
        return page(request, "describe.html", {**context, "advice": None})
    advice = advisor.advise(text)
    asked = Asked(priorities={p: v for p, v in advice.priorities.items() if v != "normal"})
    for trait, value in advice.traits.items():
        asked.raw[trait] = [spelt(v) for v in (value if isinstance(value, list | tuple) else [value])]
        asked.traits[trait] = value
    fields = [views.field_of(advisor.knowledge, asked, advisor.knowledge.traits[t]) for t in asked.traits if not t.startswith(CHOICE)]
    words = {u.trait: ", ".join(f"“{s.words}”" for s in u.spans) for u in advice.understood.traits}
    return page(
        request, "describe.html",
        {**context, "advice": advice, "pieces": pieces(advisor.knowledge, advice.understood), "fields": fields, "words": words,
         "sliders": views.sliders(asked), "heard": asked.priorities, "pairs": asked.pairs(skipped=False)},
    )  # fmt: skip


@router.get("/d/{decision}")
def decide(request: Request, decision: str) -> Response:
    """One decision: its questions and its ranking."""
    return page(request, "decision.html", _decision(request, decision, ()))


@router.get("/embed/{decision}")
def embed(request: Request, decision: str) -> Response:
    """The ranking alone, to be shown inside other pages."""
    context = _decision(request, decision, ("theme", "most"))
    asked: Asked = context["asked"]
    most = asked.first("most", "5")
    theme = asked.first("theme", "auto")
    shown = int(most) if most.isdigit() and len(most) <= 3 else 5
    return page(
        request, "embed.html", {**context, "most": max(1, shown), "theme": theme if theme in ("light", "dark") else "auto"}, frameable=True
    )


def _decision(request: Request, decision: str, extra: tuple[str, ...]) -> dict[str, Any]:
    """What the views of one decision show."""
    advisor = advisor_of(request)
    name = advisor.engine.decision_id(decision)
    asked = read_asked(request, advisor.knowledge, extra)
    traits = _with_choices(asked)
    try:
        result = advisor.recommend(name, traits, priorities=asked.priorities, only=asked.only or None)
    except QueryError as error:  # options or choices that are none: told, and left out
        asked.notices += [Notice(str(e.path[-1]) if e.path else "only", e.message) for e in error.errors]
        asked.only, asked.choices = [], {}
        traits = _with_choices(asked)
        result = advisor.recommend(name, traits, priorities=asked.priorities)
    offered = advisor.knowledge.decisions[name].options
    asked.only = [find_service(advisor.knowledge, o, offered) or o for o in asked.only]  # names and aliases tick the same boxes
    questions = advisor.next_questions(name, traits, priorities=asked.priorities, only=asked.only or None, limit=MOST_QUESTIONS)
    asked_for = [t for t in (*result.traits.unknown, *result.traits.used, *asked.skipped) if not t.startswith(CHOICE)]
    others = [t for t in asked_for if t not in result.traits.unused]
    url = Addresses(request)
    info = advisor.knowledge.decisions[name]
    inferred = {i.trait for i in result.traits.inferred}
    body = {**asked.body(), "traits": traits}
    return {
        "asked": asked, "result": result, "info": info, "sliders": views.sliders(asked), "bars": views.bars(result.ranking),
        "form": views.form_of(advisor.knowledge, asked, questions, [t for t in others if t not in inferred]),
        "pairs": asked.pairs(), "api_pairs": views.api_query(asked), "spoken": views.spoken(result),
        "overturning": views.overturning(result),
        "curl": views.curl_of(url, f"/v1/decisions/{name}/recommend", body), "pillars": views.PILLAR_NAMES, "outcomes": views.ICONS,
        "options": [advisor.knowledge.services[o] for o in info.options], "questions_left": len(questions),
        "trait_names": {t: advisor.knowledge.traits[t].question for t in advisor.knowledge.traits},
    }  # fmt: skip


def _with_choices(asked: Asked) -> dict[str, Any]:
    return {**asked.traits, **{CHOICE + d: o for d, o in asked.choices.items()}}


@router.get("/d/{decision}/what-if")
def what_if(request: Request, decision: str) -> Response:
    """What would change the answer."""
    advisor = advisor_of(request)
    name = advisor.engine.decision_id(decision)
    asked = read_asked(request, advisor.knowledge)
    found = advisor.what_if(name, _with_choices(asked), priorities=asked.priorities, only=asked.only or None)
    names = {o: advisor.knowledge.services[o].name for o in advisor.knowledge.decisions[name].options}
    return page(
        request, "what_if.html",
        {"asked": asked, "info": advisor.knowledge.decisions[name], "found": found, "names": names, "pairs": asked.pairs(),
         "with_changes": lambda changes: _changed(asked, changes), "pillars": views.PILLAR_NAMES},
    )  # fmt: skip


def _changed(asked: Asked, changes: Any) -> list[tuple[str, str]]:
    """The question with some answers changed, as query parameters; where several would do, with the first."""
    changed = {c.trait for c in changes}
    kept = [(k, v) for k, v in asked.pairs() if k not in changed]
    return kept + pairs_of({c.trait: c.after[0] if isinstance(c.after, list | tuple) else c.after for c in changes})


@router.get("/d/{decision}/compare")
def compare(request: Request, decision: str) -> Response:
    """Two options side by side."""
    advisor = advisor_of(request)
    name = advisor.engine.decision_id(decision)
    asked = read_asked(request, advisor.knowledge, ("option",))
    chosen = list(dict.fromkeys(v for v in asked.extra.get("option", []) if v))
    info = advisor.knowledge.decisions[name]
    if len(chosen) < 2:
        result = advisor.recommend(name, _with_choices(asked), priorities=asked.priorities)
        chosen = [*chosen, *(o.option for o in result.ranking if o.option not in chosen)][:2]
        chosen = [*chosen, *(o for o in info.options if o not in chosen)][:2]
    found = advisor.compare(name, chosen[:4], _with_choices(asked), priorities=asked.priorities)
    return page(
        request, "compare.html",
        {"asked": asked, "info": info, "found": found, "chosen": chosen, "options": [advisor.knowledge.services[o] for o in info.options],
         "pairs": asked.pairs(), "pillars": views.PILLAR_NAMES, "with_changes": lambda changes: _changed(asked, changes)},
    )  # fmt: skip


@router.get("/plan")
def plan(request: Request) -> Response:
    """The whole workload: every decision it raises, drawn."""
    advisor = advisor_of(request)
    asked = read_asked(request, advisor.knowledge)
    found = _plan(advisor, asked)
    url = Addresses(request)
    forward = {**found.choices, **asked.choices}
    links = {f"service:{s.service}": url(f"/services/{s.service}") for s in found.services}
    carried = {}
    for item in found.decisions:
        fed = [(CHOICE + d, forward[d]) for d in item.depends_on if d in forward]
        carried[item.decision.id] = [*asked.pairs(choices=False), *fed]
        links[f"decision:{item.decision.id}"] = "#" + item.decision.id
    questions = [q for q in found.next_questions if q.trait not in asked.skipped]
    body: dict[str, Any] = {"traits": asked.traits, "priorities": asked.priorities, "choices": asked.choices}
    return page(
        request, "plan.html",
        {"asked": asked, "plan": found, "svg": plan_svg(found, links), "carried": carried, "sliders": views.sliders(asked),
         "form": views.form_of(advisor.knowledge, asked, questions, list(found.traits.used)), "pairs": asked.pairs(),
         "curl": views.curl_of(url, "/v1/plan", {k: v for k, v in body.items() if v or k == "traits"}),
         "body": {k: v for k, v in body.items() if v or k == "traits"}, "outcomes": views.ICONS,
         "trait_names": {t: advisor.knowledge.traits[t].question for t in advisor.knowledge.traits}},
    )  # fmt: skip


def _plan(advisor: Advisor, asked: Asked) -> Plan:
    """The plan; pinned choices that are none are told, and left out."""
    try:
        return advisor.plan(asked.traits, priorities=asked.priorities, choices=asked.choices)
    except QueryError as error:
        asked.notices += [Notice(str(e.path[-1]) if e.path else "choices", e.message) for e in error.errors]
        asked.choices = {}
        return advisor.plan(asked.traits, priorities=asked.priorities)


@router.get("/services")
def services(request: Request) -> Response:
    """The catalogue, searchable."""
    only_parameters(request, ("q", "kind", "lifecycle"))
    advisor, query = advisor_of(request), request.query_params
    wanted, kind, life = query.get("q", "").strip(), query.get("kind", ""), query.get("lifecycle", "")
    found = [
        s for s in advisor.catalogue.services(wanted or None)
        if (not kind or s.kind == kind) and (not life or s.lifecycle.status == life)
    ]  # fmt: skip
    found.sort(key=lambda s: (_plain_name(s.name).lower(), s.id))
    letters: dict[str, list[Any]] = {}
    for service in found:
        first = _plain_name(service.name)[:1].upper()
        letters.setdefault(first if first.isalpha() else "#", []).append(service)
    total = len(advisor.knowledge.services)
    context = {"letters": letters, "count": len(found), "total": total, "query": wanted, "kind": kind, "life": life}
    return page(request, "services.html", context)


def _plain_name(name: str) -> str:
    return name.removeprefix("Amazon ").removeprefix("AWS ")


@router.get("/services/{service}")
def service(request: Request, service: str) -> Response:
    """One service: life cycle, facts, sources, who does what."""
    only_parameters(request)
    advisor = advisor_of(request)
    if find_service(advisor.knowledge, service) is None:
        names = [*advisor.knowledge.services, *(s.name for s in advisor.knowledge.services.values())]
        raise UnknownServiceError(service, names)
    return page(request, "service.html", {"service": advisor.catalogue.service(service)})


@router.get("/docs")
def docs(request: Request) -> Response:
    """The reference of the API and how to embed the page."""
    only_parameters(request)
    url = Addresses(request)
    groups = reference.groups(request.app.openapi(), url)
    return page(request, "docs.html", {"groups": groups, "version": request.app.version, "pillar_ids": PILLARS})


@router.get("/static/{name}")
def static(request: Request, name: str) -> Response:
    """A style sheet, script or picture."""
    found = static_files().get(name)
    if found is None:
        return problem(404, "no-such-page", f"nothing is served at {request.url.path[:200]!r}")
    body, media, version = found
    kept = "public, max-age=31536000, immutable" if request.query_params.get("v") == version else "public, max-age=300"
    headers = {"ETag": etag_of(body), "Cache-Control": kept, "Access-Control-Allow-Origin": "*"}
    if matches(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, media)
