"""The OpenAPI document: FastAPI's own, completed with problems, forms of answers, trait parameters, descriptions and examples.

`python -m api.openapi` writes the part that does not depend on the knowledge to tests/api/openapi.snapshot.json, which a test compares.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from advisor.engine.catalogue import own_traits
from advisor.knowledge.base import PILLARS, PRIORITIES, KnowledgeBase, Trait
from advisor.render.plan import PLAN_COLUMNS
from advisor.render.rows import COLUMNS
from api.fields import FIELDS, MADE
from api.negotiation import MEDIA
from api.problems import PROBLEM_JSON, TITLES
from api.settings import Settings

SNAPSHOT = Path(__file__).parent.parent / "tests" / "api" / "openapi.snapshot.json"
Json = dict[str, Any]

ABOUT = """Describe a workload by *traits*, some of them unknown, and get the options of a *decision* ranked: every point traced to one
rule, one trait, one page and the day it was read. What a hard limit rules out is told apart from what is merely preferred; what
is unknown stays unknown. Answers depend on nothing but the question and the knowledge, so their ETags are strong and they can
be kept.

Wherever an option or a service is named, its name or an alias does as well as its id. An unknown field, parameter, trait or
value is an error that names the nearest known one."""
TAGS = {
    "decisions": "Questions with a closed list of options, and their answers.",
    "reasoning": "What would change an answer, how options differ, and the plan over a whole workload.",
    "language": "Workloads in words.",
    "knowledge": "Traits, services and rules as they stand in the files.",
    "chatbots": "The same as functions for language models.",
    "operations": "For whoever runs the server.",
}
# the forms of each answer; a test asks for each of them
FORMS: dict[str, tuple[str, ...]] = {
    "recommend": ("json", "text", "markdown", "csv", "svg"),
    "recommend_get": ("json", "text", "markdown", "csv", "svg"),
    "plan": ("json", "text", "markdown", "mermaid", "csv"),
    "what_if": ("json", "text", "markdown"),
    "compare_options": ("json", "text", "markdown"),
    "next_question": ("json", "text"),
    "interpret": ("json", "text"),
    "advise": ("json", "text", "markdown"),
    "list_decisions": ("json", "text", "csv"),
    "list_traits": ("json", "text", "csv"),
    "list_services": ("json", "text", "csv"),
    "list_rules": ("json", "text", "csv"),
    "describe_decision": ("json",),
    "get_trait": ("json",),
    "get_service": ("json",),
    "get_rule": ("json",),
    "get_knowledge": ("json",),
    "list_tools": ("json",),
    "call_tool": ("json", "text"),
}
BRIEF = ("recommend", "recommend_get", "plan", "advise", "recommend_batch")
ROWS = {"recommend": "RecommendationRow", "recommend_get": "RecommendationRow", "plan": "PlanRow"}
SEARCHED = ("list_decisions", "list_traits", "list_services", "list_rules")
APART = ("plan", "what_if", "compare_options", "interpret", "advise", "call_tool")  # may be told 503 when it takes too long
# what the brief forms leave out
LEFT_OUT = {
    "Reason": ("effect", "strength", "points", "pillar", "traits", "sources", "caveat", "pack", "when", "claims"),
    "RankedOption": ("open",), "RuledOut": ("lifecycle",), "DecisionRef": ("title",), "TraitsReport": ("unknown",),
    "Inferred": ("origin", "because"), "PlannedDecision": ("recommendation",), "Plan": ("maybe", "not_relevant", "edges"),
    "Advice": ("understood", "text"),
}  # fmt: skip
# records with fields called `type` and `example`, which Spectral takes for a schema when it meets them in an example
NO_EXAMPLE = ("TraitInfo", "DecisionInfo")
HEADERS: dict[str, tuple[str, str]] = {
    "ETag": ("Strong; changes when the bytes do.", '"05bc14cd715507297d36b9a8a53721d39a3c0c89"'),
    "X-Knowledge-Version": ("The version of the knowledge.", "2026.11.25"),
    "X-Request-Id": ("The request's id, yours when you sent a sane one.", "ddd5d5a099de0c25"),
}


def describe(app: FastAPI) -> None:
    """Replace the app's document by the completed one, made once per knowledge."""
    made: dict[str, Json] = {}

    def openapi() -> Json:
        knowledge = app.state.holder.current.knowledge
        if knowledge.digest not in made:
            made.clear()
            made[knowledge.digest] = document(app, knowledge)
        return made[knowledge.digest]

    app.openapi = openapi  # type: ignore[method-assign]


def document(app: FastAPI, knowledge: KnowledgeBase | None) -> Json:
    """The document; without knowledge, its enums of decisions and traits are left out."""
    settings: Settings = app.state.settings
    made = get_openapi(
        title=app.title, version=app.version, openapi_version="3.1.0", summary=app.summary, description=ABOUT, routes=app.routes,
        tags=[{"name": n, "description": d} for n, d in TAGS.items()], servers=[{"url": settings.root_path or "/"}],
        contact={"name": "The maintainers of the service advisor"}, license_info={"name": "Apache 2.0", "identifier": "Apache-2.0"},
    )  # fmt: skip
    schemas: Json = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["RecommendationRow"] = _row_schema(COLUMNS, "One option of a recommendation as a flat row.")
    schemas["PlanRow"] = _row_schema(PLAN_COLUMNS, "One decision of a plan as a flat row.")
    schemas |= _problem_schemas()
    schemas |= _workload_schemas(knowledge)
    _loosen(schemas)
    for name, schema in sorted(schemas.items()):
        _describe_fields(name, schema)
    for name in sorted(schemas):
        example = example_of(schemas, name)
        if isinstance(example, dict) and example and name not in NO_EXAMPLE:
            schemas[name]["examples"] = [example]
    keys = settings.api_keys is not None
    for path, item in made["paths"].items():
        for method, operation in item.items():
            _complete(operation, method, path, knowledge, keys)
    if keys:
        made["components"]["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer", "description": "An API key."},
            "key": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key."},
        }
    return made


# ── schemas ───────────────────────────────────────────────────────────────────────────────────────────────────────

ROW_TYPES = {
    "rank": ["integer", "null"], "score": ["number", "null"], "win_share": ["number", "null"], "points_for": ["number", "null"],
    "points_against": ["number", "null"], "ruled_out": "boolean", "confidence": ["number", "null"], "choice": ["string", "null"],
    "name": ["string", "null"], "origin": ["string", "null"], "note": ["string", "null"], "outcome": ["string", "null"],
}  # fmt: skip


def _row_schema(columns: Iterable[str], description: str) -> Json:
    names = list(columns)
    return {
        "type": "object", "description": description, "required": names,
        "properties": {n: {"type": ROW_TYPES.get(n, "string")} for n in names},
    }  # fmt: skip


def _problem_schemas() -> Json:
    from api.schemas import Mistake, Problem

    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    problem.pop("$defs", None)
    return {"Problem": problem, "Mistake": Mistake.model_json_schema()}


def _workload_schemas(knowledge: KnowledgeBase | None) -> Json:
    """The trait parameters of a GET as one exploded object, and the names a POST may use."""
    from api.schemas import TraitAnswer

    answer: Json = dict(TraitAnswer.__metadata__[0].json_schema)
    traits = [knowledge.traits[t] for t in own_traits(knowledge)] if knowledge is not None else []
    names: Json = {"type": "string", "description": "A trait's id.", "examples": ["max_run_time"]}
    if knowledge is not None:
        names["enum"] = [t.id for t in traits]
        names["examples"] = [traits[0].id] if traits else []
    return {
        "TraitAnswer": answer,
        "TraitName": names,
        "TraitParameters": {
            "type": "object", "additionalProperties": False,
            "description": "Trait → answer. Leave out what is unknown; several values separated by commas mean one of these.",
            "properties": {t.id: _trait_parameter(t) for t in traits},
        },
    }  # fmt: skip


def _trait_parameter(trait: Trait) -> Json:
    from advisor.engine.catalogue import _example

    values = [str(v).lower() if isinstance(v, bool) else v for v in trait.value_ids]
    out: Json = {"description": trait.question, "examples": [_example(trait)]}
    if values:  # an open enumeration: phrases that mean a value are understood as well
        return {**out, "anyOf": [{"type": "string", "enum": values}, {"type": "string"}]}
    return {**out, "type": "string"}


def _loosen(schemas: Json) -> None:
    """What the brief forms leave out is not required."""
    for name, fields in LEFT_OUT.items():
        if name in schemas:
            schemas[name]["required"] = [f for f in schemas[name].get("required", ()) if f not in fields]
            for field in fields:  # a default would be read as: missing means this
                schemas[name]["properties"].get(field, {}).pop("default", None)
    for schema in schemas.values():
        properties = schema.get("properties", {})
        if schema.get("additionalProperties") is False and "traits" in properties:
            properties["traits"]["additionalProperties"] = {"$ref": "#/components/schemas/TraitAnswer"}
            properties["traits"]["propertyNames"] = {"$ref": "#/components/schemas/TraitName"}
        if schema.get("additionalProperties") is False and "priorities" in properties:
            properties["priorities"]["additionalProperties"] = {"type": "string", "enum": list(PRIORITIES)}
            properties["priorities"]["propertyNames"] = {"enum": list(PILLARS)}
        if "description" in schema:
            schema["description"] = " ".join(schema["description"].split())


def _describe_fields(name: str, schema: Json) -> None:
    """Descriptions and examples from the table; what a model says itself stands."""
    for field, shape in schema.get("properties", {}).items():
        if name == "TraitParameters":
            continue
        shape.pop("title", None)
        known = FIELDS.get(f"{name}.{field}") or FIELDS.get(field)
        if known is None:
            continue
        shape.setdefault("description", known[0])
        if known[1] is not MADE and "examples" not in shape:
            shape["examples"] = [known[1]]


def example_of(schemas: Json, name: str, depth: int = 0) -> Any:
    """An example of a record, put together from the examples of its fields."""
    schema = schemas[name]
    if "properties" not in schema or schema.get("propertyNames"):
        return schema.get("examples", [None])[0]
    out = {}
    for field, shape in schema["properties"].items():
        if "examples" in shape:
            out[field] = shape["examples"][0]
        else:
            out[field] = _made(schemas, shape, depth)
    return out


def _made(schemas: Json, shape: Json, depth: int) -> Any:
    kinds = shape.get("anyOf", [shape])
    if depth >= 2 and (any(k.get("type") == "null" for k in kinds) or shape.get("type") == "array"):
        return [] if shape.get("type") == "array" else None
    if "$ref" in kinds[0]:
        return example_of(schemas, kinds[0]["$ref"].rpartition("/")[2], depth + 1)
    if kinds[0].get("type") == "array":
        item = _made(schemas, kinds[0].get("items", {}), depth)
        return [] if item is None else [item]
    return {} if kinds[0].get("type") == "object" else None


# ── operations ────────────────────────────────────────────────────────────────────────────────────────────────────


def _complete(operation: Json, method: str, path: str, knowledge: KnowledgeBase | None, keys: bool) -> None:
    name = operation["operationId"]
    operation["description"] = " ".join(operation.get("description", "").split())
    operation["summary"] = operation["description"].partition(". ")[0].partition(": ")[0].rstrip(".")[:120]
    parameters = [p for p in operation.get("parameters", ()) if p["in"] == "path" or p["name"] == "style"]
    for parameter in parameters:
        parameter["schema"].pop("title", None)
        if knowledge is not None and parameter["name"] in ("decision", "trait"):
            ids = sorted(knowledge.decisions) if parameter["name"] == "decision" else own_traits(knowledge)
            parameter["schema"] = {"type": "string", "enum": ids}
            parameter.pop("example", None)
    parameters += _form_parameters(name)
    if name == "recommend_get":
        parameters += _workload_parameters()
    if parameters:
        operation["parameters"] = parameters
    if name == "recommend_batch":
        operation["requestBody"] = {
            "required": False, "description": "One body of `recommend` per line.",
            "content": {"application/x-ndjson": {"schema": {"type": "string"}, "example": '{"traits": {"max_run_time": "40 min"}}\n'}},
        }  # fmt: skip
    operation["responses"] = _responses(name, method, path, operation, keys)
    if keys and path != "/healthz":
        operation["security"] = [{"bearer": []}, {"key": []}]


def _form_parameters(name: str) -> list[Json]:
    out: list[Json] = []
    if name in SEARCHED:
        schema = {"type": "string", "maxLength": 200}
        out.append(_query("q", "Words to search for; all must be found.", schema, "container"))
    if name in FORMS:
        schema = {"type": "string", "enum": list(FORMS[name])}
        out.append(_query("format", "The form of the answer; goes before the Accept header.", schema, FORMS[name][0]))
    if name in BRIEF:
        text = "`brief` leaves the best three, their two weightiest reasons and the exclusions: under 1,000 tokens."
        out.append(_query("detail", text, {"type": "string", "enum": ["brief", "full"]}, "brief"))
    if name in ROWS:
        out.append(_query("view", "`rows` gives flat rows, for dashboards.", {"type": "string", "enum": ["rows"]}, None))
    return out


def _query(name: str, description: str, schema: Json, example: Any) -> Json:
    made: Json = {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
    return made if example is None else {**made, "example": example}


def _workload_parameters() -> list[Json]:
    only: Json = {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 300}, "maxItems": 100}
    traits: Json = {"$ref": "#/components/schemas/TraitParameters"}
    text = "The workload, one parameter per trait."
    return [
        {"name": "traits", "in": "query", "required": False, "style": "form", "explode": True, "description": text, "schema": traits},
        *(
            _query(f"priority.{p}", f"How much {p} matters.", {"type": "string", "enum": list(PRIORITIES)}, "normal")
            for p in PILLARS
        ),
        {**_query("only", "Rank these options only.", only, None), "style": "form", "explode": False},
    ]  # fmt: skip


def _responses(name: str, method: str, path: str, operation: Json, keys: bool) -> Json:
    good = operation["responses"]["200"]
    schema = good.get("content", {}).get("application/json", {}).get("schema", {"type": "object"})
    schema.pop("title", None)
    content: Json = {}
    if name == "recommend_batch":
        content["application/x-ndjson"] = {"schema": {"type": "string"}, "example": '{"line": 1, "outcome": "leading"}\n'}
    elif name == "get_metrics":
        content["text/plain"] = {"schema": {"type": "string"}, "example": "advisor_http_requests_running 0.0\n"}
    for form in FORMS.get(name, () if content else ("json",)):
        if form == "json":
            if name in ROWS:
                rows = {"type": "array", "items": {"$ref": f"#/components/schemas/{ROWS[name]}"}}
                schema = {"anyOf": [schema, rows], "description": "With `view=rows` the rows."}
            content["application/json"] = {"schema": schema}
        else:
            content[MEDIA[form].partition(";")[0]] = {"schema": {"type": "string"}}
    remembered = name in FORMS
    headers = {n: _header(*HEADERS[n]) for n in (HEADERS if remembered else ("X-Request-Id",))}
    out: Json = {"200": {"description": "The answer.", "headers": headers, "content": content}}
    if remembered and method == "get":
        out["304"] = {"description": "You have it already: `If-None-Match` named its ETag."}
    statuses = [406, 422] if name in FORMS else []
    if "{" in path:
        statuses.append(404)
    if method == "post":
        statuses += [400, 408, 413, 415, 422]
    if name in APART:
        statuses.append(503)
    if keys and path != "/healthz":
        statuses += [401, 403]
    for status in sorted(set(statuses)):
        problem = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        out[str(status)] = {"description": f"{TITLES[status]}.", "content": problem}
    return out


def _header(description: str, example: str) -> Json:
    return {"description": description, "schema": {"type": "string"}, "example": example}


def snapshot() -> str:
    """The document without what depends on the knowledge, as the committed file has it."""
    from advisor.knowledge.build import Builder
    from advisor.local import Advisor
    from api.main import create_app

    empty: Any = {
        "packs": [], "traits": {}, "services": {}, "decisions": {}, "scenarios": [], "plans": [], "inference": [], "derived": {},
        "impossible": [], "lexicon": {},
    }  # fmt: skip
    app = create_app(Advisor(Builder(empty).knowledge("sha256:none")))
    return json.dumps(document(app, None), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    SNAPSHOT.write_text(snapshot(), encoding="utf-8")
