"""What README.md says is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from advisor.cli import COMMANDS
from advisor.local import Advisor
from tests.readme import README, first_answer, shown

TEXT = README.read_text(encoding="utf-8")


def test_first_answer_is_real() -> None:
    """The answer on the first screen is what the command prints; `python -m tests.readme` renews it."""
    assert shown() == first_answer()


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The pack that README.md shows, on disk."""
    for name, text in re.findall(r"```yaml\n# house/(\S+)\n(.*?)```", TEXT, re.DOTALL):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_house_rules_work_as_shown(house: Path) -> None:
    """Each reason names its pack, a retired rule is silent, and the answer tells what would win without the house rules."""
    plain = Advisor.load().recommend("compute-platform", packaging="container", kubernetes_required="no", traffic_pattern="rare")
    ruled = Advisor.load(house).recommend("compute-platform", packaging="container", kubernetes_required="no", traffic_pattern="rare")
    gone = {o.option: o for o in ruled.ruled_out}
    assert gone["eks"].reasons[0].pack == "house"
    assert ruled.best == ("ecs-ec2",)
    assert ruled.without_overlays == plain.best
    assert plain.best != ruled.best
    spoke = {r.rule for o in ruled.ranking for r in (*o.reasons_for, *o.reasons_against)}
    assert "compute-platform.mostly-idle" not in spoke
    assert ruled.knowledge.digest != plain.knowledge.digest
    assert ruled.knowledge.version.endswith("+house-3")


def test_every_command_is_named() -> None:
    """The list of commands is complete."""
    assert [c for c in COMMANDS if f"`{c}`" not in TEXT] == []


@pytest.mark.parametrize("line", re.findall(r"^    advisor (?:what-if|compare|show|plan|advise|recommend) .*$", TEXT, re.MULTILINE))
def test_commands_in_the_review_section_run(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command shown gives an answer."""
    import shlex

    from advisor.cli import main

    if "-r house" in line:
        pytest.skip("run with its pack in test_house_rules_work_as_shown")
    words = shlex.split(line.partition("#")[0].partition(">")[0])[1:]
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert not stop.value.code
    assert len(capsys.readouterr().out) > 100
