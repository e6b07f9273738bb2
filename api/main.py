"""Building the app: `create_app(advisor)`; nothing happens on import."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.routing import Route

from advisor import __version__
from advisor.local import Advisor
from api import middleware, problems
from api.auth import Keys
from api.mcp_http import McpEndpoint
from api.metrics import Metrics
from api.openapi import describe
from api.routes import asking, batch, decisions, knowledge, language, operations, page, reasoning, tools
from api.settings import Settings
from api.state import AnswerCache, Holder, warm

log = logging.getLogger("advisor.api")


def create_app(advisor: Advisor | None = None, settings: Settings | None = None) -> FastAPI:
    """The HTTP API over this advisor, or over our knowledge and `settings.packs`.

    Raises KnowledgeError when the knowledge has mistakes, KeyFileError when the keys cannot be read: such a server does not start.
    """
    settings = settings or Settings()
    keys = Keys(settings.api_keys) if settings.api_keys is not None else None
    holder = Holder(advisor, settings.packs)
    mcp = McpEndpoint(lambda: holder.current, settings.cors_origins)

    def look_again() -> None:
        holder.reload(force=True)
        if keys is not None:
            keys.reload()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_watch(holder, settings.reload_seconds))] if settings.reload_seconds > 0 else []
        if settings.warm:
            tasks.append(asyncio.create_task(_warm(holder)))
        loop = asyncio.get_running_loop()
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(signal.SIGHUP, lambda: loop.run_in_executor(None, look_again))
        try:
            async with mcp.lifespan():
                yield
        finally:
            for task in tasks:
                task.cancel()

    app = FastAPI(
        title="Service advisor", version=__version__, lifespan=lifespan,
        summary="When to choose which AWS service: ranked, explained, sourced.", openapi_url=None, docs_url=None, redoc_url=None,
        redirect_slashes=False,
    )  # fmt: skip
    app.state.holder, app.state.settings = holder, settings
    app.state.cache, app.state.long_answers = AnswerCache(settings.cache_answers), None
    app.state.metrics = Metrics(holder, app.state.cache)
    problems.install(app)
    for part in (decisions, batch, asking, reasoning, language, knowledge, tools, operations, page):
        app.router.routes.extend(part.router.routes)  # include_router would search router by router, request by request
    app.router.routes.append(Route("/mcp", endpoint=mcp, methods=["POST"], include_in_schema=False))
    describe(app)
    middleware.install(app, settings, app.state.metrics, keys)
    return app


async def _warm(holder: Holder) -> None:
    """Let each knowledge that is served build its tables and words in a thread, so that the first text need not wait for them."""
    warmed: Advisor | None = None
    while True:
        if holder.current is not warmed:
            warmed = holder.current
            try:
                await asyncio.to_thread(warm, warmed)
            except Exception:  # without it the first answers are slower, and right
                log.exception("building tables ahead failed")
        await asyncio.sleep(1)


async def _watch(holder: Holder, seconds: float) -> None:
    """Look at the knowledge files now and then; a look happens in a thread, so answering goes on."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await asyncio.to_thread(holder.reload)
        except Exception:  # the watch must outlive anything a file system can do
            log.exception("looking at the knowledge failed")
