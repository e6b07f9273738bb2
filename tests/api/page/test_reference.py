"""The OpenAPI document as a page."""

from __future__ import annotations

from typing import Any

from api.page.frame import Addresses, ticked
from api.page.reference import groups
from tests.api.page.test_answers import request_for

DOCUMENT: dict[str, Any] = {
    "tags": [{"name": "things", "description": "All about things."}],
    "paths": {
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string", "examples": ["a-1"]}}],
            "get": {
                "operationId": "get_thing",
                "tags": ["things"],
                "summary": "One thing",
                "responses": {
                    "200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                    "404": {"description": "none"},
                },
            },
        },
        "/things": {
            "post": {
                "operationId": "make_thing",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                "responses": {"204": {"description": "made"}},
            },
        },
    },
    "components": {
        "schemas": {
            "Thing": {
                "title": "Thing",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "description": "What it is called.", "examples": ["it's"]},
                    "kind": {"enum": [f"k{i}" for i in range(20)], "type": "string"},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
                    "next": {"anyOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "null"}]},
                },
            }
        }
    },
}


def test_operations_by_tag_with_fields_and_command() -> None:
    """Shared parameters, references, enums and self-reference are followed; the command can be pasted."""
    (tag, told, (get,)), (other, _, (post,)) = groups(DOCUMENT, Addresses(request_for("", "/p")))
    assert (tag, told, other) == ("things", "All about things.", "other")
    assert get.curl == "curl -s https://h.test/p/things/a-1"
    assert [(r.name, r.type, r.required) for r in get.parameters] == [("id", "string, path", True)]
    assert [(r.name, r.type, r.depth) for r in get.answer][:4] == [
        ("name", "string", 0),
        ("kind", "string", 0),
        ("parts", "list of Thing", 0),
        ("name", "string", 1),
    ]
    assert get.answer[1].text.endswith("`k11`, …")
    assert get.statuses == (("200", "ok"), ("404", "none"))
    assert post.curl == """curl -s https://h.test/p/things -H 'content-type: application/json' -d '{"name":"it'"'"'s"}'"""


def test_ticks_become_code_and_nothing_else_markup() -> None:
    """Descriptions may hold `code` and paragraphs."""
    assert str(ticked("a `<b>` c\n\n<i>")) == "<p>a <code>&lt;b&gt;</code> c</p><p>&lt;i&gt;</p>"
