"""A small knowledge base with phrases, for tests of the language."""

from __future__ import annotations

from typing import Any

from advisor.knowledge.base import KnowledgeBase
from advisor.knowledge.build import Builder, Store

SOURCE = [{"url": "https://docs.aws.amazon.com/page", "checked": "2026-11-25"}]
TRAITS: dict[str, dict[str, Any]] = {
    "needs_gpu": {
        "type": "boolean",
        "question": "A GPU?",
        "why": "Few have one.",
        "phrases": ["gpu", "gpus"],
        "phrases_no": ["no accelerator"],
    },
    "traffic": {
        "type": "choice",
        "question": "Which traffic?",
        "why": "Idle capacity costs.",
        "values": {
            "steady": {"text": "even", "phrases": ["steady", "around the clock"]},
            "spiky": {"text": "bursts", "phrases": ["bursty", "sudden bursts"]},
            "rare": {"text": "seldom", "phrases": ["rarely used", "not steady"]},
        },
    },
    "ops": {
        "type": "choice",
        "question": "Who runs it?",
        "why": "Work.",
        "values": {
            "none": {"text": "nobody", "phrases": ["no servers to manage", "serverless"]},
            "team": {"text": "a team", "phrases": ["ops team"]},
        },
    },
    "max_run_time": {
        "type": "quantity",
        "unit": "s",
        "question": "How long is the longest run?",
        "why": "Limits.",
        "phrases": ["runs for", "takes"],
    },
    "kept_for": {"type": "quantity", "unit": "s", "question": "How long is it kept?", "why": "Minimums.", "phrases": ["kept for", "takes"]},
    "volume": {"type": "quantity", "unit": "B", "question": "How much data?", "why": "Ceilings.", "phrases": ["of data"]},
    "accounts": {"type": "count", "question": "How many accounts?", "why": "Many need tools.", "phrases": ["accounts"]},
    "existing_engine": {
        "type": "choice",
        "question": "Which engine runs today?",
        "why": "Habits.",
        "values": {
            "oracle": {"text": "Oracle", "phrases": ["oracle"]},
            "postgresql": {"text": "PostgreSQL", "phrases": ["postgresql"]},
            "lambda": "Lambda",
        },
    },
}
SERVICES: dict[str, dict[str, Any]] = {
    "lambda": {
        "name": "AWS Lambda",
        "summary": "Runs code on demand without servers.",
        "does": ["run code without servers", "react to events"],
    },
    "ec2": {
        "name": "Amazon EC2",
        "summary": "Virtual servers.",
        "does": ["virtual servers in the cloud", "full control over the system"],
        "responsibility": {"aws": ["the building and the hypervisor"], "customer": ["patching the guest operating system"]},
    },
    "spot": {
        "name": "Spot Instances",
        "kind": "feature",
        "part_of": "ec2",
        "aliases": ["ec2 spot"],
        "summary": "Spare capacity at a discount.",
    },
    "translate": {
        "name": "Amazon Translate",
        "summary": "Translates between languages.",
        "does": ["translate text", "language translation"],
    },
    "backup": {"name": "AWS Backup", "summary": "Central backups.", "does": ["manage backups centrally"]},
    "old": {
        "name": "AWS Oldtimer",
        "summary": "Runs code on demand without servers.",
        "does": ["run code without servers"],
        "lifecycle": {
            "status": "ended",
            "since": "2024-01-01",
            "successor": ["lambda"],
            "source": "https://docs.aws.amazon.com/old",
            "checked": "2026-11-25",
        },
    },
}
DECISIONS: dict[str, dict[str, Any]] = {
    "compute": {
        "title": "Compute platform",
        "question": "Where should it run?",
        "phrases": ["run code", "host the application"],
        "options": ["lambda", "ec2"],
        "relevant_when": {},
        "rules": [
            {
                "id": "long",
                "when": {"max_run_time": "> 15 min"},
                "exclude": ["lambda"],
                "because": "A run ends after 15 min.",
                "sources": SOURCE,
            },
            {
                "id": "idle",
                "when": {"traffic": ["spiky", "rare"]},
                "favor": {"lambda": "strong"},
                "pillar": "cost-optimization",
                "because": "Idle time costs nothing.",
                "sources": SOURCE,
            },
            {
                "id": "nobody",
                "when": {"ops": "none"},
                "favor": {"lambda": "decisive"},
                "pillar": "operational-excellence",
                "because": "Nobody patches servers.",
                "sources": SOURCE,
            },
            {
                "id": "gpu",
                "when": {"needs_gpu": True},
                "favor": {"ec2": "decisive"},
                "pillar": "performance-efficiency",
                "because": "Only servers have one.",
                "sources": SOURCE,
            },
        ],
    },
    "buying": {
        "title": "Purchase option",
        "question": "How to buy?",
        "phrases": ["purchase option"],
        "options": ["spot", "ec2"],
        "relevant_when": {},
        "rules": [
            {
                "id": "kept",
                "when": {"kept_for": "> 300 days"},
                "favor": {"ec2": "slight"},
                "pillar": "cost-optimization",
                "because": "Long.",
                "sources": SOURCE,
            }
        ],
    },
}
LEXICON: dict[str, Any] = {
    "priorities": {"cost-optimization": ["cheapest", "most cost-effective"]},
    "negations": ["no", "not", "without", "rather than"],
    "ignore": ["which", "service", "the", "a", "of", "to", "in", "and", "we", "for", "is", "need", "with", "or"],
    "synonyms": {"serverless": ["faas"]},
    "alike": {"server": ["machine"]},
    "everyday_names": ["backup", "translate"],
}


def talking_knowledge(**changes: Any) -> KnowledgeBase:
    """The knowledge base; `changes` replaces whole parts (traits, services, decisions, lexicon)."""
    store: Store = {
        "packs": [{"name": "tests", "version": "1", "reviewed": "2026-11-25"}],
        "traits": TRAITS,
        "services": SERVICES,
        "decisions": DECISIONS,
        "scenarios": [],
        "plans": [],
        "inference": [],
        "derived": {},
        "impossible": [],
        "lexicon": LEXICON,
        **changes,
    }
    return Builder(store).knowledge("sha256:test")
