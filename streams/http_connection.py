"""A camera's video over HTTP: a transport stream, a video file or a single picture; MJPEG has a connection of its own.

libav reads the body through us and opens nothing by itself, so that no playlist or file can send
it elsewhere.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from threading import Event
from typing import Final, NoReturn

import av
from av.container import InputContainer

from streams.clock import Clock
from streams.connection import EncodedPicture
from streams.decoding.video_codec import VideoCodec
from streams.demuxed import demuxed, media_time_s
from streams.errors import AddressRefusedError, NotVideoError, PlaylistFoundError
from streams.hls_playlist import HEAD_BYTES, is_playlist, names_playlist
from streams.http_client import ask
from streams.login import Login
from streams.mjpeg_connection import CONTENT_TYPE, Answered, MjpegConnection
from streams.network_policy import PinnedAddress
from streams.settings import StreamSettings
from streams.stoppable_socket import connect

# Containers that hold their pictures themselves; none that lists other addresses.
_FORMATS: Final = "mpegts,mpeg,mov,matroska,flv,avi,h264,hevc,mjpeg,jpeg_pipe,png_pipe"
_FORMAT_BY_CONTENT_TYPE: Final = {"image/jpeg": "jpeg_pipe", "image/png": "png_pipe"}
# Their time stamps are counted up by libav at a rate of its own choice.
_FORMATS_WITHOUT_TIME: Final = frozenset({"mjpeg", "jpeg_pipe", "png_pipe", "h264", "hevc"})
_OPTIONS: Final = {
    "format_whitelist": _FORMATS,
    "protocol_whitelist": "none",
    # Enough to find the codec; size and rate are measured, not guessed.
    "analyzeduration": "1000000",
    "fpsprobesize": "0",
}


class HttpConnection:
    """Receives from the moment it is made."""

    def __init__(self, answered: Answered) -> None:
        self._display = answered.display
        self._transport = answered.scheme
        self._read_timeout_s = answered.read_timeout_s
        self._body = answered.body
        self._container = self._opened()
        self._stream = self._container.streams.video[0]

    @property
    def transport(self) -> str:
        """`http` or `https`."""
        return self._transport

    @property
    def codec(self) -> VideoCodec:
        """What a decoder needs to know."""
        return VideoCodec(self._stream.codec_context.name, self._stream.codec_context.extradata or b"")

    @property
    def declared_frame_rate(self) -> Fraction | None:
        """What the container states, if it states anything."""
        return None if self._has_no_time else self._stream.average_rate

    @property
    def clock_skew_s(self) -> float | None:
        """What the answer's Date tells, to the second."""
        return self._body.clock_skew_s

    def pictures(self) -> Iterator[EncodedPicture]:
        """Yield the pictures as they come, until the body ends."""
        # Where it breaks, the caller says that the stream ended.
        for packet in demuxed(self._container):
            pts_s = None if self._has_no_time else media_time_s(packet)
            is_whole_keyframe = packet.is_keyframe and not packet.is_corrupt
            yield EncodedPicture(pts_s, packet.is_keyframe, bytes(packet) if is_whole_keyframe else None, packet.size)
            self._body.patience.allow(self._read_timeout_s)

    def close(self) -> None:
        """Close the connection."""
        self._container.close()
        self._body.close()

    @property
    def _has_no_time(self) -> bool:
        return self._container.format.name in _FORMATS_WITHOUT_TIME

    def _opened(self) -> InputContainer:
        try:
            container = av.open(
                self._body,
                mode="r",
                format=_FORMAT_BY_CONTENT_TYPE.get(self._body.content_type),
                options=_OPTIONS,
                metadata_errors="replace",
                # Not a method: the container would hold this object, and both outlive the connection.
                io_open=partial(_refuse_to_open, self._display),
            )
        except av.FFmpegError as error:
            raise NotVideoError(
                f"{self._display} answers with {self._body.content_type or 'something'} that holds no video; accepted "
                "are MPEG-TS, MP4, Matroska, FLV, MJPEG, JPEG and PNG."
            ) from error
        if not container.streams.video:
            container.close()
            raise NotVideoError(f"{self._display} holds sound or data, but no video.")
        # Where libav doesn't know the codec there is no context, whatever PyAV's types say.
        if not hasattr(container.streams.video[0].codec_context, "name"):
            container.close()
            raise NotVideoError(f"{self._display} holds video in a codec that is not known. Set H.264, H.265 or MJPEG.")
        return container


def _refuse_to_open(display: str, _url: str, _flags: int, _options: dict[str, str]) -> NoReturn:
    raise AddressRefusedError(f"{display} refers to other addresses. Accepted are streams, not lists of them.")


def open_http(
    address: PinnedAddress, settings: StreamSettings, clock: Clock, stop: Event
) -> HttpConnection | MjpegConnection:
    """Ask for `address`, and read what is answered as what it says it is.

    Raises:
        PlaylistFoundError: the answer lists a stream's segments.
        RedirectedError: what was asked for is elsewhere.
        StreamError: nothing usable is answered.
        StoppedError: the run was stopped.
    """
    if names_playlist(address.address.target.get_secret_value()):
        raise PlaylistFoundError
    body = ask(partial(connect, address, settings, clock, stop), address.address, Login(address.address))
    try:
        if is_playlist(body.content_type, body.peek(HEAD_BYTES)):
            raise PlaylistFoundError
        answered = Answered(address.address.display, address.address.scheme, settings.read_timeout_s, body)
        return MjpegConnection(answered) if body.content_type == CONTENT_TYPE else HttpConnection(answered)
    except BaseException:
        body.close()
        raise
