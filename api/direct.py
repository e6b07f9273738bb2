"""Routes that read their own body: bytes → model in one step, instead of FastAPI's bytes → dict → model → dependencies.

FastAPI still documents them. What differs: mistakes come out as QueryErrors with pointers, and a request costs a third.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from api.questions import read_body


class DirectRoute(APIRoute):
    """For endpoints of the form `async def f(request, <path parameters>, query: Model) -> Response`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The function that answers a request."""
        endpoint = self.endpoint
        model = self.body_field.field_info.annotation if self.body_field is not None else None
        if model is None:

            async def without_body(request: Request) -> Response:
                answer: Response = await endpoint(request=request, **request.path_params)
                return answer

            return without_body
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)

        async def with_body(request: Request) -> Response:
            query = await read_body(request, model)
            answer: Response = await endpoint(request=request, **request.path_params, query=query)
            return answer

        return with_body
