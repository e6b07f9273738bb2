"""Running the app under uvicorn."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from advisor.errors import KnowledgeError
from api.auth import KeyFileError
from api.main import create_app
from api.protocol import PatientProtocol
from api.settings import Settings

LOGS: dict[str, Any] = {
    "version": 1, "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(message)s"}, "levelled": {"format": "%(levelname)s: %(name)s: %(message)s"}},
    "handlers": {
        "requests": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "plain"},
        "events": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "levelled"},
    },
    "loggers": {
        "advisor.access": {"handlers": ["requests"], "level": "INFO", "propagate": False},
        "advisor": {"handlers": ["events"], "level": "INFO", "propagate": False},
        "uvicorn": {"handlers": ["events"], "level": "WARNING", "propagate": False},
    },
}  # fmt: skip


def app() -> FastAPI:
    """The app with the settings of the environment: what each worker process builds for itself."""
    return create_app(settings=Settings.from_env())


class Workers(Multiprocess):
    """Several processes; SIGHUP reaches each, so that each keeps its last good knowledge (uvicorn's own way is to start them anew)."""

    def handle_hup(self) -> None:
        """Tell every worker to look at its knowledge and keys."""
        for process in self.processes:
            if process.pid is not None:
                os.kill(process.pid, signal.SIGHUP)


def options(host: str, port: int) -> dict[str, Any]:
    """How uvicorn is set up here."""
    return {
        "host": host, "port": port, "timeout_graceful_shutdown": 20, "timeout_keep_alive": 30, "access_log": False, "server_header": False,
        "http": PatientProtocol, "ws": "none", "log_config": LOGS, "log_level": None,
    }  # fmt: skip


def run(host: str, port: int, workers: int = 1) -> None:
    """Serve until told to stop; what was accepted is answered first. Exits with a message when knowledge or keys have mistakes."""
    shown = f"[{host}]" if ":" in host else host
    try:
        built = app()
    except (KnowledgeError, KeyFileError) as error:
        sys.exit(str(error))
    print(f"service advisor: http://{shown}:{port}/   API: http://{shown}:{port}/docs", file=sys.stderr)
    if workers == 1:
        uvicorn.run(built, **options(host, port))
        return
    with tempfile.TemporaryDirectory(prefix="advisor-metrics-") as folder:
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)  # the workers' counts meet there
        config = uvicorn.Config("api.server:app", factory=True, workers=workers, **options(host, port))
        Workers(config, sockets=[config.bind_socket()]).run()
