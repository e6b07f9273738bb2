"""Who may ask: API keys, kept only as SHA-256 hashes.

The key file has one key per line, `sha256:<64 hex digits>`, then optionally a name for the log; `#` starts a comment. Keys are long
random strings (`advisor hash-key` insists), so a fast hash is enough: there is nothing to guess.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import re
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import problem

log = logging.getLogger("advisor.api")
OPEN = frozenset({"/healthz"})
LINE = re.compile(r"sha256:([0-9a-fA-F]{64})(?:\s+(\S{1,60}))?")
LONGEST_KEY = 512


class KeyFileError(Exception):
    """The key file cannot be used; whoever runs the server acts. The message names file and line."""


class Keys:
    """The accepted keys. `reload` takes a changed file, or keeps the old keys when the new file has a mistake."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._entries = read_keys(path)

    def reload(self) -> None:
        """Read the file again."""
        try:
            self._entries = read_keys(self.path)
        except KeyFileError as error:
            log.error("keys not reloaded, the old ones stay: %s", error)

    def name_of(self, key: str) -> str | None:
        """The name of this key (or `key-<n>`), or None when it is not accepted. Takes equally long wherever it stands."""
        digest = hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
        found = None
        for entry, name in self._entries:
            if hmac.compare_digest(entry, digest):
                found = name
        return found


def read_keys(path: Path) -> list[tuple[bytes, str]]:
    """(hash, name) per line. Raises KeyFileError: an unreadable or empty file must not open the server to everybody."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"{path}: {error}") from None
    entries: list[tuple[bytes, str]] = []
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        match = LINE.fullmatch(text)
        if match is None:
            raise KeyFileError(f"{path}:{number}: not `sha256:<64 hex digits>`; `advisor hash-key` makes such a line")
        entries.append((bytes.fromhex(match.group(1)), match.group(2) or f"key-{len(entries) + 1}"))
    if not entries:
        raise KeyFileError(f"{path}: holds no key")
    return entries


def presented(headers: Headers) -> str | None:
    """The key of `Authorization: Bearer`, of `X-API-Key`, or the password of `Authorization: Basic` (for the page in a browser)."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and value.strip():
        return value.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).decode("utf-8", "surrogateescape").partition(":")[2]
        except (binascii.Error, ValueError):
            return ""
    return headers.get("x-api-key")


class Authentication:
    """Lets a request pass when its key is accepted: 401 without a key, 403 with a wrong one. `/healthz` needs none."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self.app, self.keys = app, keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan" or scope["path"].removeprefix(scope.get("root_path", "")) in OPEN:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        key = presented(headers)
        if key is None:
            challenge = 'Bearer realm="service-advisor"'
            if "text/html" in headers.get("accept", ""):
                challenge += ', Basic realm="service-advisor: any name, the key as password", charset="UTF-8"'
            answer = problem(
                401, "key-needed", "send a key as `Authorization: Bearer KEY` or `X-API-Key: KEY`", headers={"WWW-Authenticate": challenge}
            )
        elif (name := self.keys.name_of(key[:LONGEST_KEY])) is not None:
            scope["key_name"] = name
            await self.app(scope, receive, send)
            return
        else:
            answer = problem(403, "key-refused", "this key is not accepted here")
        await answer(scope, receive, send)
