"""The knowledge itself: traits, services, rules, versions; searchable with `?q=`, linked to each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from advisor.engine.catalogue import KnowledgeInfo, RuleInfo, ServiceInfo, TraitInfo, service_row
from advisor.engine.results import as_dict
from advisor.render.rows import to_csv
from advisor.render.text import table
from api.answering import advisor_of, answer, canonical
from api.direct import DirectRoute
from api.negotiation import Renderers
from api.questions import Form, only_parameters, searched
from api.schemas import ServiceRow

router = APIRouter(prefix="/v1", tags=["knowledge"], route_class=DirectRoute)


def _listed(rows: Callable[[Any], list[dict[str, Any]]], columns: tuple[str, ...]) -> Callable[[Form], Renderers]:
    """JSON, a text table and CSV of a list."""

    def forms(form: Form) -> Renderers:
        return {
            "json": rows,
            "text": lambda found: table(
                columns, [[str(r.get(c) if r.get(c) is not None else "") for c in columns] for r in rows(found)], 70
            ),
            "csv": lambda found: to_csv(rows(found), columns),
        }

    return forms


def _one(form: Form) -> Renderers:
    return {"json": as_dict}


@router.get("/traits", operation_id="list_traits", response_model=list[TraitInfo])
async def list_traits(request: Request) -> Response:
    """The shared vocabulary: every trait with its question and values."""
    only_parameters(request, ("q",))
    advisor, query = advisor_of(request), searched(request)
    return answer(
        request,
        advisor,
        canonical("traits", query),
        lambda: advisor.catalogue.traits(query),
        _listed(as_dict, ("id", "type", "unit", "question")),
    )


@router.get("/traits/{trait}", operation_id="get_trait", response_model=TraitInfo)
async def get_trait(
    request: Request, trait: Annotated[str, Path(description="The trait's id.", max_length=100, examples=["max_run_time"])]
) -> Response:
    """One trait, and the decisions and rules that read it."""
    only_parameters(request)
    advisor = advisor_of(request)
    return answer(request, advisor, canonical("trait", trait), lambda: advisor.catalogue.trait(trait), _one)


@router.get("/services", operation_id="list_services", response_model=list[ServiceRow])
async def list_services(request: Request) -> Response:
    """The catalogue: services, their features, practices and outside candidates."""
    only_parameters(request, ("q",))
    advisor, query = advisor_of(request), searched(request)
    rows: Callable[[Any], list[dict[str, Any]]] = lambda found: [service_row(s) for s in found]  # noqa: E731
    return answer(
        request,
        advisor,
        canonical("services", query),
        lambda: advisor.catalogue.services(query),
        _listed(rows, ("id", "name", "kind", "lifecycle", "summary")),
    )


@router.get("/services/{service}", operation_id="get_service", response_model=ServiceInfo)
async def get_service(
    request: Request, service: Annotated[str, Path(description="Id, name or alias of the service.", max_length=200, examples=["lambda"])]
) -> Response:
    """One service: life cycle, facts with sources, who does what, the decisions that offer it."""
    only_parameters(request)
    advisor = advisor_of(request)
    return answer(request, advisor, canonical("service", service), lambda: advisor.catalogue.service(service), _one)


@router.get("/rules", operation_id="list_rules", response_model=list[RuleInfo])
async def list_rules(request: Request) -> Response:
    """Every rule as it stands in its file."""
    only_parameters(request, ("q",))
    advisor, query = advisor_of(request), searched(request)
    return answer(
        request,
        advisor,
        canonical("rules", query),
        lambda: advisor.catalogue.rule_list(query),
        _listed(as_dict, ("id", "when", "pillar", "because")),
    )


@router.get("/rules/{rule}", operation_id="get_rule", response_model=RuleInfo)
async def get_rule(
    request: Request,
    rule: Annotated[str, Path(description="`decision.rule`.", max_length=200, examples=["compute-platform.run-time-limit"])],
) -> Response:
    """One rule."""
    only_parameters(request)
    advisor = advisor_of(request)
    return answer(request, advisor, canonical("rule", rule), lambda: advisor.catalogue.rule(rule), _one)


@router.get("/knowledge", operation_id="get_knowledge", response_model=KnowledgeInfo)
async def get_knowledge(request: Request) -> Response:
    """Packs, version, digest, counts, oldest and newest check."""
    only_parameters(request)
    advisor = advisor_of(request)
    return answer(request, advisor, canonical("knowledge"), advisor.catalogue.info, _one)
