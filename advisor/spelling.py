"""The nearest known name, for every message about an unknown one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches


def fold(text: str) -> str:
    """Lower case with every run of punctuation and spaces as one space: how two spellings of one name are compared."""
    return re.sub(r"[^0-9a-z+]+", " ", text.lower()).strip()


def closest(name: object, known: Iterable[object]) -> str | None:
    """The known name nearest to what was written, or None when nothing is near enough to be meant."""
    folded: dict[str, str] = {}
    for candidate in known:
        folded.setdefault(fold(str(candidate)), str(candidate))
    wanted = fold(str(name)[:80])
    if not wanted:
        return None
    if hit := get_close_matches(wanted, folded, n=1, cutoff=0.8):
        return folded[hit[0]]
    as_word = sorted((c for c in folded if len(wanted) > 3 and f" {wanted} " in f" {c} "), key=lambda c: (len(c), c))
    if as_word:  # "redis" is a word of "elasticache for redis", and no misspelt "rds"
        return folded[as_word[0]]
    if hit := get_close_matches(wanted, folded, n=1, cutoff=0.6):
        return folded[hit[0]]
    inside = sorted((c for c in folded if len(wanted) > 3 and wanted in c), key=lambda c: (len(c), c))
    return folded[inside[0]] if inside else None


def did_you_mean(suggestion: str | None) -> str:
    """The tail of a message: empty when there is nothing to suggest."""
    return f"; did you mean {suggestion!r}?" if suggestion else ""
