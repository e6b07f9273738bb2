"""Forms of answers, ETags, 304, HEAD, OPTIONS, gzip."""

from __future__ import annotations

import gzip
import math

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.compression import takes_gzip
from api.negotiation import accepted, matches
from tests.api.conftest import TREES

ACCEPTS = [
    ("text/plain", "text/plain; charset=utf-8"),
    ("text/markdown, */*;q=0.1", "text/markdown; charset=utf-8"),
    ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
    ("application/json;q=0.2, text/csv;q=0.9", "text/csv; charset=utf-8"),
    ("text/*;q=0.5, text/plain;q=0", "text/markdown; charset=utf-8"),
    ("application/*", "application/json"),
    ("image/svg+xml", "image/svg+xml"),
    ("*/*", "application/json"),
    ("", "application/json"),
]


@pytest.mark.parametrize(("accept", "media"), ACCEPTS)
def test_accept_chooses_the_form(client: TestClient, accept: str, media: str) -> None:
    """The most specific range speaks; the best quality wins; JSON when nothing is said."""
    assert client.get(TREES, headers={"accept": accept}).headers["content-type"] == media


@pytest.mark.parametrize("accept", ["application/xml", "text/plain;q=0", "text/plain;q=x", "nonsense", "*/*;q=0"])
def test_a_form_that_is_not_offered_is_a_406_with_the_list(client: TestClient, accept: str) -> None:
    """The problem names every form that is."""
    answer = client.get(TREES, headers={"accept": accept})
    assert answer.status_code == 406
    assert answer.json()["errors"][0]["allowed"] == ["application/json", "text/plain", "text/markdown", "text/csv", "image/svg+xml"]


def test_format_goes_before_accept(client: TestClient) -> None:
    """A link with ?format= is the same for everybody; nicknames are taken, others named."""
    assert client.get(TREES + "?format=md", headers={"accept": "application/json"}).headers["content-type"].startswith("text/markdown")
    answer = client.get(TREES + "?format=jsno")
    assert (answer.status_code, answer.json()["errors"][0]["suggestion"]) == (406, "json")


@given(st.text(max_size=60))
def test_any_accept_header_can_be_read(header: str) -> None:
    """Qualities are numbers from 0 to 1 whatever is sent."""
    assert all(0 <= quality <= 1 and not math.isnan(quality) for _, quality in accepted(header))


def test_the_same_etag_means_the_same_bytes(client: TestClient) -> None:
    """Each form has its own; a 304 repeats the headers that matter and has no body."""
    first = client.get(TREES + "?cold=true")
    other = client.get(TREES + "?cold=true&format=text")
    assert first.headers["etag"] != other.headers["etag"]
    again = client.get(TREES + "?cold=true", headers={"if-none-match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "vary", "cache-control", "x-knowledge-version", "link"):
        assert again.headers[name] == first.headers[name]


def test_if_none_match_compares_weakly_and_knows_the_star() -> None:
    """RFC 9110 §13.1.2."""
    assert matches('W/"a"', '"a"')
    assert matches("*", '"a"')
    assert not matches('"b"', '"a"')
    assert not matches(None, '"a"')


def test_head_is_get_without_the_body(client: TestClient) -> None:
    """Every header of the GET, the length included."""
    for path in (TREES + "?cold=true", "/v1/decisions", "/healthz", "/openapi.json", "/metrics", "/"):
        got, head = client.get(path), client.head(path)
        assert head.status_code == 200
        assert head.content == b""
        if path != "/metrics":
            assert head.headers["content-length"] == got.headers["content-length"]
        assert head.headers.get("etag") == got.headers.get("etag")
    assert client.head("/v1/plan").status_code == 405
    assert client.head("/nothing").status_code == 404


def test_options_and_405_name_the_methods(client: TestClient) -> None:
    """All methods of an address, not those of one route."""
    answer = client.options(TREES)
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")
    refused = client.delete(TREES)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert refused.json()["errors"][0]["allowed"] == ["GET", "HEAD", "POST", "OPTIONS"]
    assert client.get("/v1/plan").headers["allow"] == "POST, OPTIONS"
    assert client.options("/nothing").status_code == 404


def test_gzip_has_its_own_strong_etag(client: TestClient) -> None:
    """Compressed bytes are another representation, known again by their own tag, unpacking to the same bytes."""
    plain = client.get(TREES)
    packed = client.get(TREES, headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert packed.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"'
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept, Accept-Encoding"
    again = client.get(TREES, headers={"accept-encoding": "gzip", "if-none-match": packed.headers["etag"]})
    assert (again.status_code, again.headers["etag"]) == (304, packed.headers["etag"])
    # the tag of packed bytes says nothing to a client that cannot unpack
    assert client.get(TREES, headers={"if-none-match": packed.headers["etag"]}).status_code == 200


def test_small_answers_are_not_packed(client: TestClient) -> None:
    """Below 1 kB compression only costs."""
    assert "content-encoding" not in client.get("/healthz", headers={"accept-encoding": "gzip"}).headers


@pytest.mark.parametrize(
    ("header", "taken"),
    [(b"gzip", True), (b"br, gzip;q=0.5", True), (b"gzip;q=0", False), (b"gzip; q=0.000", False), (b"*", True), (b"*;q=0", False),
     (b"gzip;q=0, *", False), (b"identity", False), (b"", False), (b"xgzip", False)],
)  # fmt: skip
def test_accept_encoding_is_read(header: bytes, taken: bool) -> None:
    """q=0 refuses."""
    assert takes_gzip(header) is taken


def test_packed_text_is_gzip(client: TestClient) -> None:
    """What goes over the wire is gzip indeed, with the length announced."""
    with client.stream("GET", TREES, headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert int(answer.headers["content-length"]) == len(raw)
    assert gzip.decompress(raw) == client.get(TREES).content
