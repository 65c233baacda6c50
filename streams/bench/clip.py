"""Encoding what a measured camera sends: a still view with noise and traffic, at a kind's true bit rate."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from streams.stream_kind import StreamKind

Image = NDArray[np.uint8]

# A loop of four: looks every 10 s and every 60 s, at a keyframe each 2 s, never meet the same one twice in a row,
# which would be taken for a frozen picture and not be searched.
GROUPS: Final = 4
_ENCODERS: Final[dict[str, Literal["libx264", "libx265"]]] = {"h264": "libx264", "hevc": "libx265"}
_NOISE_LEVELS: Final = 7
_NOISES: Final = 5
_MOVERS: Final = 6


def write_pictures(kind: StreamKind, view: Image, file: Path) -> int:
    """Encode a loop and write its pictures, each behind four bytes of length; return its bits a second.

    `view`, (height, width, 3) uint8 BGR, is what the camera is aimed at, stretched to its size.
    """
    pictures = list(_encoded(kind, view))
    file.write_bytes(b"".join(len(picture).to_bytes(4, "big") + picture for picture in pictures))
    return round(sum(map(len, pictures)) * 8 * kind.frame_rate / len(pictures))


def _encoded(kind: StreamKind, view: Image) -> Iterator[bytes]:
    encoder = av.CodecContext.create(_ENCODERS[kind.codec], "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = kind.width_px, kind.height_px, "yuv420p"
    encoder.framerate, encoder.time_base = kind.frame_rate, 1 / kind.frame_rate
    encoder.bit_rate = kind.bit_rate
    encoder.options = _options(kind)
    for number, image in enumerate(_images(kind, view)):
        frame = av.VideoFrame.from_ndarray(image, format="bgr24")
        frame.pts = number
        yield from map(bytes, encoder.encode(frame))
    yield from map(bytes, encoder.encode(None))


def _options(kind: StreamKind) -> dict[str, str]:
    """As cameras encode: no B-frames, CABAC and deblocking, the bit rate held within a second."""
    gop, kilobits = round(kind.keyframe_every_s * kind.frame_rate), kind.bit_rate // 1000
    if kind.codec == "hevc":
        groups = f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes=0:repeat-headers=1"
        parameters = f"{groups}:vbv-maxrate={kilobits}:vbv-bufsize={kilobits}:log-level=none"
        return {"preset": "ultrafast", "x265-params": parameters}
    held = {"maxrate": str(kind.bit_rate), "bufsize": str(kind.bit_rate)}
    return {"preset": "veryfast", "g": str(gop), "keyint_min": str(gop), "sc_threshold": "0", "bf": "0", **held}


def _images(kind: StreamKind, view: Image) -> Iterator[Image]:
    random = np.random.default_rng(11)
    size = (kind.width_px, kind.height_px)
    stretched = np.asarray(cv2.resize(view, size, interpolation=cv2.INTER_AREA), np.uint8)
    # As much darker as the noise makes it brighter.
    still = np.maximum(stretched, _NOISE_LEVELS) - np.uint8(_NOISE_LEVELS)
    shape = (kind.height_px, kind.width_px, 3)
    noises = [random.integers(0, 2 * _NOISE_LEVELS, shape, np.uint8) for _ in range(_NOISES)]
    starts = random.random((_MOVERS, 2))
    count = round(GROUPS * kind.keyframe_every_s * kind.frame_rate)
    for number in range(count):
        image = still.copy()
        for mover, (across, down) in enumerate(starts):
            # A slow box a tenth of the picture wide, there and back within the loop.
            left = round((across + 0.3 * np.sin(2 * np.pi * number / count + mover)) % 0.9 * kind.width_px)
            top = round(down * 0.85 * kind.height_px)
            corner = (left + kind.width_px // 10, top + kind.height_px // 10)
            cv2.rectangle(image, (left, top), corner, (60 + 25 * mover, 90, 200 - 25 * mover), cv2.FILLED)
        yield np.asarray(cv2.add(image, noises[int(random.integers(_NOISES))]), np.uint8)


def keyframes(kind: StreamKind, file: Path) -> list[bytes]:
    """The keyframes of a file of `write_pictures`."""
    data, pictures, start = file.read_bytes(), list[bytes](), 0
    while start < len(data):
        end = start + 4 + int.from_bytes(data[start : start + 4], "big")
        pictures.append(data[start + 4 : end])
        start = end
    return pictures[:: round(kind.keyframe_every_s * kind.frame_rate)]
