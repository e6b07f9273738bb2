"""The same generated rules in the hands of others. Every peer takes a workload and gives (points, excluded options, rules that spoke).

Each gets the fastest form we know of. Where a peer only says which rules hold, the sums are done in plain Python by `_tally`. A reason
is the number of the rule that spoke; its text would be looked up by that number for all alike.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from benchmarks.generated import OPTIONS, TRAITS, GeneratedRule, Test, Workload

Answer = tuple[list[int], int, list[int]]
Peer = Callable[[Workload], Answer]


def hand_written(rules: list[GeneratedRule]) -> Peer:
    """What a programmer would write without an engine: one function, an `if` per rule, locals for traits and scores."""
    lines = ["def decide(w):", "    " + "; ".join(f'{t} = w["{t}"]' for t in TRAITS)]
    lines.append("    " + " = ".join(f"p{i}" for i in range(len(OPTIONS))) + " = excluded = 0")
    lines.append("    reasons = []; because = reasons.append")
    for number, rule in enumerate(rules):
        lines.append(f"    if {' and '.join(_python(t) for t in rule.tests)}:")
        moves = [f"p{o} {'+' if p > 0 else '-'}= {abs(p)}" for o, p in rule.points]
        if rule.excludes is not None:
            moves.append(f"excluded |= {1 << rule.excludes}")
        lines.append("        " + "; ".join([*moves, f"because({number})"]))
    lines.append(f"    return [{', '.join(f'p{i}' for i in range(len(OPTIONS)))}], excluded, reasons")
    scope: dict[str, Any] = {}
    exec(compile("\n".join(lines), "<hand-written>", "exec"), scope)
    peer: Peer = scope["decide"]
    return peer


def _python(test: Test) -> str:
    if test.op == "is":
        return test.trait if test.value else f"not {test.trait}"
    if isinstance(test.value, tuple):
        return f"{test.trait} == {test.value[0]!r}" if len(test.value) == 1 else f"{test.trait} in {test.value!r}"
    return f"{test.trait} {test.op} {test.value}"


def _tally(rules: list[GeneratedRule]) -> Callable[[Iterable[int]], Answer]:
    effects = [(r.points, 0 if r.excludes is None else 1 << r.excludes) for r in rules]

    def tally(held: Iterable[int]) -> Answer:
        points, excluded, reasons = [0] * len(OPTIONS), 0, []
        for number in held:
            moves, bit = effects[number]
            for option, move in moves:
                points[option] += move
            excluded |= bit
            reasons.append(number)
        return points, excluded, reasons

    return tally


def zen_table(rules: list[GeneratedRule]) -> Peer:
    """GoRules ZEN: one collect table (a row per rule, a column per trait) through a static loader and `engine.evaluate`."""
    import zen

    inputs = [{"id": f"in-{t}", "name": t, "field": t} for t in TRAITS]
    rows = []
    for number, rule in enumerate(rules):
        row = {"_id": f"row-{number}", "out": str(number)} | {f"in-{t}": "" for t in TRAITS}
        rows.append(row | {f"in-{t.trait}": _unary(t) for t in rule.tests})
    content = {
        "hitPolicy": "collect", "inputs": inputs, "outputs": [{"id": "out", "name": "rule", "field": "rule"}], "rules": rows,
        "passThrough": False, "inputField": None, "outputPath": None, "executionMode": "single",
    }  # fmt: skip
    graph = {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "content": {}},
            {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
            {"id": "out", "type": "outputNode", "name": "out", "content": {}},
        ],
        "edges": [
            {"id": "a", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "b", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }
    compiled = zen.ZenDecisionContent(json.dumps(graph))
    engine = zen.ZenEngine({"loader": lambda key: compiled})
    tally = _tally(rules)

    def decide(workload: Workload) -> Answer:
        found = engine.evaluate("rules", workload)["result"]
        return tally([int(row["rule"]) for row in found])

    return decide


def _unary(test: Test) -> str:
    if test.op == "is":
        return "true" if test.value else "false"
    if isinstance(test.value, tuple):
        return ", ".join(f"'{v}'" for v in test.value)
    return f"{test.op} {test.value}"


def zen_expression(rules: list[GeneratedRule]) -> Peer:
    """GoRules ZEN: one compiled expression that gives the truth of every rule, so that a workload crosses into Rust once."""
    import zen

    def test(t: Test) -> str:
        if t.op == "is":
            return f"{t.trait} == {'true' if t.value else 'false'}"
        return _one_of(t) if isinstance(t.value, tuple) else f"{t.trait} {t.op} {t.value}"

    truths = ", ".join(f"({' and '.join(map(test, r.tests))})" for r in rules)
    return _truths(zen.compile_expression(f"[{truths}]").evaluate, rules)


def cel_program(rules: list[GeneratedRule]) -> Peer:
    """CEL in Rust: one compiled program that gives the truth of every rule."""
    import cel

    def test(t: Test) -> str:
        if t.op == "is":
            return t.trait if t.value else f"!{t.trait}"
        return _one_of(t) if isinstance(t.value, tuple) else f"{t.trait} {t.op} {t.value}.0"

    truths = ", ".join(f"({' && '.join(map(test, r.tests))})" for r in rules)
    return _truths(cel.compile(f"[{truths}]").execute, rules)


def _one_of(test: Test) -> str:
    assert isinstance(test.value, tuple)
    texts = [f"'{v}'" for v in test.value]
    return f"{test.trait} == {texts[0]}" if len(texts) == 1 else f"{test.trait} in [{', '.join(texts)}]"


def _truths(evaluate: Callable[[Workload], list[bool]], rules: list[GeneratedRule]) -> Peer:
    tally = _tally(rules)

    def decide(workload: Workload) -> Answer:
        return tally([number for number, truth in enumerate(evaluate(workload)) if truth])

    return decide
