"""A form's fields ↔ the question put to the advisor. The address holds the whole state, so every view can be shared and called back.

A field that is empty says nothing; `dont-know` says that the asker cannot tell, so that the question is not put again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from advisor.engine.workload import UNKNOWN_WORDS, read_answer
from advisor.errors import LimitError, QueryError, UnknownTraitError
from advisor.knowledge.base import PILLARS, PRIORITIES, KnowledgeBase
from advisor.knowledge.build import CHOICE
from api.questions import MAX_PARAMETERS

DONT_KNOW = "dont-know"
LEVELS = tuple(PRIORITIES)  # in the order of the sliders: none, low, normal, high


@dataclass(frozen=True, slots=True)
class Notice:
    """A mistake of the question, told where it stands. field: the trait or parameter."""

    field: str
    text: str


@dataclass(slots=True)
class Asked:
    """What a page was asked.

    raw: trait → texts as typed, in the order answered.   traits: the ones that can be read, as the advisor takes them.
    skipped: traits the asker does not know.   notices: what could not be read, left out of the question.
    """

    raw: dict[str, list[str]] = field(default_factory=dict)
    traits: dict[str, Any] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    priorities: dict[str, str] = field(default_factory=dict)
    only: list[str] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    extra: dict[str, list[str]] = field(default_factory=dict)

    def first(self, name: str, default: str = "") -> str:
        """The first value of one of the page's own parameters."""
        return next(iter(self.extra.get(name, ())), default)

    def pairs(self, *, skipped: bool = True, choices: bool = True, without: str | None = None) -> list[tuple[str, str]]:
        """The question as query parameters; only what can be read."""
        out = [(t, v) for t in self.traits for v in self.raw[t] if t != without]
        if skipped:
            out += [(t, DONT_KNOW) for t in self.skipped if t != without]
        out += [(f"priority.{p}", level) for p, level in self.priorities.items() if level != "normal"]
        out += [("only", o) for o in self.only]
        if choices:
            out += [(CHOICE + d, o) for d, o in self.choices.items()]
        return out

    def body(self) -> dict[str, Any]:
        """The same question as a JSON body."""
        out: dict[str, Any] = {"traits": self.traits}
        if self.priorities:
            out["priorities"] = self.priorities
        if self.only:
            out["only"] = self.only
        return out


def read_asked(request: Request, knowledge: KnowledgeBase, extra: tuple[str, ...] = ()) -> Asked:
    """The question of a page. Mistakes become notices: a link with one wrong value still shows the rest.

    extra: the page's own parameters.   Raises LimitError when there are too many.
    """
    items = request.query_params.multi_items()
    if len(items) > MAX_PARAMETERS:
        raise LimitError(f"{len(items)} parameters; at most {MAX_PARAMETERS} are taken")
    asked = Asked()
    for name, value in items:
        value = value.strip()
        if name in extra:
            asked.extra.setdefault(name, []).append(value)
        elif not value:
            continue
        elif name == "only":
            asked.only += [v.strip() for v in value.split(",") if v.strip()]
        elif name.startswith("priority."):
            _priority(asked, name.removeprefix("priority."), value)
        elif name.startswith(CHOICE) and name in knowledge.traits:
            asked.choices[name.removeprefix(CHOICE)] = value
        elif name in knowledge.traits:
            _answer(asked, knowledge, name, value)
        else:
            known = [t for t in knowledge.traits if not t.startswith(CHOICE)]
            asked.notices.append(Notice(name[:100], UnknownTraitError(name[:100], known).message))
    _settle(asked, knowledge)
    return asked


def _priority(asked: Asked, pillar: str, value: str) -> None:
    level = LEVELS[int(value)] if value in ("0", "1", "2", "3") else value.lower()
    if pillar not in PILLARS or level not in LEVELS:
        asked.notices.append(Notice(f"priority.{pillar}"[:100], f"{pillar[:60]} = {value[:40]} is no priority; {', '.join(LEVELS)} are"))
    elif level != "normal":
        asked.priorities[pillar] = level


def _answer(asked: Asked, knowledge: KnowledgeBase, name: str, value: str) -> None:
    if value == DONT_KNOW:
        if name not in asked.skipped:
            asked.skipped.append(name)
        return
    if value.lower() in UNKNOWN_WORDS:
        return
    if knowledge.traits[name].numeric:
        asked.raw[name] = [value]  # a pressed suggestion follows the text field and replaces what it holds
        return
    kept = asked.raw.setdefault(name, [])
    kept += [v.strip() for v in value.split(",") if v.strip() and v.strip() not in kept]


def _settle(asked: Asked, knowledge: KnowledgeBase) -> None:
    """Keep the answers that can be read; the others become notices."""
    asked.skipped = [t for t in asked.skipped if t not in asked.raw]
    for name, values in asked.raw.items():
        value: Any = values if len(values) > 1 else values[0]
        try:
            if read_answer(knowledge, name, value) is not None:
                asked.traits[name] = value
        except QueryError as error:
            asked.notices.append(Notice(name, error.message))


def pairs_of(traits: Mapping[str, Any], priorities: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """Raw answers as query parameters of a page."""
    out = [(t, spelt(v)) for t, value in traits.items() for v in (value if isinstance(value, list | tuple) else [value])]
    return out + [(f"priority.{p}", level) for p, level in (priorities or {}).items() if level != "normal"]


def spelt(value: Any) -> str:
    """A raw answer as text that can be sent back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        low, high = value.get("min"), value.get("max")
        return f"{low} .. {high}" if low is not None and high is not None else f">= {low}" if low is not None else f"<= {high}"
    return str(value)
