"""Which of a camera's streams is watched."""

from fractions import Fraction

import pytest

from streams.address import StreamAddress
from streams.onvif.given_address import GivenAddress
from streams.onvif.media_profile import MediaProfile, choose_profile

_NONE = GivenAddress(None, None)


def _profile(
    token: str, codec: str, width_px: int | None, height_px: int | None = None, bitrate: int = 0
) -> MediaProfile:
    address = StreamAddress.parse(f"rtsp://192.0.2.10/{token}")
    given = GivenAddress(address, address)
    return MediaProfile(token, token, codec, width_px, height_px, None, None, bitrate, given, _NONE)


@pytest.mark.parametrize(
    ("profiles", "chosen"),
    [
        ([("main", "h264", 2560), ("sub", "h264", 640), ("third", "h264", 320)], "sub"),
        ([("main", "hevc", 3840), ("middle", "h264", 1280), ("sub", "h264", 352)], "middle"),
        # None is wide enough: the widest.
        ([("sub", "h264", 320), ("main", "h264", 352)], "main"),
        ([("jpeg", "mjpeg", 640), ("main", "hevc", 1920)], "main"),
        ([("unsized", "h264", None), ("sub", "h264", 352)], "sub"),
        ([("unsized", "h264", None)], "unsized"),
        ([("jpeg", "mjpeg", 640)], None),
        ([], None),
    ],
)
def test_the_smallest_stream_that_is_wide_enough_is_chosen(
    profiles: list[tuple[str, str, int | None]], chosen: str | None
) -> None:
    found = choose_profile([_profile(*profile) for profile in profiles])
    assert (None if found is None else found.token) == chosen


def test_of_streams_of_one_width_the_lighter_is_chosen() -> None:
    same = [
        _profile("a", "h264", 640, 480, 500),
        _profile("b", "h264", 640, 360, 900),
        _profile("c", "h264", 640, 360, 400),
    ]
    found = choose_profile(same)
    assert found is not None
    assert found.token == "c"


def test_the_wanted_width_can_be_told_and_a_stream_without_an_address_is_passed_over() -> None:
    main, sub = _profile("main", "h264", 1920), _profile("sub", "h264", 704)
    assert choose_profile([main, sub], wanted_width_px=1280) == main
    lost = MediaProfile("lost", "lost", "h264", 640, 360, None, None, None, _NONE, _NONE)
    assert choose_profile([main, lost]) == main


def test_the_keyframe_interval_follows_from_frames_and_rate() -> None:
    stated = MediaProfile("a", "a", "h264", 640, 360, Fraction(25, 2), 50, None, _NONE, _NONE)
    assert stated.keyframe_interval_s == 4.0
    assert _profile("b", "h264", 640).keyframe_interval_s is None
