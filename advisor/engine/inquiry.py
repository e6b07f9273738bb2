"""How sure the answer is and what to ask next."""

from __future__ import annotations

from advisor.engine.kernel import Verdict
from advisor.engine.recommend import Case, Engine
from advisor.engine.results import Recommendation


def inquire(engine: Engine, case: Case, verdict: Verdict, result: Recommendation) -> Recommendation:
    """The result with confidence, win shares and the next question."""
    return result
