"""The OpenAPI document as a page: operations by subject, their parameters, bodies, answers and a command line to try."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from api.page.frame import Addresses

METHODS = ("get", "post", "put", "patch", "delete")
MOST_VALUES = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter or field. depth: how far it is indented."""

    name: str
    type: str
    required: bool
    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the API."""

    id: str
    method: str
    path: str
    summary: str
    text: str
    parameters: tuple[Row, ...]
    body: tuple[Row, ...]
    example: str
    answer: tuple[Row, ...]
    media: tuple[str, ...]
    statuses: tuple[tuple[str, str], ...]
    curl: str


def groups(document: Mapping[str, Any], url: Addresses) -> list[tuple[str, str, list[Operation]]]:
    """(tag, its description, operations), in the order of the document."""
    told = {t["name"]: t.get("description", "") for t in document.get("tags", ())}
    found: dict[str, list[Operation]] = {t: [] for t in told}
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                tag = (operation.get("tags") or ["other"])[0]
                found.setdefault(tag, []).append(_operation(document, path, method, operation, item.get("parameters", ()), url))
    return [(tag, told.get(tag, ""), operations) for tag, operations in found.items() if operations]


def _operation(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any], shared: Any, url: Addresses
) -> Operation:
    parameters = [_resolve(document, p) for p in (*shared, *operation.get("parameters", ()))]
    rows = tuple(
        Row(p["name"], f"{_type(document, p.get('schema', {}))}, {p['in']}", bool(p.get("required")), _text(p, p.get("schema", {})))
        for p in parameters
    )
    content = _resolve(document, operation.get("requestBody", {})).get("content", {})
    body: tuple[Row, ...] = ()
    example = ""
    if content:
        media, first = next(iter(content.items()))
        schema = _resolve(document, first.get("schema", {}))
        body = tuple(_fields(document, schema))
        value = first.get("example", _example(document, schema)) if media.endswith("json") else ""
        example = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() if value != "" else ""
    good: Any = next((operation["responses"][s] for s in sorted(operation.get("responses", {})) if s.startswith("2")), {})
    answers = _resolve(document, good).get("content", {})
    first_answer: dict[str, Any] = next(iter(answers.values()), {})
    schema = _resolve(document, first_answer.get("schema", {}))
    statuses = tuple((s, _resolve(document, r).get("description", "")) for s, r in operation.get("responses", {}).items())
    address = url.full("/").rstrip("/") + _filled(path, parameters)
    curl = f"curl -s {shlex.quote(address)}"
    if example:
        curl += f" -H 'content-type: application/json' -d {shlex.quote(orjson.dumps(orjson.loads(example)).decode())}"
    elif method != "get":
        curl = f"curl -s -X {method.upper()} {shlex.quote(address)}"
    return Operation(
        operation.get("operationId", f"{method}-{path}"), method.upper(), path, operation.get("summary", ""),
        operation.get("description", ""), rows, body, example, tuple(_fields(document, schema)), tuple(answers), statuses, curl,
    )  # fmt: skip


def _filled(path: str, parameters: list[dict[str, Any]]) -> str:
    """The path with its parameters' examples."""
    for p in parameters:
        if p["in"] == "path":
            schema = p.get("schema", {})
            example = p.get("example") or next(iter(schema.get("examples", ())), None) or next(iter(schema.get("enum", ())), p["name"])
            path = path.replace("{" + p["name"] + "}", str(example))
    return path


def _resolve(document: Mapping[str, Any], schema: Any) -> dict[str, Any]:
    """The thing itself where a reference stands."""
    seen = 0
    while isinstance(schema, dict) and "$ref" in schema and seen < 20:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found.get(part.replace("~1", "/").replace("~0", "~"), {})
        schema, seen = found, seen + 1
    return schema if isinstance(schema, dict) else {}


def _type(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """A type in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " or ".join(dict.fromkeys(_type(document, s) for s in schema[key]))
    if "const" in schema:
        return str(schema["const"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {_type(document, schema.get('items', {}))}"
    if isinstance(kind, list):
        return " or ".join(kind)
    return str(kind)


def _text(*schemas: Mapping[str, Any]) -> str:
    """The description and the allowed values."""
    told = next((s["description"] for s in schemas if s.get("description")), "")
    values: list[Any] = next((s["enum"] for s in schemas if s.get("enum")), [])
    if values:
        named = ", ".join(f"`{v}`" for v in values[:MOST_VALUES]) + (", …" if len(values) > MOST_VALUES else "")
        told += (" " if told else "") + "One of " + named
    return told


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0, seen: tuple[str, ...] = ()) -> list[Row]:
    """The fields of an object, those of nested objects indented; a list shows its items' fields."""
    if schema.get("type") == "array":
        return _fields(document, _resolve(document, schema.get("items", {})), depth, seen)
    out = []
    for name, field in schema.get("properties", {}).items():
        whole = _resolve(document, field)
        out.append(Row(name, _type(document, field), name in schema.get("required", ()), _text(field, whole), depth))
        inner = _inner(document, field)
        title = str(inner.get("title", ""))
        if inner.get("properties") and title not in seen and depth < 2:
            out += _fields(document, inner, depth + 1, (*seen, title))
    return out


def _inner(document: Mapping[str, Any], field: Mapping[str, Any]) -> dict[str, Any]:
    """The object inside a field: itself, the items of a list, or the one of several that is no null."""
    whole = _resolve(document, field)
    for key in ("anyOf", "oneOf"):
        if key in whole:
            some = [s for s in whole[key] if s.get("type") != "null"]
            return _inner(document, some[0]) if len(some) == 1 else {}
    if whole.get("type") == "array":
        return _inner(document, whole.get("items", {}))
    return whole


def _example(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """An example body: the schema's own, or one put together from its fields' examples."""
    if schema.get("examples"):
        return schema["examples"][0]
    if "example" in schema:
        return schema["example"]
    out = {}
    for name, field in schema.get("properties", {}).items():
        whole = _resolve(document, field)
        if whole.get("examples"):
            out[name] = whole["examples"][0]
    return out or ""
