"""What a look is good for, so that a picture that shows no view is never read as an idle site."""

from enum import StrEnum

from vision.view_glance import Glance
from vision.view_health import ViewReading, ViewSign, ViewState

# Flat: fewer pixels than this share lie on an edge; too little to find anybody in, though nothing may be wrong.
FLAT_SHARE = 0.005


class ViewQuality(StrEnum):
    """What a picture is good for; whether the camera was moved is for vision/view_shift.py to tell."""

    USABLE = "usable"
    BLACK = "black"
    FLAT = "flat"
    BLURRED = "blurred"
    BLOCKED = "blocked"
    PLACEHOLDER = "placeholder"
    FROZEN = "frozen"
    MOVED = "moved"


_BY_SIGN = {
    ViewSign.BLACK: ViewQuality.BLACK,
    ViewSign.DARK: ViewQuality.BLACK,
    ViewSign.HAZE: ViewQuality.FLAT,
    ViewSign.BLURRED: ViewQuality.BLURRED,
    ViewSign.BLOCKED: ViewQuality.BLOCKED,
    ViewSign.PLACEHOLDER: ViewQuality.PLACEHOLDER,
    ViewSign.FROZEN: ViewQuality.FROZEN,
}


def view_quality(reading: ViewReading, seen: Glance) -> ViewQuality:
    """Say what a look is good for, from what its picture said, the state the camera is in, and a glance at it.

    A clear picture from a camera that is in a fault's state still isn't usable: it has yet to last.
    """
    if reading.sign is not ViewSign.CLEAR:
        return _BY_SIGN[reading.sign]
    if reading.state is not ViewState.CLEAR:
        return ViewQuality(reading.state.value)
    return ViewQuality.FLAT if seen.edge_share < FLAT_SHARE else ViewQuality.USABLE
