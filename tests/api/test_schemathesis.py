"""A short run of schemathesis without a network; tests/servers/test_contract.py has the long one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from advisor.local import Advisor
from api.main import create_app
from api.settings import Settings
from tests.api.conftest import small_knowledge

schemathesis = pytest.importorskip("schemathesis", reason="pip install -e '.[contract]'")
import tests.api.schemathesis_hooks  # noqa: E402, F401

schema = schemathesis.openapi.from_asgi(
    "/openapi.json",
    create_app(Advisor(small_knowledge()), Settings(access_log=False)),
    config=schemathesis.Config.from_path(str(Path(__file__).with_name("schemathesis.toml"))),
)


@schema.parametrize()
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_the_server_does_what_the_document_says(case: schemathesis.Case) -> None:
    """All checks of schemathesis hold for every operation."""
    case.call_and_validate()
