"""One table of all measurements, with what each had to reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what was measured, our figure, the other's, the ratio or limit in words, and whether the aim was reached.

    reached: None where there is no aim.
    """

    what: str
    ours: str
    other: str
    ratio: str
    aim: str = ""
    reached: bool | None = None


def faster(what: str, against: str, ours_s: float, other_s: float, aim: float | None, slower_by: float | None = None) -> Row:
    """A comparison. aim: how many times as fast we must be; slower_by: how many times the other's time we may take."""
    ratio = other_s / ours_s
    wanted = f"≥ {aim:g}× its speed" if aim is not None else f"≤ {slower_by:g}× its time" if slower_by is not None else ""
    reached = ratio >= aim if aim is not None else ours_s / other_s <= slower_by if slower_by is not None else None
    told = f"{ours_s / other_s:.2f}× its time" if slower_by is not None else f"{ratio:.1f}× its speed"
    return Row(f"{what}: {against}", seconds(ours_s), seconds(other_s), told, wanted, reached)


def limit(what: str, ours_s: float, at_most_s: float | None) -> Row:
    """A time that must stay under a limit."""
    aim = "" if at_most_s is None else f"≤ {seconds(at_most_s)}"
    return Row(what, seconds(ours_s), "", "", aim, None if at_most_s is None else ours_s <= at_most_s)


def seconds(value: float) -> str:
    """`2.10 µs`, `350 ms`, `1.2 s`."""
    for unit, factor in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= factor:
            return f"{value / factor:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def as_markdown(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table, columns aligned."""
    cells = [("measured", "ours", "other", "ratio", "aim", "")]
    cells += [(r.what, r.ours, r.other, r.ratio, r.aim, {True: "yes", False: "no", None: ""}[r.reached]) for r in rows]
    widths = [max(len(c[i]) for c in cells) for i in range(6)]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in cells]
    return "\n".join([lines[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *lines[1:]])
