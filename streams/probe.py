"""Trying an address out: what comes from it, measured over a few seconds."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median
from threading import Event
from typing import Final
from uuid import uuid4

from streams.address import StreamAddress
from streams.clock import Clock
from streams.connection import Connection, EncodedPicture
from streams.decoding.decoder_pool import PictureDecoder
from streams.errors import NotVideoError
from streams.frame import Frame
from streams.network_policy import NetworkPolicy
from streams.opener import open_connection
from streams.settings import StreamSettings

# Broadcast rates have 1001 below the line; a rate taken from arrival times is not that exact.
_STAMPED_DENOMINATOR: Final = 1001
_UNSTAMPED_DENOMINATOR: Final = 10


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """What a stream turned out to be.

    `frame_rate` is measured, `declared_frame_rate` what the camera states. `keyframe_interval_s` is
    the longest gap between two keyframes; None if fewer than two came in the `listened_s` seconds.
    `sample` is the first keyframe, not yet redacted.
    """

    codec: str
    width_px: int
    height_px: int
    frame_rate: Fraction | None
    declared_frame_rate: Fraction | None
    keyframe_interval_s: float | None
    listened_s: float
    transport: str
    sample: Frame


def probe(
    address: StreamAddress, policy: NetworkPolicy, settings: StreamSettings, clock: Clock, decoder: PictureDecoder
) -> ProbeReport:
    """Open the address, listen for `probe_listen_s` and until a keyframe has come, and close it.

    Raises:
        StreamError: the address is refused, or no video is had from it.
    """
    connection = open_connection(address, policy, settings, clock, Event())
    try:
        return _listen(connection, address, settings, clock, decoder)
    finally:
        connection.close()


def _listen(
    connection: Connection, address: StreamAddress, settings: StreamSettings, clock: Clock, decoder: PictureDecoder
) -> ProbeReport:
    codec, never = connection.codec, Event()
    sample: Frame | None = None
    times = _Times()
    start_s = at_s = clock.monotonic_s()
    for picture in connection.pictures():
        at_s = clock.monotonic_s()
        times.add(picture, at_s)
        if sample is None and picture.data is not None:
            captured_at = clock.now()
            image = decoder.decode(codec, picture.data, never)
            if image is not None:
                sample = Frame(image, captured_at, uuid4(), 0, 0.0, is_keyframe=True)
        if at_s - start_s >= (settings.probe_listen_s if sample is not None else settings.keyframe_timeout_s):
            break
    if sample is None:
        raise NotVideoError(
            f"{address.display} sent no picture that can be decoded in {at_s - start_s:.0f} s. Set the camera to plain "
            "H.264 or H.265 with a keyframe every 2 s."
        )
    return ProbeReport(
        codec=codec.name,
        width_px=sample.width_px,
        height_px=sample.height_px,
        frame_rate=times.frame_rate(),
        declared_frame_rate=connection.declared_frame_rate,
        keyframe_interval_s=times.keyframe_interval_s(),
        listened_s=at_s - start_s,
        transport=connection.transport,
        sample=sample,
    )


class _Times:
    """When the pictures were taken: as the stream stamps them, or as they came where it doesn't."""

    def __init__(self) -> None:
        self._pictures_s: list[float] = []
        self._keyframes_s: list[float] = []
        self._is_stamped = True

    def add(self, picture: EncodedPicture, at_s: float) -> None:
        self._is_stamped &= picture.pts_s is not None
        time_s = at_s if picture.pts_s is None else picture.pts_s
        self._pictures_s.append(time_s)
        if picture.is_keyframe:
            self._keyframes_s.append(time_s)

    def frame_rate(self) -> Fraction | None:
        """Pictures per second over the gaps of usual length; a lost picture or a jump of the stamps is none."""
        gaps = _gaps(self._pictures_s)
        if not gaps:
            return None
        typical_s = median(gaps)
        usual_s = [gap for gap in gaps if 0.5 < gap / typical_s < 1.5]
        denominator = _STAMPED_DENOMINATOR if self._is_stamped else _UNSTAMPED_DENOMINATOR
        return Fraction(len(usual_s) / sum(usual_s)).limit_denominator(denominator)

    def keyframe_interval_s(self) -> float | None:
        """The longest gap between two keyframes."""
        return max(_gaps(self._keyframes_s), default=None)


def _gaps(times_s: list[float]) -> list[float]:
    # Sorted: with B-frames, pictures come in another order than they were taken in.
    return [later - earlier for earlier, later in pairwise(sorted(times_s)) if later > earlier]
