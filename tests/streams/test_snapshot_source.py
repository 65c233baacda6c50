"""A picture that is asked for again and again: real HTTP servers, and what happens when they misbehave."""

import hashlib
import re
import threading
from collections.abc import Iterator
from ipaddress import ip_network
from itertools import pairwise
from threading import Event

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import (
    AddressRefusedError,
    AuthenticationError,
    NotVideoError,
    StalledError,
    StreamError,
    UnreachableError,
)
from streams.frame import Frame
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings
from streams.snapshot_source import SnapshotSource
from tests.streams.scripted_server import Script, ScriptedServer, http_answer
from tests.support.decoding import DECODER
from tests.support.video import counted, counting_frames

_POLICY = NetworkPolicy((ip_network("127.0.0.1/32"),))


def _picture(number: int, width_px: int = 320, suffix: str = ".jpg") -> bytes:
    *_, last = counting_frames(number + 1, width_px, width_px * 3 // 4)
    return bytes(cv2.imencode(suffix, last)[1].tobytes())


def _answers(*pictures: bytes, content_type: str = "image/jpeg") -> Iterator[bytes]:
    return (http_answer(picture, content_type) for picture in pictures)


def _source(port: int, userinfo: str = "", look_every_s: float = 0.05, **settings: float) -> SnapshotSource:
    address = StreamAddress.parse(f"http://{userinfo}127.0.0.1:{port}/snap.jpg")
    chosen = StreamSettings(read_timeout_s=5).model_copy(update=settings)
    return SnapshotSource(address, _POLICY, chosen, SystemClock(), look_every_s, decoder=DECODER)


def _seen(script: Script, userinfo: str = "", **settings: float) -> tuple[list[Frame], StreamError, list[str]]:
    """Look until it fails: the frames, what ended the run, and what was asked."""
    frames: list[Frame] = []
    with ScriptedServer(script) as server:
        source = _source(server.port, userinfo, **settings)
        with pytest.raises(StreamError) as caught, source.open(Event()) as run:
            frames.extend(run.frames)
    return frames, caught.value, server.requests


def _numbers(frames: list[Frame]) -> list[int]:
    return [counted(frame.image) for frame in frames]


def test_each_look_is_a_request_and_a_frame() -> None:
    answers = _answers(_picture(1), _picture(2), _picture(2), _picture(3))
    with ScriptedServer(lambda _: next(answers)) as server, _source(server.port).open(Event()) as run:
        frames = [next(run.frames) for _ in range(4)]
    # The one that repeats byte for byte too.
    assert _numbers(frames) == [1, 2, 2, 3]
    assert len(server.requests) == 4
    assert [frame.index for frame in frames] == [0, 1, 2, 3]
    assert all(frame.is_keyframe and frame.run_id == run.run_id for frame in frames)
    assert all(later.captured_at > earlier.captured_at for earlier, later in pairwise(frames))
    assert frames[0].pts_s == 0
    # Never before it is due, so media time keeps to the interval at the least, over all of them.
    assert frames[3].pts_s >= 0.149
    assert not frames[0].image.flags.writeable


def test_a_picture_may_be_png_and_change_its_size() -> None:
    answers = iter(
        [
            *_answers(_picture(5)),
            *_answers(_picture(6, 640, ".png"), content_type="image/png"),
            *_answers(_picture(7, 640)),
        ]
    )
    with ScriptedServer(lambda _: next(answers)) as server, _source(server.port).open(Event()) as run:
        frames = [next(run.frames) for _ in range(3)]
    assert [(frame.width_px, frame.height_px, counted(frame.image)) for frame in frames] == [
        (320, 240, 5),
        (640, 480, 6),
        (640, 480, 7),
    ]


def _decoded(data: bytes) -> NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image, np.uint8)


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_colours_are_as_another_decoder_has_them(suffix: str) -> None:
    colours = np.zeros((64, 64, 3), np.uint8)
    colours[:, :32], colours[:, 32:] = (200, 40, 90), (10, 240, 130)
    data = bytes(cv2.imencode(suffix, colours)[1].tobytes())
    with ScriptedServer(lambda _: http_answer(data, "image/jpeg")) as server, _source(server.port).open(Event()) as run:
        image = next(run.frames).image
    for column in (8, 56):
        assert image[32, column].astype(int) == pytest.approx(_decoded(data)[32, column].astype(int), abs=4)


class _DigestCamera:
    """Wants a digest log-in (RFC 7616), a new one after every two pictures, and doesn't call the old one stale."""

    def __init__(self, password: str) -> None:
        self._password = password
        self._nonce = 0
        self._count = 0
        self.refused = 0

    def __call__(self, request: str) -> bytes:
        fields = dict(re.findall(r'(\w+)="?([^",\r]+)"?', request.partition("Digest ")[2]))
        if fields and fields["response"] == self._expected(fields) and fields["nonce"] == f"n{self._nonce}":
            self._count += 1
            self._nonce = self._count // 2
            return http_answer(_picture(self._count), "image/jpeg")
        self.refused += 1
        challenge = f'WWW-Authenticate: Digest realm="cam", qop="auth", nonce="n{self._nonce}"'
        return http_answer(b"", "text/html", "401 Unauthorized", (challenge,))

    def _expected(self, fields: dict[str, str]) -> str:
        a1 = hashlib.md5(f"admin:cam:{self._password}".encode()).hexdigest()
        a2 = hashlib.md5(b"GET:/snap.jpg").hexdigest()
        middle = f"{fields['nonce']}:{fields['nc']}:{fields['cnonce']}:auth"
        return hashlib.md5(f"{a1}:{middle}:{a2}".encode()).hexdigest()


def test_a_digest_log_in_is_kept_between_looks_and_renewed_when_it_aged() -> None:
    camera = _DigestCamera("geheim")
    with ScriptedServer(camera) as server, _source(server.port, "admin:geheim@").open(Event()) as run:
        assert _numbers([next(run.frames) for _ in range(4)]) == [1, 2, 3, 4]
    # Asked at first; then the aged log-in was refused, and a new one asked for.
    assert (len(server.requests), camera.refused) == (7, 3)


def test_a_wrong_log_in_is_an_authentication_error_at_once() -> None:
    camera = _DigestCamera("right")
    frames, error, requests = _seen(camera, "admin:geheim@")
    assert frames == []
    assert isinstance(error, AuthenticationError)
    assert "geheim" not in f"{error!r} {error.__cause__!r} {error.__context__!r}"
    assert len(requests) == 2


@pytest.mark.parametrize(
    "broken",
    [
        http_answer(_picture(2)[:-4000], "image/jpeg"),
        http_answer(_picture(2, suffix=".png")[:-4000], "image/png"),
        http_answer(_picture(2)[:600] + b"\xff\xd9", "image/jpeg"),
        http_answer(b"", "image/jpeg"),
        http_answer(b"<html>busy</html>", "text/html"),
        http_answer(b"", "text/html", "503 Service Unavailable"),
        # A chunk of no size.
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx\r\n",
    ],
)
def test_one_broken_answer_is_asked_for_again(broken: bytes) -> None:
    script = iter([http_answer(_picture(1), "image/jpeg"), broken, http_answer(_picture(3), "image/jpeg")])
    with ScriptedServer(lambda _: next(script)) as server, _source(server.port).open(Event()) as run:
        assert _numbers([next(run.frames) for _ in range(2)]) == [1, 3]


def test_broken_pictures_without_end_are_a_stall_that_says_why() -> None:
    answers = iter([http_answer(_picture(1), "image/jpeg")])
    broken = http_answer(_picture(2)[:-4000], "image/jpeg")
    frames, error, _ = _seen(lambda _: next(answers, broken), read_timeout_s=0.3)
    assert _numbers(frames) == [1]
    assert isinstance(error, StalledError)
    assert "cut short" in str(error)


def test_a_broken_picture_at_first_is_told_at_once() -> None:
    frames, error, requests = _seen(lambda _: http_answer(_picture(2)[:-4000], "image/jpeg"))
    assert (frames, len(requests)) == ([], 1)
    assert isinstance(error, NotVideoError)


def test_a_server_that_goes_away_is_unreachable() -> None:
    server = ScriptedServer(lambda _: http_answer(_picture(1), "image/jpeg"))
    with server:
        run_of = _source(server.port, read_timeout_s=0.3).open(Event())
        run = run_of.__enter__()
        assert counted(next(run.frames).image) == 1
    with pytest.raises(UnreachableError, match="can't be reached"):
        next(run.frames)
    run_of.__exit__(None, None, None)


def test_a_server_that_falls_silent_is_a_stall() -> None:
    answers = _answers(_picture(1))
    frames, error, _ = _seen(lambda _: next(answers, b""), read_timeout_s=0.3)
    assert _numbers(frames) == [1]
    assert isinstance(error, StalledError)
    assert "within 0.3 s" in str(error)


def test_redirects_are_followed_as_far_as_they_are_accepted() -> None:
    with ScriptedServer(lambda _: http_answer(_picture(4), "image/jpeg")) as target:

        def to(location: str) -> Script:
            return lambda _: http_answer(b"", "text/html", "302 Found", (f"Location: {location}",))

        with (
            ScriptedServer(to(f"http://127.0.0.1:{target.port}/real.jpg")) as server,
            _source(server.port, "admin:geheim@").open(Event()) as run,
        ):
            assert counted(next(run.frames).image) == 4
        assert "Authorization" not in target.requests[0]
        asked = len(target.requests)
        for refused in (f"http://127.0.0.2:{target.port}/", "file:///etc/passwd", "rtsp://127.0.0.1/"):
            assert isinstance(_seen(to(refused))[1], AddressRefusedError)
        assert len(target.requests) == asked
        assert isinstance(_seen(to("/again"))[1], UnreachableError)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=x\r\n\r\n--x\r\n", "as a stream"),
        (http_answer(b"\xff\xd8\xff" + bytes(20_000_001), "image/jpeg"), "more than 20 MB"),
        (http_answer(b"GIF89a" + bytes(100), "image/gif"), "accepted are JPEG and PNG"),
    ],
)
def test_what_is_no_snapshot_is_told(answer: bytes, said: str) -> None:
    frames, error, _ = _seen(lambda _: answer)
    assert frames == []
    assert isinstance(error, NotVideoError)
    assert said in str(error)


def test_a_stop_ends_the_wait_for_the_next_look_and_the_opening() -> None:
    stop = Event()
    with ScriptedServer(lambda _: http_answer(_picture(1), "image/jpeg")) as server:
        source = _source(server.port, look_every_s=3600)
        with source.open(stop) as run:
            assert counted(next(run.frames).image) == 1
            timer = threading.Timer(0.2, stop.set)
            timer.start()
            assert list(run.frames) == []
            timer.join()
        with source.open(stop) as run:
            assert list(run.frames) == []


def test_no_time_between_looks_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0 s"):
        _source(80, look_every_s=0)
