"""What the language part answers, as plain frozen records; they become JSON through `advisor.engine.results.as_dict`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the text: `text[start:end] == words`."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Understood:
    """One trait the text tells. `value` is a raw answer that can be sent back; confidence 0 to 1 (how specific the words are).

    negated: the words deny the value they name; `value` is then what remains possible.
    """

    trait: str
    value: Any
    spans: tuple[Span, ...]
    negated: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class PriorityHeard:
    """A pillar the text stresses (high) or waves away (low)."""

    pillar: str
    level: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A service named in the text. role: existing (in place today) | candidate."""

    service: str
    name: str
    role: str
    span: Span


@dataclass(frozen=True, slots=True)
class Raised:
    """A decision the text raises; the higher the score the more it is about it. `words` led there."""

    decision: str
    title: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a text says of a workload, and the words that say so. `understood` is False when nothing was."""

    text: str
    understood: bool
    traits: tuple[Understood, ...]
    priorities: tuple[PriorityHeard, ...]
    services: tuple[Mention, ...]
    decisions: tuple[Raised, ...]
    not_understood: tuple[Span, ...]

    @property
    def answers(self) -> dict[str, Any]:
        """Trait → raw answer, as `recommend` takes them."""
        return {u.trait: u.value for u in self.traits}

    @property
    def levels(self) -> dict[str, str]:
        """Pillar → level, as `recommend` takes them."""
        return {p.pillar: p.level for p in self.priorities}
