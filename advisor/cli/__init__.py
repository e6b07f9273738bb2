"""The `advisor` command.

Exit codes: 0 answered · 1 the knowledge has mistakes (`check`), or nothing fits (`recommend`) · 2 the question or the call is wrong ·
3 the knowledge cannot be loaded · 4 a remote advisor cannot be reached.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from advisor import __version__

COMMANDS = {
    "recommend": ("questions", "Rank the options of one decision for a workload."),
    "what-if": ("questions", "What would change the answer, and what to give up when nothing fits."),
    "compare": ("questions", "Put options of one decision side by side."),
    "plan": ("questions", "Every decision a workload raises, in order."),
    "batch": ("questions", "Many workloads: NDJSON in, NDJSON out."),
    "portfolio": ("questions", "Score a CSV, Parquet or Arrow file of workloads."),
    "ask": ("interview", "An interview: the best question first."),
    "interpret": ("words", "What a text says of a workload."),
    "advise": ("words", "A text understood and answered."),
    "show": ("knowledge", "Decisions, traits, services and rules."),
    "check": ("knowledge", "Check the knowledge."),
    "schema": ("knowledge", "Write the editors' JSON Schemas."),
    "serve": ("serving", "Run the HTTP API and the page."),
    "mcp": ("serving", "Serve tools for chatbots over stdio."),
    "hash-key": ("serving", "Hash an API key for the server's key file."),
}


class LazyGroup(click.Group):
    """Commands are imported when they run, so that `--version` and `--help` stay instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"advisor.cli.{COMMANDS[name][0]}")
        command: click.Command = getattr(module, name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from advisor.spelling import closest, did_you_mean

            ctx.fail(f"no command {args[0]!r}{did_you_mean(closest(args[0], COMMANDS))}")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="advisor")
@click.option("--rules", "-r", "packs", multiple=True, type=click.Path(), help="A pack of knowledge to lay over ours; repeatable.")
@click.option("--remote", envvar="ADVISOR_URL", help="Ask a running advisor here instead; its key: ADVISOR_API_KEY.")
@click.pass_context
def cli(ctx: click.Context, packs: tuple[str, ...], remote: str | None) -> None:
    """Which AWS service fits a workload, and why: every point with its rule, source and date.

    \b
    advisor recommend compute-platform max_run_time=40min packaging=container traffic_pattern=spiky
    advisor ask s3-storage-class
    advisor advise "a container job runs 40 minutes every night, as cheap as possible"
    """
    ctx.obj = {"packs": packs, "remote": remote}


def main(argv: list[str] | None = None) -> Any:
    """Run the command; errors become one clear message and the documented exit code."""
    from advisor.errors import KnowledgeError, QueryError, RemoteError

    try:
        result = cli.main(args=argv, prog_name="advisor", standalone_mode=False)
        sys.exit(result if isinstance(result, int) else 0)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except QueryError as error:
        for mistake in error.errors:
            click.echo(f"advisor: {mistake.message}", err=True)
            if mistake.allowed and len(mistake.allowed) <= 40:
                click.echo(f"  allowed: {', '.join(mistake.allowed)}", err=True)
        sys.exit(2)
    except KnowledgeError as error:
        click.echo(str(error), err=True)
        sys.exit(3)
    except RemoteError as error:
        click.echo(f"advisor: {error}", err=True)
        sys.exit(4)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
