"""API keys: hashed at rest, compared in constant time, asked for everywhere but at /healthz."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.auth import KeyFileError, Keys, read_keys
from tests.api.conftest import TREES

FIRST, SECOND = "first-key-of-many-letters", "second-key-of-many-letters"


def line(key: str) -> str:
    """A line of the key file."""
    return "sha256:" + hashlib.sha256(key.encode()).hexdigest()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """Two keys, one with a name."""
    path = tmp_path / "keys"
    path.write_text(f"# our keys\n{line(FIRST)} dashboards\n\n{line(SECOND)}  # a chatbot\n")
    return path


def test_without_a_key_it_is_a_401_that_says_how(client_with: Callable[..., TestClient], key_file: Path) -> None:
    """With the challenge of RFC 9110; /healthz needs none, everything else does."""
    client = client_with(api_keys=key_file)
    assert client.get("/healthz").status_code == 200
    for path in (TREES, "/readyz", "/metrics", "/openapi.json", "/", "/nothing", "/healthz/"):
        answer = client.get(path)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "Basic" in client.get("/", headers={"accept": "text/html"}).headers["www-authenticate"]


def test_a_right_key_opens_a_wrong_one_does_not(client_with: Callable[..., TestClient], key_file: Path) -> None:
    """As a bearer token, as X-API-Key, or as a password."""
    client = client_with(api_keys=key_file)
    password = base64.b64encode(f"anybody:{FIRST}".encode()).decode()
    for headers in ({"authorization": f"Bearer {FIRST}"}, {"x-api-key": SECOND}, {"authorization": f"basic {password}"}):
        assert client.get(TREES, headers=headers).status_code == 200
    for headers in (
        {"authorization": "Bearer wrong"}, {"x-api-key": ""}, {"x-api-key": line(FIRST)}, {"authorization": "Basic ???"},
        {"x-api-key": FIRST + "x"}, {"x-api-key": b"\xff"}, {"x-api-key": "x" * 5000},
    ):  # fmt: skip
        assert client.get(TREES, headers=headers).status_code == 403


def test_answers_behind_keys_are_private(client_with: Callable[..., TestClient], key_file: Path) -> None:
    """A shared cache must not hand them to those without a key."""
    answer = client_with(api_keys=key_file).get(TREES, headers={"x-api-key": FIRST})
    assert answer.headers["cache-control"].startswith("private")


def test_keys_are_known_by_name_and_all_are_compared(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No comparison is left out, wherever the right key stands."""
    keys = Keys(key_file)
    compared = []
    real = hmac.compare_digest
    monkeypatch.setattr("api.auth.hmac.compare_digest", lambda a, b: compared.append(a) or real(a, b))
    assert keys.name_of(FIRST) == "dashboards"
    assert keys.name_of(SECOND) == "key-2"
    assert keys.name_of("another") is None
    assert len(compared) == 6


@pytest.mark.parametrize("text", ["", "# nothing\n", "plain-key\n", "sha256:abc\n", "md5:" + "0" * 32, line(FIRST)[:-1]])
def test_a_key_file_with_a_mistake_opens_nothing(client_with: Callable[..., TestClient], tmp_path: Path, text: str) -> None:
    """The server does not start."""
    path = tmp_path / "keys"
    path.write_text(text)
    with pytest.raises(KeyFileError):
        client_with(api_keys=path)
    with pytest.raises(KeyFileError):
        read_keys(tmp_path / "missing")


def test_a_changed_file_is_taken_a_broken_one_is_not(key_file: Path) -> None:
    """Keys can be added and revoked while the server runs."""
    keys = Keys(key_file)
    key_file.write_text(line("third-key-of-many-letters"))
    keys.reload()
    assert keys.name_of(FIRST) is None
    assert keys.name_of("third-key-of-many-letters") == "key-1"
    key_file.write_text("oops")
    keys.reload()
    assert keys.name_of("third-key-of-many-letters") == "key-1"
