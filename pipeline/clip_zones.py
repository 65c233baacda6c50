"""What was drawn on a clip's picture, read from a file that a person wrote or from a site's card."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import TypeAdapter, ValidationError

from models.words import ZonePurpose
from pipeline.clip_activity import DrawnZones
from pipeline.errors import FootageError
from pipeline.registry.placements import DrawnZones as CheckedZones
from pipeline.signals.zones import ZoneMap

_CHECKED = TypeAdapter(CheckedZones)


def read_zones(file: Path, clip: Path) -> DrawnZones:
    """Read the zones of `clip` from `file`.

    The file is a list of `{"name", "purpose", "polygon"}`, corners in shares of the picture's width and height, or a
    site's card (`site.json`), of which the camera that names the clip is taken.

    Raises:
        FootageError: the file can't be read, or one of its zones can't be used; says which and what to do.
    """
    content = read_json(file)
    if not isinstance(content, dict | list):
        raise FootageError(f"{file.name} is neither a list of zones nor a site's card.")
    zones = _of_card(content, file, clip) if isinstance(content, dict) else content
    try:
        checked = _CHECKED.validate_python(zones)
    except ValidationError as error:
        raise FootageError(f"{file.name}: {_problem(error, zones)}.") from error
    masks = tuple(zone.polygon for zone in checked if zone.purpose is ZonePurpose.PRIVACY_MASK)
    return DrawnZones(masks, ZoneMap.of([zone.model_dump(mode="json") for zone in checked]))


def offset_note(file: Path | None, times: Path | None) -> str | None:
    """What is odd about the offset of a clip's times against the time zone of the card in `file`, if anything."""
    content = None if file is None else read_json(file)
    if times is None or not isinstance(content, dict) or "time_zone" not in content:
        return None
    try:
        zone = ZoneInfo(str(content["time_zone"]))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise FootageError(f"{content['time_zone']!r} is no time zone; give a name such as Asia/Almaty.") from error
    given = _first_time(times)
    if given is None or given.utcoffset() == given.astimezone(zone).utcoffset():
        return None
    return (
        f"The times say {_offset(given)}, and the site is at {_offset(given.astimezone(zone))} then. They are taken "
        f"as they stand: {given.astimezone(zone).isoformat()} on the site. Mend them if its clock said otherwise."
    )


def read_json(file: Path) -> Any:
    """Read a file of JSON.

    Raises:
        FootageError: it can't be read as such.
    """
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FootageError(f"{file.name} can't be read as JSON: {error}.") from error


def _of_card(card: Mapping[str, Any], file: Path, clip: Path) -> list[dict[str, Any]]:
    named = f"{clip.resolve().parent.name}/{clip.name}"
    for camera in _objects(card, "cameras", file):
        if any(known.get("file") == named for known in _objects(camera, "clips", file)):
            # What a zone lacks is said as it is of a list of zones.
            names = {"key": "name", "purpose": "purpose", "polygon": "polygon"}
            return [
                {names[part]: value for part, value in zone.items() if part in names}
                for zone in _objects(camera, "zones", file)
            ]
    raise FootageError(f"{file.name} has no camera with the clip {named}; give a list of zones instead.")


def _objects(holder: Mapping[str, Any], name: str, file: Path) -> list[Mapping[str, Any]]:
    listed = holder.get(name, [])
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise FootageError(f"{file.name}: {name!r} is no list of objects as a site's card has; give a list of zones.")
    return listed


def _problem(error: ValidationError, zones: Any) -> str:
    """The first problem, with the zone that has it."""
    first = error.errors()[0]
    place = first["loc"]
    message = str(first["msg"]).removeprefix("Value error, ")
    if not place or not isinstance(place[0], int):
        return message
    return f"zone {place[0] + 1}{_name(zones, place[0])}, {_within(place[1:])}{_told(first['type'], message)}"


def _name(zones: Any, number: int) -> str:
    known = zones[number] if isinstance(zones, Sequence) else None
    return f", {known['name']!r}" if isinstance(known, Mapping) and "name" in known else ""


def _within(place: tuple[int | str, ...]) -> str:
    if place[:1] == ("polygon",) and len(place) > 1 and isinstance(place[1], int):
        return f"corner {place[1] + 1}: "
    return f"{'.'.join(str(part) for part in place)}: " if place else ""


def _told(kind: str, message: str) -> str:
    if kind in ("less_than_equal", "greater_than_equal"):
        return "lies outside the picture; corners are shares of its width and height, from 0 to 1"
    return message[:1].lower() + message[1:]


def _first_time(times: Path) -> datetime | None:
    content = read_json(times)
    if not isinstance(content, dict):
        return None
    listed = content.get("times")
    text = listed[0] if isinstance(listed, list) and listed else content.get("start")
    try:
        given = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return given if given.utcoffset() is not None else None


def _offset(moment: datetime) -> str:
    offset = moment.utcoffset() or timedelta(0)
    sign = "-" if offset < timedelta(0) else "+"
    minutes = abs(int(offset.total_seconds())) // 60
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
