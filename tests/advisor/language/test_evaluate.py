"""The quality report counts what it should."""

from __future__ import annotations

import json
from pathlib import Path

from advisor.engine.recommend import Engine
from advisor.language.evaluate import exam_questions, measure_choices, measure_traits, questions, sentences


def test_traits_are_counted(engine: Engine) -> None:
    """Right, wrong (another value or not labelled) and missed."""
    count = measure_traits(engine, [
        {"say": "bursty, serverless", "traits": {"traffic": "spiky", "ops": "team"}, "decision": "compute"},
        {"say": "steady", "traits": {"needs_gpu": True}, "decision": "buying"},
    ])  # fmt: skip
    assert (count.right, len(count.wrong), len(count.missed)) == (1, 2, 2)
    assert (count.precision, count.recall) == (1 / 3, 1 / 3)
    assert (count.routed, len(count.misrouted), count.routing) == (1, 1, 0.5)


def test_equal_numbers_in_other_units_are_right(engine: Engine) -> None:
    """40 min and 2400 s are one answer."""
    count = measure_traits(engine, [{"say": "runs for 40 minutes", "traits": {"max_run_time": "2400 s"}}])
    assert (count.right, count.wrong, count.missed) == (1, [], [])


def test_labels_may_leave_a_choice(engine: Engine) -> None:
    """One of several labelled values is right; what `may` allows is neither right nor wrong; one of several decisions comes first."""
    count = measure_traits(engine, [
        {"say": "bursty", "traits": {"traffic": ["spiky", "rare"]}, "decision": ["compute", "buying"]},
        {"say": "steady, without GPUs", "traits": {}, "may": {"traffic": ["steady", "rare"], "needs_gpu": True}},
    ])  # fmt: skip
    assert (count.right, [w.partition(": ")[2] for w in count.wrong], count.missed) == (1, ["needs_gpu = False (GPUs)"], [])
    assert count.routing == 1


def test_choices_are_counted_by_area(engine: Engine) -> None:
    """A wrong answer is told with what was found."""
    rows = [
        {"area": "x", "ask": "translate text", "choices": {"A": "AWS Lambda", "B": "Amazon Translate"}, "best": "B"},
        {"area": "y", "ask": "translate text", "choices": {"A": "AWS Lambda", "B": "Amazon Translate"}, "best": "A"},
    ]
    areas, wrong = measure_choices(engine, rows)
    assert areas == {"x": [1, 1], "y": [0, 1]}
    assert len(wrong) == 1
    assert "A expected, B found" in wrong[0]


def test_files_are_read(tmp_path: Path) -> None:
    """Sentences and questions from YAML, exam questions from JSON Lines; blank lines do not matter."""
    (tmp_path / "sentences-a.yaml").write_text("- {say: steady, traits: {traffic: steady}}\n", encoding="utf-8")
    (tmp_path / "questions-a.yaml").write_text("- {area: x, ask: q, choices: {A: a}, best: A}\n", encoding="utf-8")
    exam = tmp_path / "exam.jsonl"
    row = {"area": "x", "question": "q", "options": {"A": "a"}, "answer": "A", "source": "s"}
    exam.write_text(json.dumps(row) + "\n\n", encoding="utf-8")
    assert [s["say"] for s in sentences(tmp_path)] == ["steady"]
    assert questions(tmp_path) == exam_questions(exam) == [{"area": "x", "ask": "q", "choices": {"A": "a"}, "best": "A"}]
    assert questions(tmp_path, "independent") == []
