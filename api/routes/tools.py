"""The tools for chatbots that speak plain function calling: their schemas, and one address that answers a call."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, RootModel
from starlette.requests import Request
from starlette.responses import Response

from api.answering import advisor_of, answer, answer_apart, canonical
from api.direct import DirectRoute
from api.questions import only_parameters
from api.tools import STYLES, TOOLS, call_tool, function_schemas

router = APIRouter(prefix="/v1/tools", tags=["chatbots"], route_class=DirectRoute)
ToolName = Annotated[
    str, Path(description="The tool's name.", max_length=64, examples=["recommend"], json_schema_extra={"enum": list(TOOLS)})
]
Style = Annotated[
    str,
    Query(
        description="Whose shape: `openai` (Chat Completions), `openai-responses` (Responses) or `anthropic` (Messages).",
        examples=["openai"],
        json_schema_extra={"enum": list(STYLES)},
    ),
]


class ToolArguments(RootModel[dict[str, Any]]):
    """The arguments of a call, as the model gave them; the tool's own schema says what they may be."""

    root: Annotated[dict[str, Any], Field(description="Argument → value.", examples=[{"decision": "caching"}])]


class ToolAnswer(BaseModel):
    """What a tool call is answered with."""

    data: dict[str, Any] = Field(description="The structured answer; each tool's shape is its MCP output schema.")
    text: str = Field(description="The same in one line, for a model that reads only text.", examples=["[caching: leading] …"])


class FunctionSchema(BaseModel):
    """A tool as a model's API takes it; which of the fields are there depends on the style."""

    name: str | None = Field(default=None, description="The tool's name (anthropic, openai-responses).", examples=["recommend"])
    description: str | None = Field(default=None, description="When to use it and when not (anthropic, openai-responses).")
    type: str | None = Field(default=None, description="`function` (openai, openai-responses).", examples=["function"])
    function: dict[str, Any] | None = Field(default=None, description="Name, description and parameters (openai).")
    parameters: dict[str, Any] | None = Field(default=None, description="JSON Schema of the arguments (openai-responses).")
    input_schema: dict[str, Any] | None = Field(default=None, description="JSON Schema of the arguments (anthropic).")
    strict: bool | None = Field(default=None, description="Always false: a workload has no fixed set of traits (openai-responses).")


@router.get("", operation_id="list_tools", response_model=list[FunctionSchema])
async def list_tools(request: Request, style: Style = "openai") -> Response:
    """The tools as the `tools` parameter of a model's API takes them; decision ids are enums of the current knowledge."""
    only_parameters(request, ("style",))
    advisor, wanted = advisor_of(request), request.query_params.get("style", style)
    return answer(
        request,
        advisor,
        canonical("tools", wanted),
        lambda: function_schemas(advisor.knowledge, wanted),
        lambda form: {"json": lambda schemas: schemas},
    )


@router.post("/{tool}", operation_id="call_tool", response_model=ToolAnswer)
async def call(request: Request, tool: ToolName, query: ToolArguments) -> Response:
    """Answer one call of a model: send the name and the arguments as they came, give `text` or `data` back to it."""
    only_parameters(request)
    advisor = advisor_of(request)

    def decide() -> dict[str, Any]:
        data, line = call_tool(advisor, tool, query.root)
        return {"data": data, "text": line}

    return await answer_apart(
        request,
        advisor,
        canonical("tool", tool, query.root),
        decide,
        lambda form: {"json": lambda told: told, "text": lambda told: told["text"] + "\n"},
    )
