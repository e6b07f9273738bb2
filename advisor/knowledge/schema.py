"""JSON Schemas for editors: the shadow of the models, never edited by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from advisor.knowledge import models

FILES: dict[str, Any] = {
    "pack": models.PackFile,
    "traits": dict[models.Snake, models.TraitModel],
    "services": dict[models.Id, models.ServiceModel],
    "decision": models.DecisionModel,
    "overlay": models.OverlayModel,
    "scenarios": models.ScenarioFile,
    "plan-scenario": models.PlanScenarioModel,
    "inference": models.InferenceFile,
    "lexicon": models.LexiconFile,
}


def schemas() -> dict[str, str]:
    """File name → the schema as text, stable to the byte."""
    out = {}
    for name, shape in FILES.items():
        schema = TypeAdapter(shape).json_schema()
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        out[f"{name}.schema.json"] = json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    return out


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema into the folder; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return written
