"""Errors tell who must act, keep their parts, and name what could stand there."""

from __future__ import annotations

import inspect

import pytest

from advisor import errors
from advisor.errors import (
    AdvisorError,
    Diagnostic,
    KnowledgeError,
    QueryError,
    RemoteError,
    TraitValueError,
    UnknownDecisionError,
    UnknownOptionError,
    UnknownTraitError,
)  # fmt: skip

CLASSES = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, Exception) and not c.__name__.startswith("_")]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda c: c.__name__)
def test_every_error_stands_in_the_tree(kind: type[Exception]) -> None:
    """One root, drawn at the head of the module, and a line of documentation each."""
    assert issubclass(kind, AdvisorError)
    assert kind.__name__ in (errors.__doc__ or "")
    assert (kind.__doc__ or "").strip()


def test_every_query_error_has_a_code_of_its_own() -> None:
    """Clients tell mistakes apart by code."""
    codes = [c.code for c in CLASSES if issubclass(c, QueryError)]
    assert len(set(codes)) == len(codes)


def test_a_diagnostic_is_a_line_an_editor_can_open() -> None:
    """`file:line:col: code: message`, warnings marked."""
    assert str(Diagnostic("a.yaml", 8, 5, "unknown-field", "'chekced'")) == "a.yaml:8:5: unknown-field: 'chekced'"
    assert str(Diagnostic("a.yaml", 8, 5, "old-fact", "due", "warning")) == "a.yaml:8:5: warning: old-fact: due"


def test_knowledge_errors_are_told_in_order() -> None:
    """All mistakes of a load, by file and line whatever the order of discovery."""
    later, sooner, other = Diagnostic("b", 9, 1, "x", "m"), Diagnostic("b", 10, 1, "x", "m"), Diagnostic("a", 99, 1, "x", "m")
    error = KnowledgeError([sooner, later, other])
    assert error.diagnostics == (other, later, sooner)
    assert str(error).splitlines() == ["3 mistakes in the knowledge", *map(str, error.diagnostics)]
    assert str(KnowledgeError([later])).startswith("1 mistake in")


def test_an_unknown_name_comes_with_the_nearest() -> None:
    """Name, allowed names, suggestion and place are attributes; nobody parses a message."""
    error = UnknownTraitError("max_runtime", ["max_run_time", "state"], path=("traits", "max_runtime"))
    assert (error.name, error.suggestion, error.allowed) == ("max_runtime", "max_run_time", ("max_run_time", "state"))
    assert (error.code, error.path) == ("unknown-trait", ("traits", "max_runtime"))
    assert str(error) == error.message == "unknown trait 'max_runtime'; did you mean 'max_run_time'?"
    assert UnknownDecisionError("x", []).path == ("decision",)
    assert UnknownOptionError("x", [], path=("only", 0)).path == ("only", 0)


def test_a_long_name_is_shortened_in_the_message_only() -> None:
    """A megabyte of text is no message."""
    error = UnknownTraitError("x" * 10**6, ["state"])
    assert len(error.message) < 120
    assert len(error.name) == 10**6


def test_a_value_error_points_at_its_trait() -> None:
    """The path is the place in the question."""
    error = TraitValueError("state", "unknown value 'x'", allowed=(True, "none"), suggestion="none")
    assert error.path == ("traits", "state")
    assert error.allowed == ("True", "none")
    assert str(error) == "state: unknown value 'x'; did you mean 'none'?"
    assert error.errors == (error,)


def test_a_remote_error_keeps_the_status() -> None:
    """None when there was no answer at all."""
    assert RemoteError("no answer").status is None
    assert RemoteError("bad gateway", 502).status == 502
