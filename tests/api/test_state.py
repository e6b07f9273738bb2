"""The knowledge is swapped whole or not at all, and the memory of answers stays small."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from advisor.local import Advisor
from api.main import create_app
from api.settings import Settings
from api.state import AnswerCache, Holder, warm

PACK = "name: tests\nversion: '{version}'\nreviewed: 2026-11-25\nsummary: Trees.\n"
TRAITS = "cold: {type: boolean, question: Cold?, why: It matters.}\n"
SERVICES = "".join(
    f"{name}: {{name: {name.title()}, kind: practice, summary: A tree., lifecycle: {{status: available}}}}\n" for name in ("apple", "birch")
)
DECISION = """
id: trees
title: Trees
question: Which tree?
summary: A tree.
options: [apple, birch]
rules:
  - id: frost
    when: {cold: true}
    favor: {WINNER: strong}
    pillar: security
    because: It freezes.
    sources: [{url: https://docs.aws.amazon.com/page, checked: 2026-11-25}]
"""


def write_pack(root: Path, version: str, winner: str) -> Path:
    """A pack in which cold favours `winner`."""
    for folder in ("traits", "services", "decisions/all"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "pack.yaml").write_text(PACK.format(version=version))
    (root / "traits/all.yaml").write_text(TRAITS)
    (root / "services/all.yaml").write_text(SERVICES)
    (root / "decisions/all/trees.yaml").write_text(DECISION.replace("WINNER", winner))
    return root


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack of its own, in place of ours."""
    root = write_pack(tmp_path / "pack", "1", "apple")
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("ADVISOR_RULES", raising=False)
    monkeypatch.setattr("advisor.knowledge.load.default_pack", lambda: root)
    return root


def best(client: TestClient) -> tuple[str, str]:
    """(version, winner) of an answer."""
    answer = client.get("/v1/decisions/trees/recommend?cold=true")
    assert answer.headers["x-knowledge-version"] == answer.json()["knowledge"]["version"]
    return answer.json()["knowledge"]["version"], answer.json()["ranking"][0]["option"]


def test_changed_files_are_taken_whole(pack: Path) -> None:
    """The next answer comes from the new files; remembered ones of the old are not given."""
    app = create_app(settings=Settings(access_log=False))
    client = TestClient(app)
    assert best(client) == ("1", "apple")
    assert not app.state.holder.reload()
    write_pack(pack, "2", "birch")
    assert best(client) == ("1", "apple")
    assert app.state.holder.reload()
    assert best(client) == ("2", "birch")
    assert client.get("/readyz").json()["reloads"] == 1


def test_files_with_a_mistake_leave_the_last_good_ones(pack: Path) -> None:
    """/readyz says why, metrics say so, and mended files are taken."""
    app = create_app(settings=Settings(access_log=False))
    client = TestClient(app)
    (pack / "decisions/all/trees.yaml").write_text(DECISION.replace("WINNER", "chestnut"))
    assert not app.state.holder.reload()
    ready = client.get("/readyz").json()
    assert ready["status"] == "ready-with-old-knowledge"
    assert "trees.yaml:10:5: unknown-option" in ready["error"]
    assert best(client) == ("1", "apple")
    assert "advisor_knowledge_stale 1.0" in client.get("/metrics").text
    write_pack(pack, "3", "birch")
    assert app.state.holder.reload()
    assert client.get("/readyz").json()["status"] == "ready"
    assert best(client) == ("3", "birch")


def test_files_put_back_are_good_again(pack: Path) -> None:
    """Undoing the mistake is enough; nothing is swapped then."""
    holder = Holder()
    good = (pack / "traits/all.yaml").read_text()
    (pack / "traits/all.yaml").write_text("cold: {type: bool}\n")
    assert not holder.reload()
    assert holder.error
    (pack / "traits/all.yaml").write_text(good)
    assert not holder.reload()
    assert (holder.error, holder.reloads) == (None, 0)


def test_a_missing_pack_leaves_the_last_good_knowledge(pack: Path) -> None:
    """A folder that vanishes for a moment, as while it is copied, stops nobody."""
    holder = Holder()
    pack.rename(pack.with_name("away"))
    assert not holder.reload()
    assert holder.error is not None
    assert holder.current.recommend("trees", {"cold": True}).best == ("apple",)


def test_an_advisor_that_was_given_is_never_reloaded(small_advisor: Advisor) -> None:
    """It came from no files."""
    assert not Holder(small_advisor).reload(force=True)


def test_the_memory_keeps_the_newest_within_its_bounds() -> None:
    """By count and by size; large answers are not kept at all."""
    cache = AnswerCache(2)
    for key in "abc":
        cache.put(key, (key, b"x", "text/plain"))
        cache.get("a")
    assert cache.get("a") is not None
    assert cache.get("b") is None
    cache.put("large", ("large", b"x" * 200_000, "text/plain"))
    assert cache.get("large") is None
    assert (cache.hits, cache.misses) == (4, 2)
    off = AnswerCache(0)
    off.put("a", ("a", b"x", "text/plain"))
    assert off.get("a") is None


def test_the_words_are_built_ahead_for_each_knowledge(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the start and after a swap, in the background; a failure there stops nothing."""
    warmed, seen = threading.Semaphore(0), []

    def fail(advisor: Advisor) -> None:
        seen.append(advisor.knowledge.version)
        warmed.release()
        raise RuntimeError("no memory")

    monkeypatch.setattr("api.main.warm", fail)
    app = create_app(settings=Settings(access_log=False, warm=True))
    with TestClient(app) as client:
        assert warmed.acquire(timeout=60)
        write_pack(pack, "2", "birch")
        assert app.state.holder.reload()
        assert warmed.acquire(timeout=60)
        assert best(client) == ("2", "birch")
    assert seen == ["1", "2"]


def test_after_warming_a_text_finds_its_words_built(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `warm` builds is what the first text would build."""
    advisor = create_app(settings=Settings(access_log=False)).state.holder.current
    warm(advisor)
    monkeypatch.delattr("advisor.language.lexicon.Lexicon")  # whoever builds words now fails
    assert advisor.interpret("cold").text == "cold"
