"""When dated footage was taken: a clip's sidecar of times, a folder's list, a photograph's EXIF."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction
from itertools import count, pairwise
from pathlib import Path
from typing import Any, Final

import av

from streams.errors import ArchiveError

# The names that libav gives to EXIF's DateTimeOriginal and OffsetTimeOriginal.
_EXIF_TAKEN: Final = "ExifIFD/DateTimeOriginal"
_EXIF_OFFSET: Final = "ExifIFD/0x9011"


@dataclass(frozen=True, slots=True)
class ClipTimes:
    """A clip's times in the order of its frames, and how many frames there are; None where nothing says so."""

    times: Iterator[datetime]
    frame_count: int | None


def clip_times(sidecar: Path, frame_count: int | None) -> ClipTimes:
    """Return a clip's times from its sidecar; `frame_count` is what the clip itself states.

    The sidecar is `{"times": ["2026-09-01T09:00:00+05:00", ...]}` with one time a frame, or
    `{"start": "2026-09-01T09:00:00+05:00", "fps": 5}`; the rate can be a text such as "30000/1001".

    Raises:
        ArchiveError: the sidecar is missing or malformed, or its times don't match `frame_count`.
    """
    content = _read_json(sidecar)
    if set(content) == {"times"} and isinstance(content["times"], list):
        times = [_time(text, sidecar) for text in content["times"]]
        if frame_count is not None and len(times) != frame_count:
            raise ArchiveError(
                f"{sidecar.name} has {len(times)} times for {frame_count} frames. Give one time a frame."
            )
        _require_order(times, sidecar)
        return ClipTimes(iter(times), len(times))
    if set(content) == {"start", "fps"}:
        start, rate = _time(content["start"], sidecar), _rate(content["fps"], sidecar)
        return ClipTimes((start + timedelta(seconds=float(number / rate)) for number in count()), frame_count)
    raise ArchiveError(f'{sidecar.name} is neither {{"times": [...]}} nor {{"start": ..., "fps": ...}}.')


def photo_times(photos: list[Path], listing: Path, time_zone: tzinfo | None) -> Mapping[Path, datetime]:
    """Return each photograph's time: from `listing` if it stands there, else from its EXIF.

    `listing` is `{"name.jpg": "2026-09-01T09:00:00+05:00", ...}`; `time_zone` is that of
    photographs whose EXIF names none.

    Raises:
        ArchiveError: a photograph has no time, or one without a zone.
    """
    listed = _read_json(listing) if listing.exists() else {}
    missing = sorted(listed.keys() - {photo.name for photo in photos})
    if missing:
        raise ArchiveError(f"{listing.name} names {missing[0]}, which is not in the folder.")
    return {
        photo: _time(listed[photo.name], listing) if photo.name in listed else _exif_time(photo, time_zone)
        for photo in photos
    }


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ArchiveError(f"{path.name} is missing; it says when the footage was taken.") from error
    except (OSError, ValueError) as error:
        raise ArchiveError(f"{path.name} can't be read as JSON: {error}.") from error
    if not isinstance(content, dict):
        raise ArchiveError(f"{path.name} is not a JSON object.")
    return content


def _time(text: object, origin: Path) -> datetime:
    try:
        time = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise ArchiveError(f"{origin.name}: {text!r} is not a time such as 2026-09-01T09:00:00+05:00.") from error
    if time.utcoffset() is None:
        raise ArchiveError(f"{origin.name}: {text!r} lacks its offset, such as +05:00.")
    return time


def _rate(value: object, sidecar: Path) -> Fraction:
    try:
        rate = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if rate <= 0:
        raise ArchiveError(f"{sidecar.name}: fps is a number above 0, not {value!r}.")
    return rate


def _require_order(times: list[datetime], sidecar: Path) -> None:
    for number, (earlier, later) in enumerate(pairwise(times)):
        if later < earlier:
            raise ArchiveError(f"{sidecar.name}: the time of frame {number + 1} lies before that of frame {number}.")


def _exif_time(photo: Path, time_zone: tzinfo | None) -> datetime:
    try:
        with av.open(str(photo), format="jpeg_pipe", metadata_errors="replace") as container:
            tags = next(container.decode(video=0)).metadata
    except (av.FFmpegError, StopIteration) as error:
        raise ArchiveError(f"{photo.name} can't be read as a JPEG.") from error
    taken, offset = tags.get(_EXIF_TAKEN, "").strip(), tags.get(_EXIF_OFFSET, "").strip()
    try:
        time = datetime.strptime(f"{taken} {offset or '+00:00'}", "%Y:%m:%d %H:%M:%S %z")
    except ValueError as error:
        raise ArchiveError(f"{photo.name} has no EXIF DateTimeOriginal; give its time in times.json.") from error
    if offset:
        return time
    if time_zone is None:
        raise ArchiveError(f"{photo.name} has an EXIF time without an offset; name the site's time zone.")
    return time.replace(tzinfo=time_zone)
