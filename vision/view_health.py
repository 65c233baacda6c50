"""Whether a camera shows its view, look by look, so that a fault is called in seconds and weather never is.

Each look gives a sign by itself and against what the view usually shows. The state follows a sign that lasts:
in two looks in a row at least (a frozen picture in three), and so long that a lorry, a person or a headlight
before the lens has passed. Fog and darkness are signs of their own that are no fault: they tell nothing. A picture
that at a glance shows what a clear one showed within the last minute is clear, and is not measured.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from vision.detector import Image
from vision.placeholder_card import card
from vision.repeated_picture import repeats
from vision.view_glance import Glance, GlanceCells, glance
from vision.view_memory import ONE_COLOUR_SHARE, ViewMemory
from vision.view_traits import LEAST_OUTLINE_LEVELS, ViewTraits, view_traits

RULE_VERSION = "health-1"
BLACK_SHARE = 0.995
# Dusk: the last look that was not black was this dim already.
DIM_LEVEL = 50.0
# Too dark to say what stands before the lens: a site without lamps, a lamp in one corner.
DARK_LEVEL = 40.0
# Blocked: hardly anything known is seen, and one thing fills the picture: one colour, with ribs, but few corners.
SEEN_SHARE = 0.12
CORNER_SHARE = 0.2
# Haze is bright and colourless, and leaves no strong outline; a grey wall before the lens has ribs or edges.
HAZE_DARK_CHANNEL = 90.0
HAZE_SATURATION = 30.0
HAZE_OUTLINE_LEVELS = 4.5
# No fog comes into clear air between two looks so near each other and takes the outlines down to this share; a cover
# does.
AT_ONCE = timedelta(seconds=30)
AT_ONCE_OUTLINE_SHARE = 0.2
# Blurred: so much less sharp than usual in like light; or, where nothing is known, a smear in any light.
BLURRED_SHARE = 0.55
SMEAR_SHARPNESS = 1.8
# A state is called so long after the last look that said otherwise, or by the look before that if the next would
# come too late; looks every 10 s may be off by a little.
LASTS = timedelta(seconds=26)
# No weather and no lorry repeats a picture to the last pixel.
LASTS_FROZEN = timedelta(seconds=18)
LASTS_AT_MOST = timedelta(seconds=32)
LEAST_LOOKS = 2
LEAST_LOOKS_FROZEN = 3
# So often a picture is measured, however plain it is what it shows.
MEASURED_EVERY = timedelta(seconds=60)
# A glance at a picture in which fewer cells show anything says too little.
GLANCED_SHARE = 0.2


class ViewState(StrEnum):
    """Whether a camera shows its view, and if not why."""

    CLEAR = "clear"
    BLACK = "black"
    BLURRED = "blurred"
    BLOCKED = "blocked"
    PLACEHOLDER = "placeholder"
    FROZEN = "frozen"


class ViewSign(StrEnum):
    """What one look says: a state, or that haze or darkness lets nothing be said."""

    CLEAR = "clear"
    BLACK = "black"
    BLURRED = "blurred"
    BLOCKED = "blocked"
    PLACEHOLDER = "placeholder"
    FROZEN = "frozen"
    HAZE = "haze"
    DARK = "dark"


# What a hazy picture is enough to disprove: it is a new one and not black.
_ENDED_BY_HAZE = frozenset({ViewState.BLACK, ViewState.PLACEHOLDER, ViewState.FROZEN})
_TELLS_NOTHING = frozenset({ViewSign.HAZE, ViewSign.DARK})


@dataclass(frozen=True, slots=True)
class ViewReading:
    """What a look said, and the state that it left the camera in, which holds since `since`."""

    sign: ViewSign
    state: ViewState
    since: datetime


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """The last look that was measured: its sign, whether it repeated the one before, and what a glance at it showed.

    `clear` is set where whoever shows the same is clear too.
    """

    at: datetime
    sign: ViewSign
    is_repeat: bool
    clear: GlanceCells | None


@dataclass(slots=True)
class _Streak:
    """Looks in a row that say the same: since when, how many, and when the one before them was taken."""

    sign: ViewSign
    since: datetime
    looks: int
    before: datetime


class ViewHealth:
    """Judges the looks of one camera at one placement in order of time; owned by one thread.

    A fault is the state by 30 s after it began, or the second look after it (frozen: the third) where looks are
    farther apart. A camera is clear until two looks say otherwise.
    """

    def __init__(self) -> None:
        self._memory = ViewMemory()
        self._state = ViewState.CLEAR
        self._since: datetime | None = None
        self._streak: _Streak | None = None
        self._looked_at: datetime | None = None
        self._previous: Image | None = None
        # The picture that is being repeated: when it came first, how often it was seen, and the look before it.
        self._same: _Streak | None = None
        self._last_light: float | None = None
        self._last_clear: tuple[datetime, float] | None = None
        self._came_at_once = False
        self._measured: _Measured | None = None

    @property
    def state(self) -> ViewState:
        """The state after the last look."""
        return self._state

    def look(
        self, image: Image, captured_at: datetime, *, is_night: bool = False, seen: Glance | None = None
    ) -> ViewReading:
        """Judge (height, width, 3) uint8 BGR with its privacy masks filled; other masks are another `ViewHealth`.

        `is_night`: the sun is well below the site's horizon, so that a black picture is no fault. A caller who
        cannot say leaves it to the dusk that came before. `seen` is the glance at the picture, from a caller who
        has it already.
        """
        seen = seen or glance(image)
        is_repeat = self._previous is not None and repeats(self._previous, seen.grey)
        self._previous = seen.grey
        before = self._looked_at if self._looked_at is not None else captured_at
        if not is_repeat or self._same is None:
            self._same = _Streak(ViewSign.FROZEN, captured_at, 0, before)
        self._same.looks += 1
        sign = self._sign_at_a_glance(seen, captured_at, is_repeat=is_repeat)
        if sign is None:
            sign, traits = self._measure(image, seen, captured_at, is_repeat=is_repeat, is_night=is_night)
            self._follow(sign, captured_at, before)
            self._keep(seen, sign, traits, captured_at, is_repeat=is_repeat)
        else:
            self._follow(sign, captured_at, before)
            if sign is ViewSign.CLEAR and self._last_clear is not None:
                self._last_clear = (captured_at, self._last_clear[1])
        self._looked_at = captured_at
        return ViewReading(sign, self._state, self._since or captured_at)

    def _sign_at_a_glance(self, seen: Glance, at: datetime, *, is_repeat: bool) -> ViewSign | None:
        """The sign of a picture that plainly is what the last measured one was, or None."""
        last = self._measured
        if last is None or not timedelta(0) <= at - last.at < MEASURED_EVERY:
            return None
        if is_repeat:
            return last.sign if last.is_repeat else None
        return ViewSign.CLEAR if last.clear is not None and seen.cells.shows(last.clear) else None

    def _measure(
        self, image: Image, seen: Glance, at: datetime, *, is_repeat: bool, is_night: bool
    ) -> tuple[ViewSign, ViewTraits]:
        traits = view_traits(image)
        known = self._memory.likeness(traits)
        # A starved encoder draws a real view with areas as even as a card's; what stands in it is still there.
        if known is None or known <= SEEN_SHARE:
            drawn = card(image)
            if drawn.is_drawn or (drawn.is_drawn_on_black and is_repeat):
                return ViewSign.PLACEHOLDER, traits
        if seen.black_share >= BLACK_SHARE:
            return ViewSign.DARK if is_night or self._came_with_dusk() else ViewSign.BLACK, traits
        if self._is_blocked(traits, at, known):
            return ViewSign.BLOCKED, traits
        if traits.outline_levels < LEAST_OUTLINE_LEVELS:
            # Nor frozen: an encoder makes the same of every picture that shows nothing.
            return ViewSign.DARK if traits.light < DARK_LEVEL else ViewSign.HAZE, traits
        if is_repeat:
            return ViewSign.FROZEN, traits
        usual = self._memory.usual_sharpness(traits.light)
        least = SMEAR_SHARPNESS if usual is None else BLURRED_SHARE * usual
        return ViewSign.BLURRED if traits.sharpness < least else ViewSign.CLEAR, traits

    def _keep(self, seen: Glance, sign: ViewSign, traits: ViewTraits, at: datetime, *, is_repeat: bool) -> None:
        """Keep what was measured for the looks to come."""
        if seen.black_share < BLACK_SHARE:
            self._last_light = traits.light
        clear: GlanceCells | None = None
        if sign is ViewSign.CLEAR:
            self._last_clear = (at, traits.outline_levels)
            if self._state is ViewState.CLEAR:
                self._memory.learn(traits, at)
                is_settled = self._memory.knows(traits.light) and seen.cells.textured_share >= GLANCED_SHARE
                clear = seen.cells if is_settled else None
        self._measured = _Measured(at, sign, is_repeat, clear)

    def _came_with_dusk(self) -> bool:
        return self._last_light is not None and self._last_light < DIM_LEVEL

    def _is_blocked(self, traits: ViewTraits, at: datetime, seen: float | None) -> bool:
        is_even = traits.one_colour_share >= ONE_COLOUR_SHARE or traits.outline_levels < LEAST_OUTLINE_LEVELS
        is_one_thing = is_even and traits.corner_share <= CORNER_SHARE
        if seen is None or seen > SEEN_SHARE or not is_one_thing:
            self._came_at_once = False
            return False
        if self._last_clear is not None and abs(at - self._last_clear[0]) <= AT_ONCE:
            had = self._last_clear[1]
            is_gone = traits.outline_levels <= AT_ONCE_OUTLINE_SHARE * had
            self._came_at_once |= is_gone and had >= HAZE_OUTLINE_LEVELS
        is_hazy = (
            traits.dark_channel >= HAZE_DARK_CHANNEL
            and traits.saturation <= HAZE_SATURATION
            and traits.outline_levels < HAZE_OUTLINE_LEVELS
        )
        return self._came_at_once or not (is_hazy or traits.light < DARK_LEVEL)

    def _follow(self, sign: ViewSign, at: datetime, before: datetime) -> None:
        """Let the state follow a sign that has lasted."""
        if sign is ViewSign.HAZE and self._state in _ENDED_BY_HAZE:
            sign = ViewSign.CLEAR
        if self._since is None:
            self._since = at
        streak = self._streak
        if streak is None or streak.sign is not sign or at < before:
            streak = _Streak(sign, at, 0, before)
            if self._same is not None and sign in (ViewSign.FROZEN, ViewSign.PLACEHOLDER) and self._same.looks > 1:
                # Only its repeat showed that the first one was of them.
                streak = _Streak(sign, self._same.since, self._same.looks - 1, self._same.before)
            self._streak = streak
        streak.looks += 1
        if sign in _TELLS_NOTHING or sign.value == self._state.value:
            return
        is_frozen = sign is ViewSign.FROZEN
        least, lasts = (LEAST_LOOKS_FROZEN, LASTS_FROZEN) if is_frozen else (LEAST_LOOKS, LASTS)
        lasted = at - streak.before
        if streak.looks >= least and (lasted >= lasts or lasted + (at - before) >= LASTS_AT_MOST):
            self._state, self._since = ViewState(sign.value), streak.since
