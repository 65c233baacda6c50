"""Waits on a connection end when they should."""

import socket
from collections.abc import Iterator
from threading import Event, Thread, Timer

import pytest

from pipeline.clock import SystemClock
from streams.errors import StalledError, StoppedError, UnreachableError
from streams.stoppable_socket import Patience, StoppableSocket


@pytest.fixture
def stop() -> Event:
    return Event()


@pytest.fixture
def ends(clock: SystemClock, stop: Event) -> Iterator[tuple[StoppableSocket, socket.socket]]:
    """Our end with half a second of patience, and the camera's."""
    ours, theirs = socket.socketpair()
    ours.settimeout(0.05)
    ours_stoppable = StoppableSocket(ours, Patience("rtsp://192.0.2.10", clock, stop, 0.5, UnreachableError))
    with ours_stoppable, theirs:
        yield ours_stoppable, theirs


def test_what_is_sent_is_read_until_the_other_side_closes(ends: tuple[StoppableSocket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall(b"hello")
    theirs.close()
    with ours.makefile() as reader:
        assert reader.read(100) == b"hello"


def test_silence_ends_with_the_error_that_was_asked_for(ends: tuple[StoppableSocket, socket.socket]) -> None:
    ours, _ = ends
    with pytest.raises(UnreachableError, match=r"rtsp://192\.0\.2\.10 gave no picture within 0\.5 s"):
        ours.readinto(bytearray(10))
    ours.patience.allow(0.1)
    with pytest.raises(StalledError, match=r"within 0\.1 s"):
        ours.readinto(bytearray(10))


def test_bytes_that_trickle_in_buy_no_time(ends: tuple[StoppableSocket, socket.socket]) -> None:
    ours, theirs = ends
    quiet = Event()

    def trickle() -> None:
        while not quiet.wait(0.02):
            theirs.send(b"x")

    thread = Thread(target=trickle, name="trickle")
    thread.start()
    try:
        with ours.makefile() as reader, pytest.raises(UnreachableError):
            reader.read(1_000_000)
    finally:
        quiet.set()
        thread.join(5)


def test_a_side_that_takes_nothing_ends_the_sending(ends: tuple[StoppableSocket, socket.socket]) -> None:
    ours, _ = ends
    with pytest.raises(UnreachableError):
        ours.send(bytes(50_000_000))


def test_a_stop_ends_reading_and_sending(ends: tuple[StoppableSocket, socket.socket], stop: Event) -> None:
    ours, theirs = ends
    theirs.sendall(b"there is something to read")
    stop.set()
    with pytest.raises(StoppedError):
        ours.readinto(bytearray(10))
    with pytest.raises(StoppedError):
        ours.send(b"x")


def test_what_comes_while_bytes_gather_is_read_at_once(ends: tuple[StoppableSocket, socket.socket]) -> None:
    ours, theirs = ends
    ours.patience.allow(30)
    ours.gather(0.5)
    theirs.sendall(b"one ")
    later = Timer(0.05, theirs.sendall, [b"two"])
    later.start()
    buffer = bytearray(100)
    assert buffer[: ours.readinto(buffer)] == b"one two"
    later.join()


def test_nobody_waits_for_more_while_there_is_more_than_fits(ends: tuple[StoppableSocket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall(b"one two")
    buffer = bytearray(4)
    assert ours.readinto(buffer) == 4
    ours.gather(3600)
    assert buffer[: ours.readinto(buffer)] == b"two"
    with pytest.raises(UnreachableError):
        ours.readinto(buffer)


def test_a_stop_ends_the_gathering(ends: tuple[StoppableSocket, socket.socket], stop: Event) -> None:
    ours, theirs = ends
    ours.patience.allow(3600)
    ours.gather(3600)
    theirs.sendall(b"one")
    Timer(0.05, stop.set).start()
    with pytest.raises(StoppedError):
        ours.readinto(bytearray(4))


class NotedPatience(Patience):
    """Notes how long it was asked to pause, and does not."""

    def __init__(self, stop: Event) -> None:
        super().__init__("camera", SystemClock(), stop, 30, UnreachableError)
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


def test_where_much_comes_it_gathers_for_less_so_that_the_camera_never_waits(stop: Event) -> None:
    near, theirs = socket.socketpair()
    near.settimeout(5)
    patience = NotedPatience(stop)
    with StoppableSocket(near, patience) as ours, theirs:
        ours.gather(0.8)
        buffer = bytearray(200_000)
        for _ in range(3):
            theirs.sendall(bytes(150_000))
            assert ours.readinto(buffer) == 150_000
        for _ in range(2):
            theirs.sendall(b"little")
            ours.readinto(buffer)
    assert patience.pauses == pytest.approx([0.8, 0.4, 0.2, 0.1, 0.125])
