"""How well texts are understood and proposals ranked: `python -m advisor.language.evaluate`.

Three measures: precision and recall of traits on labelled sentences, the share of sentences whose decision comes first, and the share of
questions whose best proposal is the expected one, area by area. All are counts; nothing here reads a clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import yaml

from advisor.engine.recommend import Engine
from advisor.engine.workload import read_answer
from advisor.errors import QueryError
from advisor.language.advise import advise
from advisor.language.interpret import interpret

EXAM = Path("../shared/exam/dev.jsonl")
SENTENCES = Path("tests/language")


@dataclass
class TraitCount:
    """Traits read rightly, read wrongly and missed; `wrong` and `missed` tell them sentence by sentence."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    routed: int = 0
    misrouted: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of what was read that is right."""
        return self.right / max(1, self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        """Share of what was said that was read."""
        return self.right / max(1, self.right + len(self.missed))

    @property
    def routing(self) -> float:
        """Share of the sentences with a decision for which it comes first."""
        return self.routed / max(1, self.routed + len(self.misrouted))


def load_yaml(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """The entries of several lists, in the order of the files."""
    return [entry for path in paths for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]


def sentences(folder: Path = SENTENCES) -> list[dict[str, Any]]:
    """The labelled sentences: `say`, `traits`, sometimes `decision` (one, or a list of equally good ones) and `may`.

    `may` holds what a reader could take from the sentence as well: reading it is no mistake, and neither is leaving it.
    """
    return load_yaml(sorted(folder.glob("sentences-*.yaml")))


def questions(folder: Path = SENTENCES, kind: str = "questions") -> list[dict[str, Any]]:
    """The labelled questions of the files `kind-*.yaml`: `area`, `ask`, `choices`, `best`."""
    return load_yaml(sorted(folder.glob(f"{kind}-*.yaml")))


def exam_questions(path: Path) -> list[dict[str, Any]]:
    """Questions of a JSON Lines file with `question`, `options`, `answer` and `area`, in the same form as `questions`."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [{"area": r["area"], "ask": r["question"], "choices": r["options"], "best": r["answer"]} for r in rows]


def _same(engine: Engine, trait: str, read: Any, labelled: Any) -> bool:
    """Whether the value read is the labelled one; of several labelled values, one or some of them."""
    try:
        ours, theirs = read_answer(engine.knowledge, trait, read), read_answer(engine.knowledge, trait, labelled)
    except QueryError:
        return False
    if ours is None or theirs is None:
        return False
    if ours.values == theirs.values:
        return True
    return isinstance(labelled, list) and set(ours.values) <= set(theirs.values)


def measure_traits(engine: Engine, entries: Iterable[Mapping[str, Any]]) -> TraitCount:
    """Count traits over labelled sentences; a trait with another value counts as wrong and as missed."""
    count = TraitCount()
    for entry in entries:
        said = interpret(engine, entry["say"])
        labelled = dict(entry.get("traits") or {})
        allowed = dict(entry.get("may") or {})
        for understood in said.traits:
            if understood.trait in labelled and _same(engine, understood.trait, understood.value, labelled[understood.trait]):
                count.right += 1
                del labelled[understood.trait]
            elif understood.trait not in allowed or not _same(engine, understood.trait, understood.value, allowed[understood.trait]):
                words = ", ".join(s.words for s in understood.spans)
                count.wrong.append(f"{entry['say']!r}: {understood.trait} = {understood.value} ({words})")
        count.missed += [f"{entry['say']!r}: {t} = {v}" for t, v in labelled.items()]
        if entry.get("decision"):
            first = said.decisions[0].decision if said.decisions else "none"
            wanted = entry["decision"]
            if first == wanted or (isinstance(wanted, list) and first in wanted):
                count.routed += 1
            else:
                count.misrouted.append(f"{entry['say']!r}: {wanted} expected, {first} found")
    return count


def measure_choices(engine: Engine, entries: Iterable[Mapping[str, Any]]) -> tuple[dict[str, list[int]], list[str]]:
    """(area → [right, all], what went wrong) over questions with proposals; a tie counts as wrong."""
    areas: dict[str, list[int]] = {}
    wrong = []
    for entry in entries:
        advice = advise(engine, entry["ask"], choices=entry["choices"])
        row = areas.setdefault(entry["area"], [0, 0])
        row[1] += 1
        if advice.best == entry["best"]:
            row[0] += 1
        else:
            wrong.append(f"{entry['area']}: {entry['ask'][:140]!r}: {entry['best']} expected, {advice.best} found")
    return dict(sorted(areas.items())), wrong


def _table(title: str, areas: Mapping[str, list[int]]) -> list[str]:
    right, total = (sum(r[i] for r in areas.values()) for i in (0, 1))
    lines = [f"{title}: {right} of {total} ({right / max(1, total):.1%})"]
    return lines + [f"  {area:<16} {r:>4} of {n:<4} {r / n:>6.1%}" for area, (r, n) in areas.items()]


@click.command()
@click.option("--exam", type=click.Path(path_type=Path), default=EXAM, show_default=True, help="Questions as JSON Lines.")
@click.option("--folder", type=click.Path(path_type=Path), default=SENTENCES, show_default=True, help="Labelled sentences, questions.")
@click.option("--details", is_flag=True, help="Tell every mistake.")
def main(exam: Path, folder: Path, details: bool) -> None:
    """Print how well texts are understood and proposals ranked."""
    from advisor.knowledge.load import load_knowledge

    engine = Engine(load_knowledge())
    count = measure_traits(engine, sentences(folder))
    counts = f"{count.right} right, {len(count.wrong)} wrong, {len(count.missed)} missed"
    lines = [
        f"traits: precision {count.precision:.3f}, recall {count.recall:.3f} ({counts})",
        f"decisions: {count.routing:.1%} come first ({count.routed} of {count.routed + len(count.misrouted)})",
    ]
    told = [*(f"wrong   {w}" for w in count.wrong), *(f"missed  {m}" for m in count.missed), *(f"routed  {m}" for m in count.misrouted)]
    sets = [(title, questions(folder, title)) for title in ("questions", "independent") if questions(folder, title)]
    if exam.is_file():
        sets.append((exam.name, exam_questions(exam)))
    for title, entries in sets:
        areas, wrong = measure_choices(engine, entries)
        lines += _table(title, areas)
        told += [f"choice  {w}" for w in wrong]
    for line in (*(told if details else ()), *lines):
        click.echo(line)


if __name__ == "__main__":
    main()
