"""The weather of each look, drawn as a season in Kazakhstan brings it."""

from dataclasses import replace
from datetime import date

import numpy as np

from sample_footage.render.weather import Weather, clear, fog, rain, snowing

# Weights of clear, cloudy, overcast, rain or snow, fog by month.
_SKIES = {
    1: (0.30, 0.20, 0.20, 0.25, 0.05),
    2: (0.30, 0.22, 0.20, 0.23, 0.05),
    3: (0.30, 0.25, 0.20, 0.18, 0.07),
    4: (0.36, 0.28, 0.17, 0.16, 0.03),
    5: (0.42, 0.30, 0.13, 0.14, 0.01),
    6: (0.48, 0.30, 0.10, 0.12, 0.00),
    7: (0.52, 0.28, 0.10, 0.10, 0.00),
    8: (0.52, 0.28, 0.11, 0.09, 0.00),
    9: (0.44, 0.28, 0.15, 0.12, 0.01),
    10: (0.34, 0.27, 0.20, 0.15, 0.04),
    11: (0.26, 0.22, 0.24, 0.22, 0.06),
    12: (0.26, 0.20, 0.24, 0.25, 0.05),
}
# Days of the year between which what falls is snow.
_SNOW_FROM, _SNOW_UNTIL = 290, 85
_MELTS_A_DAY = 0.28


def draw_weather(
    rng: np.random.Generator, days: list[date], looks: int, blinding_day: int | None
) -> list[tuple[Weather, ...]]:
    """Draw the weather of every look of every day; on `blinding_day` fog hides the site from morning to evening."""
    found = []
    lying = 0.0
    for index, on in enumerate(days):
        kind = int(rng.choice(5, p=_SKIES[on.month]))
        falls_as_snow = on.timetuple().tm_yday >= _SNOW_FROM or on.timetuple().tm_yday <= _SNOW_UNTIL
        if index == blinding_day:
            kind = 4
        if kind == 3 and falls_as_snow:
            lying = min(1.0, max(lying, 0.35) + float(rng.uniform(0.2, 0.6)))
        else:
            lying = max(0.0, lying - _MELTS_A_DAY * float(rng.uniform(0.4, 1.4)))
        found.append(_looks(rng, kind, looks, lying, falls_as_snow, index == blinding_day))
    return found


def _looks(
    rng: np.random.Generator, kind: int, looks: int, lying: float, falls_as_snow: bool, is_blinding: bool
) -> tuple[Weather, ...]:
    cloud = float((rng.uniform(0.0, 0.25), rng.uniform(0.3, 0.65), rng.uniform(0.8, 1.0), 1.0, 1.0)[kind])
    strength = float(rng.uniform(0.35, 0.9))
    made = []
    for look in range(looks):
        if kind == 4:
            # Fog thins out towards noon, unless it is the one that stays.
            thickness = 1.0 if is_blinding else strength * (0.6, 0.3, 0.15)[min(look, 2)]
            weather = fog(thickness)
        elif kind == 3:
            weather = snowing(strength, lying) if falls_as_snow else rain(strength)
        else:
            weather = clear(min(1.0, max(0.0, cloud + float(rng.uniform(-0.08, 0.08)))))
        made.append(replace(weather, snow_cover=max(weather.snow_cover, lying)))
    return tuple(made)
