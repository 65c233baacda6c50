"""A recorded clip by its own media time, whether or not anybody wrote down when it was taken."""

import itertools
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Final
from uuid import uuid4

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame

from streams.archive_times import clip_times
from streams.clip_index import stated_count
from streams.errors import ArchiveError
from streams.frame import Frame
from streams.look_schedule import LookSchedule

# What footage without times is dated from; nothing was ever filmed then.
UNDATED: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CLIP_FORMATS: Final = "mov,matroska,mpegts,avi"


@dataclass(frozen=True, slots=True)
class ClipRun:
    """An opened clip: whether its times are known, and its frames, `look_every_s` apart.

    Frames are yielded once. Without times their `captured_at` counts from 1970 and their `pts_s` from the clip's
    first picture by the clip's own time stamps; with times `pts_s` follows those.
    """

    is_dated: bool
    frames: Iterator[Frame]


class ClipSource:
    """A clip to be looked at as it would have been watched; `times` says when its pictures were taken."""

    def __init__(self, clip: Path, times: Path | None, look_every_s: float) -> None:
        self._clip = clip
        self._times = times
        self._look_every_s = look_every_s

    @contextmanager
    def open(self, stop: Event) -> Iterator[ClipRun]:
        """Open the clip.

        Raises:
            ArchiveError: the clip or its times can't be used. From the frames: it ends early.
        """
        with self._opened() as container:
            stated = stated_count(container.streams.video[0])
            moments: Iterator[datetime] | None = None
            count = stated
            if self._times is not None:
                known = clip_times(self._times, stated)
                moments, count = known.times, known.frame_count
            with closing(self._frames(container, moments, count, stop)) as frames:
                yield ClipRun(moments is not None, frames)

    @contextmanager
    def _opened(self) -> Iterator[InputContainer]:
        if not self._clip.is_file():
            raise ArchiveError(f"{self._clip.name} is not a file.")
        if not self._clip.stat().st_size:
            raise ArchiveError(f"{self._clip.name} is empty. Copy it again from its recorder.")
        try:
            container = av.open(
                str(self._clip), "r", options={"format_whitelist": _CLIP_FORMATS}, metadata_errors="replace"
            )
        except av.FFmpegError as error:
            raise ArchiveError(
                f"{self._clip.name} can't be read as a video; it may be cut short. Accepted are MP4, Matroska, "
                "MPEG-TS and AVI."
            ) from error
        with container:
            if not container.streams.video:
                raise ArchiveError(f"{self._clip.name} holds no video.")
            yield container

    def _frames(
        self, container: InputContainer, moments: Iterator[datetime] | None, count: int | None, stop: Event
    ) -> Generator[Frame, None, None]:
        stream = container.streams.video[0]
        stream.thread_count = 1
        looks, run_id, first, index = LookSchedule(self._look_every_s), uuid4(), None, 0
        previous_s = -1.0
        decoded = container.decode(stream)
        for number in itertools.count():
            if stop.is_set():
                return
            picture = self._next(decoded, number, count)
            if picture is None:
                break
            captured_at = UNDATED + timedelta(seconds=self._own_s(picture, number))
            if moments is not None:
                given = next(moments, None)
                if given is None:
                    raise ArchiveError(f"{self._clip.name} has more pictures than its times name ({number}).")
                captured_at = given
            first = first or captured_at
            media_s = (captured_at - first).total_seconds()
            # The last picture of a file can carry the time stamp of the one before it.
            if media_s > previous_s and looks.is_due(media_s):
                looks.take(media_s)
                previous_s = media_s
                image = np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)
                image.setflags(write=False)
                yield Frame(image, captured_at.astimezone(UTC), run_id, index, media_s, bool(picture.key_frame))
                index += 1
        if number < (count or 1):
            raise self._truncated(number, count)

    def _next(self, decoded: Iterator[VideoFrame], number: int, count: int | None) -> VideoFrame | None:
        try:
            picture = next(decoded, None)
        except av.FFmpegError as error:
            raise self._truncated(number, count) from error
        if picture is not None and picture.is_corrupt:
            raise self._truncated(number, count)
        return picture

    def _own_s(self, picture: VideoFrame, number: int) -> float:
        if picture.time is None:
            raise ArchiveError(
                f"{self._clip.name}: picture {number + 1} has no time stamp. Give its times in a file, or copy the "
                "clip into MP4."
            )
        return float(picture.time)

    def _truncated(self, number: int, count: int | None) -> ArchiveError:
        of = "" if count is None else f" of {count}"
        return ArchiveError(
            f"{self._clip.name} breaks off after {number}{of} pictures. Copy it again from its recorder."
        )
