"""Recommendations of our own knowledge over HTTP."""

from __future__ import annotations

import json

import orjson
import pytest
from fastapi.testclient import TestClient

from advisor.engine.results import as_dict
from advisor.local import Advisor
from api.main import create_app
from api.settings import Settings

WORKLOADS = [{}, {"max_run_time": "40 min", "packaging": "container-image", "traffic_pattern": ["spiky", "rare"]}]
MOST_CHARACTERS = 4 * 1000  # a token is about four characters


@pytest.fixture(scope="module")
def ours(advisor: Advisor) -> TestClient:
    """A client of our own knowledge."""
    return TestClient(create_app(advisor, Settings(access_log=False)), raise_server_exceptions=False)


@pytest.mark.parametrize("workload", WORKLOADS, ids=["unknown", "known"])
def test_brief_answers_stay_under_a_thousand_tokens(ours: TestClient, advisor: Advisor, workload: dict[str, object]) -> None:
    """For every decision."""
    for decision in advisor.knowledge.decisions:
        answer = ours.post(f"/v1/decisions/{decision}/recommend?detail=brief", json={"traits": workload})
        assert answer.status_code == 200
        assert len(answer.text) < MOST_CHARACTERS, decision
        assert len(answer.json()["ranking"]) <= 3


def test_records_are_written_as_their_dictionaries(advisor: Advisor) -> None:
    """The fast way to bytes gives the bytes of the slow one: no number is written in another way."""
    for decision in advisor.knowledge.decisions:
        result = advisor.recommend(decision, WORKLOADS[1], priorities={"cost-optimization": "low"})
        assert orjson.dumps(result) == orjson.dumps(as_dict(result)), decision


def test_the_first_answer_of_the_readme(ours: TestClient) -> None:
    """Forty minutes in a container: no function, and the page with its day says why."""
    path = "/v1/decisions/compute-platform/recommend?max_run_time=40min&packaging=container"
    answer = ours.get(path + "&traffic_pattern=spiky&format=text").text
    assert "One invocation stops after 15 min; this run takes 40 min." in answer
    assert "https://docs.aws.amazon.com/" in answer.partition("Ruled out")[2]
    data = ours.get(path).json()
    assert "lambda" in {r["option"] for r in data["ruled_out"]}


def test_rows_and_csv_say_the_same(ours: TestClient) -> None:
    """For dashboards: one row per option, ranked first."""
    path = "/v1/decisions/compute-platform/recommend?max_run_time=40min"
    rows = ours.get(path + "&view=rows").json()
    lines = ours.get(path + "&format=csv").text.split("\r\n")
    assert lines[0].split(",") == list(rows[0])
    assert len(lines) == len(rows) + 2
    assert ours.get(path + "&view=rows", headers={"accept": "text/csv"}).text == "\r\n".join(lines)


def test_every_address_of_the_knowledge_answers(ours: TestClient, advisor: Advisor) -> None:
    """Lists link to what they list; names and aliases do as well as ids."""
    for decision in ours.get("/v1/decisions").json():
        assert ours.get(f"/v1/decisions/{decision['id']}").json()["question"] == decision["question"]
    assert ours.get("/v1/services/Fargate").json()["id"] == ours.get("/v1/services/ecs-fargate").json()["id"]
    assert ours.get("/v1/rules/compute-platform.run-time-limit").json()["effects"][0]["effect"] == "excludes"
    assert ours.get("/v1/traits/max_run_time").json()["type"] == "quantity"
    assert ours.get("/v1/knowledge").json()["digest"] == advisor.knowledge.digest
    assert 0 < len(ours.get("/v1/services?q=container").json()) < len(ours.get("/v1/services").json())
    for path in ("decisions/none", "services/none", "rules/none.none", "traits/none"):
        answer = ours.get("/v1/" + path)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (404, "" if path[0] in "sr" else "/" + path.split("s/")[0])
        assert json.dumps(answer.json()["errors"][0]["allowed"])
