"""How high the sun stands over a site, so that a black picture by night is no fault."""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import asin, cos, degrees, pi, radians, sin, tan

# The end of civil twilight: lower, and what lamps don't light is dark.
NIGHT_BELOW_DEG = -6.0
_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_CENTURY_S = 36525 * 86400.0


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the ground: degrees north and east."""

    latitude_deg: float
    longitude_deg: float


def is_night(position: Position, at: datetime) -> bool:
    """Whether civil twilight is over, or has not begun."""
    return sun_elevation_deg(position, at) < NIGHT_BELOW_DEG


def sun_elevation_deg(position: Position, at: datetime) -> float:
    """The height of the sun's middle over the horizon, without refraction, to a few hundredths of a degree.

    As NOAA's solar calculator, after Meeus (Astronomical Algorithms, chapters 25 and 28).
    """
    century = (at - _J2000).total_seconds() / _CENTURY_S
    mean_longitude = radians((280.46646 + century * (36000.76983 + century * 0.0003032)) % 360)
    mean_anomaly = radians(357.52911 + century * (35999.05029 - 0.0001537 * century))
    eccentricity = 0.016708634 - century * (0.000042037 + 0.0000001267 * century)
    centre = radians(
        sin(mean_anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
        + sin(2 * mean_anomaly) * (0.019993 - 0.000101 * century)
        + sin(3 * mean_anomaly) * 0.000289
    )
    node = radians(125.04 - 1934.136 * century)
    longitude = mean_longitude + centre - radians(0.00569 + 0.00478 * sin(node))
    tilt = radians(23.4392911 - century * (0.0130042 + century * (0.00000016 - 0.000000504 * century)))
    tilt += radians(0.00256 * cos(node))
    declination = asin(sin(tilt) * sin(longitude))
    y = tan(tilt / 2) ** 2
    # How far the sun is ahead of the clock, as an angle.
    equation = (
        y * sin(2 * mean_longitude)
        - 2 * eccentricity * sin(mean_anomaly)
        + 4 * eccentricity * y * sin(mean_anomaly) * cos(2 * mean_longitude)
        - 0.5 * y * y * sin(4 * mean_longitude)
        - 1.25 * eccentricity * eccentricity * sin(2 * mean_anomaly)
    )
    moment = at.astimezone(UTC)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    day_angle = 2 * pi * (moment - midnight).total_seconds() / 86400
    hour_angle = day_angle + equation + radians(position.longitude_deg) - pi
    latitude = radians(position.latitude_deg)
    return degrees(asin(sin(latitude) * sin(declination) + cos(latitude) * cos(declination) * cos(hour_angle)))
