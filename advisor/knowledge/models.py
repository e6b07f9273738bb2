"""The shape of the knowledge files, as pydantic models: the only gate for shape, and the origin of the editors' schema.

What a shape cannot say (do references resolve, can every option win) is asked by `build` and `check`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Snake = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
TraitKey = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]*|choice\.[a-z0-9-]+)$")]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
Text = Annotated[str, StringConstraints(min_length=1)]
Scalar = bool | int | float | str
Strength = Literal["slight", "moderate", "strong", "decisive"]
PillarName = Literal["operational-excellence", "security", "reliability", "performance-efficiency", "cost-optimization", "sustainability"]
Unit = Literal["s", "B", "B/s", "rps", "USD", "USD/month", "percent", "1", "vcpu"]


class Model(BaseModel):
    """What all shapes share: an unknown field is a mistake, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


class PackFile(Model):
    """pack.yaml: the name, version and last full review of a folder of knowledge."""

    name: Id
    version: Text
    reviewed: Day
    summary: str = ""

    _text = field_validator("version", mode="before")(_as_text)


class ValueModel(Model):
    """One value of a choice trait, described, with the phrases by which people say it."""

    text: Text
    phrases: list[Text] = []


class TraitModel(Model):
    """One property of a workload, with the question a person is asked."""

    type: Literal["boolean", "choice", "quantity", "count"]
    question: Text
    why: Text
    unit: Unit | None = None
    values: dict[Id, Text | ValueModel] | None = None
    phrases: list[Text] = []
    phrases_no: list[Text] = []
    typical: dict[str, Annotated[float, Field(gt=0)]] = {}
    other_share: Annotated[float, Field(gt=0, lt=1)] | None = None
    range: str | None = None
    changeable: bool = True
    assume: Scalar | None = None
    assume_because: str | None = None


class ClaimModel(Model):
    """What another source says of the same fact."""

    value: Scalar
    source: Url
    checked: Day
    note: str = ""


class FactModel(Model):
    """A sourced, dated, typed statement about a service."""

    value: Scalar
    source: Url
    checked: Day
    hard: bool = False
    text: str = ""
    note: str = ""
    checked_note: str = ""
    claims: list[ClaimModel] = []


class LifecycleModel(Model):
    """Whether the service can still be chosen, since or until when, and what follows it."""

    status: Literal["available", "announced", "closed-to-new", "ending", "ended"] = "available"
    since: Day | None = None
    until: Day | None = None
    successor: Id | list[Id] | None = None
    source: Url | None = None
    checked: Day | None = None
    note: str = ""


class ResponsibilityModel(Model):
    """Who does what under shared responsibility; `both` holds controls that each keeps for its own part."""

    aws: list[Text] = []
    customer: list[Text] = []
    both: list[Text] = []


class ServiceModel(Model):
    """A catalogue entry: a service, a feature of one, a practice or an outside candidate."""

    name: Text
    kind: Literal["service", "feature", "practice", "external"] = "service"
    part_of: Id | None = None
    aliases: list[Text] = []
    summary: Text
    choose_when: list[Text] = []
    avoid_when: list[Text] = []
    does: list[Text] = []
    lifecycle: LifecycleModel = LifecycleModel()
    facts: dict[Snake, FactModel] = {}
    responsibility: ResponsibilityModel | None = None
    because: str | None = None


class SourceModel(Model):
    """A page and the day it was read."""

    url: Url
    checked: Day
    note: str = ""


Condition = dict[str, Any]


class RuleModel(Model):
    """Condition on traits, effect on options, a reason a reviewer would say aloud."""

    id: Id
    when: Condition
    exclude: Id | list[Id] | None = None
    only: Id | list[Id] | None = None
    favor: dict[Id, Strength] | None = None
    oppose: dict[Id, Strength] | None = None
    pillar: PillarName | None = None
    because: Text
    caveat: str = ""
    facts: list[str] = []
    sources: list[SourceModel] = []


class RetireModel(Model):
    """A rule of an earlier pack that this pack does without, and why."""

    rule: Id
    because: Text


class AdjustModel(Model):
    """A rule of an earlier pack whose strengths this pack changes, and why."""

    rule: Id
    favor: dict[Id, Strength] | None = None
    oppose: dict[Id, Strength] | None = None
    because: Text


class DecisionModel(Model):
    """One question with a closed list of options, and all its rules."""

    id: Id
    title: Text
    question: Text
    summary: str = ""
    phrases: list[Text] = []
    options: list[Id] = Field(min_length=2)
    relevant_when: Condition = {}
    rules: list[RuleModel] = []


class OverlayModel(Model):
    """What a later pack changes in a decision of an earlier one."""

    extends: Id
    options: list[Id] = []
    phrases: list[Text] = []
    rules: list[RuleModel] = []
    retire: list[RetireModel] = []
    adjust: list[AdjustModel] = []


class ScenarioModel(Model):
    """A workload with its expected answer: a test of the knowledge."""

    id: Id
    given: dict[TraitKey, Any] = {}
    priorities: dict[PillarName, Literal["none", "low", "normal", "high"]] = {}
    only: list[Id] | None = None
    best: Id | list[Id] | None = None
    ruled_out: Id | list[Id] = []
    order: list[Id] = []
    outcome: Literal["decided", "leading", "tied", "infeasible"] | None = None
    why: Text
    source: Text


class ScenarioFile(Model):
    """The scenarios of one decision."""

    decision: Id
    scenarios: list[ScenarioModel]


class PlanScenarioModel(Model):
    """A whole workload with the expected choice in each relevant decision."""

    id: Id
    title: Text
    given: dict[TraitKey, Any]
    priorities: dict[PillarName, Literal["none", "low", "normal", "high"]] = {}
    expect: dict[Id, Id | list[Id]]
    not_relevant: list[Id] = []
    why: Text
    source: Text


class InferenceModel(Model):
    """What known traits tell about others."""

    id: Id
    when: Condition
    then: dict[TraitKey, Any]
    because: Text


class DerivedModel(Model):
    """A quantity computed from other quantities when all of them are known."""

    formula: Text
    because: Text


class ImpossibleModel(Model):
    """A combination of answers that cannot occur."""

    id: Id
    when: Condition
    because: Text


class InferenceFile(Model):
    """One file under inference/."""

    rules: list[InferenceModel] = []
    derived: dict[Snake, DerivedModel] = {}
    impossible: list[ImpossibleModel] = []


class BareNumberModel(Model):
    """A number that no cue claims is taken for this trait, when it lies from `least` to `most` and the text says all of `when`.

    unit: what its unit must end in ("bps": of data rates, those of lines).
    """

    trait: Snake
    least: Text
    most: Text | None = None
    unit: Text | None = None
    when: dict[Snake, list[bool | Text]] = {}


class LexiconFile(Model):
    """lexicon.yaml: words that set priorities and words that carry no need; read by the language part."""

    priorities: dict[PillarName, list[Text]] = {}
    negations: list[Text] = []
    expressions: list[Text] = []  # word groups whose single words do not say what they say elsewhere: "runs out", "sliding window"
    bare_numbers: list[BareNumberModel] = []
    ignore: list[Text] = []
    synonyms: dict[str, list[Text]] = {}
    alike: dict[str, list[Text]] = {}  # single words taken for one another when the catalogue is searched, never in phrases
    everyday_names: list[Text] = []  # names of services that are common words too: they count only with a capital or after AWS
