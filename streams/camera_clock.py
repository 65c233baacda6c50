"""How far a camera's own clock is off ours, as its packets and its answers tell it.

Pictures are dated by our own clock, always; a camera's is only told of, so that somebody sets it.
A skew is in seconds, above 0 where the camera is ahead. Of a camera whose time zone is wrong it is
whole hours; of one that was never set, which mostly stands at 1970, it is decades.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from streams.clock import Clock
from streams.rtcp import sender_time

_NTP_EPOCH: Final = datetime(1900, 1, 1, tzinfo=UTC)
_NTP_ERA_S: Final = 1 << 32
_UNIX_EPOCH_IN_NTP_S: Final = 2_208_988_800


class SenderClock:
    """What the sender reports of one source tell of its clock; the newest counts."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.skew_s: float | None = None

    def hear(self, data: bytes, ssrc: int | None = None) -> None:
        """Take an RTCP packet as it comes; with `ssrc`, for reports of that source alone."""
        ntp = sender_time(data, ssrc)
        skew_s = None if ntp is None else skew_by_ntp(ntp, self._clock.now())
        if skew_s is not None:
            self.skew_s = skew_s


def skew_by_ntp(ntp: int, now: datetime) -> float | None:
    """Return the skew by a sender report's 64-bit time; None where that is no time of day.

    A sender without a clock may put zero there, or the time for which it has been running (RFC 3550,
    section 6.4.1): such are the times before 1970. The era is taken to be that of `now` (RFC 5905, section 6).
    """
    own_s = (now - _NTP_EPOCH).total_seconds()
    era_s = own_s // _NTP_ERA_S * _NTP_ERA_S
    told_s = era_s + ntp / 2**32
    return None if ntp == 0 or told_s < _UNIX_EPOCH_IN_NTP_S else told_s - own_s


def skew_by_date(date: str | None, now: datetime) -> float | None:
    """Return the skew by the Date header of an answer that came just now, to the second; None without one to read."""
    if date is None:
        return None
    try:
        told_at = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    if told_at.tzinfo is None:
        told_at = told_at.replace(tzinfo=UTC)
    # What is stated is cut off to the second, so that on average half a one has passed since.
    return float(round((told_at - now) / timedelta(seconds=1) + 0.5))
