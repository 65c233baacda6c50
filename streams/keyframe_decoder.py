"""Decoding single keyframes of a stream whose other pictures are not decoded."""

from typing import Any

import av
import numpy as np
from av import Packet
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray


class KeyframeDecoder:
    """Decodes one keyframe at a time, each at once and without those before it. Used by one thread."""

    def __init__(self, codec_context: VideoCodecContext) -> None:
        # Many cameras share the machine: one thread each, and with it no frames in flight.
        codec_context.thread_count = 1
        codec_context.skip_frame = "NONKEY"
        self._codec_context = codec_context

    def decode(self, packet: "Packet[Any]") -> NDArray[np.uint8] | None:
        """Return the picture, (height, width, 3) uint8 BGR, read-only; None if it can't be decoded whole."""
        try:
            # A decoder may hold a picture back to sort it in; draining has it give the picture out.
            frames = [*self._codec_context.decode(packet), *self._codec_context.decode(None)]
        except av.FFmpegError:
            frames = []
        finally:
            self._codec_context.flush_buffers()
        if not frames or frames[-1].is_corrupt:
            return None
        image = np.asarray(frames[-1].to_ndarray(format="bgr24"), np.uint8)
        image.setflags(write=False)
        return image
