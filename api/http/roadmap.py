"""The roadmap for people and systems."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.http.problems import documented
from api.http.security import PrincipalIn, ServicesIn
from roadmap.items import ItemStatusView, ItemView

router = APIRouter(prefix="/api/v1/roadmap", tags=["roadmap"])

ItemNumber = Annotated[int, Path(ge=1, le=100_000)]


@router.get("/items", responses=documented(401, 403))
def list_items(principal: PrincipalIn, services: ServicesIn) -> list[ItemView]:
    """Every item that may be seen, by number."""
    return services.items.board(principal)


@router.get("/items/{number}/status", responses=documented(401, 403, 404, 422))
def item_status(number: ItemNumber, principal: PrincipalIn, services: ServicesIn) -> ItemStatusView:
    """One item's status, what it rests on, and the projects behind it."""
    return services.items.status(principal, number)
