"""Reading packs: files → validated, merged store → KnowledgeBase.

A load that succeeded is remembered in the user's cache folder under the digest of the files' bytes, so that the command starts
fast; `ADVISOR_CACHE=off` turns that off, `ADVISOR_CACHE=/some/dir` moves it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.errors import Diagnostic, KnowledgeError
from advisor.knowledge.base import KnowledgeBase
from advisor.knowledge.build import Builder, Store

FORMAT = "8"  # of the cached store; raise it when the store or the meaning of a file changes
MAX_FILE = 2_000_000
DIGEST_LENGTH = len("sha256:") + 64


def default_pack() -> Path:
    """The folder of our own knowledge: inside the installed package, or beside it in a checkout."""
    here = Path(__file__).resolve().parent.parent
    inside = here / "rules"
    return inside if (inside / "pack.yaml").is_file() else here.parent / "rules"


def pack_paths(extra: Iterable[str | os.PathLike[str]] = ()) -> list[Path]:
    """Our pack, then those of ADVISOR_RULES (separated like PATH), then `extra`, each once."""
    named = [p for p in os.environ.get("ADVISOR_RULES", "").split(os.pathsep) if p]
    paths = [default_pack(), *(Path(p).expanduser().resolve() for p in (*named, *extra))]
    return list(dict.fromkeys(paths))


@dataclass(frozen=True)
class PackFiles:
    """The bytes of one pack. `files` maps a name relative to the pack to its content, sorted by name."""

    root: Path
    files: dict[str, bytes]

    def shown(self, name: str) -> str:
        """The file's name as an editor can open it from here."""
        full = self.root / name
        try:
            return str(full.relative_to(Path.cwd()))
        except ValueError:
            return str(full)


def read_pack(root: Path) -> PackFiles:
    """The bytes of every knowledge file below `root`. Raises KnowledgeError when there is no pack."""
    if not (root / "pack.yaml").is_file():
        raise KnowledgeError([Diagnostic(str(root), 1, 1, "no-pack", "no pack.yaml here: this folder is no pack")])
    files: dict[str, bytes] = {}
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = sorted(s for s in subfolders if s != "schema" and not s.startswith("."))
        for name in names:
            if name.endswith((".yaml", ".yml")) and not name.startswith("."):
                path = Path(folder) / name
                if path.stat().st_size > MAX_FILE:
                    raise KnowledgeError([Diagnostic(str(path), 1, 1, "file-too-large", f"more than {MAX_FILE} bytes")])
                files[path.relative_to(root).as_posix()] = path.read_bytes()
    return PackFiles(root, dict(sorted(files.items())))


def digest_of(packs: Sequence[PackFiles]) -> str:
    """`sha256:…` over names and contents, pack by pack; where the files lie does not matter."""
    total = hashlib.sha256()
    for pack in packs:
        inner = hashlib.sha256()
        for name, content in pack.files.items():
            inner.update(f"{name}\0{len(content)}\0".encode() + content)
        total.update(inner.digest())
    return "sha256:" + total.hexdigest()


def _cache_file(digest: str, kind: str = f"store-{FORMAT}") -> Path | None:
    setting = os.environ.get("ADVISOR_CACHE", "")
    if setting.lower() in ("off", "0", "no"):
        return None
    root = Path(setting) if setting else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "service-advisor"
    return root / f"{kind}-{digest[7:39]}.json"


def _from_cache(digest: str, path: Path | None) -> Any:
    try:
        if path is None or not path.is_file() or path.stat().st_uid != os.getuid():
            return None
        kept = json.loads(path.read_bytes())
        return kept["store"] if kept["digest"] == digest else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _to_cache(digest: str, store: Any, path: Path | None) -> None:
    """Written whole or not at all; a cache that cannot be written is no error."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as handle:
            json.dump({"digest": digest, "store": store}, handle, ensure_ascii=False, separators=(",", ":"))
        os.replace(handle.name, path)
        for old in sorted(path.parent.glob(f"{path.name.partition('-')[0]}-*.json"), key=lambda p: p.stat().st_mtime)[:-8]:
            old.unlink(missing_ok=True)
    except OSError:
        return


def remembered(kind: str, code: Sequence[str | os.PathLike[str]], digest: str, build: Callable[[], Any]) -> Any:
    """What `build` makes of the knowledge of this digest, as JSON carries it, kept in the cache folder for the next process.

    code: the files whose code makes it; when one of them changes it is made anew. Knowledge that was not read from files is not kept.
    """
    if len(digest) != DIGEST_LENGTH:
        return build()
    total = hashlib.sha256(FORMAT.encode())
    for name in code:
        total.update(Path(name).read_bytes())
    path = _cache_file(digest, f"{kind}-{total.hexdigest()[:12]}")
    found = _from_cache(digest, path)
    if found is None:
        found = build()
        _to_cache(digest, found, path)
    return found


def load_knowledge(paths: Iterable[str | os.PathLike[str]] | None = None, *, use_cache: bool = True) -> KnowledgeBase:
    """The knowledge of these packs, later ones laid over earlier ones; by default ours and those of ADVISOR_RULES.

    Raises KnowledgeError with every mistake of every file, each at its place.
    """
    roots = [Path(p) for p in paths] if paths is not None else pack_paths()
    unique = list(dict.fromkeys(r.resolve() for r in roots))
    packs = [read_pack(root) for root in unique]
    whole = _load(packs, use_cache)
    if len(packs) == 1:
        return whole
    base = _load(packs[:1], use_cache)
    return Builder(whole_store(whole)).knowledge(whole.digest, base)


def whole_store(knowledge: KnowledgeBase) -> Store:
    """The store a knowledge base was built from."""
    store: Any = knowledge._parts["store"]()
    assert isinstance(store, dict)
    return store


def _load(packs: Sequence[PackFiles], use_cache: bool) -> KnowledgeBase:
    digest = digest_of(packs)
    store: Store | None = _from_cache(digest, _cache_file(digest)) if use_cache else None
    if store is None:
        from advisor.knowledge.gate import admit  # the gate needs pydantic and a YAML parser; a cached load needs neither

        store = admit(packs)
        if use_cache:
            _to_cache(digest, store, _cache_file(digest))
    knowledge = Builder(store).knowledge(digest)
    kept = store
    knowledge._parts["store"] = lambda: kept
    return knowledge
