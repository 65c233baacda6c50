"""When a camera's own clock counts as wrong, and what is said of it.

A wrong clock harms no picture: pictures are dated by our own. It shows in what the camera writes into
them and in what its recorder keeps, and it can break log-ins and certificates.
"""

from typing import Final

WRONG_OVER_S: Final = 60.0
RIGHT_UNDER_S: Final = 30.0

_MINUTE_S: Final = 60.0
_HOUR_S: Final = 3600.0
_DAY_S: Final = 86400.0
_YEAR_S: Final = 365.25 * _DAY_S
# What starts at 1970, where clocks stand that were never set; nobody sets one so far off.
_NOT_SET_OVER_S: Final = 50 * _YEAR_S
_FARTHEST_ZONE_S: Final = 14 * _HOUR_S
_ZONE_STEP_S: Final = _HOUR_S / 2


def is_clock_wrong(skew_s: float) -> bool:
    """Tell whether a clock that is `skew_s` ahead of ours is too far off."""
    return abs(skew_s) > WRONG_OVER_S


def clock_reason(skew_s: float) -> str:
    """Say by how much a clock is off, and what to do about it."""
    side = "ahead" if skew_s > 0 else "behind"
    if abs(skew_s) > _NOT_SET_OVER_S:
        said = f"The camera's clock is not set: it is {_amount(skew_s)} {side}."
    elif _is_zone(skew_s):
        said = f"The camera's clock is {_amount(skew_s)} {side}, as a wrong time zone makes it."
    else:
        said = f"The camera's clock is {_amount(skew_s)} {side}."
    return f"{said} Set it, or have the camera take its time over NTP. Pictures are dated by our own clock and count."


def _is_zone(skew_s: float) -> bool:
    steps = round(abs(skew_s) / _ZONE_STEP_S)
    return 0 < steps * _ZONE_STEP_S <= _FARTHEST_ZONE_S and abs(abs(skew_s) - steps * _ZONE_STEP_S) <= RIGHT_UNDER_S


def _amount(skew_s: float) -> str:
    size_s = abs(skew_s)
    # Each unit from two of it on; of hours a half is told, for time zones.
    for unit_s, name in ((_YEAR_S, "years"), (_DAY_S, "days")):
        if size_s >= 2 * unit_s:
            return f"{size_s / unit_s:.0f} {name}"
    if size_s >= 2 * _HOUR_S:
        return f"{round(size_s / _HOUR_S, 1):g} hours"
    return f"{size_s / _MINUTE_S:.0f} minutes" if size_s >= 2 * _MINUTE_S else f"{size_s:.0f} s"
