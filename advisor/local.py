"""The advisor in this process: one object with a method per question."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from advisor.engine.catalogue import Catalogue
from advisor.engine.recommend import Engine
from advisor.engine.results import Recommendation
from advisor.knowledge.base import KnowledgeBase
from advisor.knowledge.load import load_knowledge, pack_paths

if TYPE_CHECKING:
    from advisor.engine.compare import Comparison
    from advisor.engine.plan import Plan
    from advisor.engine.results import Question
    from advisor.engine.whatif import WhatIf
    from advisor.language.advise import Advice
    from advisor.language.interpret import Interpretation

Traits = Mapping[str, Any]


class Advisor:
    """Answers from one knowledge base.

    Traits are raw answers: `"20 min"`, `True`, `"spiky"`, `["spiky", "rare"]` (one of these), `{"min": "1 GB", "max": "4 GB"}`; None or
    a missing trait is unknown. Every method raises QueryError when the question is wrong. Thread-safe; nothing is ever written.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.engine = Engine(knowledge)
        self.catalogue = Catalogue(knowledge)

    @classmethod
    def load(cls, *packs: str | os.PathLike[str], own: bool = True) -> Advisor:
        """The advisor over our knowledge and these packs laid over it (`own=False`: over these packs alone).

        Packs named by ADVISOR_RULES come between. Raises KnowledgeError with every mistake of the files.
        """
        return cls(load_knowledge(pack_paths(packs) if own else list(packs)))

    def recommend(
        self,
        decision: str,
        traits: Traits | None = None,
        *,
        priorities: Mapping[str, str] | None = None,
        only: Iterable[str] | None = None,
        **answers: Any,
    ) -> Recommendation:
        """The options of one decision ranked for a workload, with every reason, what is ruled out and what to ask next."""
        return self.engine.recommend(decision, {**(traits or {}), **answers}, priorities=priorities, only=only)

    def next_questions(
        self,
        decision: str,
        traits: Traits | None = None,
        *,
        priorities: Mapping[str, str] | None = None,
        only: Iterable[str] | None = None,
        limit: int = 5,
        skip: Collection[str] = (),
    ) -> tuple[Question, ...]:
        """The questions most worth asking, best first; empty when no answer can change the winner. `skip`: traits asked for in vain."""
        return self.engine.next_questions(decision, traits or {}, priorities=priorities, only=only, limit=limit, skip=skip)

    def what_if(
        self,
        decision: str,
        traits: Traits | None = None,
        *,
        priorities: Mapping[str, str] | None = None,
        only: Iterable[str] | None = None,
        max_changes: int = 2,
    ) -> WhatIf:
        """What would change the answer: answers, priorities, strengths; and what to give up when nothing fits."""
        return self.engine.what_if(decision, traits or {}, priorities=priorities, only=only, max_changes=max_changes)

    def compare(
        self, decision: str, options: Sequence[str], traits: Traits | None = None, *, priorities: Mapping[str, str] | None = None
    ) -> Comparison:
        """Two or more options of a decision side by side for one workload."""
        return self.engine.compare(decision, options, traits or {}, priorities=priorities)

    def plan(
        self,
        traits: Traits | None = None,
        *,
        priorities: Mapping[str, str] | None = None,
        choices: Mapping[str, str] | None = None,
        decisions: Iterable[str] | None = None,
    ) -> Plan:
        """Every decision the workload raises, in order, each feeding the next."""
        return self.engine.plan(traits or {}, priorities=priorities, choices=choices, decisions=decisions)

    def interpret(self, text: str) -> Interpretation:
        """What a text says of a workload, with the words that say so."""
        from advisor.language.interpret import interpret

        return interpret(self.engine, text)

    def advise(
        self,
        text: str,
        traits: Traits | None = None,
        *,
        priorities: Mapping[str, str] | None = None,
        only: Iterable[str] | None = None,
        decision: str | None = None,
        choices: Mapping[str, str] | None = None,
    ) -> Advice:
        """A text understood and answered; with `choices`, the proposals ranked."""
        from advisor.language.advise import advise

        return advise(self.engine, text, traits=traits, priorities=priorities, only=only, decision=decision, choices=choices)
