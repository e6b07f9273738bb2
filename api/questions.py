"""Reading questions: query parameters and JSON bodies become one checked shape, so that GET and POST give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from advisor.engine.catalogue import own_traits
from advisor.engine.workload import gather
from advisor.errors import LimitError, QueryError, UnknownTraitError
from advisor.knowledge.base import PILLARS, KnowledgeBase
from advisor.spelling import closest

FORM = ("format", "detail", "view")
DETAILS = ("brief", "full")
MAX_PARAMETERS = 1000
LONGEST_SEARCH = 200
Query = TypeVar("Query", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Form:
    """How the answer is told. detail: full | brief; view: None | rows."""

    detail: str = "full"
    view: str | None = None


PLAIN = Form()


def read_form(request: Request, detail: str = "full") -> Form:
    """The form parameters, `detail` being the one meant when none is given. Raises QueryError with the allowed values."""
    if not request.scope["query_string"]:
        return PLAIN if detail == "full" else Form(detail)
    detail = request.query_params.get("detail", detail)
    if detail not in DETAILS:
        raise QueryError(f"unknown detail {detail[:40]!r}", path=("detail",), allowed=DETAILS, suggestion=closest(detail, DETAILS))
    view = request.query_params.get("view")
    if view not in (None, "rows"):
        raise QueryError(f"unknown view {str(view)[:40]!r}", path=("view",), allowed=("rows",), suggestion=closest(view, ("rows",)))
    return Form(detail, view)


def only_parameters(request: Request, allowed: tuple[str, ...] = (), *, form: tuple[str, ...] = ("format",)) -> None:
    """Refuse a parameter that nobody reads. form: which of `format`, `detail` and `view` make a difference here."""
    if not request.scope["query_string"]:
        return
    known = (*form, *allowed)
    for name in request.query_params:
        if name not in known:
            raise _unknown_parameter(name, known)


def searched(request: Request) -> str | None:
    """The words of `?q=`, or None. Raises QueryError when they are too many."""
    words: str | None = request.query_params.get("q")
    if words is not None and len(words) > LONGEST_SEARCH:
        raise QueryError(f"{len(words)} characters to search for; at most {LONGEST_SEARCH} are taken", path=("q",), code="too-long")
    return words


def _unknown_parameter(name: str, known: tuple[str, ...]) -> QueryError:
    return QueryError(
        f"unknown parameter {name[:60]!r}", path=(name[:60],), allowed=known, suggestion=closest(name, known), code="unknown-parameter"
    )


# ── GET ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def workload_parameters(request: Request, knowledge: KnowledgeBase) -> dict[str, Any]:
    """{"traits", "priorities", "only"} of a GET. A repeated or comma-separated trait means "one of these".

    A name that is nearest to a parameter is refused here; any other unknown name is left to the engine, which knows it for a trait.
    """
    traits: dict[str, Any] = {}
    priorities: dict[str, str] = {}
    only: list[str] | None = None
    errors: list[QueryError] = []
    items = request.query_params.multi_items()
    if len(items) > MAX_PARAMETERS:
        raise LimitError(f"{len(items)} parameters; at most {MAX_PARAMETERS} are taken")
    met: dict[str, str] = {}
    for name, value in items:
        if name in FORM or name.startswith("priority."):
            if met.setdefault(name, value) != value:
                errors.append(QueryError(f"{name[:60]} is given twice", path=(name[:60],), code="repeated-parameter"))
            if name in FORM:
                continue
        if name == "only":
            only = [*(only or []), *(v.strip() for v in value.split(",") if v.strip())]
        elif name.startswith("priority."):
            priorities[name.removeprefix("priority.")] = value
        elif name in knowledge.traits:
            before = traits.get(name, ())
            values = _values(knowledge, name, value)
            traits[name] = values[0] if name not in traits and len(values) == 1 else [*_several(before), *values]
        else:
            errors.append(_unknown_name(name, knowledge))
    gather(errors)
    return {"traits": dict(sorted(traits.items())), "priorities": priorities, "only": only}


def _unknown_name(name: str, knowledge: KnowledgeBase) -> QueryError:
    parameters = (*FORM, "only", *(f"priority.{p}" for p in PILLARS))
    known = [*own_traits(knowledge), *parameters]
    if closest(name, known) in parameters:
        return _unknown_parameter(name, parameters)
    return UnknownTraitError(name, known, path=("traits", name[:100]))


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []


def _values(knowledge: KnowledgeBase, name: str, value: str) -> list[str]:
    """A parameter's values: `spiky,rare` are two, `10,000 rps` is one."""
    if knowledge.traits[name].numeric:
        return [value]
    parts = [v.strip() for v in value.split(",") if v.strip()]
    return parts or [value]


# ── POST ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def check_media(request: Request, taken: tuple[str, ...] = ("application/json",)) -> None:
    """Refuse a body that says to be something else. One that says nothing is taken."""
    given = request.headers.get("content-type")
    if given is None or given == taken[0]:
        return
    media = given.partition(";")[0].strip().lower()
    if media not in taken and not (media.endswith("+json") and "application/json" in taken):
        raise QueryError(
            f"a body of type {media[:60]!r} is not taken; send it with Content-Type: {taken[0]}", allowed=taken, code="media-type"
        )


async def read_body(request: Request, model: type[Query]) -> Query:
    """The JSON body as this model. Raises QueryError: 415, malformed-json (400), or every wrong field with its pointer (422)."""
    check_media(request)
    return parse(await request.body(), model)


def parse(body: bytes, model: type[Query]) -> Query:
    """The same of bytes."""
    if not body.strip():
        raise QueryError('a JSON body is needed, such as {"traits": {}}', code="malformed-json")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        gather([_mistake(model, dict(issue)) for issue in error.errors(include_url=False, include_context=False, include_input=True)[:50]])
        raise AssertionError("a validation error names a mistake") from error


def _mistake(model: type[BaseModel], issue: dict[str, Any]) -> QueryError:
    where = tuple(str(p)[:100] if isinstance(p, str) else p for p in issue["loc"])
    message = str(issue["msg"])
    if issue["type"] == "json_invalid":
        return QueryError(message, code="malformed-json")
    if issue["type"] == "extra_forbidden":
        known = list(model.model_fields)
        return QueryError(
            f"unknown field {where[-1]!r}", path=where, allowed=known, suggestion=closest(where[-1], known), code="unknown-field"
        )
    if issue["type"] == "missing":
        return QueryError(f"{where[-1]} is needed", path=where, code="missing-field")
    if issue["type"] in ("too_long", "string_too_long"):
        return QueryError(f"{_place(where)}: {message[:1].lower() + message[1:]}", path=where, code="too-long")
    where = tuple(p for p in where if p != "[key]")
    return QueryError(f"{_place(where)}: {message[:1].lower() + message[1:]}", path=where, code="bad-value")


def _place(where: tuple[str | int, ...]) -> str:
    return ".".join(map(str, where)) or "the body"


def jsonable(value: Any) -> Any:
    """A checked body's value with its keys sorted: what GET and POST have in common."""
    return dict(sorted(value.items())) if isinstance(value, dict) else value
