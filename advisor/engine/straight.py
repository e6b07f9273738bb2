"""The straight line for complete workloads: one generated expression that looks up and ANDs a mask per trait.

`t0["spiky"] & m1[bisect(c1, 900.0)] & …` is all there is to judging a workload of which everything is known; a loop over the same look-ups
takes three times as long. Only the ids of traits go into the generated text, as quoted strings; values stay data.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from advisor.engine.cells import Axis

Plain: TypeAlias = "bool | str | float"
Line: TypeAlias = "Callable[[Mapping[str, Plain]], int]"


def straight_line(axes: Sequence[Axis], masks: Sequence[Sequence[int]], start: int) -> Line:
    """The function from trait → value (checked; numbers in base units) to the clauses that hold.

    masks: per axis and cell, the clauses let through.   start: all clauses, for a decision that reads no trait.
    The function raises KeyError for a trait without value.
    """
    scope: dict[str, Any] = {"bisect": bisect_right, "start": start}
    terms = []
    for i, (axis, found) in enumerate(zip(axes, masks, strict=True)):
        if axis.trait.numeric:
            scope[f"c{i}"], scope[f"m{i}"] = [_least_beyond(*edge) for edge in axis.cuts], list(found)
            terms.append(f"m{i}[bisect(c{i}, w[{axis.trait.id!r}])]")
        else:
            scope[f"t{i}"] = dict(zip(axis.trait.value_ids, found, strict=True))
            terms.append(f"t{i}[w[{axis.trait.id!r}]]")
    line: Line = eval(f"lambda w: {' & '.join(terms) or 'start'}", scope)
    return line


def _least_beyond(value: float, side: int) -> float:
    """The least number on the right of an edge, so that comparing numbers does for comparing edges."""
    return math.nextafter(value, math.inf) if side else value
