"""Every error the library raises, divided by who must act.

AdvisorError
├── KnowledgeError          the files are wrong; their author acts
├── RemoteError             a remote advisor could not be asked; the operator acts
└── QueryError              the question is wrong; the caller acts
    ├── UnknownDecisionError
    ├── UnknownTraitError
    ├── UnknownOptionError
    ├── UnknownServiceError
    ├── UnknownRuleError
    ├── TraitValueError
    ├── PriorityError
    └── LimitError
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from advisor.spelling import closest, did_you_mean


class AdvisorError(Exception):
    """The common root; catch it to catch all."""


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One mistake in the knowledge, in a form an editor can open: `file:line:col: code: message`."""

    file: str
    line: int
    column: int
    code: str
    message: str
    severity: str = "error"

    def __str__(self) -> str:
        mark = "" if self.severity == "error" else f"{self.severity}: "
        return f"{self.file}:{self.line}:{self.column}: {mark}{self.code}: {self.message}"


class KnowledgeError(AdvisorError):
    """The knowledge cannot be used. Its author acts. `diagnostics` holds every mistake of the load, sorted by location."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(diagnostics))
        count = len(self.diagnostics)
        super().__init__(f"{count} mistake{'s' * (count != 1)} in the knowledge\n" + "\n".join(map(str, self.diagnostics)))


class RemoteError(AdvisorError):
    """A remote advisor did not answer, or answered with something that is no answer. Whoever runs it acts."""

    def __init__(self, message: str, status: int | None = None) -> None:
        self.status = status
        super().__init__(message)


class QueryError(AdvisorError):
    """The question is wrong and the caller can mend it.

    code: stable kebab-case name of the kind of mistake.   path: where it stands in the question, as keys from the outside in.
    allowed: what could stand there (may be empty when the set is open).   suggestion: the nearest allowed name, or None.
    """

    code = "bad-query"

    def __init__(
        self,
        message: str,
        *,
        path: tuple[str | int, ...] = (),
        allowed: Iterable[object] = (),
        suggestion: str | None = None,
        code: str | None = None,
    ) -> None:
        self.message = message + did_you_mean(suggestion)
        self.path = path
        self.allowed = tuple(str(a) for a in allowed)
        self.suggestion = suggestion
        if code:
            self.code = code
        self.errors: tuple[QueryError, ...] = (self,)  # all mistakes of the question, this one included
        super().__init__(self.message)


def _shown(name: object) -> str:
    text = str(name)
    return repr(text if len(text) <= 60 else text[:57] + "...")


class _UnknownName(QueryError):
    thing = "name"
    where: tuple[str | int, ...] = ()

    def __init__(self, name: object, known: Collection[str], *, path: tuple[str | int, ...] | None = None) -> None:
        self.name = str(name)
        super().__init__(
            f"unknown {self.thing} {_shown(name)}",
            path=self.where if path is None else path,
            allowed=known,
            suggestion=closest(name, known),
        )


class UnknownDecisionError(_UnknownName):
    """The caller named a decision that no file declares."""

    code, thing, where = "unknown-decision", "decision", ("decision",)


class UnknownTraitError(_UnknownName):
    """The caller named a trait that no file under traits/ declares."""

    code, thing = "unknown-trait", "trait"


class UnknownOptionError(_UnknownName):
    """The caller named an option that the decision does not offer."""

    code, thing = "unknown-option", "option"


class UnknownServiceError(_UnknownName):
    """The caller named a service that the catalogue does not hold."""

    code, thing = "unknown-service", "service"


class UnknownRuleError(_UnknownName):
    """The caller named a rule that no decision holds."""

    code, thing = "unknown-rule", "rule"


class TraitValueError(QueryError):
    """A trait was given a value it cannot take: wrong type, unit, dimension, range, or an unknown choice."""

    code = "bad-value"

    def __init__(self, trait: str, message: str, *, allowed: Iterable[object] = (), suggestion: str | None = None) -> None:
        self.trait = trait
        super().__init__(f"{trait}: {message}", path=("traits", trait), allowed=allowed, suggestion=suggestion)


class PriorityError(QueryError):
    """A priority names no pillar, or has no such level."""

    code = "bad-priority"


class LimitError(QueryError):
    """The question is larger than this advisor takes."""

    code = "too-large"
