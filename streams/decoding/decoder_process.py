"""A decoding process: `python -m streams.decoding.decoder_process SOCKET MEMORY MOST_PIXELS LIMIT_S`.

SOCKET and MEMORY are file descriptors. It knows no addresses, no cameras and no keys. It is
started by `DecoderPool` and ends when the pool's end of the socket closes, or when one picture
takes longer than LIMIT_S.
"""

import mmap
import os
import resource
import signal
import socket
import sys
from typing import Any, Final

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext

from streams.decoding.decoder_messages import ANSWER, CHANNELS, REQUEST, Verdict

# libav's message about each damaged picture is of no use to anybody.
av.logging.set_level(av.logging.PANIC)

_REORDERED: Final = frozenset({"h264", "hevc"})
# An 8K picture and its references take a third of it.
_MOST_MEMORY: Final = 3 * 1024**3


def main() -> int:
    """Answer requests until there are no more."""
    connection_number, memory_number, most_pixels, limit_s = (int(argument) for argument in sys.argv[1:5])
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    with socket.socket(fileno=connection_number) as connection, connection.makefile("rb") as requests:
        while head := requests.read(REQUEST.size):
            name, extradata, picture = (requests.read(size) for size in REQUEST.unpack(head))
            # Unhandled, the alarm ends the process even while it hangs inside libav.
            signal.alarm(limit_s)
            answer = _decode(name.decode(), extradata, picture, memory_number, most_pixels)
            signal.alarm(0)
            connection.sendall(ANSWER.pack(*answer))
    return 0


def _decode(name: str, extradata: bytes, picture: bytes, memory: int, most_pixels: int) -> tuple[Verdict, int, int]:
    try:
        frame = _frame(name, extradata, picture)
    except (av.FFmpegError, ValueError, MemoryError):
        frame = None
    if frame is not None and frame.width * frame.height > most_pixels:
        return Verdict.TOO_LARGE, frame.width, frame.height
    if frame is None or frame.is_corrupt:
        return Verdict.DAMAGED, 0, 0
    size = frame.width * frame.height * CHANNELS
    if os.fstat(memory).st_size < size:
        os.ftruncate(memory, size)
    with mmap.mmap(memory, size) as mapped:
        shared = np.frombuffer(mapped, np.uint8).reshape(frame.height, frame.width, CHANNELS)
        shared[:] = frame.to_ndarray(format="bgr24")
        del shared
    return Verdict.DECODED, frame.width, frame.height


def _frame(name: str, extradata: bytes, picture: bytes) -> Any:
    """Decode by a decoder that has seen nothing before: no camera's picture depends on another's."""
    context = av.CodecContext.create(name, "r")
    assert isinstance(context, VideoCodecContext)
    if extradata:
        context.extradata = extradata
    # Many cameras share the machine: one thread each, and with it no frames in flight.
    context.thread_count = 1
    frames = context.decode(av.Packet(picture))
    if not frames or name in _REORDERED:
        # A decoder may hold a picture back to sort it in; draining has it give the picture out.
        frames = [*frames, *context.decode(None)]
    return frames[-1] if frames else None


if __name__ == "__main__":
    sys.exit(main())
