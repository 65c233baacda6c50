"""What a placement is known to look like, and whether its camera still looks that way."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

_RowNumber = BigInteger().with_variant(Integer(), "sqlite")


class ReferenceView(Base):
    """One picture of a placement's view, as features only: points and what is around them, nobody among them.

    The first of a placement, by id, is its reference. Later ones, in other light and other seasons, are joined to it
    by `to_first`: six numbers, row by row, that take their points to the first one's.
    """

    __tablename__ = "reference_view"

    id: Mapped[int] = mapped_column(_RowNumber, primary_key=True, autoincrement=True)
    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placement.id"), index=True)
    taken_at: Mapped[datetime]
    to_first: Mapped[list[Any]]
    features: Mapped[bytes]
    rule_version: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]


class ViewState(Base):
    """Whether a placement's camera has been moved, as of the newest look that was judged."""

    __tablename__ = "view_state"

    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placement.id"), primary_key=True)
    moved_since: Mapped[datetime | None]
    judged_at: Mapped[datetime]
