"""The roadmap for people and systems."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from api.http.paging import expected_version, tag
from api.http.problems import documented
from api.http.security import PrincipalIn, ServicesIn
from pipeline.item_rules import ItemRuleDraft, ItemRuleView
from roadmap.items import ItemStatusView, ItemView

router = APIRouter(prefix="/api/v1/roadmap", tags=["roadmap"])

ItemNumber = Annotated[int, Path(ge=1, le=100_000)]
VersionIn = Annotated[int | None, Depends(expected_version)]


@router.get("/items", responses=documented(401, 403))
def list_items(principal: PrincipalIn, services: ServicesIn) -> list[ItemView]:
    """Every item that may be seen, by number."""
    return services.items.board(principal)


@router.get("/items/{number}/status", responses=documented(401, 403, 404, 422))
def item_status(number: ItemNumber, principal: PrincipalIn, services: ServicesIn) -> ItemStatusView:
    """One item's status, what it rests on, and the projects behind it."""
    return services.items.status(principal, number)


@router.get("/items/{number}/rule", responses=documented(401, 403, 404, 422))
def get_item_rule(number: ItemNumber, response: Response, principal: PrincipalIn, services: ServicesIn) -> ItemRuleView:
    """From how many points of slippage an item's projects are at risk, behind and escalated."""
    rule = services.item_rules.get(principal, number)
    tag(response, rule.version)
    return rule


@router.put("/items/{number}/rule", responses=documented(401, 403, 404, 409, 422))
def put_item_rule(
    number: ItemNumber,
    draft: ItemRuleDraft,
    response: Response,
    principal: PrincipalIn,
    services: ServicesIn,
    version: VersionIn,
) -> ItemRuleView:
    """Change an item's thresholds; they hold for what is derived from then on."""
    rule = services.item_rules.put(principal, number, draft, version)
    tag(response, rule.version)
    return rule
