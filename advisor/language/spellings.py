"""Misspelt words: the known word that each most likely means."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA

_SHORTEST = 5  # letters a word has before it is mended
_LONG = 9  # letters from which two slips are forgiven
_REMEMBERED = 20_000


class Speller:
    """Knows a set of words, as stems. A slip is a letter too many, too few, another one, or two neighbours swapped."""

    def __init__(self, words: Iterable[str]) -> None:
        self._near: dict[tuple[str, int], list[str]] = {}
        for word in sorted(set(words)):
            if len(word) >= _SHORTEST - 1 and word.isalpha():
                self._near.setdefault((word[0], len(word)), []).append(word)
        self._found: dict[str, str | None] = {}

    def mend(self, word: str) -> str | None:
        """The known word that a misspelt one means, or None: one slip in a word of 5 letters or more, two from 9 on."""
        if word not in self._found:
            if len(self._found) > _REMEMBERED:
                self._found.clear()
            self._found[word] = self._closest(word)
        return self._found[word]

    def _closest(self, word: str) -> str | None:
        if len(word) < _SHORTEST or not word.isalpha() or not word.isascii():
            return None
        most = 1 if len(word) < _LONG else 2
        best: tuple[int, str] | None = None
        for size in range(len(word) - most, len(word) + most + 1):
            for known in self._near.get((word[0], size), ()):
                distance = OSA.distance(word, known, score_cutoff=most)
                if distance <= most and (best is None or (distance, known) < best):
                    best = (distance, known)
        return best[1] if best else None
