"""Reading questions: query parameters and JSON bodies become one checked shape, so that GET and POST give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from advisor.errors import QueryError, UnknownTraitError
from advisor.knowledge.base import KnowledgeBase
from advisor.knowledge.build import CHOICE
from advisor.spelling import closest

FORM = ("format", "detail", "view")
MAX_PARAMETERS = 300


@dataclass(frozen=True, slots=True)
class Form:
    """How the answer is told. detail: full | brief; view: None | rows."""

    detail: str = "full"
    view: str | None = None


def read_form(request: Request) -> Form:
    """The form parameters. Raises QueryError with the allowed values."""
    detail = request.query_params.get("detail", "full")
    if detail not in ("full", "brief"):
        raise QueryError(
            f"unknown detail {detail[:40]!r}", path=("detail",), allowed=("brief", "full"), suggestion=closest(detail, ("brief", "full"))
        )
    view = request.query_params.get("view")
    if view not in (None, "rows"):
        raise QueryError(f"unknown view {str(view)[:40]!r}", path=("view",), allowed=("rows",), suggestion=closest(view, ("rows",)))
    return Form(detail, view)


def only_parameters(request: Request, allowed: tuple[str, ...] = ()) -> None:
    """Refuse a parameter nobody reads. `format`, `detail` and `view` are always known."""
    known = (*FORM, *allowed)
    for name in request.query_params:
        if name not in known:
            raise QueryError(
                f"unknown parameter {name[:60]!r}",
                path=(name[:60],),
                allowed=known,
                suggestion=closest(name, known),
                code="unknown-parameter",
            )


def workload_parameters(request: Request, knowledge: KnowledgeBase, extra: tuple[str, ...] = ()) -> dict[str, Any]:
    """{"traits", "priorities", "only"} of a GET. A repeated or comma-separated trait means "one of these"."""
    traits: dict[str, Any] = {}
    priorities: dict[str, str] = {}
    only: list[str] | None = None
    items = request.query_params.multi_items()
    if len(items) > MAX_PARAMETERS:
        raise QueryError(f"{len(items)} parameters; at most {MAX_PARAMETERS} are taken", code="too-large")
    for name, value in items:
        if name in FORM or name in extra:
            continue
        if name == "only":
            only = [*(only or []), *(v.strip() for v in value.split(",") if v.strip())]
        elif name.startswith("priority."):
            priorities[name.removeprefix("priority.")] = value
        elif name in knowledge.traits:
            values = _values(knowledge, name, value)
            if name in traits:
                before = traits[name] if isinstance(traits[name], list) else [traits[name]]
                traits[name] = [*before, *values]
            else:
                traits[name] = values if len(values) > 1 else values[0]
        else:
            known = [t for t in knowledge.traits if not t.startswith(CHOICE)]
            raise UnknownTraitError(name, [*known, "only", "priority.cost-optimization", *FORM, *extra], path=(name[:100],))
    return {"traits": traits, "priorities": priorities, "only": only}


def _values(knowledge: KnowledgeBase, name: str, value: str) -> list[str]:
    """A parameter's values: `spiky,rare` are two, `10,000 rps` is one."""
    if knowledge.traits[name].numeric:
        return [value]
    parts = [v.strip() for v in value.split(",") if v.strip()]
    return parts or [value]


def jsonable(value: Any) -> Any:
    """A body's value with mapping keys as text, for canonical forms."""
    if isinstance(value, Mapping):
        return {str(k): jsonable(v) for k, v in sorted(value.items(), key=lambda kv: str(kv[0]))}
    if isinstance(value, list | tuple):
        return [jsonable(v) for v in value]
    return value
