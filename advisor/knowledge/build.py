"""From the merged contents of the files (a `Store`, plain JSON data) to the records of `base`, one at a time and on first use.

Every function takes a `Report` that collects mistakes; a store that was built once without mistakes builds without them again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from advisor.knowledge.base import (
    STRENGTHS,
    Claim,
    Decision,
    Derived,
    Fact,
    Impossible,
    Inference,
    KnowledgeBase,
    Lifecycle,
    Pack,
    PlanScenario,
    Rule,
    Scenario,
    Service,
    Source,
    Table,
    Trait,
    TraitValue,
)  # fmt: skip
from advisor.knowledge.conditions import ALWAYS, Condition, Scope, Test, number_spans, parse_condition, parse_test
from advisor.knowledge.domain import ValueSet
from advisor.quantities import QuantityError, quantity_in
from advisor.spelling import closest, did_you_mean

Store: TypeAlias = "dict[str, Any]"
Place: TypeAlias = "tuple[str | int, ...]"
Report: TypeAlias = "Callable[[str, Place, str, str], None]"  # file, path inside it, code, message
TOKEN = re.compile(r"\{([^{}]*)\}")
CHOICE = "choice."
OTHER = "other"  # the value of a choice to which none of its named values applies


def _quiet(file: str, path: Place, code: str, message: str) -> None:
    raise AssertionError(f"{file}: {path}: {code}: {message}")


def _list(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _sources(raw: Iterable[Mapping[str, Any]]) -> tuple[Source, ...]:
    return tuple(Source(s["url"], s["checked"]) for s in raw)


class Builder:
    """Makes records from one store. `report` receives each mistake; without it a mistake is a programming error."""

    def __init__(self, store: Store, report: Report = _quiet) -> None:
        self.store, self.report = store, report
        raw_traits = dict(store["traits"])
        for name, decision in store["decisions"].items():
            raw_traits[CHOICE + name] = {"type": "choice", "choice_of": name, "title": decision["title"]}
        self.traits: Table[Trait] = Table(raw_traits, self.trait)
        self.services: Table[Service] = Table(store["services"], self.service)
        self.decisions: Table[Decision] = Table(store["decisions"], self.decision)

    def knowledge(self, digest: str, base: KnowledgeBase | None = None) -> KnowledgeBase:
        """The knowledge base of this store."""
        packs = tuple(Pack(p["name"], p["version"], p["reviewed"], p.get("summary", "")) for p in self.store["packs"])
        return KnowledgeBase(
            packs=packs, digest=digest, traits=self.traits, services=self.services, decisions=self.decisions, base=base,
            parts={
                "scenarios": self.scenarios, "plan_scenarios": self.plan_scenarios, "inference": self.inference,
                "derived": self.derived, "impossible": self.impossible, "lexicon": lambda: self.store["lexicon"],
            },
        )  # fmt: skip

    def fact_value(self, reference: str) -> Any:
        """The value of `service.name`; KeyError when there is none."""
        service, _, name = reference.partition(".")
        entry = self.store["services"].get(service)
        if entry is None or name not in entry.get("facts", {}):
            raise KeyError(reference + did_you_mean(closest(reference, self._fact_names(service))))
        return entry["facts"][name]["value"]

    def _fact_names(self, service: str) -> list[str]:
        entries = self.store["services"]
        near = service if service in entries else closest(service, entries)
        return [f"{near}.{n}" for n in entries[near].get("facts", {})] if near else []

    # ── traits ────────────────────────────────────────────────────────────────────────────────────────────────
    def trait(self, name: str, raw: Mapping[str, Any]) -> Trait:
        """One trait; `choice.<decision>` is a trait whose values are that decision's options."""
        if "choice_of" in raw:
            options = self.store["decisions"][raw["choice_of"]]["options"]
            names = {o: self.store["services"].get(o, {}).get("name", o) for o in options}
            return Trait(name, "choice", f"What was chosen for “{raw['title']}”?", "Other decisions depend on it.",
                         values=tuple(TraitValue(o, n) for o, n in names.items()))  # fmt: skip
        file = raw.get("_file", "")
        kind, unit = raw["type"], raw.get("unit") or "1"
        here: Place = (name,)
        if kind == "quantity" and not raw.get("unit"):
            self.report(file, here, "missing-unit", f"{name} is a quantity and needs a unit")
        if kind != "quantity" and raw.get("unit"):
            self.report(file, (*here, "unit"), "stray-unit", f"{name} is a {kind} and takes no unit")
        if kind == "choice" and not raw.get("values"):
            self.report(file, here, "missing-values", f"{name} is a choice and needs values")
        values = tuple(
            TraitValue(v, t) if isinstance(t, str) else TraitValue(v, t["text"], tuple(t.get("phrases", ())))
            for v, t in (raw.get("values") or {}).items()
        )
        if raw.get("other_share"):
            if kind != "choice":
                self.report(file, (*here, "other_share"), "stray-share", f"{name} is a {kind}; only a choice has other values")
            values = (*values, TraitValue(OTHER, "none of these"))
        low, high = 0.0, float("inf")
        if raw.get("range"):
            try:
                first, _, last = str(raw["range"]).partition("..")
                low = quantity_in(_with_unit(first, unit), unit) if first.strip() else float("-inf")
                high = quantity_in(_with_unit(last, unit), unit) if last.strip() else float("inf")
            except QuantityError as error:
                self.report(file, (*here, "range"), "bad-range", str(error))
        shape = Trait(name, kind, raw["question"], raw["why"], unit=unit, values=values)
        typical: list[tuple[ValueSet, float]] = []
        scope = Scope({name: shape}, self.fact_value, set(), [])
        for test, share in (raw.get("typical") or {}).items():
            allowed = parse_test(test, shape, scope, (*here, "typical", test))
            if allowed is not None:
                typical.append((allowed, float(share)))
        for wrong in scope.errors:
            self.report(file, wrong.path, wrong.code, wrong.message)
        assume = raw.get("assume")
        return Trait(
            name, kind, raw["question"], raw["why"], unit=unit, values=values, phrases=tuple(raw.get("phrases", ())),
            phrases_no=tuple(raw.get("phrases_no", ())), typical=tuple(typical), low=low, high=high,
            other_share=raw.get("other_share") or 0.0,
            changeable=raw.get("changeable", True), assume=assume, assume_because=raw.get("assume_because") or "",
            area=raw.get("_area", ""), pack=raw.get("_pack", ""),
        )  # fmt: skip

    # ── services ──────────────────────────────────────────────────────────────────────────────────────────────
    def service(self, name: str, raw: Mapping[str, Any]) -> Service:
        """One catalogue entry with its facts and life cycle."""
        file = raw.get("_file", "")
        facts = {}
        for key, fact in raw.get("facts", {}).items():
            claims = tuple(Claim(c["value"], Source(c["source"], c["checked"]), c.get("note", "")) for c in fact.get("claims", ()))
            facts[key] = Fact(
                f"{name}.{key}", name, key, fact["value"], Source(fact["source"], fact["checked"]), fact.get("hard", False),
                fact.get("text", ""), fact.get("note", ""), fact.get("checked_note", ""), claims,
            )  # fmt: skip
        raw_life = raw.get("lifecycle") or {}
        for successor in _list(raw_life.get("successor")):
            self._known(successor, self.store["services"], file, (name, "lifecycle", "successor"), "unknown-service")
        if raw.get("part_of"):
            self._known(raw["part_of"], self.store["services"], file, (name, "part_of"), "unknown-service")
        status = raw_life.get("status", "available")
        source = Source(raw_life["source"], raw_life.get("checked") or "") if raw_life.get("source") else None
        if status != "available" and (source is None or not source.checked):
            self.report(file, (name, "lifecycle"), "missing-source", f"{name} is {status}: that needs source and checked")
        life = Lifecycle(
            status, raw_life.get("since"), raw_life.get("until"), _list(raw_life.get("successor")), source, raw_life.get("note", "")
        )
        duty = raw.get("responsibility") or {}
        return Service(
            name, raw["name"], raw.get("kind", "service"), raw["summary"], raw.get("part_of"), tuple(raw.get("aliases", ())),
            tuple(raw.get("choose_when", ())), tuple(raw.get("avoid_when", ())), tuple(raw.get("does", ())), life, facts,
            {k: tuple(v) for k, v in duty.items()}, raw.get("_area", ""), raw.get("_pack", ""),
        )  # fmt: skip

    def _known(self, name: str, known: Iterable[str], file: str, path: Place, code: str) -> bool:
        if name in set(known):
            return True
        self.report(file, path, code, f"{name!r}{did_you_mean(closest(name, known))}")
        return False

    # ── decisions ─────────────────────────────────────────────────────────────────────────────────────────────
    def condition(self, raw: Any, file: str, path: Place, used: set[str] | None = None) -> Condition:
        """The condition at that place; mistakes are reported there."""
        scope = Scope(self.traits, self.fact_value, used if used is not None else set(), [])
        condition = parse_condition(raw, scope, path)
        for error in scope.errors:
            self.report(file, error.path, error.code, error.message)
        return condition

    def decision(self, name: str, raw: Mapping[str, Any]) -> Decision:
        """One decision with all its rules, those of the life cycle included."""
        file = raw.get("_file", "")
        options = tuple(raw["options"])
        for i, option in enumerate(options):
            self._known(option, self.store["services"], file, ("options", i), "unknown-service")
        rules = [self.rule(name, options, r, i) for i, r in enumerate(raw.get("rules", ()))]
        for option in options:
            if option in self.services:
                rules.extend(self._lifecycle_rules(name, self.services[option]))
        return Decision(
            name, raw["title"], raw["question"], options, tuple(rules),
            self.condition(raw.get("relevant_when") or {}, file, ("relevant_when",)),
            raw.get("summary", ""), tuple(raw.get("phrases", ())), raw.get("_area", ""), raw.get("_pack", ""),
            tuple((f"{name}.{r['rule']}", r["pack"], r["because"]) for r in raw.get("_retired", ())),
        )  # fmt: skip

    def rule(self, decision: str, options: tuple[str, ...], raw: Mapping[str, Any], index: int) -> Rule:
        """One rule, with the sources of every fact it leans on."""
        file = raw.get("_file", "")
        here: Place = raw.get("_path") or ("rules", index)
        here = tuple(here)
        used: set[str] = set()
        when = self.condition(raw["when"], file, (*here, "when"), used)
        excludes, only = _list(raw.get("exclude")), _list(raw.get("only"))
        favor, oppose = raw.get("favor") or {}, raw.get("oppose") or {}
        kinds = [k for k in ("exclude", "only") if raw.get(k)]
        if len(kinds) + bool(favor or oppose) != 1:
            self.report(file, here, "bad-effect", f"{raw['id']}: a rule has one effect: exclude, only, or favor and/or oppose")
        if (favor or oppose) and not raw.get("pillar"):
            self.report(file, here, "missing-pillar", f"{raw['id']}: a preference names its pillar")
        if kinds and raw.get("pillar"):
            self.report(file, (*here, "pillar"), "stray-pillar", f"{raw['id']}: an exclusion serves no pillar")
        for effect, names in (("exclude", excludes), ("only", only), ("favor", favor), ("oppose", oppose)):
            for option in names:
                if option not in options:
                    self.report(
                        file,
                        (*here, effect),
                        "unknown-option",
                        f"{option!r} is no option of {decision}{did_you_mean(closest(option, options))}",
                    )
        points: dict[str, int] = {}
        for option, strength in favor.items():
            points[option] = points.get(option, 0) + STRENGTHS[strength]
        for option, strength in oppose.items():
            if option in favor:
                self.report(file, (*here, "oppose"), "contradiction", f"{raw['id']}: {option} is both favoured and opposed")
            points[option] = points.get(option, 0) - STRENGTHS[strength]
        if only:
            excludes = tuple(o for o in options if o not in only)
        for token in TOKEN.findall(raw["because"]):
            self._token(token, used, file, (*here, "because"))
        for i, reference in enumerate(raw.get("facts", ())):
            try:
                self.fact_value(reference)
                used.add(reference)
            except KeyError as error:
                self.report(file, (*here, "facts", i), "unknown-fact", str(error.args[0]))
        sources = dict.fromkeys(_sources(raw.get("sources", ())))
        for reference in sorted(used):
            service, _, fact = reference.partition(".")
            entry = self.store["services"][service]["facts"][fact]
            sources.setdefault(Source(entry["source"], entry["checked"]))
        if not sources:
            self.report(file, here, "missing-source", f"{raw['id']}: a rule leans on a fact or carries sources")
        return Rule(
            f"{decision}.{raw['id']}", decision, when, raw["because"], excludes, only, tuple(points.items()), raw.get("pillar"),
            raw.get("caveat", ""), tuple(sorted(used)), tuple(sources), raw.get("_pack", ""), raw.get("_changed", ""),
            file, raw.get("_line", 0),
        )  # fmt: skip

    def _token(self, token: str, used: set[str], file: str, path: Place) -> None:
        if token == "option" or token in self.traits:
            return
        if "." in token and not token.startswith(CHOICE):
            try:
                self.fact_value(token)
                used.add(token)
                return
            except KeyError as error:
                self.report(file, path, "unknown-fact", str(error.args[0]))
                return
        self.report(file, path, "unknown-trait", f"{{{token}}}{did_you_mean(closest(token, self.traits))}")

    def _lifecycle_rules(self, decision: str, service: Service) -> list[Rule]:
        life = service.lifecycle
        if life.status == "available":
            return []
        heirs = [self.store["services"].get(s, {}).get("name", s) for s in life.successors]
        follow = f"; use {' or '.join(heirs)} instead" if heirs else ""
        sources = (life.source,) if life.source else ()

        def rule(suffix: str, when: Condition, because: str, *, exclude: bool) -> Rule:
            return Rule(
                f"{decision}.{service.id}-{suffix}", decision, when, because, (service.id,) if exclude else (), (),
                () if exclude else ((service.id, -STRENGTHS["strong"]),), None if exclude else "operational-excellence",
                "", (), sources, service.pack, "", "lifecycle", 0,
            )  # fmt: skip

        since = f" since {life.since}" if life.since else ""
        on = f" on {life.since or life.until}" if life.since or life.until else ""
        until = f" on {life.until}" if life.until else ""
        if life.status == "ended":
            return [rule("ended", ALWAYS, f"{service.name} ended{on}{follow}.", exclude=True)]
        if life.status == "announced":
            return [rule("announced", ALWAYS, f"{service.name} is announced but not yet available{follow}.", exclude=True)]
        if life.status == "ending":
            return [rule("ending", ALWAYS, f"{service.name} ends{until}{follow}.", exclude=False)]
        closed = f"{service.name} is closed to new customers{since}"
        if "existing_customer" not in self.traits:
            return [rule("closed-to-new", ALWAYS, f"{closed}{follow}.", exclude=True)]
        return [
            rule("closed-to-new", Test("existing_customer", frozenset([False])), f"{closed}{follow}.", exclude=True),
            rule("closed-to-others", Test("existing_customer", frozenset([True])),
                 f"{closed} and gets little new; plan the move{' to ' + ' or '.join(heirs) if heirs else ''}.", exclude=False),
        ]  # fmt: skip

    # ── scenarios and inference ───────────────────────────────────────────────────────────────────────────────
    def scenarios(self) -> tuple[Scenario, ...]:
        """Every scenario of every decision, sorted."""
        out = []
        for raw in self.store["scenarios"]:
            file, path, name = raw.get("_file", ""), tuple(raw.get("_path", ())), raw["decision"]
            if not self._known(name, self.store["decisions"], file, ("decision",), "unknown-decision"):
                continue
            options = self.store["decisions"][name]["options"]
            for key in ("best", "ruled_out", "order", "only"):
                for option in _list(raw.get(key)):
                    if option not in options:
                        self.report(
                            file,
                            (*path, key),
                            "unknown-option",
                            f"{option!r} is no option of {name}{did_you_mean(closest(option, options))}",
                        )
            if not raw.get("best") and raw.get("outcome") not in ("infeasible", "tied"):
                self.report(file, path, "missing-best", f"{raw['id']}: say which option is best, or `outcome: infeasible` or `tied`")
            out.append(Scenario(
                raw["id"], name, raw.get("given", {}), _list(raw.get("best")), raw["why"], raw["source"], raw.get("priorities", {}),
                _list(raw["only"]) if raw.get("only") else None, _list(raw.get("ruled_out")), _list(raw.get("order")),
                raw.get("outcome"), file, raw.get("_line", 0),
            ))  # fmt: skip
        return tuple(sorted(out, key=lambda s: (s.decision, s.id)))

    def plan_scenarios(self) -> tuple[PlanScenario, ...]:
        """The whole-workload scenarios, sorted."""
        out = []
        for raw in self.store["plans"]:
            file = raw.get("_file", "")
            for name, expected in raw["expect"].items():
                if self._known(name, self.store["decisions"], file, ("expect", name), "unknown-decision"):
                    options = self.store["decisions"][name]["options"]
                    for option in _list(expected):
                        if option not in options:
                            self.report(file, ("expect", name), "unknown-option", f"{option!r}{did_you_mean(closest(option, options))}")
            for i, name in enumerate(raw.get("not_relevant", ())):
                self._known(name, self.store["decisions"], file, ("not_relevant", i), "unknown-decision")
            out.append(PlanScenario(
                raw["id"], raw["title"], raw["given"], {k: _list(v) for k, v in raw["expect"].items()}, raw["why"], raw["source"],
                tuple(raw.get("not_relevant", ())), raw.get("priorities", {}), file, raw.get("_line", 0),
            ))  # fmt: skip
        return tuple(sorted(out, key=lambda s: s.id))

    def inference(self) -> tuple[Inference, ...]:
        """Forward rules, sorted by id."""
        out = []
        for raw in self.store["inference"]:
            file, path = raw.get("_file", ""), tuple(raw.get("_path", ()))
            when = self.condition(raw["when"], file, (*path, "when"))
            then: list[tuple[str, ValueSet, Any]] = []
            for name, value in raw["then"].items():
                here = (*path, "then", name)
                if not self._known(name, self.traits, file, here, "unknown-trait"):
                    continue
                scope = Scope(self.traits, self.fact_value, set(), [])
                allowed = parse_test(value, self.traits[name], scope, here)
                for error in scope.errors:
                    self.report(file, error.path, error.code, error.message)
                if allowed is not None:
                    then.append((name, allowed, value))
            for token in TOKEN.findall(raw["because"]):
                self._token(token, set(), file, (*path, "because"))
            out.append(Inference(raw["id"], when, tuple(then), raw["because"]))
        return tuple(sorted(out, key=lambda i: i.id))

    def derived(self) -> tuple[Derived, ...]:
        """Computed quantities, sorted by trait."""
        out = []
        for name, raw in sorted(self.store["derived"].items()):
            file, path = raw.get("_file", ""), ("derived", name)
            words = raw["formula"].split()
            parts = tuple(w for w in words[::2])
            if len(words) % 2 == 0 or any(w not in ("*", "/") for w in words[1::2]):
                self.report(file, path, "bad-formula", f"{raw['formula']!r}: write traits joined by * and /, with spaces")
                continue
            for part in (name, *parts):
                if self._known(part, self.traits, file, path, "unknown-trait") and not self.traits[part].numeric:
                    self.report(file, path, "bad-formula", f"{part} is no quantity")
            out.append(Derived(name, raw["formula"], parts, raw["because"]))
        return tuple(out)

    def impossible(self) -> tuple[Impossible, ...]:
        """Combinations that cannot occur, sorted by id."""
        return tuple(
            Impossible(r["id"], self.condition(r["when"], r.get("_file", ""), (*tuple(r.get("_path", ())), "when")), r["because"])
            for r in sorted(self.store["impossible"], key=lambda r: str(r["id"]))
        )


def _with_unit(text: str, unit: str) -> str:
    """A bound of a range, in the trait's unit when it names none."""
    bare = re.fullmatch(r"\s*[-+]?[\d.,]+\s*", text)
    return f"{text.strip()} {unit}" if bare and unit in ("s", "B", "B/s") else text


__all__ = ["CHOICE", "TOKEN", "Builder", "Place", "Report", "Store", "number_spans"]
