"""Knowledge with its mistakes: what can be built is built, the rest is reported. Only for checking; answers need `load_knowledge`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from advisor.errors import Diagnostic
from advisor.knowledge.base import KnowledgeBase
from advisor.knowledge.build import Builder
from advisor.knowledge.gate import Gate
from advisor.knowledge.load import digest_of, pack_paths, read_pack


def tolerant_store(paths: Iterable[str | Path] | None = None) -> tuple[KnowledgeBase, list[Diagnostic], dict[str, tuple[str, int]]]:
    """The knowledge of the packs, every mistake by place, and (file, line) of every trait, service and decision by id."""
    packs = [read_pack(Path(p)) for p in (paths if paths is not None else pack_paths())]
    gate = Gate()
    for pack in packs:
        gate.take(pack)
    gate.finish()
    _prune(gate)
    knowledge = Builder(gate.store, lambda *_: None).knowledge(digest_of(packs))
    places = {
        name: (entry["_file"], entry["_line"]) for part in ("decisions", "services", "traits") for name, entry in gate.store[part].items()
    }
    return knowledge, sorted(set(gate.diagnostics)), places


def _prune(gate: Gate) -> None:
    """Leave out what is broken, so that the rest can still be tried: unknown options, rules and inferences with a mistake."""
    store, services = gate.store, gate.store["services"]
    for decision in store["decisions"].values():
        decision["options"] = [o for o in decision["options"] if o in services]
        decision["rules"] = [r for r in decision.get("rules", ()) if (r["_file"], tuple(r["_path"])) not in gate.wrong]
    store["decisions"] = {k: d for k, d in store["decisions"].items() if d["options"]}
    for part in ("inference", "impossible", "scenarios"):
        store[part] = [e for e in store[part] if (e["_file"], tuple(e["_path"])) not in gate.wrong]
