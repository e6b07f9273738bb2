"""The short form of answers, for chatbots: the best three, their two weightiest reasons, and the exclusions; under 1,000 tokens."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from advisor.engine.results import Plan, Reason, Recommendation, as_dict

if TYPE_CHECKING:
    from advisor.language.advise import Advice

MOST_CHARACTERS = 3_900  # four to a token
# reasons per option, exclusions that tell why, whether these name their source: tried in this order until the answer fits
STAGES = ((2, 6, True), (2, 4, True), (2, 4, False), (1, 4, False), (1, 2, False), (1, 0, False))


def brief(result: Recommendation) -> dict[str, Any]:
    """The recommendation with its less weighty parts left out; the fields that stay are those of the full form.

    Every option that is ruled out is named; when there are many, only the first ones tell why. Ask for the full form for the rest.
    """
    for reasons, exclusions, sources in STAGES:
        short = _shortened(result, reasons, exclusions, sources=sources)
        if len(json.dumps(short, ensure_ascii=False)) <= MOST_CHARACTERS:
            break
    return short


def plan_brief(plan: Plan) -> dict[str, Any]:
    """The plan with what was chosen and what is open; the ranking of each decision is left to the full form."""
    full: dict[str, Any] = as_dict(plan)
    for decision in full["decisions"]:
        del decision["recommendation"]
    full["next_questions"] = full["next_questions"][:3]
    for part in ("maybe", "not_relevant", "edges"):
        del full[part]
    return full


def advice_brief(advice: Advice) -> dict[str, Any]:
    """The advice with its recommendation and plan in their short forms, and what was understood as traits alone."""
    full: dict[str, Any] = as_dict(replace(advice, recommendation=None, plan=None))
    full["recommendation"] = brief(advice.recommendation) if advice.recommendation is not None and advice.plan is None else None
    full["plan"] = plan_brief(advice.plan) if advice.plan is not None else None
    del full["understood"]
    del full["text"]
    return full


def _shortened(result: Recommendation, reasons: int, exclusions: int, *, sources: bool) -> dict[str, Any]:
    full: dict[str, Any] = as_dict(result)
    full["ranking"] = [
        {
            "rank": o.rank, "option": o.option, "name": o.name, "score": o.score,
            "win_share": as_dict(o.win_share), "lifecycle": o.lifecycle,
            "reasons_for": [_short(r) for r in o.reasons_for[:reasons]],
            "reasons_against": [_short(r) for r in o.reasons_against[: max(0, reasons - len(o.reasons_for))]],
        }
        for o in result.ranking[:3]
    ]  # fmt: skip
    full["ruled_out"] = [
        {"option": o.option, "name": o.name, "reasons": [_short(r, sources=sources) for r in o.reasons[:1]] if i < exclusions else []}
        for i, o in enumerate(result.ruled_out)
    ]
    traits = full["traits"]
    inferred = [{"trait": i["trait"], "value": i["value"]} for i in traits["inferred"] if i["origin"] != "assumed"]
    full["traits"] = {"used": traits["used"], "inferred": inferred[:6], "unused": traits["unused"]}
    if full["next_question"]:
        full["next_question"]["answers"] = full["next_question"]["answers"][:8]
    del full["decision"]["title"]
    return full


def _short(reason: Reason, *, sources: bool = True) -> dict[str, Any]:
    out: dict[str, Any] = {"rule": reason.rule, "text": reason.text}
    if reason.points is not None:
        out["points"] = reason.points
    if sources and reason.sources:
        out["sources"] = [{"url": reason.sources[0].url, "checked": reason.sources[0].checked}]
    return out
