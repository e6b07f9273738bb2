"""The plan of the house, kept by tests: who imports whom, how long a file is, what stands in it."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORDER = ("spelling", "errors", "quantities", "knowledge", "engine", "review", "language", "render", "local", "client", "cli")
PORCH_DOORS = {"advisor/cli/serving.py"}  # the commands that serve import api, inside the function that serves
LONGEST, MIDDLE = 500, 200
MODULES = sorted(p.relative_to(ROOT).as_posix() for folder in ("advisor", "api") for p in (ROOT / folder).rglob("*.py"))
FOLDERS = ("advisor", "api", "tests", "benchmarks")
PYTHON = sorted(p.relative_to(ROOT).as_posix() for folder in FOLDERS for p in (ROOT / folder).rglob("*.py"))
WORDS = tuple("".join(w) for w in (
    ("py", "pi.org"), ("python", "hosted"), ("npm", "js.org"), ("registry.", "npm"), ("deb.", "debian"), ("/wo", "rk/"), ("/ro", "ot/"),
))  # in halves, since this file too is searched  # fmt: skip


@cache
def tree(module: str) -> ast.Module:
    """The parsed file."""
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def imports(module: str, *, typing_too: bool = False) -> set[str]:
    """Full names of what a module imports, at the top and inside functions; what only a type checker reads is left out by default."""
    found: set[str] = set()

    def walk(node: ast.AST) -> None:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not typing_too:
            return
        if isinstance(node, ast.Import):
            found.update(a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are written in full"
            found.add(node.module or "")
            found.update(f"{node.module}.{a.name}" for a in node.names)
        for child in ast.iter_child_nodes(node):
            walk(child)

    walk(tree(module))
    return found


def room(module: str) -> str:
    """`advisor/engine/cells.py` is in the room engine, `advisor/errors.py` in errors."""
    return module.removeprefix("advisor/").partition("/")[0].removesuffix(".py")


@pytest.mark.parametrize("name", ORDER)
def test_rooms_import_only_from_their_left(name: str) -> None:
    """The reading order is the import order."""
    allowed = {name, *ORDER[: ORDER.index(name)]}
    for module in MODULES:
        if module.startswith("advisor/") and room(module) == name:
            used = {i.split(".")[1] for i in imports(module) if i.startswith("advisor.")} & set(ORDER)
            assert used <= allowed, f"{module} imports {sorted(used - allowed)}"


def test_every_room_has_its_place() -> None:
    """A new room is given a place in the order."""
    rooms = {room(m) for m in MODULES if m.startswith("advisor/")}
    assert rooms - {"__init__"} == set(ORDER)


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith("advisor/")])
def test_the_library_never_hears_of_http_servers(module: str) -> None:
    """`advisor` imports neither `api` nor a web framework; the commands that serve do so when they serve."""
    used = {i.partition(".")[0] for i in imports(module, typing_too=True)} & {"api", "fastapi", "starlette", "uvicorn"}
    if module in PORCH_DOORS:
        at_top = [ast.unparse(n) for n in tree(module).body if isinstance(n, ast.Import | ast.ImportFrom)]
        assert not [line for line in at_top if line.split()[1].partition(".")[0] == "api"]
        used -= {"api"}
    assert not used


@pytest.mark.parametrize("module", PYTHON)
def test_file_can_be_read_in_one_sitting(module: str) -> None:
    """No file of code or tests is longer than 500 lines."""
    assert (ROOT / module).read_text(encoding="utf-8").count("\n") <= LONGEST


@pytest.mark.parametrize("folder", ["advisor", "api"])
def test_most_files_are_short(folder: str) -> None:
    """The middle file has at most 200 lines; empty package markers do not count."""
    lengths = [(ROOT / m).read_text(encoding="utf-8").count("\n") for m in MODULES if m.startswith(f"{folder}/")]
    assert median(n for n in lengths if n > 2) <= MIDDLE


@pytest.mark.parametrize("module", [m for m in PYTHON if not m.startswith("tests/") and (ROOT / m).stat().st_size])
def test_public_names_are_documented(module: str) -> None:
    """Modules, public classes and functions say what the signature cannot."""
    bare = [] if ast.get_docstring(tree(module)) else ["the module"]

    def walk(body: list[ast.stmt], outer: str, *, inside_protocol: bool) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                protocol = isinstance(node, ast.ClassDef) and any(ast.unparse(b).startswith("Protocol") for b in node.bases)
                overrides = isinstance(node, ast.FunctionDef) and outer and any(d in OVERRIDDEN for d in [node.name])
                if not ast.get_docstring(node) and not inside_protocol and not overrides:
                    bare.append(f"{outer}{node.name} (line {node.lineno})")
                if isinstance(node, ast.ClassDef):
                    walk(node.body, f"{node.name}.", inside_protocol=protocol)

    walk(tree(module).body, "", inside_protocol=False)
    assert not bare, f"{module}: {', '.join(bare)}"


OVERRIDDEN = {"list_commands", "get_command", "format_commands", "resolve_command"}  # documented where click declares them


def test_the_front_door_shows_what_it_says() -> None:
    """`advisor.__all__` is sorted, and every name in it is there."""
    import advisor

    assert list(advisor.__all__) == sorted(advisor.__all__)
    for name in advisor.__all__:
        assert getattr(advisor, name) is not None
    with pytest.raises(AttributeError):
        advisor.nothing_of_that_name  # noqa: B018


def test_no_file_names_a_registry_or_a_machine() -> None:
    """Packages are named, never the hosts they come from; no path of somebody's machine is written down."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\0")
    names = [n for n in listed if n and (ROOT / n).is_file()] or PYTHON
    pattern = re.compile("|".join(re.escape(w) for w in WORDS))
    wrong = []
    for name in names:
        text = (ROOT / name).read_bytes().decode("utf-8", "replace")
        wrong += [f"{name}:{text[: m.start()].count(chr(10)) + 1}: {m.group()}" for m in pattern.finditer(text)]
    assert not wrong


def test_every_module_of_the_library_has_its_tests() -> None:
    """tests/advisor mirrors advisor: a file of tests per module with logic of its own."""
    tests = {p.relative_to(ROOT / "tests").as_posix() for p in (ROOT / "tests").rglob("test_*.py")}
    missing = [
        m for m in MODULES
        if m.startswith("advisor/knowledge/") and not m.endswith("__init__.py")
        and f"{m.rpartition('/')[0]}/test_{m.rpartition('/')[2]}" not in tests and m not in TRIED_ELSEWHERE
    ]  # fmt: skip
    assert not missing


TRIED_ELSEWHERE = {
    "advisor/knowledge/base.py",  # plain records
    "advisor/knowledge/models.py",  # shapes: test_gate.py provokes each of their mistakes
    "advisor/knowledge/schema.py",  # tests/rules/test_files.py compares it with the committed files
}
