"""For whoever runs the server: life, readiness, the API description."""

from __future__ import annotations

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answering import advisor_of, answer
from api.direct import DirectRoute
from api.metrics import MEDIA
from api.questions import only_parameters
from api.schemas import Health, Readiness

router = APIRouter(tags=["operations"], route_class=DirectRoute)


@router.get("/healthz", operation_id="get_health", response_model=Health)
async def health(request: Request) -> Response:
    """Whether the process lives."""
    only_parameters(request, form=())
    return Response(b'{"status":"ok"}', media_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/readyz", operation_id="get_readiness", response_model=Readiness)
async def ready(request: Request) -> Response:
    """Whether it answers, from which knowledge, and whether newer files are waiting with mistakes."""
    only_parameters(request, form=())
    holder = request.app.state.holder
    knowledge = holder.current.knowledge
    body = {
        "status": "ready" if holder.error is None else "ready-with-old-knowledge", "version": knowledge.version, "digest": knowledge.digest,
        "reloads": holder.reloads, "error": holder.error,
    }  # fmt: skip
    return Response(orjson.dumps(body), media_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/metrics", operation_id="get_metrics")
async def metrics(request: Request) -> Response:
    """Counts and times for Prometheus."""
    only_parameters(request, form=())
    return Response(request.app.state.metrics.exposition(), headers={"Cache-Control": "no-store", "Content-Type": MEDIA})


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    """The OpenAPI document; its enums are those of the knowledge."""
    only_parameters(request, form=())
    return answer(request, advisor_of(request), "openapi", request.app.openapi, lambda form: {"json": lambda document: document})
