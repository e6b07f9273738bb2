"""Commands that take a workload in words."""

from __future__ import annotations

import sys

import click

from advisor.cli.shared import advisor_for, emit, question, workload_options


def _text(words: tuple[str, ...]) -> str:
    text = " ".join(words)
    return sys.stdin.read() if text == "-" else text


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def interpret(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> None:
    """What a TEXT (or - for standard input) says of a workload: traits with the words that say so."""
    from advisor.render.words import interpretation_text

    emit(advisor_for(ctx).interpret(_text(words)), "json" if as_json else "text", {"text": interpretation_text})


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--trait", "-t", "answers", multiple=True, metavar="TRAIT=VALUE", help="What is known for certain; wins over the text.")
@click.option("--only", help="Consider these options only, separated by commas.")
@click.option("--decision", help="The decision to answer; found from the text when left out.")
@click.option("--choice", "-c", "choices", multiple=True, metavar="KEY=PROPOSAL", help="A proposal to rank; repeatable.")
@workload_options
@click.pass_context
def advise(
    ctx: click.Context,
    words: tuple[str, ...],
    answers: tuple[str, ...],
    only: str | None,
    decision: str | None,
    choices: tuple[str, ...],
    as_json: bool,
    form: str,
    file: str | None,
    priorities: tuple[str, ...],
) -> None:
    """A TEXT understood and answered, in words.

    \b
    advisor advise "a container job runs 40 minutes every night, as cheap as possible"
    advisor advise "archive kept ten years, read once a year" -c A="S3 Standard" -c B="S3 Glacier Deep Archive"
    """
    from advisor.render.words import advice_markdown, advice_text

    asked = question(answers, file, priorities, only)
    proposals = {c.partition("=")[0]: c.partition("=")[2] for c in choices}
    result = advisor_for(ctx).advise(
        _text(words), asked["traits"], priorities=asked["priorities"], only=asked["only"], decision=decision, choices=proposals or None
    )
    emit(result, "json" if as_json else form, {"text": advice_text, "markdown": advice_markdown})
