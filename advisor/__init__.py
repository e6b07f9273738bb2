"""When to choose which AWS service: knowledge as reviewable files, answers that are exact and explained.

from advisor import Advisor
advice = Advisor.load().recommend("compute-platform", max_run_time="20 min", packaging="container")
print(advice.summary)
"""

from advisor.errors import (
    AdvisorError,
    Diagnostic,
    KnowledgeError,
    LimitError,
    PriorityError,
    QueryError,
    RemoteError,
    TraitValueError,
    UnknownDecisionError,
    UnknownOptionError,
    UnknownRuleError,
    UnknownServiceError,
    UnknownTraitError,
)

__version__ = "0.1.0"

__all__ = [
    "Advisor",
    "AdvisorError",
    "Diagnostic",
    "KnowledgeError",
    "LimitError",
    "PriorityError",
    "QueryError",
    "Recommendation",
    "RemoteError",
    "TraitValueError",
    "UnknownDecisionError",
    "UnknownOptionError",
    "UnknownRuleError",
    "UnknownServiceError",
    "UnknownTraitError",
    "load_knowledge",
]


def __getattr__(name: str) -> object:
    """The heavier names, imported on first use so that `advisor --version` stays instant."""
    if name == "Advisor":
        from advisor.local import Advisor

        return Advisor
    if name == "Recommendation":
        from advisor.engine.results import Recommendation

        return Recommendation
    if name == "load_knowledge":
        from advisor.knowledge.load import load_knowledge

        return load_knowledge
    raise AttributeError(f"module 'advisor' has no attribute {name!r}")
