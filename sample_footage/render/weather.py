"""The weather of one picture: what hangs in the air, what falls, and what lies on the ground."""

import math
from dataclasses import dataclass

KINDS = ("clear", "cloudy", "overcast", "rain", "fog", "snow")

# Koschmieder: below this contrast a thing is lost against the horizon (WMO-No. 8, part I, 9.1).
_LEAST_CONTRAST = 0.05
_WORK_AT_M = 25.0
_THICKEST_FOG_PER_M = 0.27


@dataclass(frozen=True, slots=True)
class Weather:
    """The weather as the camera meets it.

    `cloud_share` is 0 for a clear sky and 1 for a closed one. `fog_per_m` is the extinction of the
    air. `rain` and `snowfall` are strengths from 0 to 1; `snow_cover` is 0.3 for patches of snow
    and 1 where all that faces up is white.
    """

    kind: str
    cloud_share: float
    fog_per_m: float = 0.0
    rain: float = 0.0
    snowfall: float = 0.0
    snow_cover: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"weather kind {self.kind!r} is none of {', '.join(KINDS)}")
        for name in ("cloud_share", "rain", "snowfall", "snow_cover"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must lie between 0 and 1, not {getattr(self, name)}")
        if not (math.isfinite(self.fog_per_m) and self.fog_per_m >= 0.0):
            raise ValueError(f"fog_per_m must be 0 or more, not {self.fog_per_m}")

    @property
    def is_blinding(self) -> bool:
        """Whether people and machines at 25 m can't be made out."""
        return math.exp(-self.fog_per_m * _WORK_AT_M) < _LEAST_CONTRAST

    @property
    def is_grey(self) -> bool:
        """Whether the sky is one even grey without a sun."""
        return self.kind in ("rain", "fog", "snow")

    @property
    def wetness(self) -> float:
        """How wet the ground is, 0 to 1."""
        if self.rain > 0.0:
            return min(1.0, 0.45 + 0.75 * self.rain)
        if self.kind == "fog":
            return 0.2
        return 0.35 * min(1.0, self.snow_cover + self.snowfall)


def clear(cloud_share: float, snow_cover: float = 0.0) -> Weather:
    """Return dry weather: clear, cloudy or overcast by the share of clouds."""
    kind = "clear" if cloud_share < 0.4 else "cloudy" if cloud_share < 0.9 else "overcast"
    return Weather(kind, cloud_share, snow_cover=snow_cover)


def rain(strength: float) -> Weather:
    """Return rain, from drizzle (0.1) to a downpour (1)."""
    return Weather("rain", 1.0, fog_per_m=0.001 + 0.008 * strength, rain=strength)


def fog(thickness: float) -> Weather:
    """Return fog: at 0.3 a building 40 m away is pale, at 1 nothing beyond 12 m can be seen."""
    return Weather("fog", 1.0, fog_per_m=_THICKEST_FOG_PER_M * thickness**1.8)


def snowing(strength: float, cover: float) -> Weather:
    """Return falling snow over ground that is covered by `cover`."""
    return Weather("snow", 1.0, fog_per_m=0.004 + 0.035 * strength**1.5, snowfall=strength, snow_cover=cover)
