"""`advisor ask`: an interview in the terminal, the most valuable question first."""

from __future__ import annotations

import shlex
from typing import Any
from urllib.parse import quote

import click
from rich.console import Console
from rich.markup import escape

from advisor.cli.shared import emit, local_advisor, question
from advisor.engine.results import Question, Recommendation
from advisor.errors import QueryError
from advisor.local import Advisor
from advisor.render.text import recommendation_text

HELP = "a number or a value · [b]-[/b] don't know · [b]b[/b] back · [b]r[/b] ranking · [b]q[/b] enough"

WORDS = {
    "quit": "q", "enough": "q", "exit": "q", "back": "b", "ranking": "r", "?": "-", "skip": "-", "don't know": "-", "dont know": "-",
    "unknown": "-",
}  # fmt: skip


@click.command()
@click.argument("decision")
@click.argument("answers", nargs=-1, metavar="[TRAIT=VALUE]...")
@click.option("--priority", "-p", "priorities", multiple=True, metavar="PILLAR=LEVEL", help="none, low, normal or high; repeatable.")
@click.option("--most", default=12, show_default=True, type=click.IntRange(1, 50), help="Questions at most.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="The server named in the closing link.")
@click.option("--json", "as_json", is_flag=True, help="Print the recommendation as JSON; the interview itself goes to standard error.")
@click.pass_context
def ask(
    ctx: click.Context, decision: str, answers: tuple[str, ...], priorities: tuple[str, ...], most: int, url: str, as_json: bool
) -> None:
    """Interview about one DECISION: best question first, the ranking moves as you answer.

    Stops when no answer can change the winner any more, and prints the recommendation with the command and the link that repeat it.
    """
    advisor = local_advisor(ctx)
    asked = question(answers, None, priorities, None)
    interview = Interview(
        advisor, advisor.engine.decision_id(decision), asked["traits"], asked["priorities"], Console(highlight=False, stderr=as_json)
    )
    result = interview.run(most)
    if as_json:
        emit(result, "json", {})
        return
    click.echo(recommendation_text(result, brief=True).rstrip("\n"))
    click.echo(f"\nAgain:  {command_line(result, interview.traits, interview.priorities)}")
    click.echo(f"Link:   {link(url, result, interview.traits, interview.priorities)}")


def command_line(result: Recommendation, traits: dict[str, Any], priorities: dict[str, str]) -> str:
    """The command that gives this answer again."""
    words = ["advisor", "recommend", result.decision.id, *(f"{k}={_flat(v)}" for k, v in traits.items())]
    for pillar, level in priorities.items():
        words += ["-p", f"{pillar}={level}"]
    return shlex.join(words)


def link(base: str, result: Recommendation, traits: dict[str, Any], priorities: dict[str, str]) -> str:
    """The address that gives this answer again."""
    pairs = [f"{k}={quote(_flat(v))}" for k, v in traits.items()] + [f"priority.{k}={v}" for k, v in priorities.items()]
    return f"{base.rstrip('/')}/v1/decisions/{result.decision.id}/recommend" + ("?" + "&".join(pairs) if pairs else "")


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(str(v) for v in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


class Interview:
    """The state of one interview: what was answered, what nobody knows, and the way back."""

    def __init__(self, advisor: Advisor, decision: str, traits: dict[str, Any], priorities: dict[str, str], console: Console) -> None:
        self.advisor, self.decision, self.console = advisor, decision, console
        self.traits, self.priorities = dict(traits), dict(priorities)
        self.skipped: list[str] = []
        self.trail: list[tuple[str, str]] = []  # (trait, "answered" | "skipped"), for going back

    def recommend(self) -> Recommendation:
        """The answer so far."""
        return self.advisor.recommend(self.decision, self.traits, priorities=self.priorities)

    def next(self) -> Question | None:
        """The most valuable question that was not skipped."""
        found = self.advisor.next_questions(self.decision, self.traits, priorities=self.priorities, limit=1, skip=self.skipped)
        return found[0] if found else None

    def run(self, most: int) -> Recommendation:
        """Ask until nothing is worth asking, `most` questions were asked, or the person has enough."""
        result = self.recommend()
        while len(self.trail) < most:
            asked = self.next()
            if asked is None:
                reason = "No answer can change the winner any more." if result.outcome == "decided" else "Nothing left is worth asking."
                self.console.print(f"\n[green]{reason}[/green]\n")
                break
            word = self._put(asked, result)
            if word == "q":
                self.console.print()
                break
            if word == "b":
                self._back()
            elif word == "-":
                self.skipped.append(asked.trait)
                self.trail.append((asked.trait, "skipped"))
            result = self.recommend()
            if word not in ("b", "-"):
                self._standing(result)
        return result

    def _put(self, asked: Question, result: Recommendation) -> str:
        """Ask one question until it is answered, skipped or given up; returns the word that decided."""
        trait = self.advisor.knowledge.traits[asked.trait]
        number = len(self.trail) + 1
        self.console.print(f"\n[bold]{number}. {escape(asked.question)}[/bold]")
        self.console.print(f"   [dim]{escape(asked.why)}[/dim]")
        texts = {str(v.id): v.text for v in trait.values}
        choices = [str(a).lower() if isinstance(a, bool) else str(a) for a in asked.answers]
        for i, choice in enumerate(choices, start=1):
            text = texts.get(choice, {"true": "yes", "false": "no"}.get(choice, ""))
            self.console.print(
                f"   [cyan]{i}[/cyan]  {escape(choice)}" + (f"  [dim]{escape(text)}[/dim]" if text and text != choice else "")
            )
        self.console.print(f"   [dim]{HELP}[/dim]")
        while True:
            try:
                word = click.prompt("  ", prompt_suffix="> ", default="-", show_default=False, err=self.console.stderr).strip()
            except click.Abort:
                return "q"
            word = WORDS.get(word.lower(), word)
            if word in ("q", "-", "b") or not word:
                return word or "-"
            if word == "r":
                self._standing(result, most=10)
                continue
            if word.isdigit() and 1 <= int(word) <= len(choices) and not trait.numeric:
                word = choices[int(word) - 1]
            elif (
                trait.numeric
                and word.isdigit()
                and 1 <= int(word) <= len(choices)
                and trait.type == "quantity"
                and trait.unit in ("s", "B", "B/s")
            ):
                word = choices[int(word) - 1]  # a bare number is no time or size, so it means the line with that number
            try:
                self.advisor.recommend(self.decision, {**self.traits, asked.trait: word})
            except QueryError as error:
                self.console.print(f"   [red]{escape(error.message)}[/red]")
                continue
            self.traits[asked.trait] = word
            self.trail.append((asked.trait, "answered"))
            return "answered"

    def _back(self) -> None:
        if not self.trail:
            self.console.print("   [yellow]this is the first question[/yellow]")
            return
        trait, how = self.trail.pop()
        if how == "answered":
            self.traits.pop(trait, None)
        else:
            self.skipped.remove(trait)

    def _standing(self, result: Recommendation, most: int = 3) -> None:
        """The ranking in a line or a few."""
        for option in result.ranking[:most]:
            share = f" [dim]{option.win_share:.0%}[/dim]" if option.win_share is not None else ""
            self.console.print(f"   [green]{option.rank:>2}[/green] {escape(option.name)} [bold]{option.score:g}[/bold]{share}")
        if not result.ranking:
            self.console.print("   [red]nothing survives[/red]")
