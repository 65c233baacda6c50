"""A camera that sends its pictures by itself, as frames: they are taken from where they wait."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Final, Protocol
from uuid import UUID, uuid4

import numpy as np
from numpy.typing import NDArray

from streams.clock import Clock
from streams.decoding.decoder_pool import PictureDecoder
from streams.decoding.video_codec import VideoCodec
from streams.errors import StalledError, StoppedError, StreamError
from streams.frame import Frame
from streams.look_every import LookEvery, require_positive, seconds_of
from streams.source import Run

# A camera may miss two looks before it is said to be silent, and a minute at any rate.
SILENT_LOOKS: Final = 3.0
SILENT_LEAST_S: Final = 60.0
_JPEG: Final = VideoCodec("mjpeg")
_POLLS_PER_LOOK: Final = 5.0
_POLL_LEAST_S, _POLL_MOST_S = 0.2, 5.0


@dataclass(frozen=True, slots=True)
class WaitingPicture:
    """A JPEG that a camera sent, and when it arrived here, which is what dates it.

    `clock_skew_s` is how far the camera's clock was ahead of ours, where the camera said its time.
    """

    picture_id: UUID
    data: bytes
    arrived_at: datetime
    clock_skew_s: float | None = None

    def __repr__(self) -> str:
        """Show no picture: it has not passed the redactor."""
        return f"WaitingPicture({self.picture_id}, {len(self.data)} bytes, {self.arrived_at.isoformat()})"


class PictureSpool(Protocol):
    """Where one camera's pictures wait; they survive whoever looks at them."""

    def oldest(self) -> WaitingPicture | None:
        """The picture that has waited longest, without taking it away; None where none waits."""
        ...

    def remove(self, picture: WaitingPicture) -> None:
        """Take a picture away: it was looked at, or can't be."""
        ...


class PushSource:
    """One camera that pushes. A run goes on until no picture came for too long, whoever reads it.

    A picture leaves the spool once its frame was dealt with, so that a process that ends in between loses none.
    """

    def __init__(self, spool: PictureSpool, clock: Clock, look_every_s: LookEvery, *, decoder: PictureDecoder) -> None:
        require_positive(look_every_s)
        self._spool = spool
        self._clock = clock
        self._look_every = look_every_s
        self._decoder = decoder

    @contextmanager
    def open(self, stop: Event) -> Iterator[Run]:
        """Begin to wait; `frames` raises StalledError when the camera is silent for too long."""
        run_id = uuid4()
        with closing(self._frames(run_id, stop)) as frames:
            yield Run(run_id, frames)

    def _frames(self, run_id: UUID, stop: Event) -> Generator[Frame, None, None]:
        silence = _Silence(self._clock.monotonic_s())
        first_at: datetime | None = None
        index, pts_s = 0, 0.0
        while not stop.is_set():
            every_s = seconds_of(self._look_every)
            picture = self._spool.oldest()
            if picture is None:
                silence.go_on(self._clock.monotonic_s(), every_s)
                stop.wait(min(max(every_s / _POLLS_PER_LOOK, _POLL_LEAST_S), _POLL_MOST_S))
                continue
            try:
                image = self._decoded(picture, stop)
            except StoppedError:
                return
            if image is None:
                continue
            first_at = first_at or picture.arrived_at
            pts_s = max(pts_s, (picture.arrived_at - first_at).total_seconds())
            try:
                skew_s = picture.clock_skew_s
                yield Frame(image, picture.arrived_at, run_id, index, pts_s, is_keyframe=True, clock_skew_s=skew_s)
            finally:
                self._spool.remove(picture)
            index += 1
            # A picture that waited while nobody watched is no sign of life from now.
            age_s = (self._clock.now() - picture.arrived_at).total_seconds()
            silence.begin(self._clock.monotonic_s(), age_s, every_s)

    def _decoded(self, picture: WaitingPicture, stop: Event) -> NDArray[np.uint8] | None:
        """Decode a picture; one that can't be decoded is taken away, or it would be tried for ever."""
        try:
            image = self._decoder.decode(_JPEG, picture.data, stop)
        except StreamError:
            self._spool.remove(picture)
            raise
        if image is None:
            self._spool.remove(picture)
        return image


class _Silence:
    """How much of the time for which a camera may be silent is used up, as a share, since that time may change."""

    def __init__(self, at_s: float) -> None:
        self._share = 0.0
        self._at_s = at_s

    def begin(self, at_s: float, already_s: float, every_s: float) -> None:
        self._share = max(0.0, already_s) / _limit_s(every_s)
        self._at_s = at_s

    def go_on(self, at_s: float, every_s: float) -> None:
        self._share += max(0.0, at_s - self._at_s) / _limit_s(every_s)
        self._at_s = at_s
        if self._share >= 1:
            raise StalledError(
                f"The camera sent no picture for {_limit_s(every_s):g} s. Check its power and its network, that it "
                f"sends a JPEG every {every_s:g} s to the address it was given here, and its key: a new one is made "
                "if the camera is answered 401."
            )


def _limit_s(every_s: float) -> float:
    return max(SILENT_LOOKS * every_s, SILENT_LEAST_S)
