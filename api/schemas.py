"""What may be sent: the bodies of the POST forms. What comes back are the library's own records (`advisor.engine.results`)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

Short = Annotated[str, StringConstraints(max_length=300)]
_RANGE = {
    "type": "object", "additionalProperties": False, "minProperties": 1, "description": "A range; both ends belong to it.",
    "properties": {
        end: {
            "anyOf": [{"type": "number"}, {"type": "string", "maxLength": 80}, {"type": "null"}],
            "description": text, "examples": [example],
        }
        for end, text, example in (("min", "At least this.", "1 GB"), ("max", "At most this.", "4 GB"))
    },
}  # fmt: skip
_ONE: list[dict[str, Any]] = [{"type": "boolean"}, {"type": "number"}, {"type": "string", "maxLength": 300}, _RANGE, {"type": "null"}]
TraitAnswer = Annotated[
    Any,  # the engine checks it: it alone knows the trait, and says what could stand there
    WithJsonSchema({
        "description": "A value, several possible values (one of them), a range for numbers, or null for unknown.",
        "anyOf": [*_ONE, {"type": "array", "items": {"anyOf": _ONE}, "maxItems": 50}],
        "examples": ["40 min", ["spiky", "rare"], True, {"min": "1 GB", "max": "4 GB"}],
    }),
]  # fmt: skip
Traits = Annotated[
    dict[Short, TraitAnswer],
    Field(
        default_factory=dict, max_length=1000, description="Trait id → answer. Leave out what you do not know.",
        examples=[{"max_run_time": "40 min", "packaging": "container-image", "traffic_pattern": ["spiky", "rare"]}],
    ),
]  # fmt: skip
Priorities = Annotated[
    dict[Short, Short],
    Field(
        default_factory=dict, max_length=12, examples=[{"cost-optimization": "high"}],
        description="How much each Well-Architected pillar matters: none, low, normal (the default) or high.",
    ),
]  # fmt: skip
Only = Annotated[
    list[Short] | None,
    Field(
        default=None, max_length=100, description="Rank these options only (ids, names or aliases).", examples=[["lambda", "ecs-fargate"]]
    ),
]


class Body(BaseModel):
    """What all request bodies share."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RecommendQuery(Body):
    """A workload, put to one decision."""

    traits: Traits
    priorities: Priorities
    only: Only


class WhatIfQuery(RecommendQuery):
    """A workload whose answer is questioned."""

    max_changes: Annotated[int, Field(default=2, ge=1, le=3, description="How many answers may change at once.")]


class CompareQuery(Body):
    """Options to be put side by side."""

    options: Annotated[
        list[Short], Field(min_length=2, max_length=6, description="The options to compare.", examples=[["lambda", "ecs-fargate"]])
    ]
    traits: Traits
    priorities: Priorities


class PlanQuery(Body):
    """A whole workload, put to every decision it raises."""

    traits: Traits
    priorities: Priorities
    choices: Annotated[
        dict[Short, Short],
        Field(
            default_factory=dict,
            max_length=100,
            description="Choices already made: decision id → option.",
            examples=[{"compute-platform": "ecs-fargate"}],
        ),
    ]
    decisions: Annotated[list[Short] | None, Field(default=None, max_length=100, description="Plan these decisions only.")]


class TextQuery(Body):
    """A workload described in words."""

    text: Annotated[
        str,
        Field(
            description="The workload in your own words.", examples=["A container job runs 40 minutes every night; as cheap as possible"]
        ),
    ]


class AdviseQuery(TextQuery):
    """A workload described in words, with what is known for certain, and proposals to rank."""

    traits: Traits
    priorities: Priorities
    only: Only
    decision: Annotated[Short | None, Field(default=None, description="The decision to answer; found from the text when left out.")]
    choices: Annotated[
        dict[Short, Annotated[str, StringConstraints(max_length=2000)]] | None,
        Field(
            default=None,
            max_length=20,
            description="Proposals to rank: key → text.",
            examples=[{"A": "Use AWS Lambda", "B": "Use AWS Batch on Fargate"}],
        ),
    ]


class Mistake(BaseModel):
    """One mistake of a question."""

    pointer: str = Field(description="JSON pointer to the wrong place of the question.", examples=["/traits/max_runtime"])
    code: str = Field(description="Stable name of the kind of mistake.", examples=["unknown-trait"])
    detail: str = Field(
        description="What is wrong and how to mend it.", examples=["unknown trait 'max_runtime'; did you mean 'max_run_time'?"]
    )
    allowed: list[str] = Field(default=[], description="What could stand there.", examples=[["max_run_time", "memory"]])
    suggestion: str | None = Field(default=None, description="The nearest allowed name.", examples=["max_run_time"])


class Problem(BaseModel):
    """An error as RFC 9457 has it."""

    type: str = Field(description="Stable URN of the kind of problem.", examples=["urn:service-advisor:problem:unknown-trait"])
    title: str = Field(description="The kind of problem in words.", examples=["The question has mistakes"])
    status: int = Field(description="The HTTP status.", examples=[422])
    detail: str = Field(description="What happened and what to do.", examples=["unknown trait 'max_runtime'; did you mean 'max_run_time'?"])
    errors: list[Mistake] = Field(default=[], description="Every mistake of the question.")


Json = dict[str, Any]


class ServiceRow(BaseModel):
    """A service in a list."""

    id: str = Field(description="The id.", examples=["lambda"])
    name: str = Field(description="What it is called.", examples=["AWS Lambda"])
    kind: str = Field(description="service, feature, practice or external.", examples=["service"])
    summary: str = Field(description="What it is, in one sentence.")
    lifecycle: str = Field(description="available, announced, closed-to-new, ending or ended.", examples=["available"])
    part_of: str | None = Field(description="The service a feature belongs to.")
    facts: int = Field(description="How many facts are known of it.")


class Health(BaseModel):
    """Whether the server lives."""

    status: str = Field(description="Always `ok`.", examples=["ok"])


class Readiness(BaseModel):
    """Whether the server answers, and from which knowledge."""

    status: str = Field(description="ready, or ready with old knowledge when the newest files have mistakes.", examples=["ready"])
    version: str = Field(description="The version of the knowledge served.")
    digest: str = Field(description="Its digest.")
    reloads: int = Field(description="How often it was swapped since the start.")
    error: str | None = Field(description="Why the newest files are not served; null when they are.")
