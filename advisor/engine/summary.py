"""One recommendation in two or three sentences that a chatbot can say."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.engine.results import Recommendation


def joined(names: Sequence[str], last: str = "and") -> str:
    """`A`, `A and B`, `A, B and C`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def uncapitalised(title: str) -> str:
    """A title inside a sentence: `Load balancer` → `load balancer`; what begins with a name (`DNS routing`, `Elastic Beanstalk`) stays."""
    words = title.split(" ")
    a_name = not words[0][1:].islower() or (len(words) > 1 and words[1].istitle())
    return title if a_name else title[:1].lower() + title[1:]


def points(score: float) -> str:
    """`1 point`, `7 points`, `4.5 points`."""
    return f"{score:g} point{'s' if abs(score) != 1 else ''}"


def summarise(result: Recommendation) -> str:
    """What leads, why, what is ruled out, and how sure that is."""
    if not result.ranking:
        out = joined([r.name for r in result.ruled_out[:3]])
        why = result.ruled_out[0].reasons[0].text if result.ruled_out and result.ruled_out[0].reasons else ""
        return f"No option fits this workload: {out or 'every option'} and the rest are ruled out. {why}".strip()
    best = [o for o in result.ranking if o.rank == 1]
    if not result.traits.used and not any(i.origin != "assumed" for i in result.traits.inferred):
        ask = f" Start with: {result.next_question.question}" if result.next_question else ""
        return f"Nothing is known yet, so nothing is recommended.{ask}"
    sentences = []
    top = best[0]
    if len(best) > 1:
        sentences.append(f"{joined([o.name for o in best[:4]])} are level at {points(top.score)}.")
    else:
        ahead = (
            f", ahead of {result.ranking[1].name} with {result.ranking[1].score:g}" if len(result.ranking) > 1 else ", the only option left"
        )
        verb = "is the choice" if result.outcome == "decided" else "leads"
        sure = ""
        if result.outcome == "leading" and result.confidence is not None:
            sure = f" It stays first in {result.confidence:.0%} of the cases still open."
        sentences.append(f"{top.name} {verb} with {points(top.score)}{ahead}.{sure}")
        if top.reasons_for:
            sentences.append(top.reasons_for[0].text)
    by_the_workload = [r for r in result.ruled_out if r.lifecycle == "available"]  # what is closed or ended is so for everybody
    if by_the_workload:
        first = by_the_workload[0]
        sentences.append(f"{first.name} is ruled out: {first.reasons[0].text}")
        if len(result.ruled_out) > 1:
            sentences.append(f"{len(result.ruled_out) - 1} more {'is' if len(result.ruled_out) == 2 else 'are'} ruled out.")
    return " ".join(sentences)
