"""Texts over HTTP: understood, answered, ranked."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from advisor.engine.results import as_dict
from advisor.local import Advisor
from api.main import create_app
from api.settings import Settings

TEXT = "A container job runs 40 minutes every night; as cheap as possible"


@pytest.fixture(scope="module")
def ours(advisor: Advisor) -> TestClient:
    """A client of our own knowledge."""
    return TestClient(create_app(advisor, Settings(access_log=False)), raise_server_exceptions=False)


def test_interpret_is_the_library_s_own(ours: TestClient, advisor: Advisor) -> None:
    """The same record; the spans point into the text."""
    answer = ours.post("/v1/interpret", json={"text": TEXT})
    assert answer.json() == as_dict(advisor.interpret(TEXT))
    for trait in answer.json()["traits"]:
        for span in trait["spans"]:
            assert TEXT[span["start"] : span["end"]] == span["words"]
    assert "max_run_time" in {t["trait"] for t in answer.json()["traits"]}
    assert ours.post("/v1/interpret?format=text", json={"text": TEXT}).text.count("max_run_time") >= 1


def test_advise_answers_in_sentences(ours: TestClient, advisor: Advisor) -> None:
    """What is given wins over the text; brief is short."""
    body = {"text": TEXT, "traits": {"max_run_time": "5 min"}, "priorities": {"security": "high"}}
    answer = ours.post("/v1/advise", json=body).json()
    assert answer["traits"]["max_run_time"] == "5 min"
    assert answer["priorities"]["security"] == "high"
    assert answer == as_dict(advisor.advise(TEXT, body["traits"], priorities=body["priorities"]))  # type: ignore[arg-type]
    short = ours.post("/v1/advise?detail=brief", json=body)
    assert len(short.text) < 6000
    assert short.json()["answer"] == answer["answer"]
    for form in ("text", "markdown"):
        assert answer["answer"].split(".")[0][:30] in ours.post(f"/v1/advise?format={form}", json=body).text


def test_proposals_are_ranked(ours: TestClient) -> None:
    """The best one by its key."""
    choices = {"A": "Use AWS Lambda", "B": "Run it as an AWS Batch job on Fargate"}
    answer = ours.post("/v1/advise", json={"text": TEXT, "choices": choices}).json()
    assert (answer["kind"], answer["best"]) == ("proposals", "B")
    assert {p["key"] for p in answer["proposals"]} == {"A", "B"}


def test_an_unknown_decision_in_the_body_is_a_mistake_of_the_body(ours: TestClient) -> None:
    """A 422, not a 404: the address is right."""
    answer = ours.post("/v1/advise", json={"text": TEXT, "decision": "compute-platfrm"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["suggestion"] == "compute-platform"
