"""Trying an address out: what comes from it, measured over a few seconds."""

from dataclasses import dataclass
from fractions import Fraction
from threading import Event
from uuid import uuid4

from streams.address import StreamAddress
from streams.clock import Clock
from streams.connection import Connection
from streams.decoding.decoder_pool import PictureDecoder
from streams.errors import NotVideoError
from streams.frame import Frame
from streams.measurement import Measurement
from streams.network_policy import NetworkPolicy
from streams.opener import open_connection
from streams.settings import StreamSettings
from streams.still_picture import STILL_CODECS, still_codec


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """What a stream turned out to be.

    `frame_rate` is measured, `declared_frame_rate` what the camera states; `bitrate_kbit_s` is measured
    too. `keyframe_interval_s` is the longest gap between two keyframes; None if fewer than two came in
    the `listened_s` seconds. `keyframe_interval_over_s` says what the interval is longer than, where
    listening began or ended in a longer stretch without one; None where all is told by the former.
    `clock_skew_s` is how far the camera's clock is ahead of ours; None where it has not told.
    `is_single_picture`: the address gives one picture and ends. `sample` is the first keyframe, not
    yet redacted.
    """

    codec: str
    width_px: int
    height_px: int
    frame_rate: Fraction | None
    declared_frame_rate: Fraction | None
    bitrate_kbit_s: float | None
    keyframe_interval_s: float | None
    keyframe_interval_over_s: float | None
    listened_s: float
    transport: str
    clock_skew_s: float | None
    is_single_picture: bool
    sample: Frame


def probe(
    address: StreamAddress, policy: NetworkPolicy, settings: StreamSettings, clock: Clock, decoder: PictureDecoder
) -> ProbeReport:
    """Open the address, listen for `probe_listen_s` and until a keyframe has come, and close it.

    Raises:
        StreamError: the address is refused, or no video is had from it.
    """
    # What is measured by the moment at which it came must not wait to be read.
    connection = open_connection(address, policy, settings.model_copy(update={"gather_s": 0.0}), clock, Event())
    try:
        return _listen(connection, address, settings, clock, decoder)
    finally:
        connection.close()


def _listen(
    connection: Connection, address: StreamAddress, settings: StreamSettings, clock: Clock, decoder: PictureDecoder
) -> ProbeReport:
    codec, never = connection.codec, Event()
    sample: Frame | None = None
    measured = Measurement()
    first = b""
    has_ended = False
    start_s = at_s = clock.monotonic_s()
    for picture in connection.pictures():
        at_s = clock.monotonic_s()
        measured.add(picture, at_s)
        if sample is None and picture.data is not None:
            captured_at = clock.now()
            first = first or picture.data
            image = decoder.decode(codec, picture.data, never)
            if image is not None:
                sample = Frame(image, captured_at, uuid4(), 0, 0.0, is_keyframe=True)
        if at_s - start_s >= (settings.probe_listen_s if sample is not None else settings.keyframe_timeout_s):
            break
    else:
        has_ended = True
    is_single_picture = has_ended and measured.pictures == 1 and codec.name in STILL_CODECS
    if is_single_picture:
        still_codec(first, address.display)
    if sample is None:
        raise NotVideoError(
            f"{address.display} sent no picture that can be decoded in {at_s - start_s:.0f} s. Set the camera to plain "
            "H.264 or H.265 with a keyframe every 2 s."
        )
    return ProbeReport(
        codec=codec.name,
        width_px=sample.width_px,
        height_px=sample.height_px,
        frame_rate=measured.frame_rate(),
        declared_frame_rate=connection.declared_frame_rate,
        bitrate_kbit_s=measured.bitrate_kbit_s(),
        keyframe_interval_s=measured.keyframe_interval_s(),
        keyframe_interval_over_s=measured.keyframe_interval_over_s(),
        listened_s=at_s - start_s,
        transport=connection.transport,
        clock_skew_s=connection.clock_skew_s,
        is_single_picture=is_single_picture,
        sample=sample,
    )
