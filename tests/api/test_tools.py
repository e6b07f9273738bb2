"""The tools for chatbots: small, typed, shaped as the models' APIs want them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from advisor.errors import QueryError
from advisor.knowledge.base import PILLARS, PRIORITIES
from advisor.local import Advisor
from api import create_app
from api.chat.budget import BRIEF_TOKENS, tokens
from api.tools import TOOLS, call_tool, function_schemas, told_error

WORKLOAD = {"max_run_time": "40 min", "packaging": "container-image", "traffic_pattern": ["spiky", "rare"]}
TEXT = "A container job runs 40 minutes every night; as cheap as possible"
CALLS: dict[str, list[dict[str, Any]]] = {
    "list_decisions": [{}, {"query": "cache"}, {"query": "no such thing"}, {"area": "storage"}],
    "describe_decision": [{"decision": "compute-platform"}],
    "recommend": [{"decision": "compute-platform"}, {"decision": "compute-platform", "traits": WORKLOAD}],
    "next_question": [{"decision": "compute-platform", "traits": WORKLOAD}],
    "what_if": [{"decision": "compute-platform", "traits": WORKLOAD}],
    "plan": [{"traits": {}}, {"traits": {"workload_kind": "web-app", **WORKLOAD}, "choices": {"compute-platform": "ecs-fargate"}}],
    "get_service": [{"service": "lambda"}, {"service": "S3 Glacier Deep Archive"}, {"service": "app-runner"}],
    "interpret": [{"text": TEXT}, {"text": "hello"}],
    "advise": [{"text": TEXT}, {"text": "hello"}, {"text": TEXT, "choices": {"A": "Use AWS Lambda", "B": "Use AWS Batch on Fargate"}}],
}  # fmt: skip
EACH = [pytest.param(n, a, id=f"{n}-{i}") for n, every in CALLS.items() for i, a in enumerate(every)]


def detailed(name: str, arguments: dict[str, Any], detail: str) -> dict[str, Any]:
    """The arguments in one of the two forms, where the tool has two."""
    return {**arguments, "detail": detail} if "detail" in TOOLS[name].takes else arguments


# ── what they are ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_names_are_those_of_the_http_operations(advisor: Advisor) -> None:
    """A tool and the operation that answers the same question share one name."""
    paths = create_app(advisor).openapi()["paths"]
    operations = {o["operationId"] for methods in paths.values() for o in methods.values()}
    assert set(TOOLS) - operations == set()


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda t: t.name)
def test_a_description_is_short_and_says_when_not(tool: Any) -> None:
    """Under 600 characters, with the case for another tool."""
    assert 100 < len(tool.description) < 600
    assert "not" in tool.description


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda t: t.name)
def test_parameters_are_typed_closed_and_described(tool: Any, advisor: Advisor) -> None:
    """Valid JSON Schema without references; every parameter has one type and a description; unknown ones are refused."""
    schema = tool.input_schema(advisor.knowledge)
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert "$ref" not in str(schema)
    assert set(schema["required"]) <= set(schema["properties"])
    for parameter in schema["properties"].values():
        assert isinstance(parameter["type"], str)
        assert parameter["description"]
    if "decision" in schema["properties"]:
        assert schema["properties"]["decision"]["enum"] == sorted(advisor.knowledge.decisions)
    if "priorities" in schema["properties"]:
        assert {k: v["enum"] for k, v in schema["properties"]["priorities"]["properties"].items()} == {p: list(PRIORITIES) for p in PILLARS}


def test_all_tools_together_leave_room_for_a_conversation(advisor: Advisor) -> None:
    """Names, descriptions and parameters are sent with every request to a model."""
    assert tokens(function_schemas(advisor.knowledge, "anthropic")) < 6000


# ── what they answer ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("detail", ["brief", "full"])
@pytest.mark.parametrize(("name", "arguments"), EACH)
def test_answers_fit_their_schema(name: str, arguments: dict[str, Any], detail: str, advisor: Advisor) -> None:
    """The structured answer is what the output schema says; the line is one line and not the same JSON again."""
    data, line = call_tool(advisor, name, detailed(name, arguments, detail))
    Draft202012Validator.check_schema(TOOLS[name].output_schema)
    Draft202012Validator(TOOLS[name].output_schema).validate(data)
    assert line.strip()
    assert "\n" not in line
    assert "{" not in line


@pytest.mark.parametrize(("name", "arguments"), EACH)
def test_brief_answers_stay_under_a_thousand_tokens(name: str, arguments: dict[str, Any], advisor: Advisor) -> None:
    """Both parts together; what was left out is told."""
    assert tokens(*call_tool(advisor, name, detailed(name, arguments, "brief"))) < BRIEF_TOKENS


def test_every_decision_and_scenario_stays_brief(advisor: Advisor) -> None:
    """Whatever is asked of our own knowledge."""
    asked: list[tuple[str, dict[str, Any]]] = [("describe_decision", {"decision": d}) for d in advisor.knowledge.decisions]
    asked += [(t, {"decision": d}) for d in advisor.knowledge.decisions for t in ("recommend", "next_question")]
    asked += [
        ("recommend", {"decision": s.decision, "traits": dict(s.given), "priorities": dict(s.priorities)})
        for s in advisor.knowledge.scenarios
    ]
    asked += [("get_service", {"service": s}) for s in advisor.knowledge.services]
    asked += [("plan", {"traits": dict(p.given)}) for p in advisor.knowledge.plan_scenarios]
    sizes = {f"{name} {arguments}": tokens(*call_tool(advisor, name, arguments)) for name, arguments in asked}
    assert {k: n for k, n in sizes.items() if n >= BRIEF_TOKENS} == {}


@pytest.mark.slow
def test_every_what_if_and_text_stays_brief(advisor: Advisor) -> None:
    """The same for the answers that take longer: the first scenario of each decision, and every plan told in words."""
    first = {s.decision: s for s in reversed(advisor.knowledge.scenarios)}
    asked: list[tuple[str, dict[str, Any]]] = [("what_if", {"decision": d, "traits": dict(s.given)}) for d, s in sorted(first.items())]
    asked += [(t, {"text": s.why}) for s in first.values() for t in ("advise", "interpret")]
    everything = " ".join(f"{d.question} {d.summary}" for d in advisor.knowledge.decisions.values())[:20_000]
    asked += [(t, {"text": everything}) for t in ("advise", "interpret")]
    sizes = {f"{name} {arguments}": tokens(*call_tool(advisor, name, arguments)) for name, arguments in asked}
    assert {k: n for k, n in sizes.items() if n >= BRIEF_TOKENS} == {}


def test_a_brief_ranking_is_the_beginning_of_the_full_one(advisor: Advisor) -> None:
    """Brevity changes no rank, no score and no exclusion."""
    arguments = {"decision": "compute-platform", "traits": WORKLOAD}
    brief, _ = call_tool(advisor, "recommend", {**arguments, "detail": "brief"})
    full, _ = call_tool(advisor, "recommend", {**arguments, "detail": "full"})
    assert 0 < len(brief["ranking"]) <= 3
    for short, whole in zip(brief["ranking"], full["ranking"], strict=False):
        assert {k: short[k] for k in ("rank", "option", "score", "win_share")} == {
            k: whole[k] for k in ("rank", "option", "score", "win_share")
        }
    assert [o["option"] for o in brief["ruled_out"]] == [o["option"] for o in full["ruled_out"]][: len(brief["ruled_out"])]


def test_asking_until_nothing_is_left_to_ask(advisor: Advisor) -> None:
    """next_question leads a conversation to its end: then nothing unknown can change the winner."""
    traits: dict[str, Any] = {}
    for _ in range(40):
        data, _ = call_tool(advisor, "next_question", {"decision": "dynamodb-capacity", "traits": traits, "limit": 1})
        if not data["questions"]:
            break
        answer = data["questions"][0]["answers"][0]
        traits[data["questions"][0]["trait"]] = answer
    assert data["questions"] == []
    told, _ = call_tool(advisor, "recommend", {"decision": "dynamodb-capacity", "traits": traits})
    assert told["next_question"] is None


# ── what goes wrong ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("recommend", {"decision": "compute-platfrom"}, ["did you mean 'compute-platform'?", "caching"]),
        ("recommend", {"decision": "caching", "traits": {"latency_targt": 1}}, ["did you mean 'latency_target'?", "traits of caching"]),
        ("plan", {"traits": {"max_runtime": 1}}, ["did you mean 'max_run_time'?", "more"]),
        ("recommend", {"decision": "compute-platform", "traits": {"packaging": "box"}}, ["packaging", "container-image"]),
        ("recommend", {"decision": "caching", "priorities": {"cost": "high"}}, ["did you mean 'cost-optimization'?", "sustainability"]),
        ("recommend", {"decision": "compute-platform", "only": ["lamda"]}, ["did you mean 'lambda'?", "ecs-fargate"]),
        ("recommend", {"decision": "compute-platform", "foo": 1}, ["unknown parameter 'foo'", "traits"]),
        ("get_service", {"service": "lamda"}, ["did you mean 'lambda'?", "more"]),
        ("recomend", {}, ["did you mean 'recommend'?", "advise"]),
    ],
)  # fmt: skip
def test_an_error_lists_the_allowed_values(name: str, arguments: dict[str, Any], words: list[str], advisor: Advisor) -> None:
    """Nearest name first, then what is allowed, in a text that is still small."""
    with pytest.raises(QueryError) as error:
        call_tool(advisor, name, arguments)
    told = told_error(advisor, error.value, arguments)
    for word in words:
        assert word in told
    assert tokens(told) < BRIEF_TOKENS


# ── plain function calling ────────────────────────────────────────────────────────────────────────────────────────
NAME = {"type": "string", "pattern": "^[a-zA-Z0-9_-]{1,64}$"}
JSON_SCHEMA_OBJECT = {
    "type": "object",
    "required": ["type", "properties"],
    "properties": {"type": {"const": "object"}, "properties": {"type": "object"}},
}
# OpenAI, API reference: Chat Completions `tools` (ChatCompletionTool, FunctionObject) and Responses `tools` (FunctionTool)
FUNCTION = {
    "name": NAME, "description": {"type": "string", "maxLength": 1024}, "parameters": JSON_SCHEMA_OBJECT,
    "strict": {"type": ["boolean", "null"]},
}  # fmt: skip
SHAPES: dict[str, dict[str, Any]] = {
    "openai": {
        "type": "object", "required": ["type", "function"], "additionalProperties": False,
        "properties": {
            "type": {"const": "function"},
            "function": {"type": "object", "required": ["name"], "additionalProperties": False, "properties": FUNCTION},
        },
    },
    "openai-responses": {
        "type": "object", "required": ["type", "name", "parameters", "strict"], "additionalProperties": False,
        "properties": {"type": {"const": "function"}, **FUNCTION},
    },
    # Anthropic, API reference: Messages `tools` (Tool)
    "anthropic": {
        "type": "object", "required": ["name", "input_schema"], "additionalProperties": False,
        "properties": {
            "name": NAME, "description": {"type": "string"}, "input_schema": JSON_SCHEMA_OBJECT, "type": {"enum": ["custom", None]},
            "cache_control": {"type": ["object", "null"]}, "strict": {"type": "boolean"},
        },
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def client(advisor: Advisor) -> Iterator[TestClient]:
    """The API over our knowledge."""
    with TestClient(create_app(advisor)) as found:
        yield found


@pytest.mark.parametrize("style", SHAPES)
def test_schemas_have_the_published_shape(style: str, client: TestClient) -> None:
    """Each tool is what the `tools` parameter of that API takes, and its parameters are a valid schema."""
    answer = client.get("/v1/tools", params={"style": style})
    assert answer.status_code == 200
    assert answer.headers["etag"]
    found = answer.json()
    Draft202012Validator({"type": "array", "maxItems": 128, "items": SHAPES[style]}).validate(found)
    functions = [t.get("function", t) for t in found]
    assert [f["name"] for f in functions] == list(TOOLS)
    for function in functions:
        Draft202012Validator.check_schema(function.get("parameters") or function["input_schema"])


def test_the_default_style_and_an_unknown_one(client: TestClient) -> None:
    """Chat Completions unless told otherwise; another name is an error that lists the styles."""
    assert client.get("/v1/tools").json() == client.get("/v1/tools?style=openai").json()
    problem = client.get("/v1/tools?style=antropic")
    assert problem.status_code == 422
    assert problem.json()["errors"][0]["suggestion"] == "anthropic"


def test_a_call_is_answered_over_http(client: TestClient, advisor: Advisor) -> None:
    """Name in the address, arguments as they came; the answer is that of the tool."""
    arguments = {"decision": "compute-platform", "traits": WORKLOAD}
    data, line = call_tool(advisor, "recommend", arguments)
    answer = client.post("/v1/tools/recommend", json=arguments)
    assert answer.json() == {"data": data, "text": line}
    assert client.post("/v1/tools/recommend?format=text", json=arguments).text == line + "\n"


@pytest.mark.parametrize(
    ("tool", "arguments", "status", "pointer"),
    [
        ("recomend", {}, 404, "/tool"), ("recommend", {"decision": "cachin"}, 422, "/decision"),
        ("get_service", {"service": "lamda"}, 422, "/service"),
        ("recommend", {"decision": "caching", "traits": {"x": 1}}, 422, "/traits/x"), ("recommend", [], 422, ""),
    ],
)  # fmt: skip
def test_a_wrong_call_is_a_problem(tool: str, arguments: Any, status: int, pointer: str, client: TestClient) -> None:
    """With the place in the arguments."""
    answer = client.post(f"/v1/tools/{tool}", json=arguments)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == pointer


# ── the next question over HTTP ───────────────────────────────────────────────────────────────────────────────────
def test_the_next_question_over_http(client: TestClient, advisor: Advisor) -> None:
    """The same questions as in process, best first, as JSON and as text."""
    body = {"traits": WORKLOAD, "limit": 2}
    answer = client.post("/v1/decisions/compute-platform/next-question", json=body).json()
    assert [q["trait"] for q in answer["questions"]] == [q.trait for q in advisor.next_questions("compute-platform", WORKLOAD, limit=2)]
    bits = [q["information_bits"] for q in answer["questions"]]
    assert bits == sorted(bits, reverse=True)
    text = client.post("/v1/decisions/compute-platform/next-question?format=text", json=body).text
    assert text.startswith(answer["questions"][0]["question"])
    assert client.post("/v1/decisions/compute-platform/next-question", json={"limit": 0}).status_code == 422


def test_what_nobody_knows_is_not_asked_again(client: TestClient, advisor: Advisor) -> None:
    """Skipped traits make room for others; an unknown name among them is a mistake, over HTTP and as a tool."""
    first = client.post("/v1/decisions/compute-platform/next-question", json={"traits": WORKLOAD, "limit": 1}).json()["questions"][0][
        "trait"
    ]
    body = {"traits": WORKLOAD, "limit": 1, "skip": [first]}
    second = client.post("/v1/decisions/compute-platform/next-question", json=body).json()["questions"][0]["trait"]
    assert second != first
    told, _ = call_tool(advisor, "next_question", {"decision": "compute-platform", **body})
    assert told["questions"][0]["trait"] == second
    problem = client.post("/v1/decisions/compute-platform/next-question", json={"skip": ["need_gpu"]})
    assert (problem.status_code, problem.json()["errors"][0]["pointer"]) == (422, "/skip/0")
    with pytest.raises(QueryError, match="did you mean 'needs_gpu'"):
        call_tool(advisor, "next_question", {"decision": "compute-platform", "skip": ["need_gpu"]})
