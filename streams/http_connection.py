"""A camera's video over HTTP: a transport stream, a video file or a single picture; MJPEG has a connection of its own.

libav reads the body in a process of its own and opens nothing by itself, so that no playlist or file can send
it elsewhere.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from threading import Event
from typing import Final

from streams.clock import Clock
from streams.connection import EncodedPicture
from streams.decoding.demux_messages import Failure, Opening
from streams.decoding.demuxer import Demuxer, Opened, UnreadError
from streams.decoding.video_codec import VideoCodec
from streams.errors import AddressRefusedError, NotVideoError, PlaylistFoundError, StreamError
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


class HttpConnection:
    """Receives from the moment it is made."""

    def __init__(self, answered: Answered) -> None:
        self._display = answered.display
        self._transport = answered.scheme
        self._read_timeout_s = answered.read_timeout_s
        self._body = answered.body
        self._demuxer = Demuxer()
        try:
            self._opened = self._open()
        except BaseException:
            self._demuxer.close()
            raise

    @property
    def transport(self) -> str:
        """`http` or `https`."""
        return self._transport

    @property
    def codec(self) -> VideoCodec:
        """What a decoder needs to know."""
        return self._opened.codec

    @property
    def declared_frame_rate(self) -> Fraction | None:
        """What the container states, if it states anything."""
        return None if self._has_no_time else self._opened.declared_frame_rate

    @property
    def clock_skew_s(self) -> float | None:
        """What the answer's Date tells, to the second."""
        return self._body.clock_skew_s

    def pictures(self) -> Iterator[EncodedPicture]:
        """Yield the pictures as they come, until the body ends."""
        try:
            # Where it breaks, the caller says that the stream ended.
            for picture in self._demuxer.pictures():
                yield EncodedPicture(
                    None if self._has_no_time else picture.pts_s,
                    picture.is_keyframe,
                    picture.data,
                    picture.size_bytes,
                )
                self._body.patience.allow(self._read_timeout_s)
        except UnreadError as error:
            raise self._refusal(error.failure) from error

    def close(self) -> None:
        """Close the connection."""
        self._demuxer.close()
        self._body.close()

    @property
    def _has_no_time(self) -> bool:
        return self._opened.format_name in _FORMATS_WITHOUT_TIME

    def _open(self) -> Opened:
        opening = Opening(_FORMATS, _FORMAT_BY_CONTENT_TYPE.get(self._body.content_type))
        try:
            return self._demuxer.open_body(opening, self._body)
        except UnreadError as error:
            raise self._refusal(error.failure) from error

    def _refusal(self, failure: Failure) -> StreamError:
        if failure is Failure.REFERS_ELSEWHERE:
            return AddressRefusedError(
                f"{self._display} refers to other addresses. Accepted are streams, not lists of them."
            )
        if failure is Failure.NO_VIDEO:
            return NotVideoError(f"{self._display} holds sound or data, but no video.")
        if failure is Failure.UNKNOWN_CODEC:
            return NotVideoError(
                f"{self._display} holds video in a codec that is not known. Set H.264, H.265 or MJPEG."
            )
        return NotVideoError(
            f"{self._display} answers with {self._body.content_type or 'something'} that holds no video; accepted "
            "are MPEG-TS, MP4, Matroska, FLV, MJPEG, JPEG and PNG."
        )


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
