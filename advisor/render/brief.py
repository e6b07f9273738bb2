"""The short form of answers, for chatbots: the best three, their two weightiest reasons, and the exclusions."""

from __future__ import annotations

from typing import Any

from advisor.engine.results import Reason, Recommendation, as_dict

MOST_RULED_OUT = 6


def brief(result: Recommendation) -> dict[str, Any]:
    """The recommendation with its less weighty parts left out; the fields that stay are those of the full form."""
    full: dict[str, Any] = as_dict(result)
    full["ranking"] = [
        {
            **{k: v for k, v in as_dict(o).items() if k in ("rank", "option", "name", "score", "win_share", "lifecycle")},
            "reasons_for": [_short(r) for r in o.reasons_for[:2]],
            "reasons_against": [_short(r) for r in o.reasons_against[: max(0, 2 - len(o.reasons_for))]],
            "open": [],
        }
        for o in result.ranking[:3]
    ]
    full["ruled_out"] = [
        {"option": o.option, "name": o.name, "lifecycle": o.lifecycle, "reasons": [_short(r) for r in o.reasons[:1]]}
        for o in result.ruled_out[:MOST_RULED_OUT]
    ]
    full["traits"] = {**full["traits"], "unknown": full["traits"]["unknown"][:5], "inferred": full["traits"]["inferred"][:3]}
    return full


def _short(reason: Reason) -> dict[str, Any]:
    kept = as_dict(reason)
    kept["sources"] = kept["sources"][:1]
    return {k: kept[k] for k in ("rule", "effect", "strength", "points", "pillar", "text", "traits", "sources")}
