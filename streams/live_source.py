"""A camera's live stream as frames: keyframes only, no more of them than are looked at."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from threading import Event
from typing import Final
from uuid import UUID, uuid4

from streams.address import StreamAddress
from streams.clock import Clock
from streams.connection import Connection
from streams.decoding.decoder_pool import PictureDecoder
from streams.errors import NotVideoError, StalledError, StoppedError, StreamEndedError
from streams.frame import Frame
from streams.look_every import LookEvery
from streams.look_schedule import LookSchedule
from streams.media_time import MediaTime
from streams.network_policy import NetworkPolicy
from streams.opener import open_connection
from streams.rtsp_transport import RtspTransport
from streams.settings import StreamSettings
from streams.source import Run

# Keyframes come, and none of them decodes: told sooner than a stream without any, which may only be sparing.
_DAMAGED_LIMIT_S: Final = 20.0


class LiveSource:
    """One camera. Each connection is a new run, and ends with a StreamError or on a stop."""

    def __init__(
        self,
        address: StreamAddress,
        policy: NetworkPolicy,
        settings: StreamSettings,
        clock: Clock,
        look_every_s: LookEvery | None = None,
        *,
        decoder: PictureDecoder,
        rtsp_transport: RtspTransport = RtspTransport.AUTO,
    ) -> None:
        self._address = address
        self._policy = policy
        self._settings = settings
        self._clock = clock
        self._look_every_s = look_every_s
        self._decoder = decoder
        self._rtsp_transport = rtsp_transport

    @contextmanager
    def open(self, stop: Event) -> Iterator[Run]:
        """Connect; a frame is yielded per `look_every_s`, or for each keyframe where that is None."""
        run_id = uuid4()
        try:
            connection = open_connection(
                self._address, self._policy, self._settings, self._clock, stop, rtsp_transport=self._rtsp_transport
            )
        except StoppedError:
            yield Run(run_id, iter(()))
            return
        with closing(connection), closing(self._frames(connection, run_id, stop)) as frames:
            yield Run(run_id, frames)

    def _frames(self, connection: Connection, run_id: UUID, stop: Event) -> Generator[Frame, None, None]:
        codec = connection.codec
        looks = LookSchedule(self._look_every_s)
        media_time = MediaTime()
        keyframe_at_s = self._clock.monotonic_s()
        damaged_from_s: float | None = None
        index = left_out = 0
        try:
            for picture in connection.pictures():
                at_s = self._clock.monotonic_s()
                self._require_keyframes(at_s - keyframe_at_s)
                if picture.data is not None and not looks.is_due(at_s):
                    keyframe_at_s, damaged_from_s = at_s, None
                    continue
                captured_at = self._clock.now()
                image = None if picture.data is None else self._decoder.decode(codec, picture.data, stop)
                if image is None:
                    if picture.is_keyframe:
                        left_out += looks.is_due(at_s)
                        damaged_from_s = at_s if damaged_from_s is None else damaged_from_s
                        self._require_whole_keyframes(at_s - damaged_from_s)
                    continue
                damaged_from_s = None
                looks.take(at_s)
                pts_s = media_time.advance(picture.pts_s, at_s)
                skew_s = connection.clock_skew_s
                yield Frame(
                    image, captured_at, run_id, index, pts_s, is_keyframe=True, clock_skew_s=skew_s, left_out=left_out
                )
                left_out = 0
                # Read again: whoever looks at the frame may take a while.
                keyframe_at_s = self._clock.monotonic_s()
                index += 1
        except StoppedError:
            return
        if index == 0:
            raise NotVideoError(f"{self._address.display} ended without a picture that can be decoded.")
        raise StreamEndedError(f"{self._address.display} ended the stream.")

    def _require_whole_keyframes(self, damaged_for_s: float) -> None:
        if damaged_for_s > _DAMAGED_LIMIT_S:
            raise StalledError(
                f"{self._address.display} has sent only damaged pictures for {damaged_for_s:.0f} s. Check the line to "
                "the camera; where video comes over UDP, set TCP."
            )

    def _require_keyframes(self, waited_s: float) -> None:
        limit_s = self._settings.keyframe_timeout_s
        if waited_s > limit_s:
            raise StalledError(
                f"{self._address.display} sent no keyframe that decodes for {limit_s:g} s. Set a shorter keyframe "
                "interval in the camera, and switch its smart codec off."
            )
