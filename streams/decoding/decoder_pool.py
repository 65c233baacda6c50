"""A few processes that decode for all cameras.

A picture that crashes or hangs libav costs the process it was in, and the one look; the process is
replaced and no other camera notices.
"""

import math
import mmap
import os
import queue
import socket
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from streams.decoding.child_process import start_child
from streams.decoding.decoder_messages import ANSWER, CHANNELS, REQUEST, Verdict
from streams.decoding.video_codec import VideoCodec
from streams.errors import DecoderLostError, NotVideoError, StoppedError

# 8K, and as much again in the other direction.
MOST_PIXELS: Final = 7680 * 7680
# Memory beyond this is given back once such a picture was taken out of it.
_KEPT_BYTES: Final = 16 * 1024 * 1024
_POLL_S: Final = 0.25
_END_S: Final = 2.0


class PictureDecoder(Protocol):
    """Decodes keyframes; safe to call from several threads."""

    def decode(self, codec: VideoCodec, data: bytes, stop: threading.Event) -> NDArray[np.uint8] | None:
        """Return the picture, (height, width, 3) uint8 BGR, read-only; None if it can't be decoded whole.

        Raises:
            StreamError: the picture can't be decoded at all, and the next one will fare no better.
            StoppedError: the stop event was set while a decoder was waited for.
        """
        ...


class DecoderPool:
    """Owns its processes; each decodes one picture at a time.

    They start when they are first needed and end with the `with` block.
    """

    def __init__(self, processes: int, decode_timeout_s: float, most_pixels: int = MOST_PIXELS) -> None:
        """Decode in so many processes at once; a picture that takes longer than the time limit is given up."""
        if processes < 1:
            raise ValueError(f"A pool has 1 process at least, not {processes}.")
        self._decode_timeout_s = decode_timeout_s
        self._most_pixels = most_pixels
        # None stands for a process that is not started yet, or was lost.
        self._idle: queue.SimpleQueue[_Process | None] = queue.SimpleQueue()
        self._count = processes
        self._lost = 0
        self._lock = threading.Lock()
        for _ in range(processes):
            self._idle.put(None)

    @property
    def lost(self) -> int:
        """How many processes crashed or hung so far."""
        return self._lost

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def decode(self, codec: VideoCodec, data: bytes, stop: threading.Event) -> NDArray[np.uint8] | None:
        """Decode in the next process that is free; see `PictureDecoder`.

        Raises:
            DecoderLostError: the picture crashed or hung its decoder.
            NotVideoError: the picture is larger than any camera's.
            StoppedError: the stop event was set before a process was free.
        """
        process = self._borrowed(stop)
        free: _Process | None = process
        try:
            return process.decode(codec, data)
        except DecoderLostError:
            process.end()
            free = None
            with self._lock:
                self._lost += 1
            raise
        finally:
            self._idle.put(free)

    def close(self) -> None:
        """End all processes; those that are decoding end their picture first, or are given up."""
        for _ in range(self._count):
            with suppress(queue.Empty):
                process = self._idle.get(timeout=self._decode_timeout_s + _END_S)
                if process is not None:
                    process.end()

    def _borrowed(self, stop: threading.Event) -> "_Process":
        while True:
            if stop.is_set():
                raise StoppedError
            with suppress(queue.Empty):
                process = self._idle.get(timeout=_POLL_S)
                break
        if process is not None:
            return process
        try:
            return _Process.started(self._decode_timeout_s, self._most_pixels)
        except BaseException:
            self._idle.put(None)
            raise


@dataclass(slots=True)
class _Process:
    """One decoding process, the socket to it and the memory that both see; used by one thread at a time."""

    process: "subprocess.Popen[bytes]"
    connection: socket.socket
    memory: int

    @classmethod
    def started(cls, decode_timeout_s: float, most_pixels: int) -> Self:
        ours, theirs = socket.socketpair()
        # Unlike a named segment it vanishes with its processes, however they end.
        memory = os.memfd_create("picture")
        try:
            with theirs:
                arguments = (theirs.fileno(), memory, most_pixels, math.ceil(decode_timeout_s))
                process = start_child("streams.decoding.decoder_process", arguments, (theirs.fileno(), memory))
        except BaseException:
            ours.close()
            os.close(memory)
            raise
        ours.settimeout(decode_timeout_s)
        return cls(process, ours, memory)

    def decode(self, codec: VideoCodec, data: bytes) -> NDArray[np.uint8] | None:
        name = codec.name.encode()
        try:
            self.connection.sendall(REQUEST.pack(len(name), len(codec.extradata), len(data)))
            self.connection.sendall(b"".join((name, codec.extradata, data)))
            answer = self._answer()
        except OSError as error:
            raise DecoderLostError(
                "A picture crashed or hung the decoder, which was replaced. Set the camera to plain H.264 or H.265, "
                "and update its firmware if this goes on."
            ) from error
        verdict, width, height = ANSWER.unpack(answer)
        if verdict == Verdict.TOO_LARGE:
            raise NotVideoError(f"The pictures are {width} x {height}, larger than any camera's. Choose a substream.")
        return None if verdict == Verdict.DAMAGED else self._taken(width, height)

    def end(self) -> None:
        """End the process, at once if it does not end by itself."""
        self.connection.close()
        os.close(self.memory)
        self.process.kill()
        self.process.wait()

    def _answer(self) -> bytes:
        answer = b""
        while len(answer) < ANSWER.size:
            part = self.connection.recv(ANSWER.size - len(answer))
            if not part:
                raise ConnectionResetError("the decoding process ended")
            answer += part
        return answer

    def _taken(self, width: int, height: int) -> NDArray[np.uint8]:
        size = width * height * CHANNELS
        with mmap.mmap(self.memory, size, prot=mmap.PROT_READ) as mapped:
            image = np.frombuffer(bytes(mapped), np.uint8).reshape(height, width, CHANNELS)
        if size > _KEPT_BYTES:
            os.ftruncate(self.memory, 0)
        return image
