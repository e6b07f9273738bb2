"""The nearest known name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.spelling import closest, did_you_mean, fold


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("max_runtime", "max_run_time"), ("MAX-RUN-TIME", "max_run_time"), ("traffic", "traffic_pattern"), ("gpu", None), ("", None),
        ("?!", None), ("needs gpu", "needs_gpu"), (None, None), (3, None),
    ],
)  # fmt: skip
def test_closest(written: object, meant: str | None) -> None:
    """Misspelt, folded and shortened names are recognised; what is near nothing is not guessed."""
    assert closest(written, ["max_run_time", "traffic_pattern", "needs_gpu"]) == meant


def test_the_shortest_name_that_holds_the_word_is_meant() -> None:
    """Of several names with the word inside, the shortest; the order they come in changes nothing."""
    names = ["requests_per_second_at_peak", "peak_requests_per_second_of_the_day"]
    assert closest("second", names) == closest("second", names[::-1]) == names[0]


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=20), max_size=8))
def test_only_known_names_are_suggested(written: str, known: list[str]) -> None:
    """Whatever is written, the answer is a known name or none."""
    assert closest(written, known) in {*known, None}


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    """Folded text is its own folding."""
    assert fold(fold(text)) == fold(text)


def test_tail_of_a_message() -> None:
    """Nothing to suggest adds nothing."""
    assert did_you_mean(None) == did_you_mean("") == ""
    assert did_you_mean("checked") == "; did you mean 'checked'?"


def test_a_word_of_a_name_is_no_misspelling_of_another() -> None:
    """`redis` means the entry with that word, although `rds` is spelt nearly so; a slip of one letter still comes first."""
    assert closest("redis", ["rds", "ElastiCache for Redis OSS"]) == "ElastiCache for Redis OSS"
    assert closest("batchh", ["batch", "batch jobs"]) == "batch"
