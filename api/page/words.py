"""A described workload with the words that were understood, ready to be shown and corrected."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.knowledge.base import KnowledgeBase
from advisor.language.records import Interpretation


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text. kind: trait | priority | service | decision | missed | plain; title tells what it was taken for."""

    text: str
    kind: str
    title: str


def pieces(knowledge: KnowledgeBase, read: Interpretation) -> list[Piece]:
    """The whole text in order; joined, the pieces are the text. Where readings overlap, the first by place, then the longest, is shown."""
    marks: list[tuple[int, int, str, str]] = []
    for item in read.traits:
        question = knowledge.traits[item.trait].question if item.trait in knowledge.traits else item.trait
        marks += [(s.start, s.end, "trait", f"{question} {_said(item.value)}") for s in item.spans]
    for heard in read.priorities:
        marks += [(s.start, s.end, "priority", f"{heard.pillar.replace('-', ' ')}: {heard.level}") for s in heard.spans]
    marks += [(m.span.start, m.span.end, "service", m.name) for m in read.services]
    marks += [(s.start, s.end, "missed", "not understood") for s in read.not_understood]
    kinds = {"trait": 0, "priority": 1, "service": 2, "missed": 3}
    marks.sort(key=lambda m: (m[0], kinds[m[2]], -m[1], m[3]))
    out: list[Piece] = []
    at = 0
    for start, end, kind, title in marks:
        if start < at or end > len(read.text) or start >= end:
            continue
        if start > at:
            out.append(Piece(read.text[at:start], "plain", ""))
        titles = [t for s, e, k, t in marks if k != "missed" and s < end and start < e] if kind != "missed" else [title]
        out.append(Piece(read.text[start:end], kind, "; ".join(dict.fromkeys(titles))))
        at = end
    if at < len(read.text):
        out.append(Piece(read.text[at:], "plain", ""))
    return out


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "Yes." if value else "No."
    if isinstance(value, list | tuple):
        return " or ".join(str(v) for v in value)
    return str(value)
