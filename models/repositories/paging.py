"""Cursor pages: rows after a known place in one unique column, never by offset."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.errors import FieldProblem, InvalidError

MAX_LIMIT = 500
_LARGEST_ROW_NUMBER = 2**63 - 1
# Types that are not read from their own words by calling them.
_READ: dict[type, Callable[[str], object]] = {date: date.fromisoformat}
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """How many rows, and after which one; `after` is the cursor that the last page gave."""

    limit: int = 50
    after: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT:
            raise InvalidError(FieldProblem("limit", f"must be from 1 to {MAX_LIMIT}"))


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows in order, and the cursor of the next page if there is one."""

    rows: Sequence[Row]
    next_after: str | None


def read_page(
    session: Session,
    statement: Select[Any],
    column: InstrumentedAttribute[Any],
    request: PageRequest,
    *,
    descending: bool = False,
) -> Page[Any]:
    """Read one page of `statement`, ordered by `column`, which is unique in it.

    Raises:
        InvalidError: the cursor was not made here.
    """
    ordered = statement.order_by(column.desc() if descending else column).limit(request.limit + 1)
    if request.after is not None:
        last = _decode(request.after, column.type.python_type)
        ordered = ordered.where(column < last if descending else column > last)
    rows = list(session.scalars(ordered))
    if len(rows) <= request.limit:
        return Page(rows, None)
    kept = rows[: request.limit]
    return Page(kept, _encode(getattr(kept[-1], column.key)))


def _encode(value: object) -> str:
    return base64.urlsafe_b64encode(str(value).encode()).decode().rstrip("=")


def _decode(cursor: str, kind: type) -> object:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        value = _READ.get(kind, kind)(text)
    except (binascii.Error, ValueError) as error:
        raise InvalidError(FieldProblem("after", "is not a cursor from an earlier page")) from error
    if (isinstance(value, int) and abs(value) > _LARGEST_ROW_NUMBER) or "\x00" in text:
        raise InvalidError(FieldProblem("after", "is not a cursor from an earlier page"))
    return value
