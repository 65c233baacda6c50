"""A wire between an RTSP camera and who watches it, which fails as wires and cameras do."""

import random
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from threading import Event, Thread
from types import TracebackType
from typing import Final, Self

_POLL_S: Final = 0.1
_JOIN_LIMIT_S: Final = 5.0
_RTP_CLOCK_HZ: Final = 90_000
_TURNED_BACK_S: Final = 40
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)


class Fault(StrEnum):
    """What the wire does to what the camera sends."""

    NONE = "none"
    # Nothing passes and nobody hangs up: a half-open connection.
    HELD = "held"
    # Bytes that belong to nothing, between the packets.
    NOISE = "noise"
    # The pictures' own bytes are not what was encoded.
    SPOILT = "spoilt"
    # The time stamps are those of some time ago.
    TURNED_BACK = "turned back"


class FaultyWire:
    """Passes connections to 127.0.0.1:`port` on, as they are until a fault is set."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.fault = Fault.NONE
        self._stop = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_POLL_S)
        self._threads = [Thread(target=self._serve, name="faulty-wire")]
        self._chance = random.Random(7)
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(_JOIN_LIMIT_S)
        self._listener.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                near, _ = self._listener.accept()
            except TimeoutError:
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                near.close()
                continue
            for pump in (self._ask, self._answer):
                thread = Thread(target=pump, args=(near, far), name="faulty-wire-pump")
                self._threads.append(thread)
                thread.start()

    def _ask(self, near: socket.socket, far: socket.socket) -> None:
        # Either end may be closed by the other pump at any time.
        with suppress(OSError):
            for data in self._received(near):
                far.sendall(data)
            far.shutdown(socket.SHUT_RDWR)

    def _answer(self, near: socket.socket, far: socket.socket) -> None:
        received = bytearray()
        with near, far, suppress(OSError):
            for data in self._received(far):
                received += data
                for unit in _units(received):
                    near.sendall(self._passed(unit))

    def _received(self, end: socket.socket) -> Iterator[bytes]:
        end.settimeout(_POLL_S)
        while not self._stop.is_set():
            if self.fault is Fault.HELD:
                self._stop.wait(_POLL_S)
                continue
            try:
                data = end.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                return
            if not data:
                return
            yield data

    def _passed(self, unit: bytes) -> bytes:
        # Even channels carry pictures, odd ones their reports.
        if unit[:1] != b"$" or unit[1] % 2 or len(unit) < 20:
            return unit
        if self.fault is Fault.NOISE:
            return unit + self._chance.randbytes(self._chance.randrange(1, 40))
        if self.fault is Fault.SPOILT:
            return unit[:18] + self._chance.randbytes(len(unit) - 18)
        if self.fault is Fault.TURNED_BACK:
            stamp = int.from_bytes(unit[8:12], "big") - _TURNED_BACK_S * _RTP_CLOCK_HZ
            return unit[:8] + (stamp % 2**32).to_bytes(4, "big") + unit[12:]
        return unit


def _units(received: bytearray) -> Iterator[bytes]:
    """Take the whole packets and answers off the front."""
    while received:
        if received[0] == ord("$"):
            end = 4 + int.from_bytes(received[2:4], "big") if len(received) >= 4 else len(received) + 1
        else:
            head = received.find(b"\r\n\r\n")
            if head < 0:
                return
            length = _LENGTH.search(bytes(received[:head]))
            end = head + 4 + (0 if length is None else int(length[1]))
        if len(received) < end:
            return
        yield bytes(received[:end])
        del received[:end]
