"""What is loaded when: a start pays for nothing it does not use, and the cache of the knowledge is a help, never a condition."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from advisor.errors import KnowledgeError
from advisor.knowledge import gate
from advisor.knowledge.load import load_knowledge

HEAVY = {
    "fastapi",
    "numpy",
    "pydantic",
    "rich",
    "httpx",
    "yaml",
    "starlette",
    "mcp",
    "jinja2",
    "rapidfuzz",
    "ahocorasick",
    "snowballstemmer",
}


def loaded(code: str, **environment: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after running the code."""
    script = f"import sys\n{code}\nprint(sorted({{m.partition('.')[0] for m in sys.modules}}), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.strip().splitlines()[-1].replace("'", '"')))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A small pack of knowledge."""
    root = tmp_path / "pack"
    files = {
        "pack.yaml": "name: small\nversion: 1\nreviewed: 2026-11-25\n",
        "traits/trees.yaml": "tall: {type: boolean, question: Tall?, why: It matters.}\n",
        "services/trees.yaml": "ash: {name: Ash, summary: A tree.}\nbay: {name: Bay, summary: A tree.}\n",
        "decisions/trees/tree.yaml": "id: tree\ntitle: Tree\nquestion: Which tree?\noptions: [ash, bay]\nrules:\n"
        "  - {id: bays-are-short, when: {tall: true}, exclude: bay, because: It stays short.,"
        " sources: [{url: 'https://docs.aws.amazon.com/x', checked: 2026-11-25}]}\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one whenever the files are really checked."""
    found: list[int] = []
    real: Callable[..., object] = gate.admit
    monkeypatch.setattr(gate, "admit", lambda packs: (found.append(1), real(packs))[1])
    return found


def test_import_loads_nothing_heavy() -> None:
    """`import advisor` costs the errors and the spelling."""
    assert not loaded("import advisor") & {*HEAVY, "click", "orjson"}


def test_version_loads_nothing_heavy() -> None:
    """`advisor --version` needs the command library and no more."""
    code = "from advisor.cli import main\ntry:\n    main(['--version'])\nexcept SystemExit as stop:\n    assert not stop.code"
    found = loaded(code)
    assert not found & HEAVY
    assert "click" in found


def test_a_cached_load_needs_no_parser(pack: Path, tmp_path: Path) -> None:
    """The second load reads neither YAML nor models, and answers without NumPy when nothing is unknown."""
    cache = str(tmp_path / "cache")
    code = f"from advisor import Advisor\nassert Advisor.load({str(pack)!r}, own=False).recommend('tree', tall=True).best == ('ash',)"
    assert {"yaml", "pydantic"} <= loaded(code, ADVISOR_CACHE=cache)
    assert not loaded(code, ADVISOR_CACHE=cache) & HEAVY


def test_the_cache_is_keyed_by_content(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: list[int]) -> None:
    """Equal files are read once, wherever they lie; changed ones again."""
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))
    first = load_knowledge([pack])
    assert load_knowledge([pack]).digest == first.digest
    moved = pack.rename(tmp_path / "elsewhere")
    assert load_knowledge([moved]).digest == first.digest
    assert len(reads) == 1
    with (moved / "services/trees.yaml").open("a", encoding="utf-8") as more:
        more.write("elm: {name: Elm, summary: A tree.}\n")
    changed = load_knowledge([moved])
    assert "elm" in changed.services
    assert changed.digest != first.digest
    assert len(reads) == 2


@pytest.mark.parametrize("rubbish", [b"", b"{", b"[]", b"null", b'{"digest": 1}', b"\xff\xfe", b'{"store": {}, "digest": "sha256:0"}'])
def test_a_broken_cache_is_read_past(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: list[int], rubbish: bytes) -> None:
    """A cut or foreign cache file costs a load from the files, and is mended."""
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))
    load_knowledge([pack])
    (kept,) = (tmp_path / "cache").glob("store-*.json")
    kept.write_bytes(rubbish)
    assert load_knowledge([pack]).decisions["tree"].options == ("ash", "bay")
    assert load_knowledge([pack]).decisions["tree"].options == ("ash", "bay")
    assert len(reads) == 2


def test_no_cache_folder_is_no_error(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: list[int]) -> None:
    """Where nothing can be written (here the folder's place is taken by a file), every load reads the files."""
    (tmp_path / "taken").write_text("a file")
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "taken" / "cache"))
    for _ in range(2):
        assert load_knowledge([pack]).decisions["tree"].options == ("ash", "bay")
    assert len(reads) == 2


@pytest.mark.parametrize("word", ["off", "OFF", "no", "0"])
def test_the_cache_can_be_turned_off(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: list[int], word: str) -> None:
    """ADVISOR_CACHE=off writes nothing and reads nothing."""
    monkeypatch.setenv("ADVISOR_CACHE", word)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    load_knowledge([pack])
    load_knowledge([pack])
    assert len(reads) == 2
    assert not (tmp_path / "home").exists()


def test_the_default_cache_lies_in_the_users_cache_folder(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG_CACHE_HOME is followed, and the folder is its owner's alone."""
    monkeypatch.delenv("ADVISOR_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    load_knowledge([pack])
    folder = tmp_path / "home" / "service-advisor"
    assert len(list(folder.glob("store-*.json"))) == 1
    assert folder.stat().st_mode & 0o077 == 0


def test_mistaken_knowledge_is_never_cached(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files with a mistake fail each time."""
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))
    (pack / "traits/trees.yaml").write_text("tall: {type: boolean}\n")
    for _ in range(2):
        with pytest.raises(KnowledgeError) as caught:
            load_knowledge([pack])
        assert "missing-field" in {d.code for d in caught.value.diagnostics}
    assert not list(tmp_path.glob("cache/*"))
