"""The knowledge a server answers from: swapped whole, or kept when a new version has mistakes. And the answers it remembers."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from advisor.errors import KnowledgeError
from advisor.knowledge.load import digest_of, load_knowledge, pack_paths, read_pack
from advisor.local import Advisor

log = logging.getLogger("advisor.api")
MAX_KEPT_BYTES = 131_072
MAX_TOTAL_BYTES = 64 * 1024 * 1024


class Holder:
    """The current advisor. A request takes `current` once and uses it to its end, so no answer mixes two versions.

    error: why the newest files are not served; None when they are.   reloads: how often the knowledge was swapped.
    """

    def __init__(self, advisor: Advisor | None = None, packs: Sequence[Path] = ()) -> None:
        self.paths = None if advisor is not None else pack_paths(packs)
        self.current = advisor if advisor is not None else Advisor(load_knowledge(self.paths))
        self.error: str | None = None
        self.reloads = 0
        self._lock = threading.Lock()
        self._tried = self.current.knowledge.digest

    def reload(self, *, force: bool = False) -> bool:
        """Look at the files and take them when they changed and have no mistake; keeps the last good knowledge otherwise.

        Files that were refused once are tried again only when they change, or with `force`. Returns whether the knowledge was swapped.
        """
        if self.paths is None:
            return False
        with self._lock:
            try:
                digest = digest_of([read_pack(p) for p in self.paths])
                if digest == self.current.knowledge.digest:
                    self._tried, self.error = digest, None
                    return False
                if digest == self._tried and not force:
                    return False
                fresh = Advisor(load_knowledge(self.paths))
            except (KnowledgeError, OSError, ValueError) as error:
                if self.error is None or str(error)[:2000] != self.error:
                    log.error("knowledge not reloaded, the last good one stays: %s", error)
                self.error = str(error)[:2000]
                self._tried = digest_or_none(self.paths)
                return False
            self._tried = fresh.knowledge.digest
            self.current, self.error = fresh, None
            self.reloads += 1
            log.info("knowledge reloaded: %s", fresh.knowledge.digest)
            return True


def warm(advisor: Advisor) -> None:
    """Build now what is else built by the first plan and the first text: the tables of each decision, the words of the knowledge."""
    advisor.plan()
    advisor.advise("service")


def digest_or_none(paths: Sequence[Path]) -> str:
    """The digest of the files as they are, or "" when they cannot be read."""
    try:
        return digest_of([read_pack(p) for p in paths])
    except (KnowledgeError, OSError):
        return ""


class AnswerCache:
    """The newest answers as bytes, by question. Answers are pure, so keeping them changes nothing but speed.

    Used from the event loop only. hits, misses: how often it helped.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.hits = self.misses = 0
        self._bytes = 0
        self._kept: OrderedDict[object, tuple[str, bytes, str]] = OrderedDict()

    def get(self, key: object) -> tuple[str, bytes, str] | None:
        """(etag, body, media type), or None."""
        found = self._kept.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(key)
        return found

    def put(self, key: object, answer: tuple[str, bytes, str]) -> None:
        """Keep one answer; the oldest leave. Large answers are not kept."""
        if not self.size or len(answer[1]) > MAX_KEPT_BYTES:
            return
        old = self._kept.pop(key, None)
        self._bytes += len(answer[1]) - (len(old[1]) if old else 0)
        self._kept[key] = answer
        while len(self._kept) > self.size or self._bytes > MAX_TOTAL_BYTES:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= len(gone[1])
