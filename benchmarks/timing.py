"""Processor time of competing functions, measured in turns so that a disturbance meets all alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds per call: the best round, and the middle one."""

    best_s: float
    median_s: float


def race(runners: Mapping[str, Callable[[Any], object]], rounds: Sequence[Mapping[str, Sequence[Any]]]) -> dict[str, Timed]:
    """Seconds per call of each runner. `rounds` gives each its arguments, fresh ones every round; no round is run twice."""
    found: dict[str, list[float]] = {name: [] for name in runners}
    gc.collect()
    gc.disable()
    try:
        for arguments in rounds:
            for name, run in runners.items():
                mine = arguments[name]
                start = time.process_time_ns()
                for argument in mine:
                    run(argument)
                found[name].append((time.process_time_ns() - start) / len(mine) / 1e9)
    finally:
        gc.enable()
    return {name: Timed(min(times), median(times)) for name, times in found.items()}
