"""GET and POST ask the same, and every mistake is told with its place and the nearest name."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.problems import pointer
from tests.api.conftest import TREES
from tests.strategies import priorities, workloads

MISTAKES: list[tuple[str, dict[str, Any], str, str, str | None]] = [
    ("?lenght=5s", {"traits": {"lenght": "5s"}}, "/traits/lenght", "unknown-trait", "length"),
    ("?length=5GB", {"traits": {"length": "5GB"}}, "/traits/length", "bad-value", None),
    ("?length=5", {"traits": {"length": "5"}}, "/traits/length", "bad-value", None),
    ("?length=-5s", {"traits": {"length": "-5s"}}, "/traits/length", "bad-value", None),
    ("?length=NaN", {"traits": {"length": "NaN"}}, "/traits/length", "bad-value", None),
    ("?number=1e400", {"traits": {"number": "1e400"}}, "/traits/number", "bad-value", None),
    ("?number=3.5", {"traits": {"number": "3.5"}}, "/traits/number", "bad-value", None),
    ("?colour=rde", {"traits": {"colour": "rde"}}, "/traits/colour", "bad-value", "red"),
    ("?cold=perhaps", {"traits": {"cold": "perhaps"}}, "/traits/cold", "bad-value", None),
    ("?priority.cost=high", {"priorities": {"cost": "high"}}, "/priorities/cost", "bad-priority", "cost-optimization"),
    ("?priority.security=hgih", {"priorities": {"security": "hgih"}}, "/priorities/security", "bad-priority", "high"),
    ("?only=birch,cedra", {"only": ["birch", "cedra"]}, "/only/1", "unknown-option", "cedar"),
]


@pytest.mark.parametrize(("query", "body", "place", "code", "suggestion"), MISTAKES, ids=[m[0] for m in MISTAKES])
def test_a_mistake_is_told_alike_by_get_and_post(
    client: TestClient, query: str, body: dict[str, Any], place: str, code: str, suggestion: str | None
) -> None:
    """The status, the pointer, the code and the suggestion do not depend on the method."""
    answers = (client.get(TREES + query), client.post(TREES, json=body))
    for answer in answers:
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        [found] = answer.json()["errors"]
        assert (found["pointer"], found["code"], found.get("suggestion")) == (place, code, suggestion)
    assert answers[0].json()["detail"] == answers[1].json()["detail"]


def test_all_mistakes_are_told_at_once(client: TestClient) -> None:
    """One request, every mistake."""
    body = {"traits": {"length": "5GB", "colour": "rde"}, "priorities": {"cost": "high"}, "only": ["cedra"]}
    answer = client.post(TREES, json=body).json()
    assert answer["type"] == "urn:service-advisor:problem:several-mistakes"
    assert {e["pointer"] for e in answer["errors"]} == {"/traits/length", "/traits/colour", "/priorities/cost", "/only/0"}


@given(traits=workloads(), levels=priorities(), only=st.lists(st.sampled_from(["apple", "birch", "cedar"]), max_size=3, unique=True))
def test_get_and_post_give_the_same_bytes(client: TestClient, traits: dict[str, Any], levels: dict[str, str], only: list[str]) -> None:
    """Same question, same bytes, same ETag, whatever the method and the order of the parameters."""
    parameters: dict[str, Any] = {
        name: ",".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in reversed(traits.items())
    }
    parameters |= {f"priority.{pillar}": level for pillar, level in levels.items()}
    if only:
        parameters["only"] = ",".join(only)
    got = client.get(TREES, params=parameters)
    posted = client.post(TREES, json={"traits": traits, "priorities": levels, "only": only or None})
    assert got.status_code == posted.status_code == 200
    assert (got.content, got.headers["etag"]) == (posted.content, posted.headers["etag"])


def test_repeated_and_listed_values_mean_one_of_these(client: TestClient) -> None:
    """`?colour=red,green`, a repeated parameter and a JSON list are one question."""
    listed = client.get(TREES + "?colour=red,green")
    repeated = client.get(TREES + "?colour=red&colour=green")
    posted = client.post(TREES, json={"traits": {"colour": ["red", "green"]}})
    assert listed.content == repeated.content == posted.content
    assert listed.json()["traits"]["used"] == {"colour": "red or green"}


@pytest.mark.parametrize("query", ["priority.security=high&priority.security=low", "format=json&format=text"])
def test_two_answers_where_one_counts_are_refused(client: TestClient, query: str) -> None:
    """Neither is ignored in silence; saying the same twice is no mistake."""
    first = query.split("&")[0]
    answer = client.get(f"{TREES}?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "repeated-parameter"
    assert client.get(f"{TREES}?{first}&{first}").status_code == 200


def test_a_parameter_nobody_reads_is_refused(client: TestClient) -> None:
    """A misspelt parameter is not ignored, and the nearest one is named."""
    answer = client.get(TREES + "?formta=text")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["suggestion"] == "format"
    refused = client.post(TREES + "?cold=true", json={})
    assert refused.json()["errors"][0]["code"] == "unknown-parameter"
    assert client.get("/v1/traits?detail=brief").status_code == 422


BODIES: list[tuple[bytes, int, str]] = [
    (b"", 400, "malformed-json"),
    (b"{", 400, "malformed-json"),
    (b"\xff\xfe", 400, "malformed-json"),
    (b'{"traits": {"\\ud800": 1}}', 400, "malformed-json"),
    (b"[" * 10_000, 400, "malformed-json"),
    (b'{"traits": {"number": ' + b"[" * 150 + b"]" * 150 + b"}}", 422, "bad-value"),
    (b'{"traits": {"number": ' + b"9" * 5000 + b"}}", 400, "malformed-json"),
    (b'{"traits": {"number": ' + b"9" * 400 + b"}}", 422, "bad-value"),
    (b'{"traits": {"number": NaN}}', 422, "bad-value"),
    (b'{"traits": {"number": Infinity}}', 422, "bad-value"),
    (b'{"traits": {"number": 1e999}}', 422, "bad-value"),
    (b'{"traits": {"number": -1}}', 422, "bad-value"),
    (b'{"traits": {"number": {"min": 5, "max": 3}}}', 422, "bad-value"),
    (b'{"traits": {"number": {"least": 5}}}', 422, "bad-value"),
    (b'{"traits": {"colour": {}}}', 422, "bad-value"),
    (b'{"traits": {"cold": [[true]]}}', 422, "bad-value"),
    (b'{"traits": []}', 422, "bad-value"),
    (b'{"trait": {}}', 422, "unknown-field"),
    (b'{"only": "apple"}', 422, "bad-value"),
    (b'{"priorities": {"security": 3}}', 422, "bad-value"),
    (b"null", 422, "bad-value"),
    (b"[]", 422, "bad-value"),
]


@pytest.mark.parametrize(("body", "status", "code"), BODIES, ids=[b[0][:40].decode("latin-1") for b in BODIES])
def test_a_body_that_is_no_question_is_told_so(client: TestClient, body: bytes, status: int, code: str) -> None:
    """Malformed JSON is a 400, a wrong field a 422 with its pointer; never a 500."""
    answer = client.post(TREES, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.json()["type"].endswith(":" + code)
    assert answer.json()["errors"][0]["code"] == code


def test_null_and_nan_are_not_one_question(client: TestClient) -> None:
    """An answer that is remembered for null is not given for NaN, nor one for 1 given for true."""
    for good, bad in ((b"null", b"NaN"), (b"1", b"true")):
        for value, status in ((good, 200), (bad, 422), (good, 200)):
            body = b'{"traits": {"number": ' + value + b"}}"
            assert client.post(TREES, content=body, headers={"content-type": "application/json"}).status_code == status


def test_an_unknown_field_is_told_with_the_known_ones(client: TestClient) -> None:
    """The fields of that very body are named."""
    [found] = client.post("/v1/plan", json={"choice": {}}).json()["errors"]
    assert (found["pointer"], found["suggestion"]) == ("/choice", "choices")
    assert found["allowed"] == ["traits", "priorities", "choices", "decisions"]


def test_another_media_type_is_a_415_that_names_the_right_one(client: TestClient) -> None:
    """A form, as curl sends it without a header, is not guessed at."""
    answer = client.post(TREES, data={"traits": "{}"})
    assert answer.status_code == 415
    assert answer.json()["errors"][0]["allowed"] == ["application/json"]
    for media in ("application/json; charset=utf-8", "application/merge-patch+json", "Application/JSON"):
        assert client.post(TREES, content=b"{}", headers={"content-type": media}).status_code == 200


def test_pointers_escape_what_json_pointer_escapes() -> None:
    """RFC 6901: ~ and / inside a name."""
    assert pointer(("traits", "a/b~c", 0)) == "/traits/a~1b~0c/0"
