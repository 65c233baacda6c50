"""A demuxing process: `python -m streams.decoding.demux_process SOCKET LIMIT_S`.

SOCKET is a file descriptor. It knows no addresses, no cameras and no keys: bytes come to it, pictures go out. It is
started by `Demuxer` and ends when the other end of the socket closes, or when libav takes longer than LIMIT_S over
what it was given.
"""

import base64
import io
import json
import math
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Any, Final, NoReturn

import av
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer

from streams.decoding.demux_messages import HEAD, PICTURE, WANTED, Failure, Opening, Order, Told
from streams.demuxed import demuxed, media_time_s

# libav's messages about damaged streams are of no use to anybody.
av.logging.set_level(av.logging.PANIC)

_MOST_MEMORY: Final = 2 * 1024**3
_OPTIONS: Final = {
    "protocol_whitelist": "none",
    # Enough to find the codec; size and rate are measured, not guessed.
    "analyzeduration": "1000000",
    "fpsprobesize": "0",
}


class _RefusedError(Exception):
    """A container that isn't read, with the reason that the other end is told."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.name)
        self.failure = failure


class _Line:
    """The socket, whose other end may take its time; only libav's work is limited."""

    def __init__(self, connection: socket.socket, limit_s: int) -> None:
        self._connection = connection
        self._incoming = connection.makefile("rb")
        self._limit_s = limit_s

    def next(self) -> tuple[Order, bytes] | None:
        """The next message; None once the other end has closed."""
        signal.alarm(0)
        head = self._incoming.read(HEAD.size)
        if len(head) < HEAD.size:
            return None
        kind, size = HEAD.unpack(head)
        data = self._incoming.read(size)
        # Unhandled, the alarm ends the process even while it hangs inside libav.
        signal.alarm(self._limit_s)
        return Order(kind), data

    def say(self, told: Told, *parts: bytes) -> None:
        """Send a message."""
        signal.alarm(0)
        self._connection.sendall(b"".join((HEAD.pack(told, sum(map(len, parts))), *parts)))
        signal.alarm(self._limit_s)


class _Body:
    """A body that is asked for as libav reads it."""

    def __init__(self, line: _Line) -> None:
        self._line = line

    def read(self, size: int) -> bytes:
        """At least one byte; none at the end."""
        self._line.say(Told.WANT, WANTED.pack(size))
        answer = self._line.next()
        return b"" if answer is None else answer[1]


def main() -> int:
    """Take containers apart until there are no more."""
    number, limit_s = (int(argument) for argument in sys.argv[1:3])
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    with socket.socket(fileno=number) as connection:
        line = _Line(connection, limit_s)
        while (message := line.next()) is not None:
            order, told = message
            opening = Opening.of(json.loads(told))
            if order is Order.SEGMENT:
                whole = line.next()
                source: Any = io.BytesIO(b"" if whole is None else whole[1])
            else:
                source = _Body(line)
            try:
                _serve(line, opening, source)
            except _RefusedError as error:
                line.say(Told.FAILED, error.failure.name.encode())
    return 0


def _serve(line: _Line, opening: Opening, source: Any) -> None:
    with _opened(opening, source) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        # Each MP4 segment may come with parameters of its own, so they are put before its keyframes.
        to_annex_b = None
        if opening.is_annex_b and container.format.name != "mpegts":
            to_annex_b = _annex_b_filter(stream)
        rate = stream.average_rate
        found = {
            "format": container.format.name,
            "codec": context.name,
            "extradata": "" if to_annex_b is not None else base64.b64encode(context.extradata or b"").decode(),
            "rate": None if rate is None else [rate.numerator, rate.denominator],
        }
        line.say(Told.OPENED, json.dumps(found).encode())
        for head, data in _pictures(container, to_annex_b):
            line.say(Told.PICTURE, head, data)
    line.say(Told.END)


def _pictures(container: InputContainer, to_annex_b: BitStreamFilterContext | None) -> Iterator[tuple[bytes, bytes]]:
    for packet in demuxed(container):
        # Read first: the filter takes the packet over.
        pts_s, is_keyframe, size = media_time_s(packet), packet.is_keyframe, packet.size
        data = b""
        if is_keyframe and not packet.is_corrupt:
            data = bytes(packet) if to_annex_b is None else _filtered(to_annex_b, packet)
        yield PICTURE.pack(math.nan if pts_s is None else pts_s, is_keyframe, size), data


def _filtered(to_annex_b: BitStreamFilterContext, packet: Any) -> bytes:
    try:
        return b"".join(bytes(unit) for unit in to_annex_b.filter(packet))
    except av.FFmpegError:
        return b""


def _annex_b_filter(stream: Any) -> BitStreamFilterContext:
    try:
        return BitStreamFilterContext(f"{stream.codec_context.name}_mp4toannexb", stream)
    except av.FFmpegError as error:
        raise _RefusedError(Failure.BAD_PARAMETERS) from error


def _opened(opening: Opening, source: Any) -> InputContainer:
    try:
        container: InputContainer = av.open(
            source,
            mode="r",
            format=opening.format_name,
            options={**_OPTIONS, "format_whitelist": opening.formats},
            metadata_errors="replace",
            io_open=_refuse_to_open,
        )
    except av.FFmpegError as error:
        raise _RefusedError(Failure.NO_CONTAINER) from error
    failure = _unread(container, opening.codecs)
    if failure is not None:
        container.close()
        raise _RefusedError(failure)
    return container


def _unread(container: InputContainer, codecs: tuple[str, ...]) -> Failure | None:
    if not container.streams.video:
        return Failure.NO_VIDEO
    # Where libav doesn't know the codec there is no context, whatever PyAV's types say.
    name = getattr(container.streams.video[0].codec_context, "name", None)
    return Failure.UNKNOWN_CODEC if name is None or (codecs and name not in codecs) else None


def _refuse_to_open(_url: str, _flags: int, _options: dict[str, str]) -> NoReturn:
    raise _RefusedError(Failure.REFERS_ELSEWHERE)


if __name__ == "__main__":
    sys.exit(main())
