"""A year of a site as a camera tells it: people and machines by the hour, nights, a vanished link, fog, and a gate."""

import math
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from models.database import Database
from models.tables.observations import Evidence, Observation

WINDOW_S = 300
WEIGHTS = "a" * 64
_ALMATY = ZoneInfo("Asia/Almaty")
_LOOK_EVERY_S = 10.0
_LOOKS = 30
_TYPES = ("excavator", "crane", "truck")


def observation(
    placement_id: UUID, starts_at: datetime, *, people: float = 0.0, machines: float = 0.0, **changed: Any
) -> dict[str, Any]:
    """The columns of one window looked at every 10 s: so many people and excavators on average, half at work."""
    tallies: dict[str, Any] = {}
    seconds: dict[str, Any] = {}
    if people:
        tallies["person"] = tally("person", people)
    if machines:
        tallies["excavator"] = tally("machine", machines)
        half_s = machines * WINDOW_S / 2
        seconds["excavator"] = {"working_s": half_s, "idle_s": half_s, "unknown_s": 0.0}
    return {
        "placement_id": placement_id,
        "window_starts_at": starts_at,
        "window_s": WINDOW_S,
        "input_sha256": uuid5(placement_id, starts_at.isoformat()).hex * 2,
        "detector": "told",
        "weights_sha256": WEIGHTS,
        "rule_version": "window-4",
        "run_ids": [],
        "looks_seen": _LOOKS,
        "looks_usable": _LOOKS,
        "turns_seen": _LOOKS,
        "look_every_s": _LOOK_EVERY_S,
        "due_s": float(WINDOW_S),
        "seen_s": float(WINDOW_S),
        "usable_s": float(WINDOW_S),
        "tallies": tallies,
        "machine_working_s": sum(one["working_s"] for one in seconds.values()) if seconds else None,
        "machine_idle_s": sum(one["idle_s"] for one in seconds.values()) if seconds else None,
        "machine_seconds": seconds,
        "zone_tallies": {},
        "gate_crossings": {},
        "late_by_s": None,
        "view_quality": {"usable": _LOOKS},
        "evidence_id": None,
        "created_at": starts_at + timedelta(seconds=WINDOW_S + 5),
        **changed,
    }


def tally(group: str, mean: float) -> dict[str, Any]:
    """A label's tally over a window's 30 looks."""
    total = round(mean * _LOOKS)
    return {"group": group, "looks": min(_LOOKS, total), "total": total, "most": math.ceil(mean)}


def windows_of(first: datetime, last: datetime) -> Iterator[datetime]:
    """The starts of all windows from `first` until before `last`."""
    count = int((last - first).total_seconds()) // WINDOW_S
    return (first + timedelta(seconds=WINDOW_S * number) for number in range(count))


def write(database: Database, rows: list[dict[str, Any]]) -> None:
    """Store observations, in the order given."""
    with database.transaction() as session:
        session.execute(insert(Observation), rows)


def write_year(database: Database, placement_id: UUID, first: date, days: int = 365) -> int:
    """Store every window of so many of the site's days, each with a picture; say how many."""
    chance = random.Random(6)
    written = 0
    for number in range(days):
        day = first + timedelta(days=number)
        midnight = datetime.combine(day, datetime.min.time(), tzinfo=_ALMATY).astimezone(UTC)
        crew, fault = chance.randint(3, 14), chance.random()
        rows = []
        for starts_at in windows_of(midnight, midnight + timedelta(days=1)):
            hour = starts_at.astimezone(_ALMATY).hour
            if fault < 0.03 and 8 <= hour < 17:
                # The link was down.
                continue
            at_work = day.isoweekday() != 7 and 9 <= hour < 18 and hour != 13
            rows.append(_busy(placement_id, starts_at, chance, crew if at_work else 0, is_foggy=0.03 <= fault < 0.06))
        with database.transaction() as session:
            session.execute(insert(Evidence), [_picture(row) for row in rows])
            session.execute(insert(Observation), rows)
        written += len(rows)
    return written


def _busy(
    placement_id: UUID, starts_at: datetime, chance: random.Random, crew: int, *, is_foggy: bool
) -> dict[str, Any]:
    usable = 3 if is_foggy else _LOOKS
    tallies: dict[str, Any] = {}
    seconds: dict[str, Any] = {}
    if crew:
        tallies["person"] = tally("person", crew * chance.uniform(0.5, 1.0))
        tallies["car"] = tally("vehicle", 2.0)
    for label in _TYPES:
        # Over night they stand where they were left.
        tallies[label] = tally("machine", 1.0)
        working_s = WINDOW_S * chance.uniform(0.2, 0.9) if crew else 0.0
        seconds[label] = {"working_s": working_s, "idle_s": WINDOW_S - working_s, "unknown_s": 0.0}
    for held in tallies.values():
        held |= {"looks": min(held["looks"], usable), "total": round(held["total"] * usable / _LOOKS)}
    return observation(
        placement_id,
        starts_at,
        tallies=tallies,
        machine_seconds=seconds,
        machine_working_s=sum(one["working_s"] for one in seconds.values()),
        machine_idle_s=sum(one["idle_s"] for one in seconds.values()),
        looks_usable=usable,
        view_quality={"usable": usable} if usable == _LOOKS else {"usable": usable, "blurred": _LOOKS - usable},
        zone_tallies={"works": {"person": tallies["person"]}} if crew else {},
        gate_crossings={"gate": {"truck": {"arrivals": 1, "departures": 0}}} if crew else {},
        evidence_id=uuid5(placement_id, f"picture {starts_at.isoformat()}"),
    )


def _picture(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["evidence_id"],
        "placement_id": row["placement_id"],
        "kind": "window",
        "path": f"window/{row['evidence_id']}.jpg",
        "sha256": "b" * 64,
        "taken_at": row["window_starts_at"],
        "detections": [],
        "weights_sha256": WEIGHTS,
        "redaction": {},
        "created_at": row["created_at"],
    }
