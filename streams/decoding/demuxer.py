"""A process that takes one connection's containers apart, for libav meets bytes from outside in no other place.

A transport stream or a segment that crashes or hangs libav costs its own connection, which is opened again, and no
other camera notices.
"""

import base64
import json
import math
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Protocol, Self

from streams.connection import EncodedPicture
from streams.decoding.child_process import start_child
from streams.decoding.demux_messages import HEAD, PICTURE, WANTED, Failure, Opening, Order, Told
from streams.decoding.video_codec import VideoCodec
from streams.errors import DecoderLostError

# So long libav may take over what it was given; what comes in slowly is not counted.
_LIMIT_S: Final = 10


class Body(Protocol):
    """Bytes that come in by and by."""

    def read(self, size: int) -> bytes:
        """Read what is there, at least one byte; nothing at the end."""
        ...


class UnreadError(Exception):
    """A container that holds nothing that is read here; whoever asked says so in words, and for which address."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.name)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Opened:
    """What was found in a container; `declared_frame_rate` is what it states, if it states anything."""

    format_name: str
    codec: VideoCodec
    declared_frame_rate: Fraction | None

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Read what the process says."""
        found = json.loads(data)
        rate = None if found["rate"] is None else Fraction(*found["rate"])
        return cls(found["format"], VideoCodec(found["codec"], base64.b64decode(found["extradata"])), rate)


class Demuxer:
    """Owns its process, which starts with the first container and serves one at a time. Used by one thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._body: Body | None = None
        self._is_open = False

    @property
    def process_id(self) -> int | None:
        """Of the process, while there is one."""
        return None if self._process is None else self._process.pid

    def open_body(self, opening: Opening, body: Body) -> Opened:
        """Open a container whose bytes come in by and by; raises what reading the body raises.

        Raises:
            UnreadError: it holds nothing that is read here.
            DecoderLostError: libav crashed or hung on it.
        """
        return self._open(Order.BODY, opening, body, None)

    def open_segment(self, opening: Opening, data: bytes) -> Opened:
        """Open a container that is there as a whole; raises as `open_body` does."""
        return self._open(Order.SEGMENT, opening, None, data)

    def pictures(self) -> Iterator[EncodedPicture]:
        """Yield the open container's pictures, as far as it is not damaged; raises as `open_body` does."""
        while True:
            told, data = self._next()
            if told is not Told.PICTURE:
                self._is_open = False
                if told is Told.FAILED:
                    raise UnreadError(Failure[data.decode()])
                return
            pts_s, is_keyframe, size = PICTURE.unpack_from(data)
            yield EncodedPicture(None if math.isnan(pts_s) else pts_s, is_keyframe, data[PICTURE.size :] or None, size)

    def abandon(self) -> None:
        """Let go of the open container; one that was read to its end leaves the process for the next."""
        if self._is_open:
            self.close()

    def close(self) -> None:
        """End the process; again is harmless."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._line = self._body = None
        self._is_open = False

    def _open(self, order: Order, opening: Opening, body: Body | None, data: bytes | None) -> Opened:
        self.abandon()
        if self._line is None:
            self._start()
        self._body, self._is_open = body, True
        self._send(order, json.dumps(opening.as_table()).encode())
        if data is not None:
            self._send(Order.DATA, data)
        told, answer = self._next()
        if told is Told.FAILED:
            self._is_open = False
            raise UnreadError(Failure[answer.decode()])
        return Opened.of(answer)

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                number = theirs.fileno()
                self._process = start_child("streams.decoding.demux_process", (number, _LIMIT_S), (number,))
        except BaseException:
            ours.close()
            raise
        ours.settimeout(2 * _LIMIT_S)
        self._line = ours

    def _next(self) -> tuple[Told, bytes]:
        """What the process says next, having been given what it wanted meanwhile."""
        while True:
            kind, size = HEAD.unpack(self._received(HEAD.size))
            data = self._received(size)
            if kind != Told.WANT:
                return Told(kind), data
            assert self._body is not None
            self._send(Order.DATA, self._body.read(*WANTED.unpack(data)))

    def _send(self, order: Order, data: bytes) -> None:
        assert self._line is not None
        try:
            self._line.sendall(HEAD.pack(order, len(data)) + data)
        except OSError as error:
            raise self._lost() from error

    def _received(self, size: int) -> bytes:
        assert self._line is not None
        received = bytearray()
        while len(received) < size:
            try:
                part = self._line.recv(size - len(received))
            except OSError as error:
                raise self._lost() from error
            if not part:
                raise self._lost()
            received += part
        return bytes(received)

    def _lost(self) -> DecoderLostError:
        self.close()
        return DecoderLostError(
            "The stream crashed or hung what takes it apart, which was replaced. Update the camera's firmware, or set "
            "it to RTSP, if this goes on."
        )
