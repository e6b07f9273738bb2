"""Commands that put a workload to the advisor."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from advisor.cli.shared import advisor_for, emit, local_advisor, question, read_pairs, workload_options
from advisor.engine.results import as_dict
from advisor.errors import QueryError


@click.command()
@click.argument("decision")
@click.argument("answers", nargs=-1, metavar="[TRAIT=VALUE]...")
@click.option("--only", help="Rank these options only, separated by commas.")
@click.option("--brief", is_flag=True, help="The best three with their weightiest reasons.")
@workload_options
@click.pass_context
def recommend(
    ctx: click.Context,
    decision: str,
    answers: tuple[str, ...],
    only: str | None,
    brief: bool,
    as_json: bool,
    form: str,
    file: str | None,
    priorities: tuple[str, ...],
) -> None:
    """Rank the options of one DECISION for a workload.

    \b
    advisor recommend compute-platform max_run_time=40min packaging=container traffic_pattern=spiky,rare
    advisor recommend s3-storage-class access_frequency=yearly -p cost-optimization=high -f markdown
    """
    from advisor.render.brief import brief as shortened
    from advisor.render.markdown import recommendation_markdown
    from advisor.render.rows import recommendation_rows, to_csv
    from advisor.render.svg import recommendation_svg
    from advisor.render.text import recommendation_text

    asked = question(answers, file, priorities, only)
    result = advisor_for(ctx).recommend(decision, asked["traits"], priorities=asked["priorities"], only=asked["only"])
    if as_json or form == "json":
        emit(shortened(result) if brief else result, "json", {})
    else:
        emit(
            result,
            form,
            {
                "text": lambda r: recommendation_text(r, brief=brief),
                "markdown": lambda r: recommendation_markdown(r, brief=brief),
                "csv": lambda r: to_csv(recommendation_rows(r)),
                "svg": recommendation_svg,
            },
        )
    if result.outcome == "infeasible":
        ctx.exit(1)


@click.command("what-if")
@click.argument("decision")
@click.argument("answers", nargs=-1, metavar="[TRAIT=VALUE]...")
@click.option("--only", help="Consider these options only, separated by commas.")
@click.option("--max-changes", default=2, type=click.IntRange(1, 3), show_default=True, help="How many answers may change at once.")
@workload_options
@click.pass_context
def what_if(
    ctx: click.Context,
    decision: str,
    answers: tuple[str, ...],
    only: str | None,
    max_changes: int,
    as_json: bool,
    form: str,
    file: str | None,
    priorities: tuple[str, ...],
) -> None:
    """What would change the answer: answers, priorities, strengths; and what to give up when nothing fits."""
    from advisor.render.reasoning import what_if_markdown, what_if_text

    asked = question(answers, file, priorities, only)
    result = advisor_for(ctx).what_if(
        decision, asked["traits"], priorities=asked["priorities"], only=asked["only"], max_changes=max_changes
    )
    emit(result, "json" if as_json else form, {"text": what_if_text, "markdown": what_if_markdown})


@click.command()
@click.argument("decision")
@click.argument("options", metavar="OPTION,OPTION[,...]")
@click.argument("answers", nargs=-1, metavar="[TRAIT=VALUE]...")
@workload_options
@click.pass_context
def compare(
    ctx: click.Context,
    decision: str,
    options: str,
    answers: tuple[str, ...],
    as_json: bool,
    form: str,
    file: str | None,
    priorities: tuple[str, ...],
) -> None:
    """Put options of one decision side by side: what separates them, and what each would need to win."""
    from advisor.render.reasoning import comparison_markdown, comparison_text

    asked = question(answers, file, priorities, None)
    names = [o.strip() for o in options.split(",") if o.strip()]
    result = advisor_for(ctx).compare(decision, names, asked["traits"], priorities=asked["priorities"])
    emit(result, "json" if as_json else form, {"text": comparison_text, "markdown": comparison_markdown})


@click.command()
@click.argument("answers", nargs=-1, metavar="[TRAIT=VALUE]...")
@click.option("--choose", "choices", multiple=True, metavar="DECISION=OPTION", help="A choice already made; repeatable.")
@click.option("--decision", "decisions", multiple=True, help="Plan these decisions only; repeatable.")
@workload_options
@click.pass_context
def plan(
    ctx: click.Context,
    answers: tuple[str, ...],
    choices: tuple[str, ...],
    decisions: tuple[str, ...],
    as_json: bool,
    form: str,
    file: str | None,
    priorities: tuple[str, ...],
) -> None:
    """Every decision a workload raises, in order, each feeding the next. Formats: text, markdown, mermaid, json."""
    from advisor.render.mermaid import plan_mermaid
    from advisor.render.plan import plan_markdown, plan_text

    asked = question(answers, file, priorities, None)
    result = advisor_for(ctx).plan(
        asked["traits"], priorities=asked["priorities"], choices=read_pairs(choices), decisions=decisions or None
    )
    emit(result, "json" if as_json else form, {"text": plan_text, "markdown": plan_markdown, "mermaid": plan_mermaid})


@click.command()
@click.argument("decision")
@click.argument("source", type=click.File("r"), default="-")
@click.option("--brief/--full", default=True, help="Short answers (the default), or whole ones.")
@click.pass_context
def batch(ctx: click.Context, decision: str, source: Any, brief: bool) -> None:
    """Many workloads: NDJSON in (a file or standard input), NDJSON out, in order. A bad line gets an error line."""
    from advisor.render.brief import brief as shortened

    advisor = local_advisor(ctx)
    advisor.engine.decision_id(decision)
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            if not isinstance(data, dict):
                raise QueryError("a line is an object with traits")
            unknown = set(data) - {"traits", "priorities", "only"}
            if unknown:
                raise QueryError(f"unknown field {sorted(unknown)[0]!r}", allowed=("traits", "priorities", "only"))
            result = advisor.recommend(decision, data.get("traits") or {}, priorities=data.get("priorities"), only=data.get("only"))
            out = {"line": number, **(shortened(result) if brief else as_dict(result))}
        except QueryError as error:
            out = {"line": number, "error": {"code": error.code, "detail": error.message}}
        except ValueError as error:
            out = {"line": number, "error": {"code": "malformed-line", "detail": str(error)}}
        sys.stdout.write(json.dumps(out, ensure_ascii=False) + "\n")
        sys.stdout.flush()


@click.command()
@click.argument("decision")
@click.argument("source", type=click.Path(exists=True, dir_okay=False))
@click.option("--priority", "-p", "priorities", multiple=True, metavar="PILLAR=LEVEL")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: the rows, and the shares of the options.")
@click.pass_context
def portfolio(ctx: click.Context, decision: str, source: str, priorities: tuple[str, ...], as_json: bool) -> None:
    """The best option of every row of a CSV (or, with pyarrow installed, Parquet or Arrow) file; columns are traits.

    Prints CSV: the columns that are no traits, then best, score and tied. The shares of the options go to standard error.
    """
    from pathlib import Path

    from advisor.cli.tables import read_table
    from advisor.render.rows import to_csv

    advisor = local_advisor(ctx)
    traits = frozenset(t for t in advisor.knowledge.traits if not t.startswith("choice."))
    columns, others = read_table(Path(source), traits)
    levels = {p.partition("=")[0]: p.partition("=")[2] or "high" for p in priorities}
    result = advisor.engine.portfolio(decision, columns, priorities=levels)
    names = [*others, "best", "score", "tied"]
    rows = zip(*others.values(), result.choices(), result.score.tolist(), result.tied.tolist(), strict=True)
    listed = [dict(zip(names, row, strict=True)) for row in rows]
    overview = result.overview
    if as_json:
        click.echo(json.dumps({"rows": listed, "overview": as_dict(overview)}, ensure_ascii=False))
        return
    click.echo(to_csv(listed, names).rstrip("\r\n"))
    for share in overview.options:
        if share.first:
            click.echo(f"{share.share:>6.1%}  {share.name}", err=True)
    if overview.infeasible:
        click.echo(f"{overview.infeasible / overview.workloads:>6.1%}  nothing fits", err=True)
