"""All measurements in one run: `python -m benchmarks [part …]`, parts as below; one table at the end, written as it grows.

    decisions   one decision in process, four engines           portfolio   a million workloads
    look_ahead  our own knowledge, eight traits unknown          starts      processes from nothing
    http        one HTTP recommendation (needs wrk)
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
from collections.abc import Iterator

from benchmarks.table import Row, as_markdown

PARTS = ("decisions", "portfolio", "look_ahead", "starts", "http")


def rows(part: str) -> Iterator[Row]:
    """The rows of one part."""
    module = importlib.import_module(f"benchmarks.{part}")
    if part == "http":
        found = module.measure()
        if found is None:
            yield Row("one HTTP recommendation", "", "", "wrk is not installed", "≥ 85 %", None)
        for rate in found or ():
            yield Row(f"one HTTP recommendation, {rate.name}: constant FastAPI route", f"{rate.ours:,.0f}/s", f"{rate.peer:,.0f}/s",
                      f"{rate.share:.0%} (processor time {rate.cpu_share:.0%})", "≥ 85 %", rate.share >= 0.85)  # fmt: skip
        return
    yield from module.measure()


def main() -> None:
    """Run the parts that are named, or all."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [p for p in wanted if p not in PARTS]
    if unknown:
        sys.exit(f"no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    blas = os.environ.get("OPENBLAS_CORETYPE")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores" + (f", OPENBLAS_CORETYPE={blas}" if blas else ""))
    found: list[Row] = []
    for part in wanted:
        for row in rows(part):
            found.append(row)
            print(f"  {row.what}: {row.ours} {row.other} {row.ratio}", file=sys.stderr, flush=True)
    print("\n" + as_markdown(found))


if __name__ == "__main__":
    main()
