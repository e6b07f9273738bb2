"""Problem documents turned back into the errors a local advisor raises."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from advisor.errors import (
    AdvisorError,
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
)  # fmt: skip
from advisor.spelling import did_you_mean

URN = "urn:service-advisor:problem:"
CLASSES: Mapping[str, type[QueryError]] = {
    c.code: c
    for c in (
        UnknownDecisionError, UnknownTraitError, UnknownOptionError, UnknownServiceError, UnknownRuleError, TraitValueError, PriorityError,
        LimitError,
    )
}  # fmt: skip
OF_THE_OPERATOR = (401, 403, 408, 429)  # the question is right; the key, the network or the load is not


def error_of(status: int, media_type: str, content: bytes) -> AdvisorError:
    """The error a response tells: a QueryError when the question was wrong, a RemoteError when there is no answer."""
    problem = _document(media_type, content)
    detail = str(problem.get("detail") or problem.get("title") or "no explanation")
    kind = str(problem.get("type", ""))
    if not 400 <= status < 500 or status in OF_THE_OPERATOR or not kind.startswith(URN):
        return RemoteError(f"the advisor answered {status}: {detail}", status)
    code = kind.removeprefix(URN)
    entries = [e for e in problem.get("errors") or () if isinstance(e, Mapping)]
    if not entries:
        return QueryError(detail, code=code) if code != "no-such-page" else RemoteError(f"the advisor answered 404: {detail}", status)
    mistakes = [_mistake(e) for e in entries]
    if len(mistakes) == 1:
        return mistakes[0]
    joined = QueryError(detail, path=mistakes[0].path, code=code)
    joined.errors = tuple(mistakes)
    return joined


def _document(media_type: str, content: bytes) -> Mapping[str, Any]:
    if "json" not in media_type:
        return {}
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _mistake(entry: Mapping[str, Any]) -> QueryError:
    """One mistake. The pointer gives the place back; the class follows from the code."""
    code, message = str(entry.get("code") or QueryError.code), str(entry.get("detail") or "")
    path = _path(str(entry.get("pointer") or ""))
    suggestion = str(entry["suggestion"]) if entry.get("suggestion") else None
    kind = CLASSES.get(code, QueryError)
    error = kind.__new__(kind)  # the ready message is kept; the constructors would make another one
    QueryError.__init__(
        error,
        message.removesuffix(did_you_mean(suggestion)),
        path=path,
        allowed=entry.get("allowed") or (),
        suggestion=suggestion,
        code=code,
    )
    if isinstance(error, TraitValueError):
        error.trait = str(path[1]) if len(path) > 1 else str(message.partition(":")[0])
    elif hasattr(kind, "thing"):
        quoted = re.search(r"unknown \w+ (['\"])(.*?)\1", message)
        error.name = quoted[2] if quoted else str(path[-1] if path else "")  # type: ignore[attr-defined]
    return error


def _path(pointer: str) -> tuple[str | int, ...]:
    """The keys of a JSON pointer, from the outside in."""
    parts = [p.replace("~1", "/").replace("~0", "~") for p in pointer.split("/")[1:]]
    return tuple(int(p) if p.isdecimal() else p for p in parts)
