"""Every mistake of a file is told once, with its code, at its line and column; several packs are one knowledge."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.errors import KnowledgeError
from advisor.knowledge.load import load_knowledge
from tests.packs import SMALL, write_pack

SOURCE = 'sources: [{url: "https://docs.aws.amazon.com/x", checked: 2026-11-25}]'
RULE = "  - {id: extra, when: {busy: true}, exclude: ball, because: So., " + SOURCE + "}\n"
TRAIT = "{type: boolean, question: So?, why: So.}\n"


def mistakes(root: Path) -> list[str]:
    """The diagnostics of a load, the folder's name left out."""
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge([root], use_cache=False)
    found = [str(d) for d in caught.value.diagnostics]
    return [d.partition(f"{root.name}/")[2] for d in found]


def appended(tmp_path: Path, file: str, text: str) -> list[str]:
    """The diagnostics when a text is put at the end of one file of the small pack."""
    return mistakes(write_pack(tmp_path / "small", {**SMALL, file: SMALL.get(file, "") + text}))


RULES, TRAITS, SERVICES, SCENARIOS = "decisions/things/thing.yaml", "traits/all.yaml", "services/all.yaml", "scenarios/things/thing.yaml"
FOUR = "inference/all.yaml"


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        (RULES, RULE.replace("So.,", "So., caveet: N.,"), "{n}:66: unknown-field: 'caveet'; did you mean 'caveat'?"),
        (RULES, RULE.replace("exclude: ball, ", ""), "{n}:5: bad-effect: extra: a rule has one effect"),
        (RULES, RULE.replace("exclude: ball", "favor: {box: slight}"), "{n}:5: missing-pillar: extra"),
        (RULES, RULE.replace("exclude: ball", "exclude: ball, pillar: security"), "{n}:52: stray-pillar: extra"),
        (RULES, RULE.replace("exclude: ball", "exclude: bowl"),
         "{n}:37: unknown-option: 'bowl' is no option of thing"),
        (RULES, RULE.replace("exclude: ball", "favor: {box: huge}, pillar: security"), "{n}:45: unknown-value: 'huge'"),
        (RULES, RULE.replace("exclude: ball", "favor: {box: slight}, oppose: {box: slight}, pillar: security"),
         "{n}:59: contradiction: extra"),
        (RULES, RULE.replace("busy", "busi"), "{n}:24: unknown-trait: 'busi'; did you mean 'busy'?"),
        (RULES, RULE.replace("busy: true", "shape: rund"), "{n}:24: unknown-value: 'rund' is no value of shape (round, square)"),
        (RULES, RULE.replace("busy: true", "run_time: 5 GB"), "{n}:24: bad-test: run_time: '5 GB' measures data, not time"),
        (RULES, RULE.replace("busy: true", "copies: '> 3 .. < 4'"), "{n}:24: empty-range"),
        (RULES, RULE.replace("busy: true", "run_time: '> ball.moist'"), "{n}:24: unknown-fact"),
        (RULES, RULE.replace("busy: true", "any: x"), "{n}:24: bad-condition: 'any' takes a list of conditions"),
        (RULES, RULE.replace("busy: true", "all: [" + ", ".join(["{any: [{copies: '> 3'}, {busy: true}]}"] * 9) + "]"),
         "{n}:17: too-many-clauses: thing.extra: more than 256 clauses; split the rule"),
        (RULES, RULE.replace("So.", "'After {ball.moist}.'"), "{n}:52: unknown-fact: ball.moist; did you mean 'ball.most'?"),
        (RULES, RULE.replace("So.", "'For {bussy}.'"), "{n}:52: unknown-trait: {{bussy}}; did you mean 'busy'?"),
        (RULES, RULE.replace(", " + SOURCE, ""), "{n}:5: missing-source: extra"),
        (RULES, RULE.replace("So.,", "So., facts: [ball.moist],"), "{n}:74: unknown-fact: ball.moist"),
        (RULES, RULE.replace("extra", "many"), "{n}:6: repeated-id: rule 'many' stands twice"),
        (RULES, RULE.replace("extra", "Extra"), "{n}:6: bad-text: 'Extra' does not have the form of a id"),
        (TRAITS, "busy: " + TRAIT, "{n}:1: repeated-key: 'busy' stands twice"),
        (TRAITS, "Loud: " + TRAIT, "{n}:1: bad-id: 'Loud': traits are snake_case"),
        (TRAITS, "loud: {type: boolean, why: So.}\n", "{n}:1: missing-field: 'question' is required"),
        (TRAITS, "loud: {type: noise, question: So?, why: So.}\n",
         "{n}:8: unknown-value: 'noise' (one of boolean, choice, quantity, count)"),
        (TRAITS, "loud: {type: quantity, question: So?, why: So.}\n", "{n}:1: missing-unit: loud"),
        (TRAITS, "loud: {type: boolean, unit: s, question: So?, why: So.}\n", "{n}:23: stray-unit: loud"),
        (TRAITS, "loud: {type: choice, question: So?, why: So.}\n", "{n}:1: missing-values: loud"),
        (TRAITS, "loud: {type: quantity, unit: s, range: 1 .. 5 GB, question: So?, why: So.}\n", "{n}:33: bad-range"),
        (TRAITS, "loud: {type: boolean, question: So?, why: So., typical: {often: 1}}\n", "{n}:58: unknown-value: 'often'"),
        (TRAITS, "- loud\n", "{n}:1: yaml-syntax"),
        (SERVICES, "cup: {name: Cup, summary: C., lifecycle: {successor: mug}}\n", "{n}:43: unknown-service: 'mug'"),
        (SERVICES, "cup: {name: Cup, summary: C., lifecycle: {status: ended}}\n", "{n}:31: missing-source: cup is ended"),
        (SERVICES, "cup: {name: Cup, summary: C., part_of: bocks}\n", "{n}:31: unknown-service: 'bocks'"),
        (SERVICES, "cup: {name: Cup, summary: C., facts: {big: {value: 1, source: here, checked: 2026-11-25}}}\n",
         "{n}:55: bad-text: 'here'"),
        (SCENARIOS, "  - {id: rolling, given: {}, best: ball, why: W., source: s}\n",
         "{n}:6: repeated-id: scenario 'rolling' stands twice"),
        (SCENARIOS, "  - {id: odd, given: {}, best: bowl, why: W., source: s}\n", "{n}:26: unknown-option: 'bowl' is no option of thing"),
        (SCENARIOS, "  - {id: odd, given: {}, why: W., source: s}\n", "{n}:5: missing-best: odd"),
        (FOUR, "rules: [{id: a, when: {busy: true}, then: {shap: round}, because: B.}]\n",
         "1:44: unknown-trait: 'shap'; did you mean 'shape'?"),
        (FOUR, "derived: {run_time: {formula: copies + 3, because: B.}}\n", "1:11: bad-formula: 'copies + 3'"),
        (FOUR, "impossible: [{id: a, when: {shape: oval}, because: B.}]\n", "1:29: unknown-value: 'oval'"),
        ("inference/none.yaml", "# nothing\n", "1:1: empty-file"),
        ("decsions/x.yaml", "a: 1\n", "1:1: stray-file: no part of a pack is named 'decsions'; did you mean 'decisions'?"),
        ("traits/list.yaml", "[a, b]\n", "1:1: bad-shape: this file is a map of id to entry"),
        ("decisions/things/other.yaml", "id: another\ntitle: T\nquestion: Q?\noptions: [ball, box]\n",
         "1:1: bad-id: the file is named 'other'"),
        ("decisions/things/other.yaml", "id: other\ntitle: T\nquestion: Q?\noptions: [ball, bix]\n",
         "4:17: unknown-service: 'bix'; did you mean 'box'?"),
        ("decisions/wider/thing.yaml", "id: thing\ntitle: T\nquestion: Q?\noptions: [ball, box]\n", "1:1: repeated-id: decision 'thing'"),
        ("decisions/things/over.yaml", "extends: thong\n", "1:1: unknown-decision: 'thong'; did you mean 'thing'?"),
        ("decisions/things/over.yaml", "extends: thing\nretire: [{rule: mony, because: B.}]\n",
         "2:11: unknown-rule: 'mony'; did you mean 'many'?"),
        ("scenarios/things/other.yaml", "decision: thong\nscenarios: [{id: a, best: ball, why: W., source: s}]\n", "1:1: unknown-decision"),
    ],
)  # fmt: skip
def test_each_mistake_once_at_its_place(tmp_path: Path, file: str, text: str, expected: str) -> None:
    """`file:line:col: code: message`, and nothing else."""
    line = SMALL.get(file, "").count("\n") + 1
    found = appended(tmp_path, file, text)
    wanted = f"{file}:{expected}".replace("{n}", str(line)).replace("{{", "{").replace("}}", "}")
    assert len(found) == 1, found
    assert wanted in found[0]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{trait: sise, least: 1 GB}", "unknown-trait: 'sise'"),
        ("{trait: busy, least: 1 GB}", "bad-quantity: busy: '1 GB' is no amount of this trait"),
        ("{trait: size, least: 1 h}", "bad-quantity: size: '1 h' is no amount of this trait"),
        ("{trait: size, least: 1 GB, most: much}", "bad-quantity: size: 'much' is no amount of this trait"),
        ("{trait: size, least: 1 GB, when: {bussy: [true]}}", "unknown-trait: 'bussy'"),
        ("{trait: size, least: 1 GB, when: {colour: [pink]}}", "unknown-value: colour has no value 'pink'"),
    ],
)
def test_bare_numbers_name_real_traits(tmp_path: Path, entry: str, expected: str) -> None:
    """The trait, its amounts and the values of other traits are checked."""
    traits = """
size: {type: quantity, unit: B, question: How large?, why: So.}
colour: {type: choice, question: Which?, why: So., values: {red: Red., blue: Blue.}}
"""
    files = {**SMALL, TRAITS: SMALL[TRAITS] + traits, "lexicon.yaml": f"bare_numbers:\n  - {entry}\n"}
    (found,) = mistakes(write_pack(tmp_path / "small", files))
    assert found.startswith(f"lexicon.yaml:2:5: {expected}"), found


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    """A file in another encoding."""
    root = write_pack(tmp_path / "small")
    (root / "lexicon.yaml").write_bytes(b"ignore: [caf\xe9]\n")
    assert mistakes(root)[0].startswith("lexicon.yaml:1:1: not-utf8")


def test_a_pack_is_laid_once(tmp_path: Path) -> None:
    """Two packs of one name are a mistake of the second."""
    first, second = write_pack(tmp_path / "one"), write_pack(tmp_path / "two", {"pack.yaml": SMALL["pack.yaml"]})
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge([first, second], use_cache=False)
    assert [(d.code, d.line, d.column) for d in caught.value.diagnostics] == [("repeated-pack", 1, 1)]


def test_a_changed_service_says_why(tmp_path: Path) -> None:
    """A later pack that changes an entry of an earlier one gives its reason."""
    later = {"pack.yaml": "name: later\nversion: 1\nreviewed: 2026-11-25\n", "services/s.yaml": "box: {summary: Better.}\n"}
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge([write_pack(tmp_path / "one"), write_pack(tmp_path / "two", later)], use_cache=False)
    assert [(d.code, d.line, d.column) for d in caught.value.diagnostics] == [("missing-because", 1, 1)]


def test_all_mistakes_come_at_once_in_order(tmp_path: Path) -> None:
    """Three files, three mistakes, one error, sorted."""
    broken = {RULES: SMALL[RULES] + RULE.replace("busy", "busi"), "decsions/x.yaml": "a: 1\n", "traits/z.yaml": "loud: {type: boolean}\n"}
    found = mistakes(write_pack(tmp_path / "small", {**SMALL, **broken}))
    assert found == sorted(found)
    assert {f.partition(":")[0] for f in found} == {RULES, "decsions/x.yaml", "traits/z.yaml"}
