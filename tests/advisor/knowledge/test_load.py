"""Reading packs: which files count, what names a knowledge, where our own lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from advisor.errors import KnowledgeError
from advisor.knowledge.load import (
    MAX_FILE,
    default_pack,
    digest_of,
    load_knowledge,
    pack_paths,
    read_pack,
    remembered,
    whole_store,
)
from tests.packs import SMALL, write_pack


def test_our_own_pack_is_found() -> None:
    """In a checkout it lies beside the package, in a wheel inside."""
    assert (default_pack() / "pack.yaml").is_file()
    assert default_pack().name == "rules"


def test_packs_are_laid_in_the_order_they_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ours, those of ADVISOR_RULES, those of the call; each once."""
    a, b = tmp_path / "a", tmp_path / "b"
    monkeypatch.setenv("ADVISOR_RULES", os.pathsep.join([str(a), "", str(b), str(a)]))
    assert pack_paths([tmp_path / "c", b]) == [default_pack(), a, b, tmp_path / "c"]


def test_only_knowledge_files_are_read(tmp_path: Path) -> None:
    """Prose, schemas, hidden files and folders are no knowledge."""
    root = write_pack(tmp_path / "small")
    extra = {"README.md": "x", "schema/trait.yaml": "x: 1", ".git/config.yaml": "x: 1", "traits/.draft.yaml": "x: 1", "notes.txt": "x"}
    for name, text in extra.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    assert sorted(read_pack(root).files) == list(read_pack(root).files) == sorted(SMALL)


def test_a_folder_without_a_head_is_no_pack(tmp_path: Path) -> None:
    """The mistake is told at the folder."""
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge([tmp_path])
    assert [(d.file, d.code) for d in caught.value.diagnostics] == [(str(tmp_path), "no-pack")]


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    """Before it is parsed."""
    root = write_pack(tmp_path / "small", traits__huge="#" * (MAX_FILE + 1))
    with pytest.raises(KnowledgeError, match="file-too-large"):
        load_knowledge([root])


def test_the_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    """Not of place or order of writing; the order of packs counts."""
    one = read_pack(write_pack(tmp_path / "one"))
    two = read_pack(write_pack(tmp_path / "two", dict(reversed(SMALL.items()))))
    assert digest_of([one]) == digest_of([two])
    renamed = {("traits/every.yaml" if n == "traits/all.yaml" else n): t for n, t in SMALL.items()}
    three = read_pack(write_pack(tmp_path / "three", renamed))
    assert digest_of([one]) != digest_of([three])
    assert digest_of([one, three]) != digest_of([three, one])
    assert digest_of([one, three]) != digest_of([one])


def test_a_pack_named_twice_is_laid_once(tmp_path: Path) -> None:
    """The same folder by two names."""
    root = write_pack(tmp_path / "small")
    found = load_knowledge([root, tmp_path / "small" / ".." / "small"], use_cache=False)
    assert [p.name for p in found.packs] == ["small"]
    assert found.base is None


def test_the_store_is_plain_data(tmp_path: Path) -> None:
    """What is cached is what JSON can hold, and builds the same knowledge."""
    import json

    store = whole_store(load_knowledge([write_pack(tmp_path / "small")], use_cache=False))
    assert json.loads(json.dumps(store)) == store


def test_what_is_remembered_is_made_anew_when_its_code_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kept per knowledge and per code; knowledge without a digest of files is never kept."""
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))
    code, made = tmp_path / "code.py", iter(range(9))
    code.write_text("one")
    digest = "sha256:" + "0" * 64

    def ask(which: str) -> int:
        return int(remembered("numbers", [code], which, lambda: next(made)))

    assert [ask(digest), ask(digest), ask(digest.replace("0", "1"))] == [0, 0, 1]
    code.write_text("two")
    assert ask(digest) == 2
    assert [ask("sha256:test"), ask("sha256:test")] == [3, 4]
