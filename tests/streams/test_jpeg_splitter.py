"""JPEGs are found by their own structure, between and behind whatever is broken."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.jpeg_splitter import JpegSplitter


def jpeg(seed: int, *options: int) -> bytes:
    picture = np.random.default_rng(seed).integers(0, 255, (48, 64, 3), np.uint8)
    return cv2.imencode(".jpg", picture, options)[1].tobytes()


PLAIN = [jpeg(seed) for seed in range(3)]
PROGRESSIVE = jpeg(3, cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
RESTARTING = jpeg(4, cv2.IMWRITE_JPEG_RST_INTERVAL, 2)
HEADER = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 17\r\n\r\n"


def with_thumbnail(picture: bytes, thumbnail: bytes) -> bytes:
    """The picture with another in an application segment, as cameras put it there."""
    return picture[:2] + b"\xff\xe1" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail + picture[2:]


WHOLE = [*PLAIN, PROGRESSIVE, RESTARTING, with_thumbnail(PLAIN[0], PLAIN[1])]


@given(st.lists(st.sampled_from(WHOLE), max_size=4), st.integers(1, 5000))
def test_every_whole_picture_is_found_however_the_bytes_come(pictures: list[bytes], chunk: int) -> None:
    stream = b"".join(HEADER + picture + b"\r\n" for picture in pictures)
    splitter = JpegSplitter()
    found = [one for at in range(0, len(stream), chunk) for one in splitter.feed(stream[at : at + chunk])]
    assert found == pictures
    assert splitter.left_out == 0


@pytest.mark.parametrize(
    "broken",
    [
        PLAIN[1][: len(PLAIN[1]) // 2],
        PLAIN[1][: len(PLAIN[1]) // 2] + bytes(400),
        PLAIN[1][:30],
        b"\xff\xd8\xff\xe0\x00\x00rubbish",
        b"\xff\xd8\xff",
    ],
)
def test_a_broken_picture_is_left_out_and_the_next_one_is_found(broken: bytes) -> None:
    splitter = JpegSplitter()
    # The one behind it may be what shows that it broke off.
    found = splitter.feed(HEADER + broken + b"\r\n" + b"".join(HEADER + picture + b"\r\n" for picture in PLAIN))
    assert found[-2:] == PLAIN[1:]
    assert set(found) <= set(PLAIN)


@given(st.binary(max_size=2000))
def test_rubbish_holds_nobody_up(rubbish: bytes) -> None:
    splitter = JpegSplitter()
    splitter.feed(rubbish)
    # What looked like a long segment of a picture may swallow some that follow.
    found = splitter.feed((HEADER + PLAIN[0] + b"\r\n") * 40)
    assert found[-1] == PLAIN[0]
