"""A recommendation as flat rows, for dashboards: one row per option, survivors first."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from advisor.engine.results import Recommendation, as_dict

COLUMNS = (
    "decision",
    "rank",
    "option",
    "name",
    "score",
    "win_share",
    "outcome",
    "ruled_out",
    "lifecycle",
    "points_for",
    "points_against",
    "reason",
    "source",
    "checked",
    "knowledge",
)


def recommendation_rows(result: Recommendation) -> list[dict[str, Any]]:
    """Rows with the keys of COLUMNS; an option that is ruled out has no rank and no score."""
    out: list[dict[str, Any]] = []
    for option in result.ranking:
        first = next(iter((*option.reasons_for, *option.reasons_against)), None)
        out.append(
            _row(
                result,
                option.option,
                option.name,
                option.lifecycle,
                first,
                rank=option.rank,
                score=option.score,
                win_share=option.win_share,
                points_for=sum(r.points or 0 for r in option.reasons_for),
                points_against=sum(r.points or 0 for r in option.reasons_against),
            )
        )
    for gone in result.ruled_out:
        out.append(_row(result, gone.option, gone.name, gone.lifecycle, gone.reasons[0] if gone.reasons else None, ruled_out=True))
    return out


def _row(result: Recommendation, option: str, name: str, lifecycle: str, reason: Any, **more: Any) -> dict[str, Any]:
    source = reason.sources[0] if reason is not None and reason.sources else None
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row.update(
        decision=result.decision.id,
        option=option,
        name=name,
        outcome=result.outcome,
        ruled_out=False,
        lifecycle=lifecycle,
        reason=reason.text if reason is not None else "",
        source=source.url if source else "",
        checked=source.checked if source else "",
        knowledge=result.knowledge.version,
    )
    row.update(more)
    return {k: as_dict(v) for k, v in row.items()}


def to_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = COLUMNS) -> str:
    """CSV with a header. Text that a spreadsheet would run as a formula is quoted with a leading apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(c)) for c in columns])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value
