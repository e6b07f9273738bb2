"""One decision for very many workloads at once: columns of answers in, columns of choices out.

Each column is read once per distinct answer, inference is worked out once per distinct combination of the answers it looks at, and
the rest is table look-ups. Import this only for portfolios: it loads NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.engine.cells import Axis
from advisor.engine.changes import inference_tests, reach
from advisor.engine.matrix import Column, Matrix
from advisor.engine.recommend import Engine
from advisor.engine.results import DecisionRef, KnowledgeRef, number
from advisor.engine.workload import Answer, Answers, gather, read_priorities, show, value_set
from advisor.errors import QueryError, UnknownTraitError
from advisor.knowledge.base import Trait
from advisor.knowledge.build import CHOICE
from advisor.knowledge.domain import ValueSet, point

Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class PortfolioShare:
    """How one option fares over the portfolio. first: workloads where it comes first (ties count for each).   alone: without a tie."""

    option: str
    name: str
    first: int
    alone: int
    share: float


@dataclass(frozen=True, slots=True)
class PortfolioOverview:
    """The portfolio in numbers. infeasible: workloads where nothing survives; tied: where several come first."""

    decision: DecisionRef
    workloads: int
    options: tuple[PortfolioShare, ...]
    tied: int
    infeasible: int
    priorities: dict[str, str]
    knowledge: KnowledgeRef


@dataclass(frozen=True, slots=True)
class PortfolioResult:
    """What comes first for each workload, in the order of the rows.

    options: ids that `best` counts in.   best: [n], of several first ones the first in that order, -1 when nothing survives.
    score: [n], points of the best.   tied: [n], whether others share the first place.
    """

    options: tuple[str, ...]
    best: NDArray[np.int16]
    score: NDArray[np.float64]
    tied: NDArray[np.bool_]
    overview: PortfolioOverview

    def choices(self) -> list[str | None]:
        """The best option per workload by id; None when nothing survives."""
        names: list[str | None] = [*self.options, None]
        return [names[i] for i in self.best.tolist()]


@dataclass(slots=True)
class _Column:
    """One column read: codes: [n] numbers of the distinct answers.   values: what each says, None when unknown."""

    trait: Trait
    codes: Codes
    values: list[ValueSet | None]


def score_portfolio(
    engine: Engine, decision: str, columns: Mapping[str, Sequence[Any] | NDArray[Any]], priorities: Mapping[str, Any] | None
) -> PortfolioResult:
    """The first choice of every row. A missing column, or None in one, is unknown, with the same effect as in a single question.

    A NumPy array of numbers is taken in the base unit of its trait (s, B, B/s, per second, USD, percent); everything else is read as
    a raw answer. Raises QueryError for unknown traits, columns of different lengths and wrong answers, the first of each column.
    """
    name = engine.decision_id(decision)
    kernel = engine.kernel(name)
    errors: list[QueryError] = []
    levels: dict[str, str] = {}
    try:
        levels = read_priorities(priorities)
    except QueryError as error:
        errors.extend(error.errors)
    read: dict[str, _Column] = {}
    count = 0
    for place, (key, raw) in enumerate(columns.items()):
        try:
            column = _read(engine, key, raw)
            if place and len(column.codes) != count:
                raise QueryError(f"{key} has {len(column.codes)} rows, not {count}", path=("columns", key), code="ragged-columns")
            count = len(column.codes)
            read[key] = column
        except QueryError as error:
            errors.append(error)
    gather(errors)
    states, chosen = _states(engine, name, read, count)
    matrix = Matrix(kernel, kernel.weights(levels), states)
    best, top, tied = matrix.first(chosen, count)
    record = kernel.decision
    overview = _overview(
        engine, DecisionRef(record.id, record.title, record.question), kernel.options, matrix, chosen, best, top, tied, levels
    )
    return PortfolioResult(kernel.options, best, top / 2, tied, overview)


def _read(engine: Engine, key: str, raw: Sequence[Any] | NDArray[Any]) -> _Column:
    """The distinct answers of one column and which row gives which."""
    trait = engine.knowledge.traits.get(key) if isinstance(key, str) else None
    if trait is None:
        raise UnknownTraitError(key, [t for t in engine.knowledge.traits if not t.startswith(CHOICE)], path=("columns", str(key)[:100]))
    if isinstance(raw, np.ndarray) and trait.numeric and raw.dtype.kind in "iuf":
        found, codes = np.unique(raw, return_inverse=True)
        values: list[ValueSet | None] = []
        for value in found.tolist():
            outside = not trait.low <= value <= trait.high or (trait.type == "count" and not float(value).is_integer())
            if outside and value == value:
                raise QueryError(f"{key}: {value} is out of range", path=("columns", key), code="bad-value")
            values.append(point(float(value)) if value == value else None)
        return _Column(trait, codes.astype(np.intp), values)
    answers = raw.tolist() if isinstance(raw, np.ndarray) else raw
    kinds = set(map(type, answers))
    plain = kinds <= {str, bool, type(None)} or kinds <= {str, int, float, type(None)}  # True is no 1, though they are equal
    marks = answers if plain else [(type(a), a if isinstance(a, str | bool | int | float | None) else repr(a)) for a in answers]
    seen = {mark: code for code, mark in enumerate(dict.fromkeys(marks))}
    rows = np.fromiter(map(seen.__getitem__, marks), dtype=np.intp, count=len(marks))
    firsts = np.unique(rows, return_index=True)[1].tolist() if len(marks) else []
    distinct = [(row, answers[row]) for row in firsts]
    out: list[ValueSet | None] = []
    for row, answer in distinct:
        try:
            out.append(value_set(engine.knowledge, trait, answer))
        except QueryError as error:
            error.path = ("columns", key, row)
            raise
    return _Column(trait, rows, out)


def _states(engine: Engine, decision: str, read: Mapping[str, _Column], count: int) -> tuple[list[list[int]], list[Column]]:
    """Per axis, the sets of possible cells that occur, and which of them each row has."""
    kernel = engine.kernel(decision)
    inferred, places = _inferred(engine, decision, read, count)
    states: list[list[int]] = []
    chosen: list[Column] = []
    for axis in kernel.axes:
        column = read.get(axis.trait.id)
        given = [_cells(axis, v) for v in column.values] if column is not None else []
        if column is not None and None not in column.values:
            found = list(dict.fromkeys(given))
            codes = np.array([found.index(g) for g in given], dtype=np.uint16)
            states.append(found or [axis.full])
            chosen.append(codes[column.codes] if len(found) > 1 else 0)
            continue
        follows = [_cells(axis, sets.get(axis.trait.id)) for sets in inferred]
        found = list(dict.fromkeys([*follows, *given]))
        row_states = np.array([found.index(f) for f in follows], dtype=np.uint16)[places]
        if column is not None:
            known = np.array([v is not None for v in column.values], dtype=np.bool_)[column.codes]
            own = np.array([found.index(g) for g in given], dtype=np.uint16)[column.codes]
            row_states = np.where(known, own, row_states)
        states.append(found)
        chosen.append(row_states if len(found) > 1 else 0)
    return states, chosen


def _cells(axis: Axis, values: ValueSet | None) -> int:
    return axis.full if values is None else axis.possible(values) or axis.full


def _inferred(engine: Engine, decision: str, read: Mapping[str, _Column], count: int) -> tuple[list[dict[str, ValueSet]], Codes]:
    """What follows per distinct combination of the answers that inference looks at, and which combination each row has.

    Columns that only rules of inference test are first cut into the cells these can tell apart.
    """
    knowledge, watched = engine.knowledge, frozenset(engine.kernel(decision).axis_index)
    parts = {p for d in knowledge.derived for p in d.parts}
    looked_at = [c for c in (read[k] for k in sorted(read)) if reach(knowledge, c.trait.id, watched)]
    key = np.zeros(count, dtype=np.int64)
    for column in looked_at:
        codes, size = column.codes, len(column.values)
        if column.trait.id not in parts:
            axis = Axis(column.trait, inference_tests(knowledge, column.trait.id))
            cells = [None if v is None else axis.possible(v) for v in column.values]
            kept = {c: i for i, c in enumerate(dict.fromkeys(cells))}
            codes, size = np.array([kept[c] for c in cells], dtype=np.intp)[codes], len(kept)
        key = np.unique(key * max(1, size) + codes, return_inverse=True)[1]
    out = []
    for row in np.unique(key, return_index=True)[1].tolist():
        stated: Answers = {}
        for column in looked_at:
            values = column.values[int(column.codes[row])]
            if values is not None:
                stated[column.trait.id] = Answer(column.trait.id, values, show(column.trait, values))
        out.append({t: a.values for t, a in engine.inferrer.extend(stated).items()})
    return out or [{}], key.astype(np.intp)


def _overview(
    engine: Engine, decision: DecisionRef, options: tuple[str, ...], matrix: Matrix, chosen: list[Column], best: NDArray[np.int16],
    top: NDArray[np.int32], tied: NDArray[np.bool_], levels: dict[str, str],
) -> PortfolioOverview:  # fmt: skip
    """Counts per option; ties are looked at again to count for each of their options."""
    count = len(best)
    alone = np.bincount(best[(best >= 0) & np.logical_not(tied)], minlength=len(options))
    first = alone.copy()
    level = np.flatnonzero(tied)
    if len(level):
        points, excluded = matrix.score([c if isinstance(c, int) else c[level] for c in chosen], len(level))
        first += ((points == top[level, None]) & np.logical_not(excluded)).sum(axis=0)
    shares = []
    for option, wins, lone in zip(options, first.tolist(), alone.tolist(), strict=True):
        share = number(round(wins / count, 6)) if count else 0
        shares.append(PortfolioShare(option, engine.knowledge.services[option].name, wins, lone, share))
    return PortfolioOverview(
        decision, count, tuple(sorted(shares, key=lambda s: (-s.first, s.option))), int(tied.sum()), int((best < 0).sum()),
        dict(sorted(levels.items())), KnowledgeRef(engine.knowledge.version, engine.knowledge.digest),
    )  # fmt: skip
