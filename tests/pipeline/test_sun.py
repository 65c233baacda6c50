"""The sun's height against published values."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipeline.sun import Position, is_night, sun_elevation_deg

DENVER_TIME = timezone(timedelta(hours=-7))
GOLDEN = Position(39.742476, -105.1786)
ALMATY = Position(43.24, 76.89)


@pytest.mark.parametrize(
    ("position", "at", "elevation_deg"),
    [
        # Reda and Andreas, NREL/TP-560-34302, the worked example in its appendix: without refraction.
        (GOLDEN, datetime(2003, 10, 17, 12, 30, 30, tzinfo=DENVER_TIME), 39.872),
        # pvlib-python's tests, by the same algorithm.
        (GOLDEN, datetime(2003, 10, 18, 12, 30, 30, tzinfo=DENVER_TIME), 39.505),
        # Its calculator's sunrise and sunset in Golden: refraction and the sun's half width are 0.833 degrees.
        (GOLDEN, datetime(2015, 1, 2, 7, 21, 55, tzinfo=DENVER_TIME), -0.833),
        (GOLDEN, datetime(2015, 1, 2, 16, 47, 43, tzinfo=DENVER_TIME), -0.833),
        (GOLDEN, datetime(2015, 8, 2, 5, 0, 27, tzinfo=DENVER_TIME), -0.833),
        # Meeus, example 25.a: seen from a pole the sun's height is its declination.
        (Position(90.0, 0.0), datetime(1992, 10, 13, tzinfo=UTC), -7.785),
    ],
)
def test_the_sun_stands_where_it_is_published_to(position: Position, at: datetime, elevation_deg: float) -> None:
    assert sun_elevation_deg(position, at) == pytest.approx(elevation_deg, abs=0.01)


def test_it_is_night_once_civil_twilight_is_over() -> None:
    # Half an hour after sunset, and two thirds of one.
    assert not is_night(GOLDEN, datetime(2015, 1, 2, 17, 14, tzinfo=DENVER_TIME))
    assert is_night(GOLDEN, datetime(2015, 1, 2, 17, 21, tzinfo=DENVER_TIME))


def test_noon_and_midnight_are_those_of_the_place() -> None:
    hours = [sun_elevation_deg(ALMATY, datetime(2026, 11, 21, hour, tzinfo=UTC)) for hour in range(24)]
    # 77 degrees east, the sun is five hours ahead of Greenwich.
    assert (hours.index(max(hours)), hours.index(min(hours))) == (7, 19)
    assert max(hours) == pytest.approx(90 - 43.24 - 20.0, abs=0.5)
