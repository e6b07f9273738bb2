"""Running the app under uvicorn."""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI

from advisor.errors import KnowledgeError
from api.main import create_app
from api.settings import Settings


def app() -> FastAPI:
    """The app with the settings of the environment: what each worker process builds for itself."""
    return create_app(settings=Settings.from_env())


def run(host: str, port: int, workers: int = 1) -> None:
    """Serve until told to stop; what was accepted is answered first."""
    common = {
        "host": host, "port": port, "log_level": "info", "timeout_graceful_shutdown": 20, "timeout_keep_alive": 30, "access_log": False,
        "h11_max_incomplete_event_size": 65_536, "server_header": False,
    }  # fmt: skip
    if workers > 1:
        uvicorn.run("api.server:app", factory=True, workers=workers, **common)  # type: ignore[arg-type]
        return
    try:
        built = app()
    except KnowledgeError as error:
        sys.exit(str(error))
    shown = f"[{host}]" if ":" in host else host
    print(f"service advisor: http://{shown}:{port}/   API: http://{shown}:{port}/docs", file=sys.stderr)
    uvicorn.run(built, **common)  # type: ignore[arg-type]
