"""Small packs of knowledge for tests."""

from __future__ import annotations

from pathlib import Path

SMALL: dict[str, str] = {
    "pack.yaml": "name: small\nversion: 1\nreviewed: 2026-11-01\n",
    "traits/all.yaml": """
run_time: {type: quantity, unit: s, question: How long is one run?, why: Limits., phrases: [runs for]}
shape: {type: choice, question: What shape?, why: It matters., values: {round: a ball, square: {text: a box, phrases: [boxy]}}}
busy: {type: boolean, question: Is it busy?, why: Load., phrases: [busy], phrases_no: [idle]}
copies: {type: count, question: How many copies?, why: Numbers.}
existing_customer: {type: boolean, question: In use?, why: Closed., assume: false, assume_because: New unless said., changeable: false}
""",
    "services/all.yaml": """
ball:
  name: The Ball
  aliases: [sphere]
  summary: Rolls.
  facts:
    most: {value: 15 min, hard: true, source: "https://docs.aws.amazon.com/ball", checked: 2026-11-02}
    weight:
      {value: 3 kg, source: "https://docs.aws.amazon.com/ball", checked: 2026-11-02,
       claims: [{value: 4 kg, source: "https://aws.amazon.com/b", checked: 2026-11-01}]}
box: {name: The Box, summary: Stands.}
urn:
  name: The Urn
  summary: Old.
  lifecycle: {status: closed-to-new, since: 2026-01-01, successor: box, source: "https://docs.aws.amazon.com/urn", checked: 2026-11-02}
vase:
  name: The Vase
  summary: Gone.
  lifecycle: {status: ended, since: 2025-01-01, successor: [box, ball], source: "https://docs.aws.amazon.com/vase", checked: 2026-11-02}
""",
    "decisions/things/thing.yaml": """
id: thing
title: The thing
question: Which thing?
options: [ball, box, urn, vase]
relevant_when: {busy: true}
rules:
  - {id: too-long, when: {run_time: "> ball.most"}, exclude: ball, because: "A ball stops after {ball.most}; this runs {run_time}."}
  - id: round-rolls
    when: {shape: round}
    favor: {ball: strong}
    oppose: {box: slight}
    pillar: performance-efficiency
    because: "{shape} things roll; {option} knows."
    facts: [ball.weight]
    caveat: Not uphill.
  - id: square-stands
    when: {shape: square}
    favor: {box: moderate, urn: slight}
    pillar: reliability
    because: Square things stand.
    sources: [{url: "https://docs.aws.amazon.com/box", checked: 2026-11-03}]
  - id: many
    when: {any: [{copies: "> 3"}, {busy: true}]}
    favor: {box: moderate}
    pillar: cost-optimization
    because: Boxes stack.
    sources: [{url: "https://docs.aws.amazon.com/box", checked: 2026-11-03}]
""",
    "scenarios/things/thing.yaml": """
decision: thing
scenarios:
  - {id: rolling, given: {shape: round}, best: ball, why: Balls roll., source: "expert: physics"}
""",
}


def write_pack(root: Path, files: dict[str, str] | None = None, **changes: str) -> Path:
    """A pack on disk. `changes` replaces files; the key's `__` stands for `/` and the ending `.yaml` is added."""
    contents = dict(SMALL if files is None else files)
    for key, text in changes.items():
        contents[key.replace("__", "/") + ".yaml"] = text
    for name, text in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
