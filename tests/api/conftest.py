"""A small knowledge base and an app over it, so that these tests say what HTTP does and not what the knowledge holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from advisor.knowledge.base import KnowledgeBase
from advisor.local import Advisor
from api.main import create_app
from api.settings import Settings
from tests.strategies import knowledge_of, rule

TREES = "/v1/decisions/trees/recommend"


def small_knowledge() -> KnowledgeBase:
    """Four trees: cold rules one out, colour and length move the others."""
    return knowledge_of([
        rule("frost", {"cold": True}, "It freezes.", exclude="apple"),
        rule("red-leaves", {"colour": "red"}, "Red is wanted: {colour}.", favor={"apple": "strong", "birch": "slight"}),
        rule("long-stay", {"length": "> 1 min"}, "It stays {length}.", favor={"cedar": "moderate"}, oppose={"dune": "moderate"}),
        rule("few", {"number": "<= 3"}, "Only {number}.", favor={"dune": "slight"}),
    ])  # fmt: skip


@pytest.fixture(scope="session")
def small_advisor() -> Advisor:
    """The advisor over the small knowledge."""
    return Advisor(small_knowledge())


@pytest.fixture(scope="session")
def app(small_advisor: Advisor) -> FastAPI:
    """The app over the small knowledge with ordinary settings."""
    return create_app(small_advisor, Settings(access_log=False))


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    """Asks that app; an error in it comes as a response, as it would over a network. No gzip unless a test asks for it."""
    with TestClient(app, raise_server_exceptions=False, headers={"accept-encoding": "identity"}) as client:
        yield client


@pytest.fixture
def client_with(small_advisor: Advisor) -> Callable[..., TestClient]:
    """A client of an app with these settings."""

    def make(**settings: Any) -> TestClient:
        app = create_app(small_advisor, Settings(**{"access_log": False, **settings}))
        return TestClient(app, raise_server_exceptions=False, headers={"accept-encoding": "identity"})

    return make
