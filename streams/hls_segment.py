"""One segment of an HLS stream, taken apart into its pictures.

libav is given the segment's bytes and opens nothing by itself.
"""

import io
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Final, NoReturn

import av
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer

from streams.connection import EncodedPicture
from streams.decoding.video_codec import VideoCodec
from streams.demuxed import demuxed, media_time_s
from streams.errors import AddressRefusedError, NotVideoError

_OPTIONS: Final = {
    "format_whitelist": "mpegts,mov",
    "protocol_whitelist": "none",
    # Enough to find the codec; size and rate are measured, not guessed.
    "analyzeduration": "1000000",
    "fpsprobesize": "0",
}
_CODECS: Final = frozenset({"h264", "hevc"})


class HlsSegment:
    """An open segment. Used by one thread, which closes it."""

    def __init__(self, data: bytes, display: str) -> None:
        """Open a segment, in MP4 with its initialisation before it; `display` is what errors call it.

        Raises:
            NotVideoError: it holds no H.264 or H.265.
        """
        self._container = _opened(data, display)
        self._stream = self._container.streams.video[0]
        self._to_annex_b = None
        context = self._stream.codec_context
        if self._container.format.name == "mpegts":
            self.codec = VideoCodec(context.name, context.extradata or b"")
        else:
            # Each segment may come with parameters of its own (EXT-X-MAP), so they are put before the keyframes.
            self._to_annex_b = self._annex_b_filter(display)
            self.codec = VideoCodec(context.name)
        # What the segment states, if it states anything.
        self.declared_frame_rate: Fraction | None = self._stream.average_rate

    def pictures(self) -> Iterator[EncodedPicture]:
        """Yield the pictures, as far as the segment is not damaged."""
        for packet in demuxed(self._container):
            # Read first: the filter takes the packet over.
            pts_s, is_keyframe, size_bytes = media_time_s(packet), packet.is_keyframe, packet.size
            data = None if packet.is_corrupt or not is_keyframe else self._annex_b(packet)
            yield EncodedPicture(pts_s, is_keyframe, data, size_bytes)

    def close(self) -> None:
        """Close it; again is harmless."""
        self._container.close()

    def _annex_b_filter(self, display: str) -> BitStreamFilterContext:
        try:
            return BitStreamFilterContext(f"{self._stream.codec_context.name}_mp4toannexb", self._stream)
        except av.FFmpegError as error:
            self.close()
            raise NotVideoError(f"{display} comes with parameters that no decoder understands.") from error

    def _annex_b(self, packet: "av.Packet[av.VideoStream]") -> bytes | None:
        if self._to_annex_b is None:
            return bytes(packet)
        try:
            return b"".join(bytes(unit) for unit in self._to_annex_b.filter(packet)) or None
        except av.FFmpegError:
            return None


def _opened(data: bytes, display: str) -> InputContainer:
    try:
        container = av.open(
            io.BytesIO(data),
            mode="r",
            options=_OPTIONS,
            metadata_errors="replace",
            io_open=partial(_refuse_to_open, display),
        )
    except av.FFmpegError as error:
        raise NotVideoError(f"{display} is no segment of video; accepted are MPEG-TS and fragmented MP4.") from error
    # Where libav doesn't know the codec there is no context, whatever PyAV's types say.
    if not container.streams.video or getattr(container.streams.video[0].codec_context, "name", "") not in _CODECS:
        container.close()
        raise NotVideoError(f"{display} holds no H.264 or H.265. Set the encoder to one of them.")
    return container


def _refuse_to_open(display: str, _url: str, _flags: int, _options: dict[str, str]) -> NoReturn:
    raise AddressRefusedError(f"{display} refers to other addresses. Accepted are segments that hold their pictures.")
