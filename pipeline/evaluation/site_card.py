"""What a site's card says that its days are judged by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.errors import FootageError
from pipeline.signals.calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class CardCamera:
    """One camera of a site's card: its time-lapse, when its reference picture was taken, and what is drawn on it."""

    key: str
    time_lapse: Path
    reference_at: datetime
    zones: tuple[Mapping[str, Any], ...]
    elements: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class SiteCard:
    """What a site's card says that its days are judged by."""

    key: str
    latitude: float
    longitude: float
    calendar: WorkCalendar
    cameras: tuple[CardCamera, ...]


def site_card(folder: Path, card: Mapping[str, Any]) -> SiteCard:
    """Read `folder`'s card, one that was held against its schema.

    Raises:
        FootageError: its time zone, hours, holidays or a camera's reference_at are none.
    """
    hours = card["calendar"]
    try:
        calendar = WorkCalendar(
            ZoneInfo(card["time_zone"]),
            frozenset(hours["working_weekdays"]),
            time.fromisoformat(hours["works_from"]),
            time.fromisoformat(hours["works_until"]),
            frozenset(date.fromisoformat(day) for day in hours["holidays"]),
        )
        cameras = tuple(_card_camera(folder, camera) for camera in card["cameras"])
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise FootageError(
            f"{folder.name}/site.json: {error}. Correct its time zone, hours, holidays or reference_at."
        ) from error
    return SiteCard(card["key"], card["latitude_deg"], card["longitude_deg"], calendar, cameras)


def _card_camera(folder: Path, card: Mapping[str, Any]) -> CardCamera:
    (time_lapse,) = (folder / clip["file"] for clip in card["clips"] if clip["kind"] == "time_lapse")
    return CardCamera(
        card["key"],
        time_lapse,
        datetime.fromisoformat(card["reference_at"]),
        tuple(card["zones"]),
        tuple(card["elements"]),
    )
