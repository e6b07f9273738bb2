"""The knowledge a server answers from: swapped whole, or kept when a new version has mistakes."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from advisor.errors import KnowledgeError
from advisor.knowledge.load import digest_of, load_knowledge, pack_paths, read_pack
from advisor.local import Advisor

log = logging.getLogger("advisor.api")


class Holder:
    """The current advisor. A request takes `current` once and uses it to its end, so no answer mixes two versions."""

    def __init__(self, advisor: Advisor | None = None, packs: Sequence[Path] = ()) -> None:
        self.paths = None if advisor is not None else pack_paths(packs)
        self.current = advisor if advisor is not None else Advisor(load_knowledge(self.paths))
        self.loaded_at = time.time()
        self.error: str | None = None  # why the newest files are not served; None when they are
        self.reloads = 0
        self._lock = threading.Lock()
        self._tried = self.current.knowledge.digest

    def reload(self, *, force: bool = False) -> bool:
        """Look at the files and take them when they changed and have no mistake; keeps the last good knowledge otherwise.

        Returns whether the knowledge was swapped.
        """
        if self.paths is None:
            return False
        with self._lock:
            try:
                digest = digest_of([read_pack(p) for p in self.paths])
                if digest == self._tried and not (force and self.error):
                    return False
                self._tried = digest
                if digest == self.current.knowledge.digest:
                    self.error = None
                    return False
                fresh = Advisor(load_knowledge(self.paths))
            except (KnowledgeError, OSError) as error:
                self.error = str(error)[:2000]
                log.error("knowledge not reloaded, the last good one stays: %s", self.error)
                return False
            self.current, self.error = fresh, None
            self.loaded_at, self.reloads = time.time(), self.reloads + 1
            log.info("knowledge reloaded: %s", fresh.knowledge.digest)
            return True


class AnswerCache:
    """The newest answers as bytes, by question. Answers are pure, so keeping them changes nothing but speed."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._kept: OrderedDict[object, tuple[str, bytes, str]] = OrderedDict()

    def get(self, key: object) -> tuple[str, bytes, str] | None:
        """(etag, body, media type), or None."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: object, answer: tuple[str, bytes, str]) -> None:
        """Keep one answer; the oldest leaves. Large answers are not kept."""
        if self.size and len(answer[1]) <= 131_072:
            self._kept[key] = answer
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)
