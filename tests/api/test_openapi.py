"""The OpenAPI document says what the server does: every field described, every form and status, nothing stale."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.openapi import BRIEF, FORMS, NO_EXAMPLE, SEARCHED, SNAPSHOT, snapshot
from api.problems import TITLES

KEBAB = re.compile(r"[a-z]+(_[a-z]+)*")


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    """The document of the small knowledge."""
    return app.openapi()


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Operation by id, with its path and method."""
    return {
        o["operationId"]: {**o, "path": path, "method": method} for path, item in document["paths"].items() for method, o in item.items()
    }


def test_the_snapshot_is_current() -> None:
    """A change of the contract shows in the diff: `python -m api.openapi` writes it anew."""
    assert SNAPSHOT.read_text(encoding="utf-8") == snapshot()


def test_every_field_is_described_with_an_example(document: dict[str, Any]) -> None:
    """In requests and answers; a field that holds a record shows the example of that record."""
    bare = []
    for name, schema in document["components"]["schemas"].items():
        for field, shape in schema.get("properties", {}).items():
            if not shape.get("description"):
                bare.append(f"{name}.{field}: description")
            if "examples" not in shape and "$ref" not in str(shape):
                bare.append(f"{name}.{field}: example")
        if "properties" in schema and name not in (*NO_EXAMPLE, "TraitParameters") and "examples" not in schema:
            bare.append(f"{name}: example")
    assert not bare


def test_every_parameter_and_operation_is_described(document: dict[str, Any]) -> None:
    """Ids are stable snake_case; summaries are one line."""
    found = operations(document)
    for name, operation in found.items():
        assert KEBAB.fullmatch(name)
        assert operation["description"]
        assert 5 < len(operation["summary"]) <= 120
        assert operation["tags"]
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], f"{name} {parameter['name']}"
    assert {"recommend", "list_decisions", "describe_decision", "what_if", "plan", "get_service", "interpret", "advise"} <= set(found)


def test_every_status_has_a_problem(document: dict[str, Any]) -> None:
    """Errors are problem documents in the document, too; FastAPI's own shape is gone."""
    for operation in operations(document).values():
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"]
                assert answer["description"] == TITLES[int(status)] + "."
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_decisions_and_traits_are_enumerated(document: dict[str, Any]) -> None:
    """From the knowledge that is served."""
    found = operations(document)
    [decision] = [p for p in found["recommend_get"]["parameters"] if p["name"] == "decision"]
    assert decision["schema"]["enum"] == ["trees"]
    [traits] = [p for p in found["recommend_get"]["parameters"] if p["name"] == "traits"]
    assert traits["schema"] == {"$ref": "#/components/schemas/TraitParameters"}
    colour = document["components"]["schemas"]["TraitParameters"]["properties"]["colour"]
    assert colour["anyOf"][0]["enum"] == ["red", "green", "blue"]
    assert "colour" in document["components"]["schemas"]["TraitName"]["enum"]


BODIES: dict[str, dict[str, Any]] = {
    "compare_options": {"options": ["apple", "birch"]}, "interpret": {"text": "cold"}, "advise": {"text": "cold"},
    "call_tool": {},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FORMS))
def test_the_forms_are_those_offered(client: TestClient, document: dict[str, Any], name: str) -> None:
    """An unknown form is answered by the list of the known ones, which is that of the document."""
    operation = operations(document)[name]
    values = {"decision": "trees", "trait": "colour", "service": "apple", "rule": "trees.frost", "tool": "list_decisions"}
    path = operation["path"].format(**values)
    body = {"json": BODIES.get(name, {})} if operation["method"] == "post" else {}
    answer = client.request(operation["method"], f"{path}?format=none", **body)
    assert answer.status_code == 406
    assert answer.json()["errors"][0]["allowed"] == list(FORMS[name])
    for form in FORMS[name]:
        told = client.request(operation["method"], f"{path}?format={form}", **body)
        assert told.status_code == 200, told.text
        assert told.headers["content-type"].partition(";")[0] in operation["responses"]["200"]["content"]


@pytest.mark.parametrize("name", sorted({*FORMS, "recommend_batch"}))
def test_the_form_parameters_are_those_taken(client: TestClient, document: dict[str, Any], name: str) -> None:
    """`detail`, `view` and `q` are refused where the document has none."""
    operation = operations(document)[name]
    values = {"decision": "trees", "trait": "colour", "service": "apple", "rule": "trees.frost", "tool": "list_decisions"}
    path = operation["path"].format(**values)
    body = {"json": BODIES.get(name, {})} if operation["method"] == "post" else {}
    documented = {p["name"] for p in operation.get("parameters", ())}
    for parameter, value in (("detail", "brief"), ("view", "rows"), ("q", "a")):
        taken = client.request(operation["method"], f"{path}?{parameter}={value}", **body).status_code == 200
        assert taken is (parameter in documented), parameter
    assert ("detail" in documented) is (name in BRIEF)
    assert ("q" in documented) is (name in SEARCHED)


def test_keys_are_documented_where_they_are_needed(document: dict[str, Any], client_with: Any, tmp_path: Any) -> None:
    """Only a server that asks for keys says so."""
    (tmp_path / "keys").write_text("sha256:" + "0" * 64)
    assert "securitySchemes" not in document["components"]
    guarded = client_with(api_keys=tmp_path / "keys").app.openapi()
    assert set(guarded["components"]["securitySchemes"]) == {"bearer", "key"}
    assert guarded["paths"]["/v1/plan"]["post"]["security"] == [{"bearer": []}, {"key": []}]
    assert "401" in guarded["paths"]["/v1/plan"]["post"]["responses"]
    assert "security" not in guarded["paths"]["/healthz"]["get"]
