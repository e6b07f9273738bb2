"""Generators for property tests: small knowledge bases and questions about them."""

from __future__ import annotations

from typing import Any

from hypothesis import note
from hypothesis import strategies as st

from advisor.knowledge.base import PILLARS, PRIORITIES, STRENGTHS, KnowledgeBase
from advisor.knowledge.build import Builder, Store

OPTIONS = ("apple", "birch", "cedar", "dune")
SOURCE = [{"url": "https://docs.aws.amazon.com/page", "checked": "2026-11-25"}]
TRAITS: dict[str, dict[str, Any]] = {
    "cold": {"type": "boolean", "question": "Cold?", "why": "It matters."},
    "wet": {"type": "boolean", "question": "Wet?", "why": "It matters.", "typical": {"true": 1, "false": 3}},
    "colour": {
        "type": "choice", "question": "Which colour?", "why": "It matters.", "values": {"red": "red", "green": "green", "blue": "blue"},
        "typical": {"red": 2, "blue": 1},
    },
    "length": {"type": "quantity", "unit": "s", "question": "How long?", "why": "It matters.", "typical": {"<= 1 min": 3, "> 1 min": 1}},
    "number": {"type": "count", "question": "How many?", "why": "It matters.", "range": "0 .. 9"},
    "law": {"type": "boolean", "question": "Is it the law?", "why": "It matters.", "changeable": False},
}  # fmt: skip
TESTS: dict[str, list[Any]] = {
    "cold": [True, False],
    "wet": [True, False],
    "law": [True, False],
    "colour": ["red", "green", "blue", ["red", "blue"]],
    "length": ["> 1 min", "<= 1 min", ">= 5 min", "30 s .. 5 min", "1 min"],
    "number": [3, "> 3", "<= 3", "2 .. 5", 0],
}
ANSWERS: dict[str, list[Any]] = {
    "cold": [True, False],
    "wet": [True, False],
    "law": [True, False],
    "colour": ["red", "green", "blue", ["red", "green"]],
    "length": ["10 s", "1 min", "2 min", "1 h", "> 1 min", "<= 5 min"],
    "number": [0, 2, 3, 7, "> 3", "1 .. 4"],
}


def rule(name: str, when: dict[str, Any], because: str = "So.", **effect: Any) -> dict[str, Any]:
    """One raw rule with its fixed parts filled in; effect: favor, oppose, exclude or only."""
    pillar = {} if {"exclude", "only"} & effect.keys() else {"pillar": "security"}
    return {"id": name, "when": when, "because": because, "sources": SOURCE, **pillar, **effect}


def simple_conditions(most: int = 2, least: int = 1) -> st.SearchStrategy[dict[str, Any]]:
    """Maps of trait → test, all of which must hold."""
    names = st.lists(st.sampled_from(sorted(TRAITS)), min_size=least, max_size=most, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({n: st.sampled_from(TESTS[n]) for n in chosen}))


def conditions() -> st.SearchStrategy[dict[str, Any]]:
    """Conditions with `any`, `all` and `not` at times."""
    plain = simple_conditions()
    return st.one_of(
        plain,
        plain,
        st.fixed_dictionaries({"any": st.lists(plain, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"not": plain}),
        st.builds(lambda a, b: {**a, "any": b}, plain, st.lists(plain, min_size=1, max_size=2)),
    )


@st.composite
def rules(draw: st.DrawFn, index: int, options: tuple[str, ...]) -> dict[str, Any]:
    """One rule: an exclusion, an `only`, or a preference."""
    rule: dict[str, Any] = {"id": f"rule-{index}", "when": draw(conditions()), "because": "For {option}.", "sources": SOURCE}
    kind = draw(st.sampled_from(["favor", "favor", "favor", "oppose", "both", "exclude", "only"]))
    strengths = st.sampled_from(list(STRENGTHS))
    if kind in ("exclude", "only"):
        rule[kind] = draw(st.lists(st.sampled_from(options), min_size=1, max_size=2, unique=True))
        return rule
    chosen = draw(st.lists(st.sampled_from(options), min_size=1, max_size=len(options), unique=True))
    cut = draw(st.integers(1, len(chosen))) if kind == "both" else len(chosen)
    first = "oppose" if kind == "oppose" else "favor"
    rule[first] = {o: draw(strengths) for o in chosen[:cut]}
    if chosen[cut:]:
        rule["oppose"] = {o: draw(strengths) for o in chosen[cut:]}
    rule["pillar"] = draw(st.sampled_from(PILLARS[:3]))
    return rule


def knowledge_of(
    rules: list[dict[str, Any]], options: tuple[str, ...] = OPTIONS, *, traits: dict[str, Any] | None = None,
    inference: list[dict[str, Any]] | None = None, impossible: list[dict[str, Any]] | None = None,
    decisions: dict[str, Any] | None = None, lifecycles: dict[str, Any] | None = None, derived: dict[str, Any] | None = None,
) -> KnowledgeBase:  # fmt: skip
    """A knowledge base with one decision, `trees`, over these rules; or with the raw `decisions` given."""
    every = decisions or {"trees": {"options": list(options), "rules": rules}}
    names = sorted({o for d in every.values() for o in d["options"]})
    lives = lifecycles or {}
    store: Store = {
        "packs": [{"name": "tests", "version": "1", "reviewed": "2026-11-25"}],
        "traits": dict(traits or TRAITS),
        "services": {o: {"name": o.title(), "summary": "A tree.", **({"lifecycle": lives[o]} if o in lives else {})} for o in names},
        "decisions": {
            k: {"title": k.title(), "question": f"Which of {k}?", **d} for k, d in every.items()
        },
        "scenarios": [], "plans": [], "inference": inference or [], "derived": derived or {}, "impossible": impossible or [], "lexicon": {},
    }  # fmt: skip
    return Builder(store).knowledge("sha256:test")


@st.composite
def knowledge_bases(draw: st.DrawFn, most_rules: int = 7, constraints: bool = True) -> KnowledgeBase:
    """A decision of two to four options over up to seven rules, with inference and impossible combinations at times."""
    options = OPTIONS[: draw(st.integers(2, 4))]
    found = [draw(rules(i, options)) for i in range(draw(st.integers(1, most_rules)))]
    inference, impossible = [], []
    if constraints:
        for i in range(draw(st.integers(0, 2))):
            premise, conclusion = draw(simple_conditions(1)), draw(simple_conditions(1))
            if premise.keys() != conclusion.keys():
                inference.append({"id": f"inference-{i}", "when": premise, "then": conclusion, "because": "So it is."})
        for i in range(draw(st.integers(0, 1))):
            impossible.append({"id": f"impossible-{i}", "when": draw(simple_conditions(2, 2)), "because": "It cannot be."})
    for part in (*found, *inference, *impossible):
        note(str({k: v for k, v in part.items() if k not in ("because", "sources")}))
    return knowledge_of(found, options, inference=inference, impossible=impossible)


def workloads() -> st.SearchStrategy[dict[str, Any]]:
    """Raw answers to some of the traits."""
    names = st.lists(st.sampled_from(sorted(TRAITS)), max_size=4, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({n: st.sampled_from(ANSWERS[n]) for n in chosen}))


def priorities() -> st.SearchStrategy[dict[str, str]]:
    """Levels for some pillars."""
    return st.dictionaries(st.sampled_from(PILLARS[:3]), st.sampled_from(list(PRIORITIES)), max_size=2)
