"""Dated footage as frames: a clip with a sidecar of times, or a folder of photographs."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from threading import Event
from typing import Final
from uuid import UUID, uuid4

import av
import cv2
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from streams.archive_times import ClipTimes, clip_times, photo_times
from streams.clip_index import stated_count
from streams.errors import ArchiveError
from streams.frame import Frame
from streams.look_schedule import LookSchedule
from streams.source import Run

LISTING: Final = "times.json"
_CLIP_FORMATS: Final = "mov,matroska,mpegts,avi"
_PHOTO_SUFFIXES: Final = frozenset({".jpg", ".jpeg"})


class ArchiveClip:
    """A clip such as `site.mp4` with `site.times.json` beside it; each frame is one of the run's frames."""

    def __init__(self, clip: Path, look_every_s: float | None = None) -> None:
        self._clip = clip
        self._look_every_s = look_every_s

    @contextmanager
    def open(self, stop: Event) -> Iterator[Run]:
        """Open the clip; a frame is yielded per `look_every_s` of its own time, or each where that is None.

        Raises:
            ArchiveError: the clip or its sidecar can't be used. From the frames: it ends early.
        """
        run_id = uuid4()
        with _opened(self._clip) as container:
            times = clip_times(self._clip.with_suffix(".times.json"), stated_count(container.streams.video[0]))
            with closing(self._frames(container, times, run_id, stop)) as frames:
                yield Run(run_id, frames)

    def _frames(
        self, container: InputContainer, times: ClipTimes, run_id: UUID, stop: Event
    ) -> Generator[Frame, None, None]:
        stream = container.streams.video[0]
        stream.thread_count = 1
        dated = _Dated(run_id, self._look_every_s)
        decoded = container.decode(stream)
        number = 0
        while not stop.is_set():
            try:
                picture = next(decoded, None)
            except av.FFmpegError as error:
                raise self._truncated(number, times) from error
            if picture is None:
                break
            captured_at = next(times.times, None)
            if captured_at is None:
                raise ArchiveError(f"{self._clip.name} has more frames than its sidecar has times ({number}).")
            number += 1
            if picture.is_corrupt:
                raise self._truncated(number - 1, times)
            if dated.is_due(captured_at):
                image = np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)
                yield dated.frame(image, captured_at, is_keyframe=bool(picture.key_frame))
        else:
            return
        if number < (times.frame_count or 1):
            raise self._truncated(number, times)

    def _truncated(self, number: int, times: ClipTimes) -> ArchiveError:
        of = "" if times.frame_count is None else f" of {times.frame_count}"
        return ArchiveError(f"{self._clip.name} breaks off after {number}{of} frames. Copy it again from its recorder.")


class ArchiveFolder:
    """A folder of photographs, dated by their EXIF or by `times.json`, in the order of their times."""

    def __init__(self, folder: Path, look_every_s: float | None = None, time_zone: tzinfo | None = None) -> None:
        self._folder = folder
        self._look_every_s = look_every_s
        self._time_zone = time_zone

    @contextmanager
    def open(self, stop: Event) -> Iterator[Run]:
        """Date the photographs; frames are yielded as `ArchiveClip.open` does, with the same errors."""
        photos = sorted(path for path in self._folder.glob("*") if path.suffix.lower() in _PHOTO_SUFFIXES)
        if not photos:
            raise ArchiveError(f"{self._folder.name} is no folder with .jpg files.")
        times = photo_times(photos, self._folder / LISTING, self._time_zone)
        run_id = uuid4()
        ordered = sorted(times.items(), key=lambda item: (item[1], item[0]))
        yield Run(run_id, self._frames(ordered, run_id, stop))

    def _frames(self, photos: list[tuple[Path, datetime]], run_id: UUID, stop: Event) -> Iterator[Frame]:
        dated = _Dated(run_id, self._look_every_s)
        for photo, captured_at in photos:
            if stop.is_set():
                return
            if dated.is_due(captured_at):
                yield dated.frame(_read_photo(photo), captured_at, is_keyframe=True)


class _Dated:
    """Makes a run's frames out of dated pictures, no more of them than are looked at."""

    def __init__(self, run_id: UUID, look_every_s: float | None) -> None:
        self._run_id = run_id
        self._looks = LookSchedule(look_every_s)
        self._start: datetime | None = None
        self._index = 0

    def is_due(self, captured_at: datetime) -> bool:
        return self._looks.is_due(self._media_s(captured_at))

    def frame(self, image: NDArray[np.uint8], captured_at: datetime, *, is_keyframe: bool) -> Frame:
        media_s = self._media_s(captured_at)
        self._looks.take(media_s)
        image.setflags(write=False)
        self._index += 1
        return Frame(image, captured_at.astimezone(UTC), self._run_id, self._index - 1, media_s, is_keyframe)

    def _media_s(self, captured_at: datetime) -> float:
        self._start = self._start or captured_at
        return (captured_at - self._start).total_seconds()


def _opened(clip: Path) -> InputContainer:
    if not clip.is_file():
        raise ArchiveError(f"{clip.name} is not a file.")
    try:
        container = av.open(str(clip), "r", options={"format_whitelist": _CLIP_FORMATS}, metadata_errors="replace")
    except av.FFmpegError as error:
        raise ArchiveError(
            f"{clip.name} can't be read as a video; it may be cut short. Accepted are MP4, Matroska, MPEG-TS and AVI."
        ) from error
    if not container.streams.video:
        container.close()
        raise ArchiveError(f"{clip.name} holds no video.")
    return container


def _read_photo(photo: Path) -> NDArray[np.uint8]:
    try:
        data = np.fromfile(photo, np.uint8)
    except OSError as error:
        raise ArchiveError(f"{photo.name} can't be read: {error.strerror}.") from error
    # None for a picture that is cut short, too; turns the picture as its EXIF says.
    image = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if image is None:
        raise ArchiveError(f"{photo.name} is empty, cut short or no JPEG. Copy it again.")
    return np.asarray(image, np.uint8)
