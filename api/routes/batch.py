"""Many workloads at once: NDJSON in, NDJSON out, in order, in constant memory."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from advisor.engine.results import as_dict
from advisor.errors import AdvisorError, LimitError, QueryError
from advisor.local import Advisor
from advisor.render.brief import brief
from api.answering import advisor_of
from api.direct import DirectRoute
from api.problems import mistake
from api.questions import check_media, only_parameters, parse, read_form
from api.schemas import RecommendQuery
from api.settings import Settings

router = APIRouter(prefix="/v1/decisions", tags=["decisions"], route_class=DirectRoute)
MEDIA = "application/x-ndjson"
TAKEN = (MEDIA, "application/ndjson", "application/jsonl", "application/json", "text/plain")
READ_AHEAD = 4 * 1024 * 1024  # bytes read while the client is not yet reading: simple clients send everything first
ENOUGH = 65_536  # bytes of answers sent at once
SLICE_S = 0.005  # answer so long without letting others have a turn


@router.post("/{decision}/batch", operation_id="recommend_batch")
async def batch(request: Request, decision: Annotated[str, Path(description="The decision's id.")]) -> Response:
    """Many workloads: NDJSON in (one body of `recommend` per line), NDJSON out, streamed, in order.

    Each answer says its `line`. A bad line is answered by a line with `error` and ends nothing. `?detail=full` gives whole
    recommendations, otherwise they are brief. Read while you send, or send no more than 4 MB at a time.
    """
    only_parameters(request, form=("detail",))
    check_media(request, TAKEN)
    advisor = advisor_of(request)
    short = read_form(request, "brief").detail == "brief"
    return BatchResponse(Answerer(advisor, advisor.engine.decision_id(decision), request.app.state.settings, short))


class Answerer:
    """Answers line by line from one knowledge base, however often the server's is swapped meanwhile."""

    def __init__(self, advisor: Advisor, decision: str, settings: Settings, short: bool) -> None:
        self.advisor, self.decision, self.settings, self.short = advisor, decision, settings, short
        self.count = 0

    @property
    def full(self) -> bool:
        """Whether no further line is taken."""
        return self.count >= self.settings.max_lines

    def line(self, raw: bytes) -> bytes:
        """The answer to one line; nothing for an empty one."""
        self.count += 1
        if not raw.strip():
            return b""
        try:
            if len(raw) > self.settings.max_line:
                raise self.too_long
            query = parse(raw, RecommendQuery)
            result = self.advisor.recommend(self.decision, query.traits, priorities=query.priorities, only=query.only)
        except QueryError as error:
            return self.error(error)
        except AdvisorError as error:
            return self.error(QueryError(str(error)[:200], code="failed"))
        return orjson.dumps({"line": self.count, **(brief(result) if self.short else as_dict(result))}) + b"\n"

    @property
    def too_long(self) -> QueryError:
        """A line beyond the limit."""
        return LimitError(f"a line has at most {self.settings.max_line} bytes")

    def error(self, error: QueryError) -> bytes:
        """A line that says what is wrong with a line."""
        told: dict[str, Any] = {"code": error.code, "detail": error.message[:2000], "errors": [mistake(e) for e in error.errors[:20]]}
        return orjson.dumps({"line": self.count, "error": told}) + b"\n"


class Inbox:
    """What the client sends, read ahead up to READ_AHEAD bytes so that a client that does not read yet is not stuck."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.parts: deque[bytes] = deque()
        self.size = 0
        self.ended = self.gone = False
        self.failure: HTTPException | None = None
        self._news, self._room = asyncio.Event(), asyncio.Event()

    async def fill(self) -> None:
        """Read until the end, or until the client leaves or is too slow."""
        try:
            while not self.ended:
                message = await self.receive()
                if message["type"] == "http.disconnect":
                    self.gone = True
                    break
                part = message.get("body", b"")
                self.parts.append(part)
                self.size += len(part)
                self._news.set()
                if not message.get("more_body", False):
                    break
                while self.size > READ_AHEAD:
                    self._room.clear()
                    await self._room.wait()
        except HTTPException as error:
            self.failure = error
        finally:
            self.ended = True
            self._news.set()

    async def part(self) -> bytes | None:
        """The next bytes, or None at the end."""
        while not self.parts:
            if self.ended:
                return None
            self._news.clear()
            await self._news.wait()
        part = self.parts.popleft()
        self.size -= len(part)
        self._room.set()
        return part


class BatchResponse(Response):
    """Sends answers while it reads lines. (Starlette's StreamingResponse listens for the client's leaving by reading the body away.)"""

    def __init__(self, answerer: Answerer) -> None:
        super().__init__(
            status_code=200, media_type=MEDIA,
            headers={"X-Knowledge-Version": answerer.advisor.knowledge.version, "Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )  # fmt: skip
        self.answerer = answerer
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer until the lines end."""
        inbox = Inbox(receive)
        reading = asyncio.create_task(inbox.fill())
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await self._answer(inbox, send)
            if not inbox.gone:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            reading.cancel()

    async def _answer(self, inbox: Inbox, send: Send) -> None:
        answerer, pending = self.answerer, b""
        done: list[bytes]

        async def out(data: bytes) -> None:
            if data:
                await send({"type": "http.response.body", "body": data, "more_body": True})

        while (part := await inbox.part()) is not None:
            *lines, pending = (pending + part).split(b"\n")
            done, size, since = [], 0, time.monotonic()
            for raw in lines:
                if answerer.full:
                    answerer.count += 1
                    limit = LimitError(f"at most {answerer.settings.max_lines} lines are taken; the rest was not read")
                    await out(b"".join(done) + answerer.error(limit))
                    return
                done.append(answerer.line(raw))
                size += len(done[-1])
                if size > ENOUGH or time.monotonic() - since > SLICE_S:
                    await out(b"".join(done))
                    await asyncio.sleep(0)
                    done, size, since = [], 0, time.monotonic()
            await out(b"".join(done))
            if inbox.gone:
                return
            if len(pending) > answerer.settings.max_line:
                answerer.count += 1
                await out(answerer.error(answerer.too_long))
                return
        if inbox.failure is not None:
            answerer.count += 1
            await out(answerer.error(QueryError(str(inbox.failure.detail), code="too-slow-to-arrive")))
        elif pending.strip() and not inbox.gone:
            await out(
                answerer.error(LimitError(f"at most {answerer.settings.max_lines} lines are taken"))
                if answerer.full
                else answerer.line(pending)
            )
