"""Tables of workloads on disk: CSV by the standard library, Parquet and Arrow when pyarrow is installed."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from advisor.errors import QueryError


def read_table(path: Path, traits: frozenset[str]) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """(columns that are traits, the other columns), each by name and in the file's order; empty cells are unknown.

    Raises QueryError for a file that is no table, or holds no column named after a trait.
    """
    kind = path.suffix.lower()
    if kind in (".parquet", ".arrow", ".feather"):
        columns = _arrow(path, kind)
    else:
        columns = _csv(path)
    known = {n: [None if v in ("", None) else v for v in values] for n, values in columns.items() if n in traits}
    if not known:
        raise QueryError(f"{path.name} has no column named after a trait; it has {', '.join(list(columns)[:10]) or 'none'}")
    return known, {n: values for n, values in columns.items() if n not in traits}


def _csv(path: Path) -> dict[str, list[Any]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as handle:
            rows = csv.reader(handle)
            header = next(rows, [])
            columns: list[list[Any]] = [[] for _ in header]
            for number, row in enumerate(rows, start=2):
                if not row:
                    continue
                if len(row) != len(header):
                    raise QueryError(f"{path.name}:{number}: {len(row)} cells where the header has {len(header)}")
                for column, cell in zip(columns, row, strict=True):
                    column.append(cell.strip())
    except (UnicodeDecodeError, csv.Error) as error:
        raise QueryError(f"{path.name} is no CSV table: {error}") from None
    if len(set(header)) != len(header):
        raise QueryError(f"{path.name}: a column name stands twice in the header")
    return dict(zip(header, columns, strict=True))


def _arrow(path: Path, kind: str) -> dict[str, list[Any]]:
    try:
        import pyarrow.feather as feather
        import pyarrow.parquet as parquet
    except ImportError:
        raise QueryError(f"reading {kind} needs pyarrow (`pip install pyarrow`); CSV needs nothing") from None
    try:
        table = parquet.read_table(path) if kind == ".parquet" else feather.read_table(path)
    except (OSError, ValueError) as error:
        raise QueryError(f"{path.name} is no {kind} table: {error}") from None
    columns: dict[str, list[Any]] = table.to_pydict()
    return columns
