"""What a receiver reports, and how a sender's clock and its good-bye are told."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.rtcp import Reception, empty_report, says_good_bye, sender_time

_BYE = struct.pack(">BBHI", 0x81, 203, 1, 7)
_SENDER_REPORT = struct.pack(">BBHIQIII", 0x80, 200, 6, 7, 0, 0, 0, 0)


def _block(report: bytes) -> tuple[int, ...]:
    """Source, fraction lost, packets lost, highest number."""
    assert report[:2] == bytes([0x81, 201])
    source, lost, highest = struct.unpack_from(">III", report, 8)
    return source, lost >> 24, lost & 0xFFFFFF, highest


def test_a_report_tells_what_was_lost_since_the_last_and_in_all() -> None:
    reception = Reception(7, 65_532)
    for number in (65_532, 65_533, 65_535, 0):
        reception.note(number)
    # One of five is lost, and the count has gone round once.
    assert _block(reception.report(1)) == (7, 256 // 5, 1, 65_536)
    for number in (1, 2):
        reception.note(number)
    assert _block(reception.report(1)) == (7, 0, 1, 65_538)
    assert _block(reception.report(1)) == (7, 0, 1, 65_538)


def test_packets_that_come_twice_are_no_negative_loss() -> None:
    reception = Reception(7, 0)
    for number in (0, 0, 0, 1):
        reception.note(number)
    assert _block(reception.report(1)) == (7, 0, 0, 1)


@pytest.mark.parametrize("report", [empty_report(0xDEADBEEF), Reception(7, 0).report(0xDEADBEEF)])
def test_a_report_is_a_compound_that_names_its_sender(report: bytes) -> None:
    end = 4 + 4 * int.from_bytes(report[2:4], "big")
    description = report[end:]
    assert report[1] == 201
    assert report[4:8] == description[4:8] == bytes.fromhex("deadbeef")
    assert description[:2] == bytes([0x81, 202])
    assert len(description) == 4 + 4 * int.from_bytes(description[2:4], "big")
    assert description[8:] == b"\x01\x05nazar\x00"


def test_a_good_bye_is_told_by_its_source_also_behind_other_reports() -> None:
    assert says_good_bye(_BYE, 7)
    assert says_good_bye(_SENDER_REPORT + _BYE, 7)
    assert not says_good_bye(_SENDER_REPORT + _BYE, 8)
    assert not says_good_bye(_SENDER_REPORT, 7)
    assert not says_good_bye(_BYE, None)


def test_a_senders_time_is_read_by_its_source_also_behind_other_reports() -> None:
    report = struct.pack(">BBHIQIII", 0x80, 200, 6, 7, 0xE8F0_0000_8000_0000, 0, 0, 0)
    assert sender_time(report) == sender_time(report, 7) == 0xE8F0_0000_8000_0000
    assert sender_time(empty_report(1) + report, 7) == 0xE8F0_0000_8000_0000
    assert sender_time(report, 8) is None
    assert sender_time(_BYE) is None
    # Cut off, or with a length that leaves no room for the time.
    assert sender_time(report[:-1]) is None
    assert sender_time(struct.pack(">BBHIQ", 0x80, 200, 1, 7, 1)) is None


@given(st.binary(max_size=64))
def test_garbage_tells_no_time_of_a_source_it_does_not_name(data: bytes) -> None:
    assert sender_time(data, -1) is None


@given(st.binary(max_size=64))
def test_garbage_is_no_good_bye_of_a_source_it_does_not_name(data: bytes) -> None:
    assert not says_good_bye(data, None)
