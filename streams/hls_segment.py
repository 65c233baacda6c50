"""One segment of an HLS stream, taken apart into its pictures."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from streams.connection import EncodedPicture
from streams.decoding.demux_messages import Failure, Opening
from streams.decoding.demuxer import Demuxer, UnreadError
from streams.decoding.video_codec import VideoCodec
from streams.errors import AddressRefusedError, NotVideoError, StreamError

_OPENING: Final = Opening("mpegts,mov", codecs=("h264", "hevc"), is_annex_b=True)


class HlsSegment:
    """An open segment. Used by one thread, which closes it before the demuxer takes the next."""

    def __init__(self, demuxer: Demuxer, data: bytes, display: str) -> None:
        """Open a segment, in MP4 with its initialisation before it; `display` is what errors call it.

        Raises:
            NotVideoError: it holds no H.264 or H.265.
            AddressRefusedError: it refers to other addresses.
            DecoderLostError: libav crashed or hung on it.
        """
        self._demuxer = demuxer
        self._display = display
        try:
            opened = demuxer.open_segment(_OPENING, data)
        except UnreadError as error:
            raise self._refusal(error.failure) from error
        self.codec: VideoCodec = opened.codec
        # What the segment states, if it states anything.
        self.declared_frame_rate: Fraction | None = opened.declared_frame_rate

    def pictures(self) -> Iterator[EncodedPicture]:
        """Yield the pictures, as far as the segment is not damaged."""
        try:
            yield from self._demuxer.pictures()
        except UnreadError as error:
            raise self._refusal(error.failure) from error

    def close(self) -> None:
        """Close it; again is harmless."""
        self._demuxer.abandon()

    def _refusal(self, failure: Failure) -> StreamError:
        if failure is Failure.REFERS_ELSEWHERE:
            return AddressRefusedError(
                f"{self._display} refers to other addresses. Accepted are segments that hold their pictures."
            )
        if failure is Failure.BAD_PARAMETERS:
            return NotVideoError(f"{self._display} comes with parameters that no decoder understands.")
        if failure is Failure.NO_CONTAINER:
            return NotVideoError(f"{self._display} is no segment of video; accepted are MPEG-TS and fragmented MP4.")
        return NotVideoError(f"{self._display} holds no H.264 or H.265. Set the encoder to one of them.")
