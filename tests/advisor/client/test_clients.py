"""The clients ask a real app and answer as the local advisor does."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from advisor.client import AdvisorClient, AsyncAdvisorClient, Patience
from advisor.engine.results import as_dict
from advisor.errors import QueryError, RemoteError, TraitValueError, UnknownDecisionError, UnknownTraitError
from advisor.local import Advisor
from api import create_app

WORKLOAD = {"max_run_time": "40 min", "packaging": "container-image", "traffic_pattern": ["spiky", "rare"]}
LEVELS = {"cost-optimization": "high"}
TEXT = "A container job runs 40 minutes every night; as cheap as possible"
CALLS: dict[str, Callable[[Any], Any]] = {
    "recommend": lambda a: a.recommend("compute-platform", WORKLOAD, priorities=LEVELS, only=["lambda", "Fargate", "ec2"]),
    "answers": lambda a: a.recommend("compute-platform", max_run_time="20 min"),
    "next_questions": lambda a: a.next_questions("compute-platform", WORKLOAD, limit=3),
    "skip": lambda a: a.next_questions("compute-platform", WORKLOAD, limit=3, skip={"os", "needs_gpu"}),
    "what_if": lambda a: a.what_if("compute-platform", WORKLOAD, max_changes=1),
    "compare": lambda a: a.compare("compute-platform", ["lambda", "ecs-fargate"], WORKLOAD, priorities=LEVELS),
    "plan": lambda a: a.plan(WORKLOAD, choices={"compute-platform": "ecs-fargate"}, decisions=["compute-platform", "container-registry"]),
    "interpret": lambda a: a.interpret(TEXT),
    "advise": lambda a: a.advise(TEXT, {"needs_gpu": False}, priorities=LEVELS),
    "proposals": lambda a: a.advise(TEXT, choices={"A": "Use AWS Lambda", "B": "Use AWS Batch on Fargate"}),
}  # fmt: skip
CATALOGUE: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "decisions": (lambda c: c.decisions("cache"), lambda a: a.catalogue.decisions("cache")),
    "decision": (lambda c: c.decision("caching"), lambda a: a.catalogue.decision("caching")),
    "traits": (lambda c: c.traits("memory"), lambda a: a.catalogue.traits("memory")),
    "trait": (lambda c: c.trait("max_run_time"), lambda a: a.catalogue.trait("max_run_time")),
    "service": (lambda c: c.service("AWS Lambda"), lambda a: a.catalogue.service("AWS Lambda")),
    "rules": (lambda c: c.rules("idle"), lambda a: a.catalogue.rule_list("idle")),
    "rule": (lambda c: c.rule("compute-platform.run-time-limit"), lambda a: a.catalogue.rule("compute-platform.run-time-limit")),
    "info": (lambda c: c.info(), lambda a: a.catalogue.info()),
}


@pytest.fixture(scope="module")
def app(advisor: Advisor) -> FastAPI:
    """The API over our knowledge."""
    return create_app(advisor)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[AdvisorClient]:
    """A client whose network is the app itself."""
    with TestClient(app, follow_redirects=False) as inside:

        def handle(request: httpx.Request) -> httpx.Response:
            headers = {k: v for k, v in request.headers.items() if k not in ("accept-encoding", "host", "connection")}
            headers["accept-encoding"] = "identity"
            answer = inside.request(request.method, str(request.url.raw_path, "ascii"), content=request.content, headers=headers)
            return httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.content)

        with AdvisorClient("http://advisor.test", transport=httpx.MockTransport(handle)) as found:
            yield found


def same(remote: Any, local: Any) -> None:
    """Both are the same records with the same content."""
    assert type(remote) is type(local)
    assert as_dict(remote) == as_dict(local)


@pytest.mark.parametrize("name", CALLS)
def test_the_remote_advisor_answers_as_the_local_one(name: str, client: AdvisorClient, advisor: Advisor) -> None:
    """The same question gives the same record from both."""
    same(CALLS[name](client), CALLS[name](advisor))


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_catalogue_is_the_same_from_afar(name: str, client: AdvisorClient, advisor: Advisor) -> None:
    """Lists and entries of the knowledge."""
    remote, local = CATALOGUE[name]
    same(remote(client), local(advisor))


def test_services_are_listed(client: AdvisorClient, advisor: Advisor) -> None:
    """A list of services tells what each is; one of them tells all."""
    found = client.services("lambda")
    assert [s.id for s in found] == [s.id for s in advisor.catalogue.services("lambda")]
    assert next(s for s in found if s.id == "lambda").kind == "service"


@pytest.mark.parametrize("name", CALLS)
def test_the_asynchronous_client_answers_the_same(name: str, app: FastAPI, advisor: Advisor) -> None:
    """The same methods, awaited."""

    async def ask() -> Any:
        async with AsyncAdvisorClient("http://advisor.test", transport=httpx.ASGITransport(app)) as found:
            return await CALLS[name](found)

    same(asyncio.run(ask()), CALLS[name](advisor))


def test_errors_are_those_of_the_local_advisor(client: AdvisorClient, advisor: Advisor) -> None:
    """Class, place, suggestion and allowed values agree."""
    wrong: list[tuple[type[QueryError], Callable[[Any], Any]]] = [
        (UnknownDecisionError, lambda a: a.recommend("compute-platfrom", {})),
        (UnknownTraitError, lambda a: a.recommend("compute-platform", max_runtime="1 s")),
        (TraitValueError, lambda a: a.recommend("compute-platform", packaging="box")),
    ]
    for kind, ask in wrong:
        with pytest.raises(kind) as here:
            ask(advisor)
        with pytest.raises(kind) as there:
            ask(client)
        assert (there.value.message, there.value.path, there.value.suggestion) == (
            here.value.message,
            here.value.path,
            here.value.suggestion,
        )
        assert there.value.allowed == here.value.allowed


@pytest.mark.parametrize("kind", [AdvisorClient, AsyncAdvisorClient])
def test_the_methods_are_those_of_the_local_advisor(kind: type) -> None:
    """Every public method of Advisor that asks something is there, with the same parameters and a docstring."""
    for name, local in inspect.getmembers(Advisor, inspect.isfunction):
        if name.startswith("_"):
            continue
        remote = getattr(kind, name)
        assert list(inspect.signature(remote).parameters) == list(inspect.signature(local).parameters), name
        assert remote.__doc__, name


# ── patience ──────────────────────────────────────────────────────────────────────────────────────────────────────
class Flaky:
    """A server that fails in a given way before it answers, and a clock that only counts."""

    def __init__(self, *failures: httpx.Response | Exception) -> None:
        self.failures, self.calls, self.waits = list(failures), 0, []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return failure
        return httpx.Response(200, json=[])

    def sleep(self, seconds: float) -> None:
        """Count a wait."""
        self.waits.append(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """The same for asyncio."""
        self.waits.append(seconds)

    def ask(self, *, asynchronous: bool) -> Any:
        """One question with four attempts at most."""
        patience, transport = Patience(retries=3, first_wait=0.5, max_wait=4), httpx.MockTransport(self)
        if not asynchronous:
            with AdvisorClient("http://advisor.test", patience=patience, transport=transport, sleep=self.sleep) as client:
                return client.decisions()

        async def ask() -> Any:
            async with AsyncAdvisorClient("http://advisor.test", patience=patience, transport=transport, sleep=self.sleep_async) as client:
                return await client.decisions()

        return asyncio.run(ask())


@pytest.mark.parametrize("asynchronous", [False, True])
class TestPatience:
    """What passes is asked again, what does not pass is told."""

    def test_connection_errors_and_busy_servers_are_asked_again(self, asynchronous: bool) -> None:
        """With back-off, and with the server's own Retry-After where it tells one."""
        flaky = Flaky(httpx.ConnectError("refused"), httpx.Response(503), httpx.Response(429, headers={"Retry-After": "3"}))
        assert flaky.ask(asynchronous=asynchronous) == ()
        assert flaky.waits == [0.5, 1.0, 3.0]

    def test_patience_ends(self, asynchronous: bool) -> None:
        """After the last attempt the failure is told as a RemoteError with the status."""
        flaky = Flaky(*(httpx.Response(503, json={"detail": "busy"}) for _ in range(9)))
        with pytest.raises(RemoteError, match="503: busy") as error:
            flaky.ask(asynchronous=asynchronous)
        assert (error.value.status, flaky.calls, flaky.waits) == (503, 4, [0.5, 1.0, 2.0])

    def test_no_connection_at_all(self, asynchronous: bool) -> None:
        """The address stands in the message."""
        flaky = Flaky(*(httpx.ConnectError("refused") for _ in range(9)))
        with pytest.raises(RemoteError, match=r"advisor\.test/v1/decisions: ConnectError refused") as error:
            flaky.ask(asynchronous=asynchronous)
        assert (error.value.status, flaky.calls) == (None, 4)

    @pytest.mark.parametrize("failure", [500, 404, 401, httpx.ReadTimeout("slow")])
    def test_what_does_not_pass_is_told_at_once(self, asynchronous: bool, failure: Any) -> None:
        """A server error, a wrong address, a missing key, an answer that takes too long: one attempt."""
        flaky = Flaky(httpx.Response(failure) if isinstance(failure, int) else failure)
        with pytest.raises(RemoteError):
            flaky.ask(asynchronous=asynchronous)
        assert (flaky.calls, flaky.waits) == (1, [])

    def test_a_long_retry_after_is_not_waited_for(self, asynchronous: bool) -> None:
        """The caller decides whether to come back in an hour."""
        flaky = Flaky(httpx.Response(429, headers={"Retry-After": "3600"}))
        with pytest.raises(RemoteError, match="429"):
            flaky.ask(asynchronous=asynchronous)
        assert flaky.waits == []

    @pytest.mark.parametrize("body", [b"<html>", b'{"a": 1}', b'[{"id": 1}]'])
    def test_an_answer_that_is_none(self, asynchronous: bool, body: bytes) -> None:
        """A page or another shape is a RemoteError, not a wrong record."""
        with pytest.raises(RemoteError, match="cannot be read"):
            Flaky(httpx.Response(200, content=body)).ask(asynchronous=asynchronous)


def test_the_key_and_the_prefix_are_sent() -> None:
    """An address may carry a path prefix; a key travels as a bearer token."""
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=[])

    with AdvisorClient("https://tools.test/advisor/", api_key="k" * 20, transport=httpx.MockTransport(handle)) as client:
        client.decisions("load balancer")
    assert str(seen[0].url) == "https://tools.test/advisor/v1/decisions?q=load+balancer"
    assert seen[0].headers["authorization"] == "Bearer " + "k" * 20


def test_an_address_is_an_address() -> None:
    """A word that is none is refused before anything is sent."""
    with pytest.raises(QueryError, match="http or https"):
        AdvisorClient("advisor.test")
