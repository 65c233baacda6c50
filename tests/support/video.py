"""Real encoded video for tests, made from arrays."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal

import av
import cv2
import numpy as np
from av.bitstream import BitStreamFilterContext
from av.video.stream import VideoStream
from numpy.typing import NDArray

Image = NDArray[np.uint8]

_ENCODERS: Final[dict[str, Literal["libx264", "libx265"]]] = {"h264": "libx264", "h265": "libx265"}
_BITS: Final = 8


def encode_clip(
    frames: Iterable[Image],
    path: Path,
    *,
    frame_rate: Fraction = Fraction(10),
    gop: int = 10,
    codec: str = "h264",
    bit_rate: int = 0,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Encode BGR frames, (height, width, 3) uint8 of even size, with a keyframe every `gop` of them.

    The suffix of `path` chooses the container. There are no B-frames, as in cameras' streams.
    """
    encoder_options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        **_fixed_gop(codec, gop),
        **(options or {}),
    }
    with av.open(str(path), "w", options=container_options) as container:
        stream: VideoStream | None = None
        for frame in frames:
            if stream is None:
                stream = container.add_stream(_ENCODERS[codec], rate=frame_rate, options=encoder_options)
                stream.height, stream.width = frame.shape[:2]
                stream.pix_fmt = "yuv420p"
                if bit_rate:
                    stream.bit_rate = bit_rate
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="bgr24")))
        if stream is None:
            raise ValueError("A clip needs at least one frame.")
        container.mux(stream.encode())
    return path


def trimmed(clip: Path, path: Path, *, starts_s: float) -> Path:
    """Cut a clip's beginning off without encoding it anew, as `ffmpeg -ss ... -c copy` does.

    It begins with the keyframe before the cut, and an edit list hides what lies between.
    """
    with av.open(str(clip)) as container, av.open(str(path), "w") as cut:
        stream = container.streams.video[0]
        copied = cut.add_stream_from_template(stream)
        assert stream.time_base is not None
        starts = round(starts_s / stream.time_base)
        container.seek(starts, stream=stream)
        for packet in container.demux(stream):
            if packet.pts is None or packet.dts is None:
                continue
            packet.pts, packet.dts, packet.stream = packet.pts - starts, packet.dts - starts, copied
            cut.mux(packet)
    return path


def counting_frames(count: int, width_px: int = 320, height_px: int = 240) -> Iterator[Image]:
    """Yield frames that carry their number, modulo 256, as eight black or white blocks along the top."""
    texture = np.random.default_rng(0).integers(90, 130, (height_px // 8, width_px // 8, 3), np.uint8)
    picture = np.asarray(cv2.resize(texture, (width_px, height_px), interpolation=cv2.INTER_LINEAR), np.uint8)
    block = width_px // _BITS
    for number in range(count):
        frame = picture.copy()
        for bit in range(_BITS):
            frame[:block, bit * block : (bit + 1) * block] = 235 if number >> bit & 1 else 16
        yield frame


def counted(image: Image) -> int:
    """Read the number that `counting_frames` put into a frame."""
    block = image.shape[1] // _BITS
    return sum(1 << bit for bit in range(_BITS) if image[block // 2, bit * block + block // 2].mean() > 128)


def moving_photo(photo: Image, count: int, width_px: int = 640, height_px: int = 360) -> Iterator[Image]:
    """Yield frames of a camera that pans and zooms over a photograph, there and back in `count` frames."""
    height, width = photo.shape[:2]
    for number in range(count):
        phase = 0.5 - 0.5 * np.cos(2 * np.pi * number / count)
        scale = 0.9 - 0.15 * phase
        crop_width = min(width, height * width_px / height_px) * scale
        crop_height = crop_width * height_px / width_px
        left, top = (width - crop_width) * phase, (height - crop_height) * (1 - phase) / 2
        corners = np.array([[left, top], [left + crop_width, top], [left, top + crop_height]], np.float32)
        target = np.array([[0, 0], [width_px, 0], [0, height_px]], np.float32)
        transform = cv2.getAffineTransform(corners, target)
        yield np.asarray(cv2.warpAffine(photo, transform, (width_px, height_px), flags=cv2.INTER_AREA), np.uint8)


def access_units(clip: Path) -> list[bytes]:
    """Return a clip's encoded pictures as Annex B bytes, one item a picture, without coding them again."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        to_annex_b = BitStreamFilterContext(f"{stream.codec_context.name}_mp4toannexb", stream)
        return [bytes(unit) for packet in container.demux(stream) if packet.size for unit in to_annex_b.filter(packet)]


def clip_facts(clip: Path) -> tuple[str, Fraction]:
    """Return a clip's codec, `h264` or `h265`, and its frame rate."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        if stream.average_rate is None:
            raise ValueError(f"{clip} states no frame rate.")
        return {"hevc": "h265"}.get(stream.codec_context.name, stream.codec_context.name), stream.average_rate


def _fixed_gop(codec: str, gop: int) -> dict[str, str]:
    if codec == "h265":
        return {"x265-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes=0:repeat-headers=1:log-level=none"}
    return {"g": str(gop), "keyint_min": str(gop), "sc_threshold": "0", "bf": "0"}
