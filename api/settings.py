"""How a server is run, from arguments or the environment (ADVISOR_…)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


def _int(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    return int(text) if text.isdigit() else default


def _words(name: str) -> tuple[str, ...]:
    return tuple(w for w in os.environ.get(name, "").replace(",", " ").split() if w)


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and habits of one server.

    max_body: bytes of a request.   max_text: characters of a described workload.   max_lines, max_line: lines of a batch, and bytes of
    one.   max_seconds: time one request may take to arrive and be answered.   cors_origins: origins of dashboards ("*" for any).
    api_keys: file with one `sha256:<hex>` per line; None serves without keys.   reload_seconds: how often the packs are looked at; 0 never.
    cache_answers: answers kept in memory (they are pure, so this is only speed).   warm: after the start and after new knowledge, build in
    the background what the first text would wait for.
    """

    packs: tuple[Path, ...] = ()
    root_path: str = ""
    max_body: int = 262_144
    max_text: int = 20_000
    max_lines: int = 100_000
    max_line: int = 65_536
    max_seconds: int = 30
    cors_origins: tuple[str, ...] = ()
    api_keys: Path | None = None
    reload_seconds: float = 0.0
    cache_answers: int = 2048
    access_log: bool = True
    warm: bool = False

    @classmethod
    def from_env(cls) -> Settings:
        """The settings that ADVISOR_ROOT_PATH, ADVISOR_CORS, ADVISOR_API_KEYS, ADVISOR_RELOAD, ADVISOR_WARM and the limits name."""
        keys = os.environ.get("ADVISOR_API_KEYS")
        plain = cls()
        return cls(
            packs=tuple(Path(p) for p in os.environ.get("ADVISOR_SERVE_PACKS", "").split(os.pathsep) if p),
            root_path=os.environ.get("ADVISOR_ROOT_PATH", ""),
            max_body=_int("ADVISOR_MAX_BODY", plain.max_body),
            max_text=_int("ADVISOR_MAX_TEXT", plain.max_text),
            max_lines=_int("ADVISOR_MAX_LINES", plain.max_lines),
            max_seconds=_int("ADVISOR_MAX_SECONDS", plain.max_seconds),
            cors_origins=_words("ADVISOR_CORS"),
            api_keys=Path(keys) if keys else None,
            reload_seconds=float(os.environ.get("ADVISOR_RELOAD", "0") or 0),
            warm=os.environ.get("ADVISOR_WARM", "on").lower() not in ("off", "0", "no"),
            access_log=os.environ.get("ADVISOR_ACCESS_LOG", "on").lower() not in ("off", "0", "no"),
        )
