"""The command asking a running server: the same words on the screen, the documented exit codes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.local import Advisor
from api import create_app
from api.settings import Settings
from tests.serving import serving

pytestmark = pytest.mark.servers
KEY = "k" * 24
COMMANDS = [
    ["recommend", "caching", "latency_target=1ms", "--json"],
    ["what-if", "caching", "latency_target=1ms"],
    ["compare", "caching", "dax,elasticache", "latency_target=1ms"],
    ["plan", "workload_kind=web-app", "--decision", "caching", "--decision", "compute-platform"],
    ["interpret", "a redis cache, sub-millisecond"],
    ["advise", "a redis cache, sub-millisecond", "-f", "markdown"],
]


@pytest.fixture(scope="module")
def url(advisor: Advisor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that asks for a key."""
    keys = tmp_path_factory.mktemp("keys") / "keys"
    keys.write_text(f"sha256:{hashlib.sha256(KEY.encode()).hexdigest()}\n", encoding="utf-8")
    with serving(create_app(advisor, Settings(api_keys=keys))) as found:
        yield found


def command(*words: str, key: str | None = None) -> subprocess.CompletedProcess[str]:
    """One run of the command."""
    settings = {k: v for k, v in os.environ.items() if not k.startswith("ADVISOR_")}
    if key:
        settings["ADVISOR_API_KEY"] = key
    return subprocess.run(
        [str(Path(sys.executable).with_name("advisor")), *words], capture_output=True, text=True, env=settings, check=False
    )


@pytest.mark.parametrize("words", COMMANDS, ids=lambda w: w[0])
def test_a_remote_answer_reads_as_a_local_one(words: list[str], url: str) -> None:
    """Every verb that takes a workload or words."""
    here, there = command(*words), command("--remote", url, *words, key=KEY)
    assert (there.returncode, there.stdout) == (here.returncode, here.stdout)
    assert here.stdout


def test_exit_codes(url: str) -> None:
    """2: the question is wrong; 4: no answer, be it the key or the address."""
    wrong = command("--remote", url, "recommend", "cachin", key=KEY)
    assert (wrong.returncode, "did you mean 'caching'?" in wrong.stderr) == (2, True)
    keyless = command("--remote", url, "recommend", "caching")
    assert (keyless.returncode, "401" in keyless.stderr) == (4, True)
    assert command("--remote", "http://127.0.0.1:1", "recommend", "caching").returncode == 4
