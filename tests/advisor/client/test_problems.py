"""A remote advisor's problems are the local advisor's errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from advisor.client.problems import error_of
from advisor.errors import (
    LimitError,
    PriorityError,
    QueryError,
    RemoteError,
    TraitValueError,
    UnknownDecisionError,
    UnknownOptionError,
    UnknownRuleError,
    UnknownServiceError,
    UnknownTraitError,
)
from api.problems import query_problem

KNOWN = ("max_run_time", "memory")
ERRORS: list[QueryError] = [
    UnknownDecisionError("cachin", ["caching", "database"]),
    UnknownTraitError("max_runtime", KNOWN, path=("traits", "max_runtime")),
    UnknownOptionError("lamda", ["lambda", "ec2"], path=("only", 0)),
    UnknownServiceError("lamda", ["lambda"]),
    UnknownRuleError("a.b", ["a.c"]),
    TraitValueError("packaging", "unknown value 'box'", allowed=("container-image", "function-zip")),
    PriorityError("unknown pillar 'cost'", path=("priorities", "cost"), allowed=("cost-optimization",), suggestion="cost-optimization"),
    LimitError("201 traits; at most 200 are taken", path=("traits",)),
    QueryError("unknown field 'trait'", path=("trait",), allowed=("traits",), suggestion="traits", code="unknown-field"),
    UnknownTraitError("with/slash~tilde", KNOWN, path=("traits", "with/slash~tilde")),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: f"{e.code}-{e.path[-1] if e.path else ''}")
def test_every_error_comes_back_as_it_was(error: QueryError) -> None:
    """Class, message, code, place, allowed values, nearest name, and the name or trait it is about."""
    response = query_problem(error)
    back = error_of(response.status_code, "application/problem+json", bytes(response.body))
    assert isinstance(back, QueryError)
    assert type(back) is type(error)
    for field in ("message", "code", "path", "allowed", "suggestion"):
        assert getattr(back, field) == getattr(error, field)
    for field in ("name", "trait"):
        assert getattr(back, field, None) == getattr(error, field, None)
    assert str(back) == str(error)
    assert back.errors == (back,)


def test_several_mistakes_come_back_together() -> None:
    """The joined error holds each of them."""
    joined = QueryError("two mistakes", path=("traits", "max_runtime"), code="several-mistakes")
    joined.errors = (ERRORS[1], ERRORS[6])
    response = query_problem(joined)
    back = error_of(response.status_code, "application/problem+json", bytes(response.body))
    assert isinstance(back, QueryError)
    assert back.code == "several-mistakes"
    assert [type(e) for e in back.errors] == [UnknownTraitError, PriorityError]


@pytest.mark.parametrize(
    ("status", "media", "body"),
    [
        (500, "application/problem+json", {"type": "urn:service-advisor:problem:internal", "detail": "the server failed"}),
        (503, "application/problem+json", {"type": "urn:service-advisor:problem:unavailable", "detail": "starting"}),
        (401, "application/problem+json", {"type": "urn:service-advisor:problem:key-needed", "detail": "an API key is needed"}),
        (404, "application/problem+json", {"type": "urn:service-advisor:problem:no-such-page", "detail": "nothing is served here"}),
        (404, "text/html", "<h1>nginx</h1>"),
        (422, "application/json", {"detail": "somebody else's error"}),
        (422, "application/json", "not JSON"),
        (422, "application/json", []),
        (302, "text/html", ""),
    ],
)
def test_what_is_no_answer_is_a_remote_error(status: int, media: str, body: Any) -> None:
    """A failing server, a missing key, a proxy's page: whoever runs it acts, and sees the status."""
    content = body if isinstance(body, str) else json.dumps(body)
    error = error_of(status, media, content.encode())
    assert type(error) is RemoteError
    assert error.status == status
    assert str(status) in str(error)
