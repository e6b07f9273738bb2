"""What others make of the OpenAPI document: schemathesis, Spectral, and two generated clients, against a real server."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from tests.servers.wire import ADVISOR, Server, running

pytestmark = pytest.mark.servers
HERE = Path(__file__).parent
TOP = HERE.parent.parent
NPM = ("@stoplight/spectral-cli@6", "openapi-typescript@7", "openapi-fetch@0", "typescript@5", "@types/node@20")
PYTHON_CLIENT = """
import sys
from generated.api.decisions import recommend, recommend_get
from generated.client import Client
from generated.models import Recommendation, RecommendQuery, TraitParameters
client = Client(base_url=sys.argv[1])
query = RecommendQuery.from_dict({"traits": {"max_run_time": "40 min"}, "priorities": {"cost-optimization": "high"}})
posted = recommend.sync("compute-platform", client=client, body=query)
got = recommend_get.sync("compute-platform", client=client, traits=TraitParameters.from_dict({"max_run_time": "40 min"}))
for answer in (posted, got):
    assert isinstance(answer, Recommendation)
    assert "lambda" in [out.option for out in answer.ruled_out]
print("answered", posted.ranking[0].option)
"""
TYPESCRIPT_CLIENT = """
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Recommendation = components["schemas"]["Recommendation"];

async function main(url: string): Promise<void> {
  const client = createClient<paths>({ baseUrl: url, querySerializer: { object: { style: "form", explode: true } } });
  const path = { decision: "compute-platform" as const };
  const body = { traits: { max_run_time: "40 min" }, priorities: { "cost-optimization": "high" as const } };
  const posted = await client.POST("/v1/decisions/{decision}/recommend", { params: { path }, body });
  const query = { traits: { max_run_time: "40 min" } };
  const got = await client.GET("/v1/decisions/{decision}/recommend", { params: { path, query } });
  for (const reply of [posted, got]) {
    if (reply.error) throw new Error(reply.error.detail);
    const answer = reply.data as Recommendation;
    if (!answer.ruled_out.some((out) => out.option === "lambda")) throw new Error("not ruled out");
    console.log("answered", answer.ranking[0].option);
  }
}

void main(process.argv[2]);
"""
TSCONFIG = """{"compilerOptions": {"strict": true, "module": "nodenext", "moduleResolution": "nodenext", "target": "es2022",
"lib": ["es2022", "dom"], "skipLibCheck": false, "outDir": "out", "types": ["node"]}, "files": ["use.ts"]}"""


def run(command: Sequence[str | Path], folder: Path) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run([str(c) for c in command], cwd=folder, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, f"{command}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`advisor serve`, with our own knowledge."""
    with running([ADVISOR, "serve", "--port", "{port}", "--no-access-log"], tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="module")
def document(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its OpenAPI document as a file."""
    path = tmp_path_factory.mktemp("document") / "openapi.json"
    path.write_bytes(httpx.get(server.url + "/openapi.json").content)
    return path


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the npm packages."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("node")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    run(["npm", "install", "--no-fund", "--no-audit", "--loglevel=error", *NPM], folder)
    return folder


def test_schemathesis_finds_nothing(server: Server) -> None:
    """All checks, all phases, several thousand examples, GET and POST; what is configured has its reason in schemathesis.toml."""
    command = Path(sys.executable).with_name("schemathesis")
    if not command.exists():
        pytest.skip("schemathesis is not installed (pip install -e '.[contract]')")
    # every check is on by default; naming them on the command line would overrule the file
    options = ["--config-file", "tests/api/schemathesis.toml", "run", server.url + "/openapi.json", "--seed", "1", "--max-examples", "100"]
    told = run([command, *options, "--continue-on-failure"], TOP)
    generated = re.search(r"(\d+) generated, (\d+) passed", told)
    assert generated is not None, told[-2000:]
    assert int(generated.group(1)) > 3000
    assert "Traceback" not in server.log()


def test_spectral_finds_nothing(document: Path, node: Path) -> None:
    """The `oas` ruleset, hints included."""
    (node / "rules.yaml").write_text("extends: ['spectral:oas']\n")
    run(["npx", "spectral", "lint", "--ruleset", "rules.yaml", "--fail-severity", "hint", document], node)


def test_a_generated_typescript_client_compiles_and_asks(server: Server, document: Path, node: Path) -> None:
    """openapi-typescript, strict; then run by node."""
    run(["npx", "openapi-typescript", document, "-o", "api.d.ts"], node)
    (node / "use.ts").write_text(TYPESCRIPT_CLIENT)
    (node / "tsconfig.json").write_text(TSCONFIG)
    run(["npx", "tsc", "-p", "."], node)
    assert run(["node", "out/use.js", server.url], node).count("answered") == 2


def test_a_generated_python_client_compiles_and_asks(server: Server, document: Path, tmp_path: Path) -> None:
    """openapi-python-client in an environment of its own."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "openapi-python-client", "httpx", "attrs", "python-dateutil", "mypy"], tmp_path)
    generate = ["generate", "--path", document, "--output-path", "generated", "--meta", "none"]
    run([python.with_name("openapi-python-client"), *generate], tmp_path)
    run([python, "-m", "mypy", "generated"], tmp_path)
    (tmp_path / "use.py").write_text(PYTHON_CLIENT)
    assert "answered" in run([python, "use.py", server.url], tmp_path)
