"""Decoding in processes of their own: what goes wrong there stays there."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import cv2
import numpy as np
import pytest

from streams.decoding.decoder_pool import DecoderPool
from streams.decoding.video_codec import VideoCodec
from streams.errors import DecoderLostError, NotVideoError, StoppedError
from tests.support.video import access_units, counted, counting_frames

H264 = VideoCodec("h264")
MJPEG = VideoCodec("mjpeg")


@pytest.fixture
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(1, decode_timeout_s=3) as pool:
        yield pool


@pytest.fixture(scope="module")
def keyframe(h264_clip: Path) -> bytes:
    return access_units(h264_clip)[0]


def jpeg(number: int, width: int = 320, height: int = 240) -> bytes:
    picture = list(counting_frames(number + 1, width, height))[number]
    return bytes(cv2.imencode(".jpg", picture)[1].tobytes())


def processes() -> list[int]:
    """Our children that decode."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            if b"decoder_process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(int(pid))
    return found


def test_a_picture_comes_back_as_it_was_encoded(pool: DecoderPool, keyframe: bytes) -> None:
    image = pool.decode(H264, keyframe, Event())
    assert image is not None
    assert image.shape == (240, 320, 3)
    assert image.dtype == np.uint8
    assert counted(image) == 0
    assert not image.flags.writeable


def test_pictures_of_changing_codec_and_size_share_a_process(pool: DecoderPool, keyframe: bytes) -> None:
    before = set(processes())
    sizes = [(320, 240), (3840, 2160), (64, 48), (1280, 720)]
    for number, (width, height) in enumerate(sizes):
        image = pool.decode(MJPEG, jpeg(number, width, height), Event())
        assert image is not None
        assert (image.shape[:2], counted(image)) == ((height, width), number)
        assert pool.decode(H264, keyframe, Event()) is not None
    assert len(set(processes()) - before) == 1
    assert pool.lost == 0


@pytest.mark.parametrize("data", [b"", b"\x00" * 400, os.urandom(4000), b"\xff\xd8\xff\xe0 cut short"])
def test_what_is_no_picture_is_none_and_costs_nothing(pool: DecoderPool, keyframe: bytes, data: bytes) -> None:
    assert pool.decode(MJPEG, data, Event()) is None
    assert pool.decode(H264, data, Event()) is None
    assert pool.decode(VideoCodec("no-such-codec"), data, Event()) is None
    assert pool.decode(H264, keyframe, Event()) is not None
    assert pool.lost == 0


def test_a_keyframe_cut_short_is_not_shown_grey(pool: DecoderPool, keyframe: bytes) -> None:
    assert pool.decode(H264, keyframe[: len(keyframe) // 3], Event()) is None


def test_a_picture_larger_than_any_cameras_is_refused() -> None:
    with DecoderPool(1, decode_timeout_s=3, most_pixels=400 * 300) as pool:
        assert pool.decode(MJPEG, jpeg(0), Event()) is not None
        with pytest.raises(NotVideoError, match="640 x 480, larger than any camera's"):
            pool.decode(MJPEG, jpeg(0, 640, 480), Event())


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV])
def test_a_lost_process_costs_one_picture_and_is_replaced(keyframe: bytes, fault: signal.Signals) -> None:
    before = set(processes())
    with DecoderPool(1, decode_timeout_s=1) as pool:
        pool.decode(H264, keyframe, Event())
        (process,) = set(processes()) - before
        os.kill(process, fault)
        with pytest.raises(DecoderLostError, match="was replaced"):
            pool.decode(H264, keyframe, Event())
        assert pool.lost == 1
        image = pool.decode(H264, keyframe, Event())
        assert image is not None
        assert process not in processes()
    assert set(processes()) == before


def test_a_hung_process_holds_up_nobody_else(keyframe: bytes) -> None:
    before = set(processes())
    with DecoderPool(2, decode_timeout_s=2) as pool:
        pool.decode(H264, keyframe, Event())
        (hung,) = set(processes()) - before
        os.kill(hung, signal.SIGSTOP)
        failures: list[DecoderLostError] = []

        def decode() -> None:
            try:
                pool.decode(H264, keyframe, Event())
            except DecoderLostError as error:
                failures.append(error)

        # One of the two meets the hung process, the other none; two threads need both.
        threads = [threading.Thread(target=decode) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(failures) == 1
        assert all(pool.decode(H264, keyframe, Event()) is not None for _ in range(4))


def test_whoever_waits_for_a_process_can_be_stopped(keyframe: bytes) -> None:
    stop = Event()
    stop.set()
    with DecoderPool(1, decode_timeout_s=3) as pool, pytest.raises(StoppedError):
        pool.decode(H264, keyframe, stop)


def test_a_process_knows_nothing_of_our_environment(
    pool: DecoderPool, keyframe: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAZAR_SECRET", "құпия")
    before = set(processes())
    pool.decode(H264, keyframe, Event())
    (process,) = set(processes()) - before
    assert b"NAZAR" not in Path(f"/proc/{process}/environ").read_bytes()


def test_a_pool_without_processes_is_refused() -> None:
    with pytest.raises(ValueError, match="1 process at least"):
        DecoderPool(0, decode_timeout_s=1)
