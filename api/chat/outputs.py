"""What the tools answer, as JSON Schema: the fields that both forms share. More may be there in the full form."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
NUMBER: Schema = {"type": "number"}
MAYBE_NUMBER: Schema = {"type": ["number", "null"]}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
OBJECT: Schema = {"type": "object"}


def _some(description: str, schema: Schema) -> Schema:
    return {**schema, "description": description}


def _record(needed: dict[str, Schema], more: dict[str, Schema] | None = None) -> Schema:
    return {"type": "object", "properties": {**needed, **(more or {})}, "required": list(needed)}


def _list(item: Schema, description: str) -> Schema:
    return {"type": "array", "items": item, "description": description}


LEFT_OUT = _some(
    "How many entries of which list were left out to stay brief.", {"type": "object", "additionalProperties": {"type": "integer"}}
)
KNOWLEDGE = _some("Version of the knowledge; an object with the digest in the full form.", {"type": ["string", "object"]})
OUTCOME = {
    "type": "string", "enum": ["decided", "leading", "tied", "infeasible"],
    "description": "decided: nothing unknown can change the winner; leading: it still can; tied; infeasible: nothing survives.",
}  # fmt: skip
DECISION = _some("The decision's id; an object with its question in the full form.", {"type": ["string", "object"]})
QUESTION = _record({"trait": TEXT, "question": TEXT, "answers": {"type": "array"}, "information_bits": NUMBER})
REASON = _record({"rule": TEXT, "text": TEXT, "points": MAYBE_NUMBER})
RANKED = _record({"rank": {"type": "integer"}, "option": TEXT, "name": TEXT, "score": NUMBER, "win_share": MAYBE_NUMBER,
                  "reasons_for": {"type": "array", "items": REASON}, "reasons_against": {"type": "array", "items": REASON}})  # fmt: skip
RECOMMENDATION = _record(
    {
        "decision": DECISION, "outcome": OUTCOME,
        "ranking": _list(RANKED, "Surviving options, best first; ties share a rank; empty when nothing survives."),
        "ruled_out": _list(_record({"option": TEXT, "name": TEXT}), "Options that are impossible here, with the rule that says so."),
        "confidence": _some("The winner's share of all completions of what is unknown.", MAYBE_NUMBER),
        "traits": OBJECT, "knowledge": KNOWLEDGE,
    },
    {"next_question": {"anyOf": [QUESTION, {"type": "null"}]}, "best": TEXTS, "left_out": LEFT_OUT},
)  # fmt: skip
PLAN = _record(
    {
        "decisions": _list(
            _record({"decision": TEXT, "choice": MAYBE_TEXT, "name": MAYBE_TEXT, "origin": MAYBE_TEXT, "outcome": OUTCOME}),
            "In the order in which to decide. origin: advised, pinned (the asker's), or null when open.",
        ),
        "services": _some("Services the plan ends in.", TEXTS), "next_questions": {"type": "array", "items": QUESTION},
        "maybe": _list(_record({"decision": TEXT, "traits": TEXTS}), "Decisions that arise or not, depending on these traits."),
        "knowledge": KNOWLEDGE,
    },
    {"left_out": LEFT_OUT},
)  # fmt: skip
INTERPRETATION = _record(
    {
        "understood": {"type": "boolean"},
        "traits": _list(_record({"trait": TEXT, "value": {}, "words": TEXTS, "confidence": NUMBER}), "Traits with the words that say so."),
        "priorities": {"type": "object", "additionalProperties": TEXT}, "services": {"type": "array", "items": OBJECT},
        "decisions": _list(_record({"decision": TEXT, "score": NUMBER}), "Decisions the text raises, most likely first."),
        "not_understood": TEXTS,
    },
    {"left_out": LEFT_OUT},
)  # fmt: skip

OUTPUTS: dict[str, Schema] = {
    "list_decisions": _record(
        {"count": {"type": "integer"}, "areas": _some("Area → decision ids.", {"type": "object", "additionalProperties": TEXTS})},
        {"decisions": {"type": "array", "items": _record({"id": TEXT, "question": TEXT})}},
    ),
    "describe_decision": _record(
        {
            "id": TEXT, "title": TEXT, "question": TEXT, "summary": TEXT, "relevant_when": TEXT,
            "options": {"type": "array", "items": _record({"id": TEXT, "name": TEXT})},
            "traits": _some("Trait id → the answers it takes; those that most rules read first.", OBJECT),
            "rules": _some("How many; the rules themselves in the full form.", {"type": ["integer", "array"]}),
        },
        {"left_out": LEFT_OUT},
    ),
    "recommend": RECOMMENDATION,
    "next_question": _record(
        {
            "decision": TEXT, "outcome": OUTCOME, "best": TEXTS, "knowledge": KNOWLEDGE,
            "questions": _list(QUESTION, "Best first; empty: no answer can change the winner."),
        },
        {"left_out": LEFT_OUT},
    ),
    "what_if": _record(
        {
            "decision": DECISION, "outcome": OUTCOME, "best": TEXTS,
            "dethroning": _list(OBJECT, "Smallest changes that cost the winner its place, and who is first then."),
            "counterfactuals": _list(_record({"option": TEXT}), "Per losing option the smallest changes that make it win."),
            "sensitivity": _list(OBJECT, "Per pillar how far its weight can move before the winner changes."),
            "relaxations": _list(OBJECT, "When nothing survives: the smallest sets of answers to give up."),
            "knowledge": KNOWLEDGE,
        },
        {"left_out": LEFT_OUT},
    ),
    "plan": PLAN,
    "get_service": _record(
        {
            "id": TEXT, "name": TEXT, "kind": TEXT, "summary": TEXT, "lifecycle": _record({"status": TEXT}), "choose_when": TEXTS,
            "avoid_when": TEXTS,
            "facts": _list(
                _record({"id": TEXT, "value": TEXT, "hard": {"type": "boolean"}, "source": OBJECT}),
                "Sourced, dated statements; hard: cannot be raised.",
            ),
            "decisions": _some("Decisions that offer it.", {"type": "array"}),
        },
        {"left_out": LEFT_OUT},
    ),
    "interpret": INTERPRETATION,
    "advise": _record(
        {
            "kind": TEXT, "best": MAYBE_TEXT, "sure": MAYBE_NUMBER, "decision": MAYBE_TEXT, "understood": INTERPRETATION,
            "knowledge": KNOWLEDGE,
        },
        {
            "recommendation": RECOMMENDATION, "plan": PLAN, "left_out": LEFT_OUT, "next_question": {"anyOf": [QUESTION, {"type": "null"}]},
            "proposals": _list(_record({"rank": {"type": "integer"}, "key": TEXT, "share": NUMBER}), "The proposals, best first."),
        },
    ),
}  # fmt: skip
