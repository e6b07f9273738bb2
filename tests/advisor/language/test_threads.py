"""A server's threads share one advisor: the first questions may come at once, while its words are still being read."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest

from advisor.knowledge.words import stem
from advisor.language.interpret import interpret
from advisor.local import Advisor
from tests.packs.talk import talking_knowledge


@pytest.fixture
def eager_switches() -> Iterator[None]:
    """Threads give way to each other as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager_switches")
def test_words_are_read_alike_in_many_threads() -> None:
    """Stems and interpretations are the same, and nothing fails, when eight threads begin together."""
    words = [
        f"{a}{b}"
        for a in ("connect", "organis", "relation", "transform")
        for b in ("ing", "ed", "ation", "s", "ational", "ization", "fulness")
    ]
    stem.cache_clear()
    alone = [stem(w) for w in words]
    stem.cache_clear()
    found: list[object] = []

    def work() -> None:
        try:
            stem.cache_clear()
            found.append([stem(w) for w in words])
            advisor = Advisor(talking_knowledge())
            found.append([u.trait for u in interpret(advisor.engine, "bursty traffic without gpus that runs for 40 minutes").traits])
        except Exception as error:
            found.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [f for f in found if isinstance(f, Exception)] == []
    assert found.count(alone) == 8
    assert len({repr(f) for f in found}) == 2
