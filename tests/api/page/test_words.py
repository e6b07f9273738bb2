"""The words of a text, marked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from advisor.language.records import Interpretation, Mention, PriorityHeard, Span, Understood
from api.page.words import pieces
from tests.strategies import knowledge_of

KNOWLEDGE = knowledge_of([])


def reading(text: str, spans: list[tuple[int, int]], missed: list[tuple[int, int]] = []) -> Interpretation:  # noqa: B006
    """An interpretation in which each span was read as another kind of thing, in turn."""
    made = [Span(a, b, text[a:b]) for a, b in spans]
    return Interpretation(
        text,
        True,
        tuple(Understood("cold", True, (s,), False, 1.0) for s in made[::3]),
        tuple(PriorityHeard("security", "high", (s,)) for s in made[1::3]),
        tuple(Mention("oak", "Oak", "existing", s) for s in made[2::3]),
        (),
        tuple(Span(a, b, text[a:b]) for a, b in missed),
    )


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=8))
def test_pieces_are_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    """Joined, the pieces are the text, whatever overlaps."""
    assert "".join(p.text for p in pieces(KNOWLEDGE, reading(text, spans))) == text


def test_kinds_and_titles() -> None:
    """Each mark says what it was taken for; overlapping readings share one mark."""
    found = pieces(KNOWLEDGE, reading("cold and safe oak, eh", [(0, 4), (9, 13), (14, 17)], [(19, 21)]))
    assert [(p.text, p.kind) for p in found] == [
        ("cold", "trait"),
        (" and ", "plain"),
        ("safe", "priority"),
        (" ", "plain"),
        ("oak", "service"),
        (", ", "plain"),
        ("eh", "missed"),
    ]
    assert [p.title for p in found if p.title] == ["Cold? Yes.", "security: high", "Oak", "not understood"]
    shared = pieces(KNOWLEDGE, reading("cold oak", [(0, 8), (0, 4)]))
    assert [(p.text, p.title) for p in shared] == [("cold oak", "Cold? Yes.; security: high")]
