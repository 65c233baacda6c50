"""What is made of pictures' times and sizes, also where they are odd."""

from fractions import Fraction

import pytest

from streams.connection import EncodedPicture
from streams.measurement import Measurement


def _measured(
    count: int, every_s: float, gop: int, *, first_keyframe: int = 0, sizes: tuple[int, int] = (9000, 1000)
) -> Measurement:
    """Pictures of one rate; a keyframe and any other picture have their sizes."""
    measured = Measurement()
    for number in range(count):
        is_keyframe = (number - first_keyframe) % gop == 0
        measured.add(EncodedPicture(number * every_s, is_keyframe, None, sizes[not is_keyframe]), 0.0)
    return measured


def test_bits_are_counted_over_whole_gops() -> None:
    # 30 pictures begin with a keyframe three times in 2.5 GOPs; 25 in a row have two in any place.
    for count in (25, 30, 35, 40):
        measured = _measured(count, 0.1, 10)
        assert measured.frame_rate() == 10
        assert measured.bitrate_kbit_s() == pytest.approx(8 * (9000 + 9 * 1000) / 1000)


def test_without_a_second_keyframe_bits_are_counted_over_all() -> None:
    assert _measured(10, 0.1, 50).bitrate_kbit_s() == pytest.approx(8 * (9000 + 9 * 1000) / 1000)


def test_an_even_interval_is_all_there_is_to_say() -> None:
    measured = _measured(26, 0.1, 10)
    assert measured.keyframe_interval_s() == pytest.approx(1.0)
    assert measured.keyframe_interval_over_s() is None


@pytest.mark.parametrize(("first_keyframe", "over_s"), [(0, 3.9), (10, 2.9), (30, 3.0)])
def test_one_keyframe_tells_that_the_interval_is_longer_than_the_stretch_around_it(
    first_keyframe: int, over_s: float
) -> None:
    measured = _measured(40, 0.1, 1000, first_keyframe=first_keyframe)
    assert measured.keyframe_interval_s() is None
    assert measured.keyframe_interval_over_s() == pytest.approx(over_s)


def test_an_interval_that_is_stretched_while_it_is_heard_is_longer_than_the_last_whole_one() -> None:
    measured = Measurement()
    for number in range(60):
        measured.add(EncodedPicture(number * 0.1, number in (0, 10), None, 1000), 0.0)
    assert measured.keyframe_interval_s() == pytest.approx(1.0)
    assert measured.keyframe_interval_over_s() == pytest.approx(4.9)


def test_pictures_without_times_are_timed_as_they_come() -> None:
    measured = Measurement()
    for number in range(5):
        measured.add(EncodedPicture(None, True, b"", 20_000), 100 + number / 2)
    assert (measured.pictures, measured.frame_rate()) == (5, Fraction(2))
    assert measured.bitrate_kbit_s() == pytest.approx(320)
    assert measured.keyframe_interval_s() == pytest.approx(0.5)


def test_where_no_gap_is_usual_the_rate_is_that_of_all() -> None:
    measured = Measurement()
    for at_s in (0.0, 0.01, 1.0):
        measured.add(EncodedPicture(None, True, b"", 1000), at_s)
    assert measured.frame_rate() == 2


def test_one_picture_and_none_tell_nothing() -> None:
    none, one = Measurement(), Measurement()
    one.add(EncodedPicture(1.0, True, b"", 9000), 0.0)
    for measured in (none, one):
        assert (measured.frame_rate(), measured.bitrate_kbit_s()) == (None, None)
        assert (measured.keyframe_interval_s(), measured.keyframe_interval_over_s()) == (None, None)
