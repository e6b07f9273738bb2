"""How long a client waits."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.client import Patience


def test_waits_double_up_to_the_longest() -> None:
    """Equal failures wait equally long: there is no jitter."""
    patience = Patience(retries=6, first_wait=0.5, max_wait=3)
    assert [patience.wait(n) for n in range(7)] == [0.5, 1, 2, 3, 3, 3, None]


@pytest.mark.parametrize(
    ("told", "wait"), [("2", 2), ("0", 0), (" 3 ", 3), ("8", 8), ("9", None), ("soon", 0.25), ("", 0.25), (None, 0.25)]
)
def test_retry_after_takes_the_place_of_the_wait(told: str | None, wait: float | None) -> None:
    """A number of seconds counts; beyond the longest wait the attempts end; what cannot be read counts as not told."""
    assert Patience().wait(0, told) == wait


def test_retry_after_may_be_a_date() -> None:
    """A date in the past means now, one in the far future ends the attempts."""
    assert Patience().wait(0, formatdate(time.time() - 60, usegmt=True)) == 0
    assert Patience().wait(0, formatdate(time.time() + 3600, usegmt=True)) is None


@given(st.text(max_size=30), st.integers(0, 5))
def test_no_header_breaks_it(told: str, attempt: int) -> None:
    """Whatever a server says, the wait is none, or within bounds."""
    wait = Patience().wait(attempt, told)
    assert wait is None or 0 <= wait <= Patience().max_wait
