"""What the tools take, as JSON Schema, and checking what a model sent against it.

The schemas keep to the subset that every model provider takes: no references, one type per parameter, enums where the set is closed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from advisor.errors import LimitError, QueryError
from advisor.knowledge.base import PILLARS, PRIORITIES, KnowledgeBase
from advisor.spelling import closest

Schema = dict[str, Any]
MAX_TEXT = 20_000
MAX_SHORT = 300
MAX_ITEMS = 200

ANSWER: Schema = {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}, {"type": "array", "items": {"type": "string"}}]}


def decision(knowledge: KnowledgeBase) -> Schema:
    """One decision, by id."""
    return {"type": "string", "enum": sorted(knowledge.decisions), "description": "Id of the decision, from list_decisions."}


def traits(knowledge: KnowledgeBase) -> Schema:
    """What is known of the workload."""
    return {
        "type": "object",
        "additionalProperties": ANSWER,
        "description": 'What is known of the workload: trait id → answer, such as {"max_run_time": "40 min", "needs_gpu": false, '
        '"traffic_pattern": ["spiky", "rare"]}. A list means one of these; quantities carry their unit. Leave out what you do not know: '
        "never guess. Ids: describe_decision or interpret.",
    }


def priorities(knowledge: KnowledgeBase) -> Schema:
    """How much each pillar matters."""
    return {
        "type": "object",
        "properties": {p: {"type": "string", "enum": list(PRIORITIES)} for p in PILLARS},
        "additionalProperties": False,
        "description": "How much a Well-Architected pillar matters to the asker; normal when left out. Only what they said.",
    }


def only(knowledge: KnowledgeBase) -> Schema:
    """The options to rank."""
    return {"type": "array", "items": {"type": "string"}, "description": "Rank these options only: ids, names or aliases."}


def skip(knowledge: KnowledgeBase) -> Schema:
    """Traits nobody could tell."""
    return {"type": "array", "items": {"type": "string"}, "description": "Traits the user was asked for and does not know: ask others."}


def choices_made(knowledge: KnowledgeBase) -> Schema:
    """Choices that stand already."""
    return {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": 'Choices already made: decision id → option, such as {"compute-platform": "ecs-fargate"}.',
    }


def proposals(knowledge: KnowledgeBase) -> Schema:
    """Proposals to rank."""
    return {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": 'Proposals to rank: key → text, such as {"A": "Use AWS Lambda", "B": "Use AWS Batch on Fargate"}.',
    }


def decisions(knowledge: KnowledgeBase) -> Schema:
    """Several decisions."""
    return {
        "type": "array",
        "items": {"type": "string", "enum": sorted(knowledge.decisions)},
        "description": "Plan these decisions only; left out: all the workload raises.",
    }


def text(knowledge: KnowledgeBase) -> Schema:
    """Words."""
    return {"type": "string", "minLength": 1, "maxLength": MAX_TEXT, "description": "The workload or question in the asker's own words."}


def detail(knowledge: KnowledgeBase) -> Schema:
    """How much to tell."""
    return {
        "type": "string",
        "enum": ["brief", "full"],
        "default": "brief",
        "description": "brief (under 1,000 tokens) or full; full only when asked why in depth.",
    }


def whole_number(least: int, most: int, default: int, description: str) -> Callable[[KnowledgeBase], Schema]:
    """A whole number between two bounds."""
    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default, "description": description}
    return lambda knowledge: dict(schema)


def words(description: str) -> Callable[[KnowledgeBase], Schema]:
    """A short text."""
    return lambda knowledge: {"type": "string", "maxLength": MAX_SHORT, "description": description}


def area(knowledge: KnowledgeBase) -> Schema:
    """An area of decisions."""
    return {"type": "string", "enum": sorted({d.area for d in knowledge.decisions.values()}), "description": "Only decisions of this area."}


def checked(schema: Schema, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with defaults filled in; null counts as left out. Raises QueryError with every mistake that the shape shows.

    What stands inside `traits` and `priorities` is checked by the advisor, which finds all their mistakes at once.
    """
    errors: list[QueryError] = []
    known = schema["properties"]
    out: dict[str, Any] = {}
    for name, value in arguments.items():
        if name not in known:
            errors.append(_unknown(str(name), list(known), (str(name)[:60],)))
        elif value is not None:
            try:
                out[name] = _value(known[name], value, (name,))
            except QueryError as error:
                errors.append(error)
    for name in schema.get("required", ()):
        if name not in out and not any(e.path[:1] == (name,) for e in errors):
            errors.append(QueryError(f"{name} is needed", path=(name,), allowed=known[name].get("enum", ()), code="missing-parameter"))
    if errors:
        first = errors[0]
        if len(errors) > 1:
            first = QueryError("; ".join(e.message for e in errors), path=first.path, code="several-mistakes")
            first.errors = tuple(errors)
        raise first
    return {**{n: s["default"] for n, s in known.items() if "default" in s}, **out}


def _unknown(name: str, known: list[str], path: tuple[str | int, ...]) -> QueryError:
    return QueryError(
        f"unknown parameter {name[:60]!r}", path=path, allowed=known, suggestion=closest(name, known), code="unknown-parameter"
    )


def _value(schema: Schema, value: Any, path: tuple[str | int, ...]) -> Any:
    kind = schema.get("type")
    if kind in ("object", "array") and isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        value = _decoded(value, path)  # some models send nested values as JSON text
    if kind == "array" and isinstance(value, str):
        value = [value]
    if kind == "string":
        return _string(schema, value, path)
    if kind == "integer":
        return _integer(schema, value, path)
    if kind == "array":
        return [_value(schema["items"], v, (*path, i)) for i, v in enumerate(_sized(value, list, "a list", path))]
    if kind == "object":
        return _object(schema, value, path)
    return value


def _decoded(value: str, path: tuple[str | int, ...]) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise QueryError(f"{path[-1]} is no readable JSON", path=path, code="bad-value") from None


def _string(schema: Schema, value: Any, path: tuple[str | int, ...]) -> str:
    if not isinstance(value, str):
        raise QueryError(f"{path[-1]} is a text, not {_kind(value)}", path=path, allowed=schema.get("enum", ()), code="bad-value")
    if len(value) > schema.get("maxLength", MAX_TEXT):
        raise LimitError(f"{path[-1]} has {len(value):,} characters; at most {schema.get('maxLength', MAX_TEXT):,} are taken", path=path)
    allowed = schema.get("enum")
    if not allowed or value in allowed:
        return value
    near = closest(value, allowed)
    if near is not None and near.replace("-", "") == value.strip().lower().replace(" ", "").replace("_", "").replace("-", ""):
        return near  # another spelling of the same name
    raise QueryError(f"unknown {path[0]} {value[:60]!r}", path=path, allowed=allowed, suggestion=near, code="unknown-value")


def _integer(schema: Schema, value: Any, path: tuple[str | int, ...]) -> int:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or value != value
        or value in (float("inf"), float("-inf"))
        or value % 1
    ):
        raise QueryError(f"{path[-1]} is a whole number", path=path, code="bad-value")
    if not schema["minimum"] <= value <= schema["maximum"]:
        raise QueryError(f"{path[-1]} is {schema['minimum']} to {schema['maximum']}", path=path, code="bad-value")
    return int(value)


def _object(schema: Schema, value: Any, path: tuple[str | int, ...]) -> dict[str, Any]:
    found = _sized(value, dict, "an object", path)
    others = schema.get("additionalProperties")
    out = {}
    for name, inner in found.items():
        if inner is None:
            continue  # unknown
        out[name] = _value(others, inner, (*path, name)) if isinstance(others, dict) else inner
    return out


def _sized(value: Any, kind: type[dict[Any, Any]] | type[list[Any]], name: str, path: tuple[str | int, ...]) -> Any:
    if not isinstance(value, kind):
        raise QueryError(f"{path[-1]} is {name}, not {_kind(value)}", path=path, code="bad-value")
    if len(value) > MAX_ITEMS:
        raise LimitError(f"{path[-1]} has {len(value)} entries; at most {MAX_ITEMS} are taken", path=path)
    return value


def _kind(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "an object"}
    return names.get(type(value), type(value).__name__)
