"""One decision in process: scores, exclusions and all reasons, at 60, 600 and 6,000 rules, against four others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from advisor.engine.kernel import Kernel, Verdict
from advisor.engine.recommend import Engine
from advisor.knowledge.build import Builder
from benchmarks import peers
from benchmarks.generated import OPTIONS, GeneratedRule, Workload, kernel_of, rules, store_of, workloads
from benchmarks.table import Row, faster, limit
from benchmarks.timing import race

ROUNDS = 20  # short ones, of which the best counts: a busy machine only ever adds time
WARMING = 8000  # workloads before the first round: every engine fills what it fills on use
AIMS: dict[int, dict[str, tuple[float | None, float | None]]] = {
    60: {"hand-written": (None, 1.3), "ZEN table": (9, None), "ZEN expression": (3, None), "CEL": (None, None)},
    600: {"hand-written": (3, None), "ZEN table": (30, None), "ZEN expression": (8, None), "CEL": (None, None)},
    6000: {"hand-written": (3, None), "ZEN table": (None, None), "ZEN expression": (None, None), "CEL": (None, None)},
}  # (times its speed, times its time)


class DisagreementError(Exception):
    """Two engines gave different answers to one workload; no figure is worth anything then."""


def measure() -> Iterator[Row]:
    """A row per size and peer, then the whole recommendation."""
    for size, aims in AIMS.items():
        yield from _size(size, aims)
    yield from _whole()


def _size(size: int, aims: dict[str, tuple[float | None, float | None]]) -> Iterator[Row]:
    generated = rules(size)
    kernel = kernel_of(generated)
    runners: dict[str, Callable[[Workload], Any]] = {
        "ours": kernel.decide, "hand-written": peers.hand_written(generated), "ZEN table": peers.zen_table(generated),
        "ZEN expression": peers.zen_expression(generated), "CEL": peers.cel_program(generated),
    }  # fmt: skip
    cross_check(generated, kernel, runners, workloads(50, 7))
    for workload in workloads(WARMING, 8):
        runners["ours"](workload)
        runners["hand-written"](workload)
    many = {60: 2000, 600: 1500, 6000: 400}[size]
    rounds = []
    for number in range(ROUNDS):
        fresh = workloads(many, 1000 + number)
        few = fresh[: max(8, many // 40)] if size < 6000 else fresh[:4]  # a round of the slower ones is as sure with fewer
        rounds.append({name: fresh if name in ("ours", "hand-written") else few for name in runners})
    found = race(runners, rounds)
    for name, (speed, slower_by) in aims.items():
        yield faster(f"one decision, {size:,} rules", name, found["ours"].best_s, found[name].best_s, speed, slower_by)


def cross_check(
    generated: list[GeneratedRule], kernel: Kernel, runners: dict[str, Callable[[Workload], Any]], asked: list[Workload]
) -> None:
    """Every engine gives the same scores, exclusions and reasons. Raises DisagreementError."""
    for workload in asked:
        verdict = runners["ours"](workload)
        assert isinstance(verdict, Verdict)
        numbers = sorted(int(kernel.rules[r].id.rpartition("-")[2]) for r in verdict.spoken)
        expected = ([p // 2 for p in verdict.points], verdict.excluded, numbers)
        for name, run in runners.items():
            if name != "ours" and run(workload) != expected:
                raise DisagreementError(f"{name} disagrees at {len(generated)} rules on {workload}")


def _whole() -> Iterator[Row]:
    """`Engine.recommend` from raw answers to records with every sentence, for orientation."""
    engine = Engine(Builder(store_of(rules(60))).knowledge("sha256:generated"))

    def recommend(workload: Workload) -> object:
        return engine.recommend("generated", workload)

    for workload in workloads(300, 9):
        recommend(workload)
    found = race({"ours": recommend}, [{"ours": workloads(50, 2000 + i)} for i in range(ROUNDS)])
    yield limit(f"a whole Recommendation, 60 rules, {len(OPTIONS)} options, every sentence", found["ours"].best_s, None)
