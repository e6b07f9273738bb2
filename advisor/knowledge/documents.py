"""YAML files as plain data, with the line and column of every key and value.

The plain scalars of YAML 1.2's core schema: `no`, `on`, `12:30` and dates stay text, as a reader of the file expects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from advisor.errors import Diagnostic

Path = tuple[str | int, ...]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?\d+\Z")
_FLOAT = re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d+)?\Z")
MAX_DEPTH = 40


@dataclass
class Document:
    """One file: its data and where each part of it stands. `places` maps a path to (line, column), both from 1."""

    name: str
    data: Any = None
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def at(self, path: Path) -> tuple[int, int]:
        """Line and column of the deepest part of `path` that the file holds."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def report(self, path: Path, code: str, message: str, severity: str = "error") -> Diagnostic:
        """A diagnostic at that place of this file."""
        line, column = self.at(path)
        return Diagnostic(self.name, line, column, code, message, severity)


def _scalar(node: yaml.ScalarNode) -> Any:
    text = node.value
    if node.style in ("'", '"', "|", ">"):
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text


def parse_document(text: str, name: str) -> Document:
    """The document of one YAML text. Syntax errors and repeated keys become diagnostics, never exceptions."""
    document = Document(name)
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).split("\n")[0]
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        document.diagnostics.append(Diagnostic(name, line, column, "yaml-syntax", str(what)))
        return document

    def walk(node: Any, path: Path) -> Any:
        document.places.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
        if len(path) > MAX_DEPTH:
            document.diagnostics.append(document.report(path, "yaml-depth", f"nested deeper than {MAX_DEPTH} levels"))
            return None
        if isinstance(node, yaml.MappingNode):
            out: dict[str, Any] = {}
            for key_node, value_node in node.value:
                key = key_node.value if isinstance(key_node, yaml.ScalarNode) else str(key_node.start_mark)
                place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
                if key in out:
                    document.diagnostics.append(Diagnostic(name, *place, "repeated-key", f"{key!r} stands twice in one map"))
                    continue
                document.places[(*path, key)] = place
                out[key] = walk(value_node, (*path, key))
            return out
        if isinstance(node, yaml.SequenceNode):
            return [walk(child, (*path, i)) for i, child in enumerate(node.value)]
        return _scalar(node)

    document.data = walk(root, ()) if root is not None else None
    return document
