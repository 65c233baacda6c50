"""Pictures into an MP4 that any player opens, with a sidecar that says when each was taken."""

import json
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray


def write_clip(
    path: Path,
    pictures: Iterable[tuple[datetime, NDArray[np.uint8]]],
    size: tuple[int, int],
    rate: int,
    keyframe_every: int,
    crf: int,
) -> None:
    """Encode (height, width, 3) uint8 RGB pictures of `size` (width, height) as H.264, with their sidecar.

    Keyframes come exactly every `keyframe_every` pictures and no picture refers to a later one,
    as in a camera's stream.
    """
    times: list[str] = []
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, rate)
        stream.options = {
            "crf": str(crf),
            "preset": "slow",
            "profile": "main",
            "x264-params": f"keyint={keyframe_every}:min-keyint={keyframe_every}:scenecut=0:bframes=0:colorprim=bt709:"
            "transfer=bt709:colormatrix=bt709",
        }
        stream.width, stream.height = size
        for index, (at, picture) in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(
                format="yuv420p", dst_colorspace="ITU709"
            )
            frame.pts, frame.time_base = index, Fraction(1, rate)
            container.mux(stream.encode(frame))
            times.append(at.isoformat())
        container.mux(stream.encode(None))
    sidecar = path.with_suffix(".times.json")
    sidecar.write_text(json.dumps({"times": times}, indent=0) + "\n", encoding="utf-8")
