"""Which days and clips a seed shows: the first seed keeps its dates, others begin some days around them."""

from datetime import date, timedelta

import numpy as np

from sample_footage.render.site_plan import ClipPlan

_SHIFT_DAYS = 12


def first_day(on: date, seed: int, rng: np.random.Generator) -> date:
    """Return the first footage day."""
    return on + timedelta(days=int(rng.integers(-_SHIFT_DAYS, _SHIFT_DAYS + 1))) if seed != 1 else on


def in_turn(seed: int, *clips: ClipPlan) -> tuple[ClipPlan, ...]:
    """Return the clips beginning with another for every seed, so that the first few show different stages."""
    start = (seed - 1) % len(clips)
    return clips[start:] + clips[:start]
