"""The one gate for knowledge files: shape by the models, then names and overlays, every mistake reported at once with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel, ValidationError

from advisor.errors import Diagnostic, KnowledgeError
from advisor.knowledge import models
from advisor.knowledge.base import Decision, Trait
from advisor.knowledge.build import Builder, Place, Store
from advisor.knowledge.conditions import clauses
from advisor.knowledge.documents import Document, parse_document
from advisor.knowledge.domain import ValueSet
from advisor.knowledge.load import PackFiles
from advisor.quantities import DIMENSIONS, QuantityError, parse_quantity
from advisor.spelling import closest, did_you_mean

UNKNOWN = {"unknown-trait", "unknown-service", "unknown-decision", "unknown-fact"}
UNREADABLE = {"yaml-syntax", "not-utf8"}
_NAMED = re.compile(r"['{\"]*([A-Za-z0-9_.-]+)")  # the name that a message about an unknown one begins with


def admit(packs: Sequence[PackFiles]) -> Store:
    """The merged store of these packs. Raises KnowledgeError with every mistake of all of them."""
    gate = Gate()
    for pack in packs:
        gate.take(pack)
    gate.finish()
    if gate.diagnostics:
        raise KnowledgeError(sorted(set(gate.diagnostics)))
    return gate.store


def _fits(trait: Trait, amount: str) -> bool:
    """Whether a trait takes such an amount."""
    try:
        return trait.numeric and parse_quantity(amount)[1] == ("number" if trait.type == "count" else DIMENSIONS[trait.unit])
    except QuantityError:
        return False


class Gate:
    """Takes packs one after the other and merges them into one store, collecting mistakes."""

    def __init__(self) -> None:
        self.store: Store = {
            "packs": [], "traits": {}, "services": {}, "decisions": {}, "scenarios": [], "plans": [],
            "inference": [], "derived": {}, "impossible": [], "lexicon": {},
        }  # fmt: skip
        self.documents: dict[str, Document] = {}
        self.diagnostics: list[Diagnostic] = []
        self.wrong: set[tuple[str, Place]] = set()  # (file, first two steps of the path) of every mistake found after parsing
        self.broken: set[str] = set()  # ids of entries that were left out for their shape; who refers to them makes no second mistake
        self._lexicons: list[Document] = []
        self._overlays: list[tuple[Document, str, dict[str, Any]]] = []

    def report(self, file: str, path: Place, code: str, message: str) -> None:
        """A mistake at a path of a file that was taken; one that only follows from another is not told."""
        if code in UNKNOWN and (name := _NAMED.match(message)) and name.group(1).partition(".")[0] in self.broken:
            return
        document = self.documents.get(file) or Document(file)
        self.diagnostics.append(document.report(path, code, message))
        self.wrong.add((file, tuple(path[:2])))

    # ── one pack ──────────────────────────────────────────────────────────────────────────────────────────────
    def take(self, pack: PackFiles) -> None:
        """Merge one pack over what is there."""
        texts = {name: self._document(pack, name) for name in pack.files}
        head = texts.pop("pack.yaml")
        header = self._shape(models.PackFile, head, ()) or {"name": "unnamed", "version": "0", "reviewed": "0000"}
        if any(p["name"] == header["name"] for p in self.store["packs"]):
            self.report(head.name, ("name",), "repeated-pack", f"a pack named {header['name']!r} is loaded already")
        self.store["packs"].append(header)
        takers: dict[str, Callable[[Document, str, str], None]] = {
            "traits": self._traits, "services": self._services, "decisions": self._decision,
            "scenarios": self._scenarios, "inference": self._inference,
        }  # fmt: skip
        for name, document in texts.items():
            path = PurePosixPath(name)
            kind = path.parts[0] if len(path.parts) > 1 else path.stem
            if document.data is None:
                if not document.diagnostics:
                    self.report(document.name, (), "empty-file", "this file holds nothing")
            elif kind == "lexicon":
                self._lexicon(document)
            elif kind in takers:
                area = path.parts[1] if len(path.parts) > 2 else path.stem
                takers[kind](document, header["name"], area)
            else:
                self.report(document.name, (), "stray-file", f"no part of a pack is named {kind!r}{did_you_mean(closest(kind, takers))}")

    def _document(self, pack: PackFiles, name: str) -> Document:
        shown = pack.shown(name)
        try:
            document = parse_document(pack.files[name].decode("utf-8"), shown)
        except UnicodeDecodeError as error:
            document = Document(shown)
            document.diagnostics.append(Diagnostic(shown, 1, 1, "not-utf8", str(error.reason)))
        self.documents[shown] = document
        self.diagnostics.extend(document.diagnostics)
        return document

    def _shape(self, model: type[BaseModel], document: Document, path: Place, data: Any = None) -> dict[str, Any] | None:
        """The data as the model allows it (defaults left out), or None after reporting what does not fit."""
        raw = document.data if data is None else data
        try:
            checked = model.model_validate(raw)
        except ValidationError as error:
            seen = set()
            for issue in error.errors(include_url=False):
                where = tuple(
                    p
                    for p in issue["loc"]
                    if p not in ("ValueModel", "[key]") and not str(p).startswith(("constrained-str", "list[", "function-"))
                )
                code, message = _worded(issue, model, where)
                if (where, code) not in seen:
                    seen.add((where, code))
                    self.report(document.name, (*path, *where), code, message)
            return None
        return checked.model_dump(exclude_unset=True)

    def _located(self, data: dict[str, Any], document: Document, path: Place, pack: str, area: str = "") -> dict[str, Any]:
        data.update(_file=document.name, _line=document.at(path)[0], _pack=pack)
        if area:
            data["_area"] = area
        return data

    def _map(self, document: Document) -> dict[str, Any]:
        if isinstance(document.data, dict):
            return document.data
        self.report(document.name, (), "bad-shape", "this file is a map of id to entry")
        return {}

    def _traits(self, document: Document, pack: str, area: str) -> None:
        for name, raw in self._map(document).items():
            if not name.replace("_", "").isalnum() or name != name.lower():
                self.report(document.name, (name,), "bad-id", f"{name!r}: traits are snake_case")
            data = self._shape(models.TraitModel, document, (name,), raw if raw is not None else {})
            if data is None:
                self.broken.add(name)
                continue
            if name in self.store["traits"] and self.store["traits"][name]["_pack"] == pack:
                self.report(
                    document.name, (name,), "repeated-id", f"trait {name!r} stands in {self.store['traits'][name]['_file']} as well"
                )
                continue
            self.store["traits"][name] = self._located(data, document, (name,), pack, area)

    def _services(self, document: Document, pack: str, area: str) -> None:
        for name, raw in self._map(document).items():
            earlier = self.store["services"].get(name)
            if earlier and earlier["_pack"] != pack and isinstance(raw, dict):
                raw = _laid_over(earlier, raw)
            data = self._shape(models.ServiceModel, document, (name,), raw if raw is not None else {})
            if data is None:
                self.broken.add(name)
                continue
            if earlier and earlier["_pack"] == pack:
                self.report(document.name, (name,), "repeated-id", f"service {name!r} stands in {earlier['_file']} as well")
                continue
            if earlier and not data.get("because"):
                self.report(document.name, (name,), "missing-because", f"changing {name!r} of another pack needs a `because`")
            self.store["services"][name] = self._located(data, document, (name,), pack, area)

    def _decision(self, document: Document, pack: str, area: str) -> None:
        raw = self._map(document)
        if "extends" in raw:
            data = self._shape(models.OverlayModel, document, ())
            if data is not None:
                self._overlays.append((document, pack, data))
            return
        data = self._shape(models.DecisionModel, document, ())
        if data is None:
            self.broken.update((str(raw.get("id")), PurePosixPath(document.name).stem))
            return
        name = data["id"]
        if PurePosixPath(document.name).stem != name:
            self.report(document.name, ("id",), "bad-id", f"the file is named {PurePosixPath(document.name).stem!r} but its id is {name!r}")
        if name in self.store["decisions"]:
            self.report(document.name, ("id",), "repeated-id", f"decision {name!r} is there already; a later pack writes `extends: {name}`")
            return
        self._rules(data.get("rules", []), document, pack, set())
        self.store["decisions"][name] = self._located(data, document, (), pack, area)

    def _rules(self, rules: list[dict[str, Any]], document: Document, pack: str, known: set[str]) -> None:
        for i, rule in enumerate(rules):
            if rule["id"] in known:
                self.report(document.name, ("rules", i, "id"), "repeated-id", f"rule {rule['id']!r} stands twice")
            known.add(rule["id"])
            self._located(rule, document, ("rules", i), pack)
            rule["_path"] = ["rules", i]

    def _scenarios(self, document: Document, pack: str, area: str) -> None:
        if area == "plans":
            plan = self._shape(models.PlanScenarioModel, document, ())
            if plan is not None:
                self.store["plans"].append(self._located(plan, document, (), pack))
            return
        data = self._shape(models.ScenarioFile, document, ())
        if data is None:
            return
        known: set[str] = set()
        for i, scenario in enumerate(data["scenarios"]):
            if scenario["id"] in known:
                self.report(document.name, ("scenarios", i, "id"), "repeated-id", f"scenario {scenario['id']!r} stands twice")
            known.add(scenario["id"])
            scenario["decision"] = data["decision"]
            scenario["_path"] = ["scenarios", i]
            self.store["scenarios"].append(self._located(scenario, document, ("scenarios", i), pack))

    def _inference(self, document: Document, pack: str, area: str) -> None:
        data = self._shape(models.InferenceFile, document, ())
        if data is None:
            return
        for part in ("rules", "impossible"):
            kept = self.store["inference" if part == "rules" else part]
            for i, entry in enumerate(data.get(part, ())):
                if any(e["id"] == entry["id"] for e in kept):
                    self.report(document.name, (part, i, "id"), "repeated-id", f"{entry['id']!r} stands twice")
                entry["_path"] = [part, i]
                kept.append(self._located(entry, document, (part, i), pack))
        for name, entry in data.get("derived", {}).items():
            self.store["derived"][name] = self._located(entry, document, ("derived", name), pack)

    def _lexicon(self, document: Document) -> None:
        data = self._shape(models.LexiconFile, document, ())
        self._lexicons.append(document)
        for key, value in (data or {}).items():
            kept = self.store["lexicon"].setdefault(key, type(value)())
            if isinstance(value, dict):
                for name, words in value.items():
                    kept.setdefault(name, []).extend(words)
            else:
                kept.extend(value)

    def _bare_numbers(self, builder: Builder) -> None:
        """Each names a trait, amounts of its dimension, and values of other traits."""
        for document in self._lexicons:
            for i, entry in enumerate(document.data.get("bare_numbers") or () if isinstance(document.data, dict) else ()):
                path = ("bare_numbers", i)
                unknown = [n for n in (entry["trait"], *entry.get("when", {})) if n not in self.store["traits"]]
                for name in unknown:
                    self.report(document.name, path, "unknown-trait", f"{name!r}{did_you_mean(closest(name, builder.traits))}")
                if unknown:
                    continue
                trait = builder.traits[entry["trait"]]
                for amount in (entry["least"], entry.get("most", entry["least"])):
                    if not _fits(trait, amount):
                        self.report(document.name, path, "bad-quantity", f"{trait.id}: {amount!r} is no amount of this trait")
                for name, values in entry.get("when", {}).items():
                    strange = [v for v in values if v not in builder.traits[name].value_ids and not isinstance(v, bool)]
                    for value in strange:
                        self.report(document.name, path, "unknown-value", f"{name} has no value {value!r}")

    # ── all packs ─────────────────────────────────────────────────────────────────────────────────────────────
    def finish(self) -> None:
        """Apply overlays, then build every record once so that each mistake of reference is found."""
        for document, pack, data in self._overlays:
            self._overlay(document, pack, data)
        builder = Builder(self.store, self.report)
        for table in (builder.traits, builder.services, builder.decisions):
            for name in table:
                table[name]
        self._bare_numbers(builder)
        for name in builder.decisions:
            self._compilable(builder, builder.decisions[name])
        for part in (builder.inference, builder.derived, builder.impossible, builder.plan_scenarios, builder.scenarios):
            part()
        if any(d.code in UNREADABLE for d in self.diagnostics):  # who knows what stands in that file
            self.diagnostics = [d for d in self.diagnostics if d.code not in UNKNOWN]

    def _compilable(self, builder: Builder, decision: Decision) -> None:
        """Report conditions that fall into more clauses than a rule may have."""

        def universe(name: str) -> ValueSet:
            return builder.traits[name].domain

        raw = {r["id"]: r for r in self.store["decisions"][decision.id].get("rules", ())}
        for rule in decision.rules:
            try:
                clauses(rule.when, universe)
            except OverflowError as error:
                entry = raw[rule.id.partition(".")[2]]
                self.report(rule.file, (*tuple(entry["_path"]), "when"), "too-many-clauses", f"{rule.id}: {error}; split the rule")

    def _overlay(self, document: Document, pack: str, data: dict[str, Any]) -> None:
        target = self.store["decisions"].get(data["extends"])
        if target is None:
            known = self.store["decisions"]
            self.report(
                document.name, ("extends",), "unknown-decision", f"{data['extends']!r}{did_you_mean(closest(data['extends'], known))}"
            )
            return
        rules = {r["id"]: r for r in target.get("rules", [])}
        for part in ("retire", "adjust"):
            for i, change in enumerate(data.get(part, ())):
                rule = rules.get(change["rule"])
                if rule is None:
                    self.report(
                        document.name,
                        (part, i, "rule"),
                        "unknown-rule",
                        f"{change['rule']!r}{did_you_mean(closest(change['rule'], rules))}",
                    )
                elif part == "retire":
                    target["rules"].remove(rule)
                    del rules[change["rule"]]
                    target.setdefault("_retired", []).append({"rule": change["rule"], "pack": pack, "because": change["because"]})
                else:
                    for effect in ("favor", "oppose"):
                        if effect in change:
                            rule[effect] = {**rule.get(effect, {}), **change[effect]}
                    rule["_pack"], rule["_changed"] = pack, change["because"]
        added = data.get("rules", [])
        self._rules(added, document, pack, set(rules))
        target.setdefault("rules", []).extend(added)
        target["options"] = list(dict.fromkeys([*target["options"], *data.get("options", [])]))
        target["phrases"] = [*target.get("phrases", []), *data.get("phrases", [])]


def _laid_over(earlier: dict[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    """A later pack's entry over an earlier one: maps are merged, lists extended, the rest replaced."""
    out = {k: v for k, v in earlier.items() if not k.startswith("_")}
    for key, value in raw.items():
        old = out.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            out[key] = {**old, **value}
        elif isinstance(old, list) and isinstance(value, list):
            out[key] = [*old, *value]
        else:
            out[key] = value
    return out


def _worded(issue: Any, model: type[BaseModel], where: Place) -> tuple[str, str]:
    """Code and message of one pydantic issue, in this project's words, with the nearest field name."""
    kind = issue["type"]
    if kind == "extra_forbidden":
        return "unknown-field", f"{where[-1]!r}{did_you_mean(closest(where[-1], _fields(model, where[:-1])))}"
    if kind == "missing":
        return "missing-field", f"{where[-1]!r} is required"
    if kind == "string_pattern_mismatch":
        return "bad-text", f"{issue.get('input')!r} does not have the form of a {where[-1] if where else 'value'}"
    if kind in ("literal_error", "enum"):
        expected = str(issue.get("ctx", {}).get("expected", ""))
        allowed = [w.strip(" '") for w in expected.replace(" or ", ", ").split(",")]
        return "unknown-value", f"{issue.get('input')!r} (one of {', '.join(allowed)}){did_you_mean(closest(issue.get('input'), allowed))}"
    return "bad-shape", str(issue["msg"])


def _fields(model: type[BaseModel], path: Place) -> list[str]:
    """Field names of the model found by walking `path` from `model`."""
    current: Any = model
    for step in path:
        if isinstance(step, int):
            continue
        field = getattr(current, "model_fields", {}).get(step)
        if field is None:
            continue
        found = _model_in(field.annotation)
        if found is not None:
            current = found
    return list(getattr(current, "model_fields", {}))


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
