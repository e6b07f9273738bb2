"""What the commands share: reading answers, choosing the advisor, printing."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from advisor.engine.results import as_dict
from advisor.errors import QueryError
from advisor.local import Advisor
from advisor.spelling import closest


def local_advisor(ctx: click.Context) -> Advisor:
    """The advisor over the knowledge here and the packs of `--rules`."""
    return Advisor.load(*ctx.obj["packs"])


def advisor_for(ctx: click.Context) -> Any:
    """The advisor that answers: the one here, or a client of `--remote` (with ADVISOR_API_KEY). Both have the same methods."""
    if ctx.obj.get("remote"):
        from advisor.client import AdvisorClient

        return AdvisorClient(ctx.obj["remote"], api_key=os.environ.get("ADVISOR_API_KEY"))
    return local_advisor(ctx)


def read_pairs(pairs: Sequence[str], what: str = "trait") -> dict[str, Any]:
    """`name=value` words as answers; a comma separates possible values; `name` alone means yes."""
    out: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        for sign in (">", "<"):  # max_run_time>15min, as one would write it
            if sign in name:
                before, _, after = pair.partition(sign)
                name, equals, value = before, "=", sign + after
        if not equals:
            value = "true"
        parts = [v.strip() for v in value.split(",") if v.strip()]
        number = value.replace(",", "").replace(".", "").strip()[:1].isdigit() or value[:1] in "<>"
        answer: Any = parts if len(parts) > 1 and not number else value
        if name in out:
            earlier = out[name] if isinstance(out[name], list) else [out[name]]
            answer = [*earlier, *(answer if isinstance(answer, list) else [answer])]
        out[name.strip()] = answer
    return out


def read_file(path: str | None) -> dict[str, Any]:
    """Answers of a JSON or YAML file (`-`: standard input); a mapping of traits, or one with `traits`, `priorities`, `only`."""
    if path is None:
        return {}
    text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    try:
        data = json.loads(text)
    except ValueError:
        from advisor.knowledge.documents import parse_document

        document = parse_document(text, path)
        if document.diagnostics:
            raise QueryError(str(document.diagnostics[0])) from None
        data = document.data
    if not isinstance(data, Mapping):
        raise QueryError(f"{path}: a workload is a map of trait to answer")
    known = {"traits", "priorities", "only"}
    return dict(data) if set(data) <= known and data else {"traits": dict(data)}


def question(answers: Sequence[str], file: str | None, priorities: Sequence[str], only: str | None) -> dict[str, Any]:
    """traits, priorities and only of a call; words on the line win over the file."""
    kept = read_file(file)
    levels = dict(kept.get("priorities") or {})
    for pair in priorities:
        pillar, _, level = pair.partition("=")
        levels[pillar] = level or "high"
    chosen = [o.strip() for o in only.split(",") if o.strip()] if only else kept.get("only")
    return {"traits": {**(kept.get("traits") or {}), **read_pairs(answers)}, "priorities": levels, "only": chosen}


def emit(result: Any, form: str, forms: Mapping[str, Callable[[Any], str]]) -> None:
    """Print a result in the form asked for."""
    if form == "json":
        click.echo(json.dumps(as_dict(result), ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))
        return
    if form not in forms:
        raise QueryError(f"unknown format {form!r}", allowed=("json", *forms), suggestion=closest(form, ("json", *forms)))
    click.echo(forms[form](result).rstrip("\n"))


def workload_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that takes a workload."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option("--format", "-f", "form", default="text", help="text, markdown, json, and more where it makes sense."),
        click.option("--file", type=str, help="Answers from a JSON or YAML file; - reads standard input."),
        click.option(
            "--priority", "-p", "priorities", multiple=True, metavar="PILLAR=LEVEL", help="none, low, normal or high; repeatable."
        ),
    ):
        command = option(command)
    return command


def is_terminal() -> bool:
    """Whether a person reads along."""
    return sys.stdout.isatty()


def print_table(title: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A rich table on a terminal, aligned plain text in a pipe."""
    if is_terminal():
        from rich.console import Console
        from rich.table import Table

        table = Table(title=title, title_justify="left", header_style="bold", row_styles=["", "dim"])
        for header in headers:
            table.add_column(header, overflow="fold")
        for row in rows:
            table.add_row(*row)
        Console().print(table)
        return
    from advisor.render.text import table as plain

    click.echo(plain(headers, rows, 80).rstrip("\n"))
