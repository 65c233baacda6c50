"""When a camera says that it took a JPEG, whatever else stands in it."""

import struct
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.exif_time import exif_time
from tests.support.jpegs import jpeg, with_exif_time
from tests.support.video import counting_frames

PLAIN = jpeg(next(counting_frames(1)))
DATED = with_exif_time(PLAIN, "2026:09:16 09:00:00", "+05:00")


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_time_with_its_offset_is_read_in_both_byte_orders(order: str) -> None:
    dated = with_exif_time(PLAIN, "2026:09:16 09:00:00", "+05:00", order)
    assert exif_time(dated) == datetime.fromisoformat("2026-09-16T09:00:00+05:00")


def test_a_time_without_an_offset_tells_nothing() -> None:
    assert exif_time(with_exif_time(PLAIN, "2026:09:16 09:00:00", "")) is None


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "    :  :     :  :  ", "yesterday"])
def test_a_clock_that_was_never_set_tells_nothing(taken: str) -> None:
    assert exif_time(with_exif_time(PLAIN, taken, "+05:00")) is None


def test_a_picture_without_tags_tells_nothing() -> None:
    assert [exif_time(data) for data in (PLAIN, PLAIN[:4], b"", b"\xff\xd8\xff\xe1\x00\x08Exif\x00\x00")] == [None] * 4


@given(st.integers(0, 140), st.binary(min_size=1, max_size=8))
def test_damaged_tags_never_fail(at: int, damage: bytes) -> None:
    damaged = DATED[:at] + damage + DATED[at + len(damage) :]
    assert exif_time(damaged) is None or isinstance(exif_time(damaged), datetime)


def test_a_folder_that_claims_to_be_endless_ends() -> None:
    tiff = b"II*\x00" + struct.pack("<IH", 8, 65535) + bytes(40)
    data = b"\xff\xd8\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\x00\x00" + tiff
    assert exif_time(data) is None
