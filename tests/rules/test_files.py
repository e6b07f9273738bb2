"""The files themselves: sizes, schemas, sources, and a clean check."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from advisor.knowledge import models
from advisor.knowledge.load import default_pack, load_knowledge, read_pack
from advisor.knowledge.schema import schemas
from advisor.review.check import check_knowledge

RULES = default_pack()
FILES = sorted(read_pack(RULES).files)
TRUSTED = ("docs.aws.amazon.com", "aws.amazon.com", "repost.aws", "calculator.aws")


@pytest.mark.parametrize("name", FILES)
def test_file_can_be_read_in_one_sitting(name: str) -> None:
    """No file is longer than 500 lines."""
    assert (RULES / name).read_text(encoding="utf-8").count("\n") <= 500


def test_check_is_clean() -> None:
    """`advisor check` finds no mistake."""
    report = check_knowledge([RULES], today="2026-11-25")
    assert not [str(d) for d in report.diagnostics if d.severity == "error"]


@pytest.mark.parametrize("name", sorted(schemas()))
def test_schema_is_the_models_shadow(name: str) -> None:
    """The committed schema is what the models generate."""
    assert (RULES / "schema" / name).read_text(encoding="utf-8") == schemas()[name], "run `make schema`"


@pytest.mark.parametrize(
    "model",
    [
        models.TraitModel,
        models.ServiceModel,
        models.FactModel,
        models.LifecycleModel,
        models.RuleModel,
        models.DecisionModel,
        models.ScenarioModel,
    ],
)
def test_readme_describes_every_field(model: type) -> None:
    """A stranger can write knowledge by reading rules/README.md alone."""
    text = (RULES / "README.md").read_text(encoding="utf-8")
    missing = [f for f in model.model_fields if not re.search(rf"\b{f}\b", text)]  # type: ignore[attr-defined]
    assert not missing


def test_exclusions_stand_on_canonical_pages() -> None:
    """A hard limit leans on AWS's own pages (or, for outside candidates, on the candidate's own)."""
    knowledge = load_knowledge()
    wrong = []
    for name in knowledge.decisions:
        for rule in knowledge.decisions[name].rules:
            hosts = {urlsplit(s.url).hostname or "" for s in rule.sources}
            outside = all(knowledge.services[o].kind == "external" for o in rule.excludes if o in knowledge.services)
            if rule.is_exclusion and not outside and not any(h in TRUSTED or h.endswith(".aws.amazon.com") for h in hosts):
                wrong.append(f"{rule.id}: {sorted(hosts)}")
    assert not wrong


def test_every_rule_has_a_dated_source() -> None:
    """Every point and exclusion is explained by at least one source with its day."""
    knowledge = load_knowledge()
    wrong = [
        r.id for d in knowledge.decisions for r in knowledge.decisions[d].rules if not r.sources or not all(s.checked for s in r.sources)
    ]
    assert not wrong


def test_facts_were_read_this_month_or_say_why_not() -> None:
    """Every fact was checked in November 2026, or its note says why an older copy had to do."""
    knowledge = load_knowledge()
    old = [
        f.id for s in knowledge.services.values() for f in s.facts.values()
        if not f.source.checked.startswith("2026-11") and not f.checked_note
    ]  # fmt: skip
    assert not old


def test_ended_services_name_their_successor() -> None:
    """Whoever asks for a service that is gone learns what follows it."""
    knowledge = load_knowledge()
    wrong = [
        s.id
        for s in knowledge.services.values()
        if s.lifecycle.status in ("ended", "ending", "closed-to-new") and not s.lifecycle.successors and not s.lifecycle.note
    ]
    assert not wrong


def test_no_mirror_is_cited() -> None:
    """Sources are pages on the web as everyone reaches them."""
    for name, content in read_pack(RULES).files.items():
        assert not re.search(rb"https?://[^/ ]*(githubusercontent|c2hans|web\.archive|proxy\.)", content), Path(name)
