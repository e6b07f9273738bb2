"""A real server for tests, run as a process: `python -m tests.servers.serve PORT PACK [RELOAD_SECONDS]`.

It serves the pack at PACK in place of ours, and waits one second for headers instead of ten.
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn

import advisor.knowledge.load
from api import protocol
from api.main import create_app
from api.server import options
from api.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    port, pack = int(sys.argv[1]), Path(sys.argv[2])
    advisor.knowledge.load.default_pack = lambda: pack
    protocol.HEADER_SECONDS = 1.0
    settings = Settings(access_log=False, max_seconds=3, reload_seconds=float(sys.argv[3]) if len(sys.argv) > 3 else 0.0)
    uvicorn.run(create_app(settings=settings), **options("127.0.0.1", port))


if __name__ == "__main__":
    main()
