"""The wheel as strangers get it: built, installed into an empty environment, asked from another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The finished command; its error output is the message when it fails."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV", "ADVISOR_RULES")}
    done = subprocess.run([*map(str, command)], cwd=cwd, env={**kept, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("service_advisor-*.whl")
    return built


def test_the_wheel_holds_the_code_and_the_knowledge(wheel: Path) -> None:
    """Everything under advisor/, api/ and rules/, and nothing of the workshop."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside in (("rules", "advisor/rules"), ("advisor", "advisor"), ("api", "api")):
        ours = [p for p in (ROOT / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts]
        missing = [p for p in ours if f"{inside}/{p.relative_to(ROOT / folder).as_posix()}" not in names]
        assert ours
        assert not missing
    tops = {n.partition("/")[0] for n in names if ".dist-info/" not in n}
    assert tops == {"advisor", "api"}
    assert not [n for n in names if "__pycache__" in n or n.endswith(".pyc")]


def test_the_wheel_carries_its_licence_and_its_command(wheel: Path) -> None:
    """What an index shows and an installer needs."""
    archive = zipfile.ZipFile(wheel)
    info = next(n.partition("/")[0] for n in archive.namelist() if ".dist-info/" in n)
    assert f"{info}/licenses/LICENSE" in archive.namelist()
    assert "advisor = advisor.cli:main" in archive.read(f"{info}/entry_points.txt").decode()
    assert "License-Expression: Apache-2.0" in archive.read(f"{info}/METADATA").decode()


@pytest.mark.servers
def test_an_installed_wheel_answers_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    """pip into an empty environment, then a question from a folder that knows nothing of the checkout."""
    home = tmp_path / "env"
    run(sys.executable, "-m", "venv", home, cwd=tmp_path)
    run(home / "bin/python", "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", wheel, cwd=tmp_path)
    away = tmp_path / "away"
    away.mkdir()
    cache = {"ADVISOR_CACHE": str(tmp_path / "cache")}
    command = home / "bin/advisor"
    told = run(command, "recommend", "compute-platform", "max_run_time=40min", "--json", cwd=away, **cache)
    answer = json.loads(told.stdout)
    assert "lambda" in {o["option"] for o in answer["ruled_out"]}
    code = "from advisor.knowledge.load import default_pack; print(default_pack())"
    pack = Path(run(home / "bin/python", "-c", code, cwd=away).stdout.strip())
    assert pack.is_relative_to(home)
    assert run(command, "--version", cwd=away).stdout.startswith("advisor")
    run(home / "bin/python", "-m", "pip", "check", cwd=away)
    served = "from api.main import create_app; from advisor import Advisor; create_app(Advisor.load())"
    run(home / "bin/python", "-c", served, cwd=away, **cache)
