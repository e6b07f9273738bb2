"""The interview: answering, skipping, going back, stopping, and the words that repeat the answer."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from advisor.cli import cli
from tests.packs import write_pack


@pytest.fixture
def pack(tmp_path: Path) -> str:
    """The small pack laid over ours under a name of its own."""
    return str(write_pack(tmp_path / "small"))


def ask(typed: str, *words: str) -> str:
    """What the interview prints when these lines are typed."""
    result = CliRunner().invoke(cli, ["ask", *words], input=typed, obj={"packs": ()})
    assert result.exit_code == 0, result.output
    return result.output


def test_it_ends_in_the_command_and_link_that_repeat_it() -> None:
    """The closing command holds the answers given."""
    out = ask("q\n", "s3-storage-class", "access_frequency=yearly", "retention_period=7years")
    again = next(line for line in out.splitlines() if line.startswith("Again:"))
    assert shlex.split(again.removeprefix("Again:"))[:3] == ["advisor", "recommend", "s3-storage-class"]
    link = next(line for line in out.splitlines() if line.startswith("Link:")).split()[1]
    assert parse_qs(urlsplit(link).query)["access_frequency"] == ["yearly"]


def test_skipping_everything_stops() -> None:
    """Whoever knows nothing is asked other questions, and at last none."""
    out = ask("-\n" * 60, "s3-storage-class", "--most", "50")
    assert "Again:" in out


def test_a_bad_answer_is_explained_and_asked_again() -> None:
    """A wrong value names the allowed ones; the question stays."""
    out = ask("nonsense-value\nq\n", "s3-storage-class")
    assert "unknown value" in out or "has no number" in out or "neither yes nor no" in out


def test_back_takes_an_answer_back() -> None:
    """After `b` the answer is not part of the closing command."""
    out = ask("1\nb\nq\n", "s3-storage-class")
    again = next(line for line in out.splitlines() if line.startswith("Again:"))
    assert "=" not in again


def test_the_words_work_as_well_as_their_letters() -> None:
    """`back`, `skip` and `enough` are no answers to the question."""
    worded, lettered = ask("1\nback\nskip\nenough\n", "s3-storage-class"), ask("1\nb\n-\nq\n", "s3-storage-class")
    assert [line for line in worded.splitlines() if ">" not in line] == [line for line in lettered.splitlines() if ">" not in line]


def test_json_stands_alone_on_standard_output() -> None:
    """A program reads the recommendation while a person reads the questions."""
    result = CliRunner().invoke(cli, ["ask", "s3-storage-class", "access_frequency=yearly", "--json"], input="q\n", obj={"packs": ()})
    assert json.loads(result.stdout)["traits"]["used"] == {"access_frequency": "yearly"}
    assert "1. " in result.stderr
