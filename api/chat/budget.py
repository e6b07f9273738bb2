"""Keeping an answer small enough for a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

CHARACTERS_PER_TOKEN = 4  # the usual estimate for English and JSON
BRIEF_TOKENS = 1000


def tokens(*parts: Any) -> int:
    """How many tokens these texts and JSON values take, estimated."""
    size = sum(len(p) if isinstance(p, str) else len(orjson.dumps(p)) for p in parts)
    return -(-size // CHARACTERS_PER_TOKEN)


def fit(data: dict[str, Any], line: str, lists: Sequence[tuple[str, int]], most: int = BRIEF_TOKENS) -> dict[str, Any]:
    """The answer with the tails of its lists left out until it and its line take fewer than `most` tokens.

    lists: (field, how many of it stay at least), the most dispensable first; a field may be a path such as "traits.unknown".
    `left_out` then tells how many entries of which list are missing. `data` is changed and returned.
    """
    left: dict[str, int] = {}
    for path, least in lists:
        found = _list_at(data, path)
        while found is not None and len(found) > least and tokens({**data, "left_out": left} if left else data, line) >= most:
            found.pop()
            left[path] = left.get(path, 0) + 1
    if left:
        data["left_out"] = left
    return data


def _list_at(data: dict[str, Any], path: str) -> list[Any] | None:
    found: Any = data
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, list) else None
