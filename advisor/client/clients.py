"""The two clients: they send the calls, wait between attempts, and raise what went wrong."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

import httpx

from advisor import __version__
from advisor.client import calls
from advisor.client.calls import Call
from advisor.client.patience import Patience
from advisor.client.problems import error_of
from advisor.engine.reading import NotThatRecordError
from advisor.errors import QueryError, RemoteError

AGAIN = (429, 503)  # statuses that pass
# A question changes nothing, so it can be put again whenever no answer came. Not after a read timeout: that would only add to the load.
NO_ANSWER = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError,
)  # fmt: skip
P = ParamSpec("P")
Answer = TypeVar("Answer")


def _settings(url: str, api_key: str | None, patience: Patience) -> dict[str, Any]:
    if not url.startswith(("http://", "https://")):
        raise QueryError(f"a remote advisor has an http or https address, not {url[:60]!r}", path=("remote",), code="bad-address")
    headers = {"Accept": "application/json", "User-Agent": f"service-advisor/{__version__}"}
    if api_key:
        headers["Authorization"] = f"Bearer {api_key}"
    return {"base_url": url, "headers": headers, "timeout": patience.timeout}


def _request(call: Call[Any]) -> dict[str, Any]:
    request: dict[str, Any] = {"method": call.method, "url": call.path}
    if call.body is not None:
        request["json"] = call.body
    if call.query:
        request["params"] = call.query
    return request


def _read(call: Call[Answer], response: httpx.Response) -> Answer:
    """The record of a response. Raises QueryError as the server told it, RemoteError for anything that is no answer."""
    if not response.is_success:
        raise error_of(response.status_code, response.headers.get("content-type", ""), response.content)
    try:
        return call.read(response.json())
    except (NotThatRecordError, ValueError) as error:
        raise RemoteError(f"the answer of {call.path} cannot be read: {error}", response.status_code) from error


def _again(patience: Patience, attempt: int, response: httpx.Response) -> float | None:
    """Seconds to wait before asking again; None when this response counts."""
    if response.status_code not in AGAIN:
        return None
    return patience.wait(attempt, response.headers.get("retry-after"))


def _failed(url: str, call: Call[Any], error: httpx.HTTPError) -> RemoteError:
    return RemoteError(f"no answer from {url.rstrip('/')}{call.path}: {type(error).__name__} {error}".rstrip())


def _named(method: Callable[..., Any], make: Callable[..., Any]) -> None:
    """Give a method the name, words and signature of the call it makes."""
    signature = inspect.signature(make)
    this = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    method.__name__, method.__doc__ = make.__name__, make.__doc__
    method.__signature__ = signature.replace(parameters=[this, *signature.parameters.values()])  # type: ignore[attr-defined]


def _asks(make: Callable[P, Call[Answer]]) -> Callable[Concatenate[AdvisorClient, P], Answer]:
    def method(self: AdvisorClient, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        return self.send(make(*args, **kwargs))

    _named(method, make)
    return method


def _awaits(make: Callable[P, Call[Answer]]) -> Callable[Concatenate[AsyncAdvisorClient, P], Coroutine[Any, Any, Answer]]:
    async def method(self: AsyncAdvisorClient, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        return await self.send(make(*args, **kwargs))

    _named(method, make)
    return method


class AdvisorClient:
    """Asks a remote advisor. A context manager; safe to share between threads.

    Every method raises the QueryError the local advisor would raise, and RemoteError when there is no answer. `transport` and `sleep`
    replace the network and the waiting, for tests.
    """

    def __init__(
        self, url: str, *, api_key: str | None = None, patience: Patience | None = None, transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:  # fmt: skip
        self.url, self.patience, self._sleep = url, patience or Patience(), sleep
        self._http = httpx.Client(**_settings(url, api_key, self.patience), transport=transport)

    def send(self, call: Call[Answer]) -> Answer:
        """Put one question, again where that may help."""
        attempt = 0
        while True:
            try:
                response = self._http.request(**_request(call))
            except httpx.HTTPError as error:
                wait = self.patience.wait(attempt) if isinstance(error, NO_ANSWER) else None
                if wait is None:
                    raise _failed(self.url, call, error) from error
            else:
                wait = _again(self.patience, attempt, response)
                if wait is None:
                    return _read(call, response)
            self._sleep(wait)
            attempt += 1

    recommend = _asks(calls.recommend)
    next_questions = _asks(calls.next_questions)
    what_if = _asks(calls.what_if)
    compare = _asks(calls.compare)
    plan = _asks(calls.plan)
    interpret = _asks(calls.interpret)
    advise = _asks(calls.advise)
    decisions = _asks(calls.decisions)
    decision = _asks(calls.decision)
    traits = _asks(calls.traits)
    trait = _asks(calls.trait)
    services = _asks(calls.services)
    service = _asks(calls.service)
    rules = _asks(calls.rules)
    rule = _asks(calls.rule)
    info = _asks(calls.info)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> AdvisorClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncAdvisorClient:
    """AdvisorClient for asyncio: the same methods, awaited. An asynchronous context manager."""

    def __init__(
        self, url: str, *, api_key: str | None = None, patience: Patience | None = None, transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self.url, self.patience, self._sleep = url, patience or Patience(), sleep
        self._http = httpx.AsyncClient(**_settings(url, api_key, self.patience), transport=transport)

    async def send(self, call: Call[Answer]) -> Answer:
        """Put one question, again where that may help."""
        attempt = 0
        while True:
            try:
                response = await self._http.request(**_request(call))
            except httpx.HTTPError as error:
                wait = self.patience.wait(attempt) if isinstance(error, NO_ANSWER) else None
                if wait is None:
                    raise _failed(self.url, call, error) from error
            else:
                wait = _again(self.patience, attempt, response)
                if wait is None:
                    return _read(call, response)
            await self._sleep(wait)
            attempt += 1

    recommend = _awaits(calls.recommend)
    next_questions = _awaits(calls.next_questions)
    what_if = _awaits(calls.what_if)
    compare = _awaits(calls.compare)
    plan = _awaits(calls.plan)
    interpret = _awaits(calls.interpret)
    advise = _awaits(calls.advise)
    decisions = _awaits(calls.decisions)
    decision = _awaits(calls.decision)
    traits = _awaits(calls.traits)
    trait = _awaits(calls.trait)
    services = _awaits(calls.services)
    service = _awaits(calls.service)
    rules = _awaits(calls.rules)
    rule = _awaits(calls.rule)
    info = _awaits(calls.info)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> AsyncAdvisorClient:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()
