"""The first answer in README.md, made from the command it shows. `python -m tests.readme` writes it anew."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

from advisor.cli import main

README = Path(__file__).parent.parent / "README.md"
CALL = ["recommend", "compute-platform", "max_run_time=40min", "packaging=container", "traffic_pattern=spiky", "--brief"]
BEGIN, END = "<!-- first-answer -->\n", "<!-- /first-answer -->"


def first_answer() -> str:
    """What the command prints, without the line that names the digest."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main(CALL)
    kept = [line.rstrip() for line in out.getvalue().splitlines() if not line.startswith("Knowledge ")]
    return "```\n" + "\n".join(kept).strip() + "\n```\n"


def shown() -> str:
    """What README.md shows."""
    text = README.read_text(encoding="utf-8")
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)]


if __name__ == "__main__":
    old = README.read_text(encoding="utf-8")
    README.write_text(old.replace(BEGIN + shown() + END, BEGIN + first_answer() + END), encoding="utf-8")
