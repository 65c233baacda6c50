"""What others would do with a camera's stream, each with PyAV alone: the most and the least that looking can cost."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from streams.burst_source import ONE_PICTURE_BELOW_S
from streams.look_schedule import LookSchedule

# Looks at a picture, (height, width, 3) uint8 BGR.
LookAt = Callable[[NDArray[np.uint8]], None]
_OPTIONS = {"rtsp_transport": "tcp"}
_TIMEOUT_S = 10.0


def decode_everything(address: str, look_every_s: float, look_at: LookAt, stop: threading.Event) -> None:
    """Decode every picture, as most programs do, and look at one per `look_every_s`."""
    looks = LookSchedule(look_every_s)
    with _opened(address) as container:
        for frame in container.decode(video=0):
            if stop.is_set():
                return
            now_s = time.monotonic()
            if looks.is_due(now_s):
                looks.take(now_s)
                look_at(np.asarray(frame.to_ndarray(format="bgr24"), np.uint8))


def least_looks(address: str, look_every_s: float, burst_s: float, look_at: LookAt, stop: threading.Event) -> None:
    """Receive and demux all, decode only the keyframes that are looked at, and look at them: nothing else at all.

    With `burst_s`, the connection is opened for so long every `look_every_s`, and all keyframes are looked at; for one
    where that is under a second.
    """
    while not stop.is_set():
        began_s = time.monotonic()
        _look_on(address, look_every_s, burst_s, look_at, stop)
        stop.wait(max(0.0, began_s + look_every_s - time.monotonic()))


def _look_on(address: str, look_every_s: float, burst_s: float, look_at: LookAt, stop: threading.Event) -> None:
    looks, first_pts_s = LookSchedule(None if burst_s else look_every_s), None
    with _opened(address) as container:
        for packet in container.demux(video=0):
            if stop.is_set():
                return
            now_s = time.monotonic()
            if not packet.is_keyframe or not looks.is_due(now_s):
                continue
            looks.take(now_s)
            for frame in _decoded(container, packet):
                look_at(np.asarray(frame.to_ndarray(format="bgr24"), np.uint8))
            if 0 < burst_s < ONE_PICTURE_BELOW_S:
                return
            if burst_s and packet.pts is not None:
                pts_s = float(packet.pts * packet.time_base)
                first_pts_s = pts_s if first_pts_s is None else first_pts_s
                if pts_s - first_pts_s >= burst_s:
                    return


def _decoded(container: InputContainer, packet: Any) -> Iterator[Any]:
    stream = container.streams.video[0]
    context = av.CodecContext.create(stream.codec_context.name, "r")
    assert isinstance(context, VideoCodecContext)
    context.extradata = stream.codec_context.extradata
    context.thread_count = 1
    yield from context.decode(packet)
    yield from context.decode(None)


@contextmanager
def _opened(address: str) -> Iterator[InputContainer]:
    with av.open(address, options=_OPTIONS, timeout=_TIMEOUT_S) as container:
        container.streams.video[0].codec_context.thread_count = 1
        yield container
