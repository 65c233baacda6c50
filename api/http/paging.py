"""Pages of a list and versions of a thing, as HTTP says them."""

from typing import Annotated, Generic, TypeVar

from fastapi import Header, Query, Response
from pydantic import BaseModel

from models.errors import FieldProblem, InvalidError
from models.repositories.paging import MAX_LIMIT, Page, PageRequest

Row = TypeVar("Row")


class PageOf(BaseModel, Generic[Row]):
    """Some rows, and the cursor for the next ones; null on the last page."""

    items: list[Row]
    next: str | None


def page_of(page: Page[Row]) -> PageOf[Row]:
    """A page as it is answered."""
    return PageOf(items=list(page.rows), next=page.next_after)


def page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
    after: Annotated[str | None, Query(max_length=400, description="`next` of the page before.")] = None,
) -> PageRequest:
    """Which page is asked for."""
    return PageRequest(limit, after)


def expected_version(
    if_match: Annotated[
        str | None, Header(description="The ETag that was read; the change is refused if it is stale.")
    ] = None,
) -> int | None:
    """The version that a change expects to find, from If-Match."""
    if if_match is None or if_match == "*":
        return None
    text = if_match.strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise InvalidError(FieldProblem("If-Match", "is not an ETag that was given out here"))
    return int(text)


def tag(response: Response, version: int) -> None:
    """Put a thing's version on the answer."""
    response.headers["ETag"] = f'"{version}"'
