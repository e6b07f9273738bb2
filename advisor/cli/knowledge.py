"""Commands about the knowledge itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from advisor.cli.shared import local_advisor, print_table
from advisor.engine.results import as_dict
from advisor.errors import UnknownServiceError

KINDS = ("decisions", "traits", "services", "rules", "knowledge")


@click.command()
@click.argument("what")
@click.argument("name", required=False)
@click.option("--query", "-q", help="Search instead of listing all.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def show(ctx: click.Context, what: str, name: str | None, query: str | None, as_json: bool) -> None:
    """Show decisions, traits, services, rules or knowledge; or one of them.

    \b
    advisor show decisions             advisor show decision compute-platform
    advisor show services -q archive   advisor show service "S3 Glacier Deep Archive"
    advisor show lambda                (a name alone is looked up everywhere)
    """
    catalogue = local_advisor(ctx).catalogue
    kind = next((k for k in KINDS if what in (k, k.rstrip("s"))), None)
    if kind is None:
        found = _anything(catalogue, what)
    elif name is not None:
        found = getattr(catalogue, kind.rstrip("s"))(name)
    elif kind == "knowledge":
        found = catalogue.info()
    else:
        return _list(catalogue, kind, query, as_json=as_json)
    if as_json:
        click.echo(json.dumps(as_dict(found), ensure_ascii=False, indent=2))
    else:
        from advisor.render.catalogue import described

        click.echo(described(found).rstrip("\n"))
    return None


def _anything(catalogue: Any, name: str) -> Any:
    if name in catalogue.knowledge.decisions:
        return catalogue.decision(name)
    if name in catalogue.knowledge.traits:
        return catalogue.trait(name)
    if name in catalogue.rules:
        return catalogue.rule(name)
    try:
        return catalogue.service(name)
    except UnknownServiceError:
        known = [*KINDS, *catalogue.knowledge.decisions, *catalogue.knowledge.traits, *catalogue.knowledge.services]
        raise UnknownServiceError(name, known) from None


def _list(catalogue: Any, kind: str, query: str | None, *, as_json: bool) -> None:
    from advisor.engine.catalogue import service_row

    columns: tuple[str, ...]
    if kind == "decisions":
        found = as_dict(catalogue.decisions(query))
        columns = ("id", "question", "area", "options", "rules")
    elif kind == "traits":
        found = as_dict(catalogue.traits(query))
        columns = ("id", "type", "unit", "question")
    elif kind == "services":
        found = [service_row(s) for s in catalogue.services(query)]
        columns = ("id", "name", "kind", "lifecycle", "summary")
    else:
        found = as_dict(catalogue.rule_list(query))
        columns = ("id", "when", "because")
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    print_table(f"{len(found)} {kind}", columns, [["" if r[c] is None else str(r[c]) for c in columns] for r in found])


@click.command()
@click.option("--decision", "decisions", multiple=True, help="Run the scenarios of these decisions only; repeatable.")
@click.option("--coverage", is_flag=True, help="Print the balance table: rules, exclusions and wins per option.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--today", help="The day against which review dates are judged (default: today).")
@click.pass_context
def check(ctx: click.Context, decisions: tuple[str, ...], coverage: bool, as_json: bool, today: str | None) -> None:
    """Check the knowledge: shape, references, scenarios, dead rules, options that can never win. Exit 1 when something is wrong."""
    import datetime

    from advisor.knowledge.load import pack_paths
    from advisor.review.check import check_knowledge

    report = check_knowledge(
        pack_paths(ctx.obj["packs"]), decisions=decisions, coverage=coverage, today=today or datetime.date.today().isoformat()
    )
    if as_json:
        click.echo(json.dumps(as_dict(report), ensure_ascii=False))
    else:
        for diagnostic in report.diagnostics:
            click.echo(str(diagnostic))
        if coverage:
            columns = ("decision", "option", "for", "against", "exclusions", "wins random", "wins scenarios")
            rows = [
                (
                    c.decision,
                    c.option,
                    str(c.rules_for),
                    str(c.rules_against),
                    str(c.exclusions),
                    f"{c.random_wins:.1%}",
                    f"{c.scenario_wins:.1%}",
                )
                for c in report.coverage
            ]
            print_table("Balance", columns, rows)
        click.echo(report.summary)
    if report.errors:
        ctx.exit(1)


@click.command()
@click.option("--into", type=click.Path(file_okay=False), help="The folder to write to (default: rules/schema of the checkout).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def schema(into: str | None, as_json: bool) -> None:
    """Write the JSON Schemas that editors use for the knowledge files."""
    from advisor.knowledge.load import default_pack
    from advisor.knowledge.schema import write_schemas

    written = [str(path) for path in write_schemas(Path(into) if into else default_pack() / "schema")]
    click.echo(json.dumps({"written": written}) if as_json else "\n".join(written))
