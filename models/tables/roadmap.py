"""The roadmap: planning documents, items, projects, plans, reports and the roll-up."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.words import Direction


class Region(Base):
    """A region of the country, by its ISO 3166-2 code."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    name_kk: Mapped[str]
    name_ru: Mapped[str]
    name_en: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]


class PlanningDocument(Base):
    """A document of one of the three levels of state planning."""

    __tablename__ = "planning_document"
    __table_args__ = (CheckConstraint("level IN (1, 2, 3)", name="level"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    level: Mapped[int]
    title_kk: Mapped[str]
    title_ru: Mapped[str]
    title_en: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("planning_document.id"))


class RoadmapItem(Base):
    """One of the items of the programme, by its number."""

    __tablename__ = "roadmap_item"
    __table_args__ = (
        CheckConstraint("due_on >= starts_on", name="dates"),
        CheckConstraint(f"direction IN ({', '.join(repr(item.value) for item in Direction)})", name="direction"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title_kk: Mapped[str]
    title_ru: Mapped[str]
    title_en: Mapped[str]
    direction: Mapped[str] = mapped_column(String(20))
    body_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    post_kk: Mapped[str]
    post_ru: Mapped[str]
    post_en: Mapped[str]
    starts_on: Mapped[date]
    due_on: Mapped[date]
    indicator_kk: Mapped[str]
    indicator_ru: Mapped[str]
    indicator_en: Mapped[str]
    target_quantity: Mapped[float]
    unit_kk: Mapped[str]
    unit_ru: Mapped[str]
    unit_en: Mapped[str]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("planning_document.id"))
    # Where set, a proposed status waits for a person before it becomes the status.
    review_required: Mapped[bool] = mapped_column(default=False)


class Project(Base):
    """A thing that is being built; it serves one item."""

    __tablename__ = "project"
    __table_args__ = (CheckConstraint("finishes_on >= starts_on", name="dates"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    item_number: Mapped[int] = mapped_column(ForeignKey("roadmap_item.number"), index=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    title_kk: Mapped[str]
    title_ru: Mapped[str]
    title_en: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("region.code"))
    latitude: Mapped[float]
    longitude: Mapped[float]
    budget_kzt: Mapped[int | None] = mapped_column(Numeric(20, 0, asdecimal=False))
    starts_on: Mapped[date]
    finishes_on: Mapped[date]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration


class PlanVersion(Base):
    """One baseline of a project's plan; re-baselining adds a version and edits none."""

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    number: Mapped[int]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class PlanTask(Base):
    """A task of one plan version; its weight is its share of the project."""

    __tablename__ = "plan_task"
    __table_args__ = (
        CheckConstraint("finishes_on >= starts_on", name="dates"),
        CheckConstraint("weight > 0", name="weight"),
        UniqueConstraint("plan_version_id", "key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"))
    key: Mapped[str] = mapped_column(String(80))
    title_kk: Mapped[str]
    title_ru: Mapped[str]
    title_en: Mapped[str]
    starts_on: Mapped[date]
    finishes_on: Mapped[date]
    weight: Mapped[float]


class Report(Base):
    """What an owner says of a project's progress on a day."""

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("percent >= 0 AND percent <= 100", name="percent"),
        Index(None, "project_id", "reported_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    reported_on: Mapped[date]
    percent: Mapped[float]
    text: Mapped[str]
    # A sample report, made up for the demonstration; every page says so.
    is_synthetic: Mapped[bool]
    reported_by: Mapped[str]
    created_at: Mapped[datetime]


class ItemStatus(Base):
    """One version of an item's rolled-up status; a new one is added when it changes."""

    __tablename__ = "item_status"
    __table_args__ = (UniqueConstraint("item_number", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_number: Mapped[int] = mapped_column(ForeignKey("roadmap_item.number"))
    version: Mapped[int] = mapped_column()
    status: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(String(20))
    detail: Mapped[dict[str, Any]]
    rule_version: Mapped[str]
    as_of: Mapped[datetime]
