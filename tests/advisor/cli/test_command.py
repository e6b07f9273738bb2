"""The command: answers, formats, errors and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from advisor.cli import COMMANDS, main
from tests.packs import write_pack


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """(exit code, standard output, standard error) of one call."""
    with pytest.raises(SystemExit) as stop:
        main(list(words))
    out = capsys.readouterr()
    return int(stop.value.code or 0), out.out, out.err


def test_recommend_answers_the_first_question(capsys: pytest.CaptureFixture[str]) -> None:
    """Fargate or Batch is ahead; Lambda is out by its 15 minutes, with page and day."""
    code, out, _ = run(capsys, "recommend", "compute-platform", "max_run_time=40min", "packaging=container", "traffic_pattern=spiky")
    assert code == 0
    ranking = out.index("AWS Fargate")
    assert "One invocation stops after 15 min; this run takes 40 min." in out[ranking:]
    assert "docs.aws.amazon.com/lambda" in out
    assert "(read 2026-11" in out


@pytest.mark.parametrize("form", ["text", "markdown", "csv", "svg"])
def test_recommend_has_forms(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every form is told without an error."""
    code, out, _ = run(capsys, "recommend", "compute-platform", "max_run_time=40min", "-f", form)
    assert code == 0
    assert "Lambda" in out


def test_json_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` prints one JSON document."""
    _, out, _ = run(capsys, "recommend", "compute-platform", "max_run_time=40min", "--json")
    assert json.loads(out)["decision"]["id"] == "compute-platform"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["recommend", "compute-platfrm"], 2, "did you mean 'compute-platform'?"),
        (["recommend", "compute-platform", "max_runtime=4min"], 2, "did you mean 'max_run_time'?"),
        (["recommend", "compute-platform", "max_run_time=5GB"], 2, "measures data, not time"),
        (["recommend", "compute-platform", "max_run_time=5mn"], 2, "unknown unit 'mn'"),
        (["recommend", "compute-platform", "traffic_pattern=spikky"], 2, "did you mean 'spiky'?"),
        (["recommend", "compute-platform", "max_run_time=nan"], 2, "max_run_time"),
        (["recommend", "compute-platform", "max_run_time=-5min"], 2, "out of range"),
        (["recommend", "compute-platform", "--only", "lambada"], 2, "did you mean 'lambda'?"),
        (["recommend", "compute-platform", "-p", "cost=high"], 2, "did you mean 'cost-optimization'?"),
        (["recommend", "compute-platform", "-p", "cost-optimization=hihg"], 2, "did you mean 'high'?"),
        (["recommend", "compute-platform", "-f", "xml"], 2, "unknown format 'xml'"),
        (["recomend", "x"], 2, "did you mean 'recommend'?"),
        (["show", "service", "lamda"], 2, "did you mean 'lambda'?"),
        (["-r", "/nowhere", "show", "knowledge"], 3, "no pack.yaml here"),
    ],
)
def test_mistakes_name_the_fix(words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong call ends with the documented code and says what to write instead."""
    found, _, err = run(capsys, *words)
    assert (found, says in err) == (code, True), err


def test_nothing_fits_is_an_answer_with_its_own_code(capsys: pytest.CaptureFixture[str]) -> None:
    """When every option is ruled out the answer says so, and the exit code is 1."""
    code, out, _ = run(capsys, "recommend", "compute-platform", "max_run_time=40min", "--only", "lambda")
    assert code == 1
    assert "No option fits" in out


def test_several_mistakes_are_all_told(capsys: pytest.CaptureFixture[str]) -> None:
    """One call reports every mistake of the question."""
    _, _, err = run(capsys, "recommend", "compute-platform", "max_run_time=5GB", "traffic_pattern=spikky")
    assert "max_run_time" in err
    assert "traffic_pattern" in err


def test_answers_come_from_a_file_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A YAML file of answers is read; words on the line win."""
    file = tmp_path / "workload.yaml"
    file.write_text("max_run_time: 40 min\ntraffic_pattern: [spiky, rare]\n")
    _, out, _ = run(capsys, "recommend", "compute-platform", "max_run_time=5min", "--file", str(file), "--json")
    used = json.loads(out)["traits"]["used"]
    assert used == {"max_run_time": "5 min", "traffic_pattern": "spiky or rare"}


@pytest.mark.parametrize("what", ["decisions", "traits", "services", "rules"])
def test_show_lists(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Lists are plain aligned text in a pipe."""
    code, out, _ = run(capsys, "show", what, "-q", "lambda")
    assert code == 0
    assert "\x1b" not in out
    assert len(out.splitlines()) > 3


@pytest.mark.parametrize(
    "name", ["compute-platform", "max_run_time", "lambda", "S3 Glacier Deep Archive", "compute-platform.run-time-limit"]
)
def test_show_finds_a_name_anywhere(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Decisions, traits, services by id or name, and rules are shown by their name alone."""
    code, out, _ = run(capsys, "show", name)
    assert code == 0
    assert len(out) > 100


def test_check_prints_every_mistake_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong pack is reported as file:line:col: code: message, all mistakes at once, and the code is 1."""
    pack = write_pack(
        tmp_path / "house",
        {
            "pack.yaml": "name: house\nversion: 1\nreviewed: 2026-11-01\n",
            "decisions/compute-platform.yaml": "extends: compute-platform\nrules:\n"
            "  - {id: a, when: {max_runtime: 5 min}, exclude: lambda, because: No.}\n"
            "  - {id: b, when: {stage: productoin}, exclude: lambada, because: No., "
            "sources: [{url: 'https://x.example', chekced: 2026-11-01}]}\n",
        },
    )
    code, out, _ = run(capsys, "-r", str(pack), "check", "--decision", "compute-platform")
    assert code == 1
    assert "compute-platform.yaml:4:" in out
    assert "unknown-field: 'chekced'; did you mean 'checked'?" in out


def test_batch_answers_a_bad_line_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """NDJSON out has one line per line in; a bad one is an error line."""
    file = tmp_path / "in.ndjson"
    file.write_text('{"traits": {"max_run_time": "40 min"}}\n{"traits": {"nope": 1}}\nnot json\n{"traits": {}}\n')
    code, out, _ = run(capsys, "batch", "compute-platform", str(file))
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [("error" in line) for line in lines] == [False, True, True, False]
    assert [line["line"] for line in lines] == [1, 2, 3, 4]


def test_serve_refuses_other_machines_without_keys(capsys: pytest.CaptureFixture[str]) -> None:
    """Listening beyond loopback needs keys or an explicit word."""
    code, _, err = run(capsys, "serve", "--host", "0.0.0.0")
    assert code == 2
    assert "--no-auth" in err


def test_hash_key_never_shows_the_key(capsys: pytest.CaptureFixture[str]) -> None:
    """The hash is what the key file holds."""
    _, out, _ = run(capsys, "hash-key", "a-long-enough-key-for-this")
    assert out.startswith("sha256:")
    assert "long-enough" not in out


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` of every command works."""
    code, out, _ = run(capsys, name, "--help")
    assert code == 0
    assert "Usage" in out


def test_portfolio_answers_every_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each row of a CSV file gets its best option, as the single question would; other columns travel along."""
    file = tmp_path / "apps.csv"
    file.write_text("name,max_run_time,packaging\nreport,40 min,container-image\nhook,2 s,function-zip\nempty,,\n")
    code, out, err = run(capsys, "portfolio", "compute-platform", str(file))
    rows = [line.split(",") for line in out.splitlines()]
    assert code == 0
    assert rows[0] == ["name", "best", "score", "tied"]
    assert [r[0] for r in rows[1:]] == ["report", "hook", "empty"]
    assert rows[1][1] == "ecs-fargate"
    assert rows[2][1] == "lambda"
    assert "AWS Lambda" in err


def test_every_other_command_has_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows of a portfolio, the hash of a key, the schemas written."""
    file = tmp_path / "w.csv"
    file.write_text("team,max_run_time\nred,40 min\n")
    told = json.loads(run(capsys, "portfolio", "compute-platform", str(file), "--json")[1])
    assert told["rows"][0]["team"] == "red"
    assert told["overview"]["workloads"] == 1
    assert json.loads(run(capsys, "hash-key", "a-long-enough-key-for-this", "--json")[1])["hash"].startswith("sha256:")
    written = json.loads(run(capsys, "schema", "--into", str(tmp_path / "schema"), "--json")[1])["written"]
    assert written
    assert all(Path(path).is_file() for path in written)



@pytest.mark.parametrize(
    ("text", "says"), [("a,b\n1,2\n", "no column named after a trait"), ("max_run_time,x\n1\n", "1 cells where the header has 2")]
)
def test_portfolio_names_what_is_wrong_with_a_file(text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no table of workloads is refused with its place."""
    file = tmp_path / "bad.csv"
    file.write_text(text)
    code, _, err = run(capsys, "portfolio", "compute-platform", str(file))
    assert (code, says in err) == (2, True), err
