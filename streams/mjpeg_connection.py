"""A camera's pictures as JPEGs in one endless HTTP answer (multipart/x-mixed-replace)."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from streams.connection import EncodedPicture
from streams.decoding.video_codec import VideoCodec
from streams.errors import NotVideoError
from streams.http_body import HttpBody
from streams.jpeg_splitter import JpegSplitter

CONTENT_TYPE: Final = "multipart/x-mixed-replace"
_READ_BYTES: Final = 65536
# So much without a single whole picture is no camera.
_MOST_WITHOUT_PICTURE_BYTES: Final = 40_000_000


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer over HTTP that is to be read, and whose it is."""

    display: str
    scheme: str
    read_timeout_s: float
    body: HttpBody


class MjpegConnection:
    """Receives from the moment it is made; parts that are broken are stepped over."""

    def __init__(self, answered: Answered) -> None:
        self._answered = answered

    @property
    def transport(self) -> str:
        """`http` or `https`."""
        return self._answered.scheme

    @property
    def codec(self) -> VideoCodec:
        """What a decoder needs to know."""
        return VideoCodec("mjpeg")

    @property
    def declared_frame_rate(self) -> Fraction | None:
        """Motion JPEG states none."""
        return None

    @property
    def clock_skew_s(self) -> float | None:
        """What the answer's Date tells, to the second."""
        return self._answered.body.clock_skew_s

    def pictures(self) -> Iterator[EncodedPicture]:
        """Yield the whole pictures as they come, until the body ends.

        Raises:
            NotVideoError: what comes holds no JPEG.
        """
        splitter, waited_bytes = JpegSplitter(), 0
        while data := self._answered.body.read(_READ_BYTES):
            pictures = splitter.feed(data)
            for picture in pictures:
                yield EncodedPicture(None, is_keyframe=True, data=picture, size_bytes=len(picture))
                self._answered.body.patience.allow(self._answered.read_timeout_s)
            waited_bytes = 0 if pictures else waited_bytes + len(data)
            if waited_bytes > _MOST_WITHOUT_PICTURE_BYTES:
                raise NotVideoError(
                    f"{self._answered.display} sends parts that are no whole JPEGs. Set the camera to MJPEG."
                )

    def close(self) -> None:
        """Close the connection."""
        self._answered.body.close()
