"""What a site's hours and days came to; kept for the life of a project."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

_RowNumber = BigInteger().with_variant(Integer(), "sqlite")


class SiteDayRow(Base):
    """One site, one local day; the newest row of a day is in force.

    A day in progress is replaced in place. Once it `is_final` it is never edited: what corrects it is a further row
    that `supersedes_id` it and says why in `corrected_because`, a list of
    `{"reason": "late_footage" | "weights" | "rules" | "calendar" | "placements", ...}`; late footage also says how
    many `windows` came, and from when to when (`first_came_at`, `last_came_at`).

    Hours of people and machines are null where nothing usable was seen, never 0. `machine_hours` maps a label to
    `{"present", "working", "idle", "working_share": {"value", "low", "high"} or null}`, the share of 0 to 1;
    `zones` a zone's name to `{label: {"group", "mean", "most"}}`, `gates` a gate's to
    `{label: {"arrivals", "departures"}}`. `after_hours` is what was seen outside scheduled hours:
    `{"people_s", "machine_s", "machine_working_s", "people_hours": [ISO times], "machine_hours": [ISO times],
    "evidence_ids"}`. `evidence` is `[{"id", "at", "has_people"}]`, oldest first, people being there for sure.
    """

    __tablename__ = "site_day"
    __table_args__ = (Index("ix_site_day_in_force", "site_id", "day", "id"),)

    id: Mapped[int] = mapped_column(_RowNumber, primary_key=True, autoincrement=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    day: Mapped[date]
    is_final: Mapped[bool]
    supersedes_id: Mapped[int | None] = mapped_column(_RowNumber, ForeignKey("site_day.id"))
    corrected_because: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(20))
    coverage: Mapped[float]
    usable_share: Mapped[float]
    reasons: Mapped[list[Any]]
    # The day's working hours as the calendar then said; null on a day off.
    scheduled_from: Mapped[datetime | None]
    scheduled_to: Mapped[datetime | None]
    # From when to when its observations begin, and where its cameras stood meanwhile.
    reached_from: Mapped[datetime]
    reached_to: Mapped[datetime]
    placed_sha256: Mapped[str] = mapped_column(String(64))
    # How many observations in force it rests on, and the newest of them. No foreign key: they may be thinned out.
    windows: Mapped[int]
    newest_observation_id: Mapped[int | None] = mapped_column(BigInteger)
    # Over scheduled hours; seen is what at least one camera saw.
    due_s: Mapped[float]
    seen_s: Mapped[float]
    usable_s: Mapped[float]
    people_most: Mapped[int | None]
    person_hours: Mapped[float | None]
    person_hours_low: Mapped[float | None]
    person_hours_high: Mapped[float | None]
    machine_hours: Mapped[dict[str, Any]]
    # Of the time in which machines were watched closely enough to tell, how much they worked.
    working_share: Mapped[float | None]
    working_share_low: Mapped[float | None]
    working_share_high: Mapped[float | None]
    zones: Mapped[dict[str, Any]]
    gates: Mapped[dict[str, Any]]
    after_hours: Mapped[dict[str, Any]]
    evidence: Mapped[list[Any]]
    weights_sha256: Mapped[list[Any]]
    observation_rules: Mapped[list[Any]]
    rule_version: Mapped[str] = mapped_column(String(80))
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    derived_at: Mapped[datetime]


class SiteHourRow(Base):
    """One hour of a site day's row, by the site's clock; it lives and is superseded with its day.

    Means are over usable looks, of the placement that saw the most; null where nothing usable was seen. `machines`
    maps a label to `{"mean", "most", "working_s", "idle_s", "working_share"}`, `zones` a zone's name to
    `{label: {"group", "mean", "most"}}`.
    """

    __tablename__ = "site_hour"

    site_day_id: Mapped[int] = mapped_column(_RowNumber, ForeignKey("site_day.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    # How much of it lies within scheduled hours; 0 is after hours.
    scheduled_s: Mapped[float]
    due_s: Mapped[float]
    seen_s: Mapped[float]
    usable_s: Mapped[float]
    people_mean: Mapped[float | None]
    people_most: Mapped[int | None]
    machines: Mapped[dict[str, Any]]
    zones: Mapped[dict[str, Any]]
    evidence_ids: Mapped[list[Any]]


class SiteWatermark(Base):
    """Up to which observation a site's days have taken in everything; later ones may be taken in already."""

    __tablename__ = "site_watermark"

    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"), primary_key=True)
    observation_id: Mapped[int] = mapped_column(BigInteger)
