"""Reading proposals ("Use Amazon S3 Glacier Deep Archive with a lifecycle rule") and ranking them for what was asked.

A proposal may use several services, also of different decisions. Three things speak for it, each with its words:
the engine (points and exclusions of its options for the traits understood), the catalogue (whether its services do what the question
asks for, see `capability`), and its own remarks (what it adds beyond names, against what the question wants). A service that ended or
closed speaks against it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from advisor.engine.recommend import Engine
from advisor.errors import LimitError, QueryError
from advisor.knowledge.base import KnowledgeBase
from advisor.language.capability import CapabilityIndex, Hit, capabilities_of
from advisor.language.duties import duties, last_sentence
from advisor.language.interpret import interpret
from advisor.language.limits import limits
from advisor.language.naming import Context, ancestors, services_named
from advisor.language.records import Interpretation, Understood
from advisor.language.routing import routes_of

MAX_PROPOSALS = 20
MAX_PROPOSAL_CHARACTERS = 2_000
WEIGHTS = {
    "engine": 2.0, "barred": 3.0, "catalogue": 4.0, "asked": 0.8, "remarks": 0.6,
    "lifecycle": 0.3, "unread": 0.3, "described": 4.0, "duty": 6.0, "never": 3.0, "limit": 8.0,
}  # fmt: skip
_OPPOSITE = re.compile(
    r"\bNOT\b|\bEXCEPT\b|\bCANNOT\b|\bexcept(?=\s*[?:])"
    r"|(?<=\bis) not(?= (?:an?|the|one|true|correct|possible|supported|suitable|offered|used|meant|made|intended|recommended) )"
    r"|(?<=\bare) not(?= (?:true|correct|possible|supported|suitable|offered|used|meant|made|intended|recommended)\b)"
    r"|\b(?:LEAST|least)(?= (?:suit|likely|appropriate|fit))|\b[Ww]hich(?: [\w-]+){0,4}? (?:cannot|can't|(?:would|should) not)(?= )"
    r"|\b(?:un|in)(?=(?:suitable|suited|correct|appropriate)\b)"
)
_WHAT_IS = re.compile(r"^what (?:is|are) (?:an? |the )?[\w\s/-]{2,50}\?$|\bdescri|\bmeant by\b|\bdefin|\bpurpose of\b|\bstatement", re.I)
_SENTENCE = 4  # words from which a proposal may be a description although it names something
_HOW_MANY = re.compile(r"\(?\b(?:select|choose|pick) (?:any )?(?:two|three|four|[2-4])\b(?: (?:answers|options))?\.?\)?", re.I)
_LIFE = {"ended": -1.0, "closed-to-new": -0.5, "ending": -0.5, "announced": -0.5}
_MOST_IN_A_NAME = 4  # words up to which a proposal may be just a name
_MOST_NAMED = 3  # services taken for a text that names a need instead of a service
_BARRED = -12.0  # points of an option that a hard limit rules out
_MEMBER = 3.0  # weight of being a part of what is asked about, where the one that is none is sought
_BAD_SOUGHT = 8.0  # weight of a bad practice where what does not fit is sought
_LITTLE = 5.0  # points of the catalogue below which even the best hit says little
_TOLD_BY_NAMES = 0.6  # share of a proposal's words that its services must explain for it to be no more than their names
_SURE_KIN = 1.5  # how steeply the sureness of what an unnamed proposal means counts
_SURE = 1.0  # how steeply score differences become sureness; so the mean sureness is near the share of right answers on new questions


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal as it was read: the services it names, and what its own words say of a workload."""

    key: str
    text: str
    services: tuple[str, ...]
    traits: tuple[Understood, ...]
    terms: dict[str, float]
    described: bool = False  # the services are not named, the text says what they are for


@dataclass(frozen=True, slots=True)
class RankedProposal:
    """A proposal with its place. score: for comparing inside one answer only; share: how sure, summing to 1 over the proposals.

    reasons_for and reasons_against: sentences, weightiest first.   words: words of the question that led here.
    """

    rank: int
    key: str
    text: str
    score: float
    share: float
    services: tuple[str, ...]
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    words: tuple[str, ...]


def read_proposals(engine: Engine, choices: Mapping[str, Any], said: Interpretation | None = None) -> list[Proposal]:
    """The proposals by key, in the order given; what the question says helps to read names cut short.

    Raises LimitError or QueryError when they are too many, too long or no text.
    """
    if not isinstance(choices, Mapping) or not choices:
        raise QueryError("choices is a map of key → text of a proposal", path=("choices",), code="bad-choices")
    if len(choices) > MAX_PROPOSALS:
        raise LimitError(f"{len(choices)} proposals; at most {MAX_PROPOSALS} are ranked", path=("choices",))
    context = Context.of(said) if said is not None else Context()
    out = []
    for key, text in choices.items():
        if not isinstance(text, str) or not text.strip():
            raise QueryError(f"proposal {key!r} is no text", path=("choices", str(key)), code="bad-choices")
        if len(text) > MAX_PROPOSAL_CHARACTERS:
            raise LimitError(f"proposal {key!r} has more than {MAX_PROPOSAL_CHARACTERS:,} characters", path=("choices", str(key)))
        out.append(_read(engine, str(key), text, context))
    return out


def _read(engine: Engine, key: str, text: str, context: Context) -> Proposal:
    index = capabilities_of(engine.knowledge)
    named = services_named(engine.knowledge, text, context)
    described = not named
    if described:
        named = index.named_by(text)[:_MOST_NAMED]
    return Proposal(key, text, tuple(named), interpret(engine, text).traits, index.query(text), described)


def rank_proposals(
    engine: Engine,
    said: Interpretation,
    proposals: list[Proposal],
    answers: Mapping[str, Any],
    priorities: Mapping[str, str],
    decision: str | None = None,
) -> tuple[RankedProposal, ...]:
    """The proposals, best first; equal scores share a rank."""
    opposite = asks_for_the_opposite(said.text)
    text = _HOW_MANY.sub(" ", said.text)
    said = replace(said, text=text)
    if opposite:
        said, answers = _turned(engine, said, answers)
    parts = features(engine, said, proposals, answers, priorities, decision)
    index = capabilities_of(engine.knowledge)
    weights = {**WEIGHTS, "asked": _MEMBER, "never": _BAD_SOUGHT} if opposite else WEIGHTS
    scores = {p.key: sum(weights[name] * value for name, value in parts[p.key].items()) for p in proposals}
    if opposite:
        scores = {k: -s for k, s in scores.items()}
    top = max(scores.values())
    odds = {k: math.exp(_SURE * (s - top)) for k, s in scores.items()}
    total = sum(odds.values())
    order = {p.key: i for i, p in enumerate(proposals)}
    told = []
    rank, last = 0, None
    query = index.query(said.text)
    for position, proposal in enumerate(sorted(proposals, key=lambda p: (-round(scores[p.key], 6), order[p.key]))):
        score = round(scores[proposal.key], 4)
        rank = rank if score == last else position + 1
        last = score
        hit = index.hit(proposal.services, query)
        good, bad = _reasons(engine, proposal, answers, priorities, hit, decision)
        share = round(odds[proposal.key] / total, 4)
        words = tuple(w for w, p in hit.words if p > 0)[:6]
        told.append(RankedProposal(rank, proposal.key, proposal.text, score, share, proposal.services, good, bad, words))
    return tuple(told)


def _turned(engine: Engine, said: Interpretation, answers: Mapping[str, Any]) -> tuple[Interpretation, dict[str, Any]]:
    """The question without the words that turn it round, read anew, and the answers that fit it."""
    turned = interpret(engine, _OPPOSITE.sub(" ", said.text))
    kept = {k: v for k, v in answers.items() if said.answers.get(k) != v}
    return turned, {**turned.answers, **kept}


def asks_for_the_opposite(text: str) -> bool:
    """Whether the question asks which proposal does not fit ("… is NOT …", "all of the following EXCEPT")."""
    return bool(_OPPOSITE.search(text))


def features(
    engine: Engine,
    said: Interpretation,
    proposals: list[Proposal],
    answers: Mapping[str, Any],
    priorities: Mapping[str, str],
    decision: str | None = None,
) -> dict[str, dict[str, float]]:
    """What speaks for each proposal, key → name of the consideration → -1 … 1."""
    knowledge = engine.knowledge
    index = capabilities_of(knowledge)
    query = index.query(said.text)
    hits = {p.key: _answered(index, p, query) + 0.35 * _own_words(index, p, query) for p in proposals}
    best = max(_LITTLE, *hits.values())
    engine_points, barred = _engine_points(engine, said, proposals, answers, priorities, decision)
    asked = {m.service for m in said.services}
    wanted = {u.trait: u.value for u in said.traits}
    duty = duties(knowledge, said.text, [p.text for p in proposals], asked)
    stated = limits(knowledge, said.text, [p.text for p in proposals], asked)
    told = {} if duty or stated else _described(index, said, proposals)
    out = {}
    for place, proposal in enumerate(proposals):
        life = min((_LIFE.get(knowledge.services[s].lifecycle.status, 0.0) for s in proposal.services), default=0.0)
        out[proposal.key] = {
            "engine": engine_points[proposal.key],
            "barred": barred[proposal.key],
            "catalogue": hits[proposal.key] / best if not duty and not stated else 0.0,
            "asked": _about_the_asked(knowledge, proposal, asked),
            "remarks": _remarks(proposal, wanted),
            "lifecycle": life,
            "never": -1.0 if index.bad_practices(proposal.text, said.text) else 0.0,
            "unread": 0.0 if proposal.services or told or duty or stated else -1.0,
            "described": told.get(proposal.key, 0.0),
            "duty": duty[place] if duty else 0.0,
            "limit": stated[place] if stated else 0.0,
        }
    return out


def _described(index: CapabilityIndex, said: Interpretation, proposals: list[Proposal]) -> dict[str, float]:
    """How well each proposal describes what the text asks about, the best 1; empty when descriptions are not what is sought.

    They are when most proposals name nothing, or when the text asks what something is and all proposals are sentences.
    """
    asked = _subjects(said)
    sentences = bool(_WHAT_IS.search(last_sentence(said.text))) and all(len(p.text.split()) >= _SENTENCE for p in proposals)
    if not asked or (not sentences and 2 * sum(p.described or not p.services for p in proposals) < len(proposals)):
        return {}
    points = {p.key: index.hit(sorted(asked), p.terms).points / (math.sqrt(sum(p.terms.values())) or 1.0) for p in proposals}
    best = max(points.values())
    return {key: value / best for key, value in points.items()} if best > 0 else {}


def _describes(proposal: Proposal, asked: set[str]) -> bool:
    """Whether a proposal is a description: it names no service, or in a sentence only what is asked about."""
    if proposal.described or not proposal.services:
        return True
    return len(proposal.text.split()) > _MOST_IN_A_NAME and asked.issuperset(proposal.services)


def _subjects(said: Interpretation) -> set[str]:
    """What a description may be asked for: the services named in the sentence that asks."""
    last = len(said.text.rstrip()) - len(last_sentence(said.text))
    return {m.service for m in said.services if m.span.start >= last}


def _answered(index: CapabilityIndex, proposal: Proposal, query: dict[str, float]) -> float:
    """Points of the services named, and of what the proposal may mean by words that no name explains, the surer the more."""
    named = index.hit(proposal.services, query).points
    if proposal.services and not proposal.described and index.told(proposal.services, proposal.terms) >= _TOLD_BY_NAMES:
        return named
    return max([named, *(math.pow(sure, _SURE_KIN) * index.hit([name], query).points for name, sure in index.akin(proposal.terms))])


def _own_words(index: CapabilityIndex, proposal: Proposal, query: dict[str, float]) -> float:
    return sum(min(weight, query[term]) for term, weight in proposal.terms.items() if term in query)


def _about_the_asked(knowledge: KnowledgeBase, proposal: Proposal, asked: set[str]) -> float:
    """1 when it is a part of the service the question is about; -1 when it is that service itself, which is given, not sought."""
    if not asked or _describes(proposal, asked):
        return 0.0
    parents = asked.union(*(ancestors(knowledge, a) for a in asked))
    if any(s not in asked and ancestors(knowledge, s) & parents for s in proposal.services):
        return 1.0
    return -1.0 if all(s in asked for s in proposal.services) else 0.0


def _remarks(proposal: Proposal, wanted: Mapping[str, Any]) -> float:
    """How far what a proposal says itself agrees with what is wanted."""
    agree = 0.0
    for understood in proposal.traits:
        if understood.trait in wanted and isinstance(understood.value, str | bool):
            want = wanted[understood.trait]
            same = understood.value == want or (isinstance(want, list) and understood.value in want)
            agree += 1.0 if same else -1.0
    return max(-1.0, min(1.0, agree))


def _engine_points(
    engine: Engine,
    said: Interpretation,
    proposals: list[Proposal],
    answers: Mapping[str, Any],
    priorities: Mapping[str, str],
    decision: str | None,
) -> tuple[dict[str, float], dict[str, float]]:
    """Points of the options named, and -1 for those ruled out, over the decisions that at least two proposals answer.

    Each decision weighs as much as the text is about it.
    """
    out = {p.key: 0.0 for p in proposals}
    barred = {p.key: 0.0 for p in proposals}
    total = 0.0
    raised = {r.decision: r.score for r in said.decisions}
    for name, offers in shared_decisions(engine.knowledge, proposals).items():
        if decision is not None and name != decision:
            continue
        points = option_points(engine, name, answers, priorities)
        if points is None or not any(points[o] for row in offers.values() for o in row):
            continue
        weight = (0.5 + raised.get(name, 0.0)) * len(offers) / len(proposals)
        own = {key: max(points[o] for o in row) for key, row in offers.items()}
        top = max(own.values())
        for key in out:
            out[key] += weight * max(-1.5, (own[key] - top) / 8 if key in own else min(-0.25, -top / 8))
            barred[key] -= weight * (own.get(key, 0.0) == _BARRED < top)
        total += weight
    if not total:
        return out, barred
    return {k: v / total for k, v in out.items()}, {k: v / total for k, v in barred.items()}


def shared_decisions(knowledge: KnowledgeBase, proposals: list[Proposal]) -> dict[str, dict[str, list[str]]]:
    """Decisions that two or more proposals answer: decision → key → its options there.

    A variant of an option that is no option itself ("Reserved Instances, partial upfront") counts as that option.
    """
    routes = routes_of(knowledge)
    found: dict[str, dict[str, list[str]]] = {}
    for proposal in proposals:
        for service in proposal.services:
            parent = knowledge.services[service].part_of
            variant = parent is not None and service not in routes.options and knowledge.services[parent].kind == "feature"
            option = parent if variant and parent is not None else service
            for name in routes.options.get(option, ()):
                found.setdefault(name, {}).setdefault(proposal.key, []).append(option)
    return {name: found[name] for name in sorted(found) if len(found[name]) > 1}


def option_points(engine: Engine, decision: str, answers: Mapping[str, Any], priorities: Mapping[str, str]) -> dict[str, float] | None:
    """Points of every option of a decision; -12 when it is ruled out. None when the answers do not fit the knowledge."""
    case = engine.case(decision, answers, priorities=priorities)
    verdict = case.kernel.evaluate(case.cells, case.weights)
    out = {}
    for i, option in enumerate(case.kernel.options):  # the life cycle is weighed apart: the question may be about an old service
        barred = verdict.excluded >> i & 1 and engine.knowledge.services[option].lifecycle.status == "available"
        out[option] = _BARRED if barred else verdict.points[i] / 2
    return out


def _reasons(
    engine: Engine,
    proposal: Proposal,
    answers: Mapping[str, Any],
    priorities: Mapping[str, str],
    hit: Hit,
    decision: str | None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences for and against a proposal: the rules that spoke, what its services do, and their life cycle."""
    knowledge = engine.knowledge
    good: list[str] = []
    bad: list[str] = []
    helped: set[str] = set()  # what a rule says against one part is nothing against the whole when it speaks for another part
    names = {s: knowledge.services[s].name for s in proposal.services}
    bad += [knowledge.services[n].summary for n in capabilities_of(knowledge).bad_practices(proposal.text)]
    if not proposal.services:
        bad.append("It names no service or option that this knowledge holds.")
    for service in proposal.services:
        for name in routes_of(knowledge).options.get(service, ()):
            if decision is not None and name != decision:
                continue
            result = engine.recommend(name, answers, priorities=priorities, only=[service], inquire=False)
            for option in result.ranking:
                good += [r.text for r in option.reasons_for[:2]]
                bad += [r.text for r in option.reasons_against[:2]]
                helped |= {r.text for r in option.reasons_for}
            for gone in result.ruled_out:
                bad += [r.text for r in gone.reasons[:2]]
        life = knowledge.services[service].lifecycle
        if life.status in _LIFE and not any(names[service] in t for t in bad):
            bad.append(f"{names[service]} is {life.status.replace('-', ' ')}.")
    if hit.points > 0 and proposal.services:
        words = [w for w, p in hit.words if p > 0 and " " not in w][:4]
        if words:
            good.append(f"{' and '.join(names.values())}: {knowledge.services[proposal.services[0]].summary}")
    return tuple(dict.fromkeys(good))[:4], tuple(t for t in dict.fromkeys(bad) if t not in helped)[:4]
