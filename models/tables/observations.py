"""What was seen: runs, observations and the evidence behind them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

# SQLite only numbers rows by itself in a column declared INTEGER.
_RowNumber = BigInteger().with_variant(Integer(), "sqlite")


def _one_a_look(context: DefaultExecutionContext) -> int:
    given = context.get_current_parameters()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it without types
    return int(given["looks_seen"])


class Run(Base):
    """An unbroken stretch of one stream; a reconnect starts a new one."""

    __tablename__ = "run"
    __table_args__ = (Index(None, "placement_id", "started_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placement.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]


class Evidence(Base):
    """A privacy-safe picture in the evidence store, written before this row.

    Where `removed_at` is set its file is gone, by the policy that `removed_because` names; the row stays, for what
    was seen still rests on it.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        Index(
            "ix_evidence_kept",
            "placement_id",
            "created_at",
            "id",
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placement.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    path: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime]
    # `[{"label", "group", "confidence", "xyxy"}]` in pixels of the stored picture.
    detections: Mapped[list[Any]]
    weights_sha256: Mapped[str] = mapped_column(String(64))
    redaction: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    removed_because: Mapped[str | None] = mapped_column(String(20))


class LatestView(Base):
    """The newest privacy-safe picture of a placement; replaced, not kept."""

    __tablename__ = "latest_view"

    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placement.id"), primary_key=True)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))


class Observation(Base):
    """One placement, one window; append-only. The newest row of a window is the one in force.

    The key is (placement, window, input hash, weights, rule): the same key again writes nothing,
    a new one adds a row that supersedes the earlier. `tallies` maps a label to
    `{"group", "looks", "total", "most"}`: usable looks that held it, boxes over all of them, and
    the most in one look. Working and idle seconds are null where the looks cannot tell.

    `machine_seconds` maps a machine's label to `{"working_s", "idle_s", "unknown_s"}`: machine-seconds that were
    really watched, empty where looks are too far apart to tell. `zone_tallies` maps a zone's name to tallies of
    what stood in it, `gate_crossings` a gate's to `{label: {"arrivals", "departures"}}`. `late_by_s` says how long
    after its window the footage came; null where it was looked at as it came. `zones_sha256` tells the zones it was
    counted in from others, empty where there were none; `looked_until` is when its newest look was taken.
    """

    __tablename__ = "observation"
    __table_args__ = (
        UniqueConstraint(
            "placement_id",
            "window_starts_at",
            "input_sha256",
            "weights_sha256",
            "rule_version",
            name="uq_observation_key",
        ),
        Index("ix_observation_in_force", "placement_id", "window_starts_at", "id"),
        Index("ix_observation_arrival", "placement_id", "id"),
        CheckConstraint("seen_s <= due_s + 0.001", name="seen"),
        CheckConstraint("usable_s <= seen_s + 0.001", name="usable"),
    )

    id: Mapped[int] = mapped_column(_RowNumber, primary_key=True, autoincrement=True)
    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placement.id"))
    window_starts_at: Mapped[datetime]
    window_s: Mapped[int]
    input_sha256: Mapped[str] = mapped_column(String(64))
    detector: Mapped[str]
    weights_sha256: Mapped[str] = mapped_column(String(64))
    rule_version: Mapped[str] = mapped_column(String(40))
    run_ids: Mapped[list[Any]]
    looks_seen: Mapped[int]
    looks_usable: Mapped[int]
    # What one look stands for: the sampling period of the camera at the time.
    look_every_s: Mapped[float]
    due_s: Mapped[float]
    seen_s: Mapped[float]
    usable_s: Mapped[float]
    tallies: Mapped[dict[str, Any]]
    machine_working_s: Mapped[float | None]
    machine_idle_s: Mapped[float | None]
    machine_seconds: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    zone_tallies: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    gate_crossings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    late_by_s: Mapped[float | None]
    zones_sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
    looked_until: Mapped[datetime | None]
    # Of the turns that were due: a burst is one, however many pictures it brought; else each look is one of its own.
    turns_seen: Mapped[int] = mapped_column(default=_one_a_look, server_default=text("0"))
    view_quality: Mapped[dict[str, Any]]
    evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    created_at: Mapped[datetime]
