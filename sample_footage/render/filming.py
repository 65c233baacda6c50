"""The two ways of filming a site: looks over many days, and one unbroken clip."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from sample_footage.render.draws import draw_for
from sample_footage.render.performance import time_lapse_takes
from sample_footage.render.renderer import Border, Picture, Renderer
from sample_footage.render.schedule import DayPlan
from sample_footage.render.sensor import expose
from sample_footage.render.site_plan import SitePlan
from sample_footage.render.stage import HEIGHT_PX, WIDTH_PX, Stage
from sample_footage.render.take import Act, Take
from sample_footage.render.truth import TrueDay, TrueFrame, true_day, true_frame

Exposure = tuple[datetime, NDArray[np.uint8]]

_MARGIN_PX = 10


@dataclass(slots=True)
class Reel:
    """Truth gathered while the pictures go to the encoder one by one."""

    frames: list[TrueFrame]
    days: list[TrueDay]


def film_time_lapse(
    stage: Stage,
    renderer: Renderer,
    site: SitePlan,
    days: tuple[DayPlan, ...],
    seed: int,
    reel: Reel,
    tell: Callable[[str], None],
) -> Iterator[Exposure]:
    """Render every look of every day."""
    rng = draw_for(seed, site.key, "sensor", "time_lapse")
    for day in days:
        shares: dict[str, float] = {}
        for take in time_lapse_takes(site, day, seed):
            shares, sun = stage.set_up(take)
            picture = renderer.render(len(reel.frames))
            reel.frames.append(true_frame(len(reel.frames), take, picture.ids, stage.numbers, sun))
            tell(f"{take.at.isoformat()} with {len(reel.frames[-1].objects)} objects")
            yield take.at, expose(picture.image, rng)
        reel.days.append(true_day(site, day, shares))


def film_live(
    stage: Stage, renderer: Renderer, takes: Iterator[Take], seed: int, reel: Reel, tell: Callable[[str], None]
) -> Iterator[Exposure]:
    """Render what stands still once, then for each picture only the parts in which something moves."""
    rng = draw_for(seed, "sensor", "live")
    shots = list(takes)
    moving = {act.name for act in shots[0].acts if any(act != _same(act, shot) for shot in shots)}
    _, sun = stage.set_up(shots[0])
    stage.hide(moving)
    still = renderer.render(0)
    for index, take in enumerate(shots):
        _, sun = stage.set_up(take)
        picture = _compose(stage, renderer, still, moving, index)
        reel.frames.append(true_frame(index, take, picture.ids, stage.numbers, sun))
        tell(f"picture {index + 1} of {len(shots)}")
        yield take.at, expose(picture.image, rng)


def _same(act: Act, take: Take) -> Act | None:
    return next((other for other in take.acts if other.name == act.name), None)


def _compose(stage: Stage, renderer: Renderer, still: Picture, moving: set[str], index: int) -> Picture:
    image, ids = still.image.copy(), still.ids.copy()
    for number, border in enumerate(_joined([_around(stage, name) for name in sorted(moving)])):
        part = renderer.render(1 + index * 10 + number, border)
        window = (slice(border.top, border.bottom), slice(border.left, border.right))
        image[window], ids[window] = part.image[window], part.ids[window]
    return Picture(image, ids)


def _around(stage: Stage, name: str) -> Border:
    """The part of the picture that a thing and its shadow can touch."""
    spots = stage.camera.project(stage.reach(name))
    low, high = spots.min(axis=0) - _MARGIN_PX, spots.max(axis=0) + _MARGIN_PX
    left, top = max(0, int(low[0])), max(0, int(low[1]))
    return Border(left, top, max(left + 1, min(WIDTH_PX, int(high[0]))), max(top + 1, min(HEIGHT_PX, int(high[1]))))


def _joined(borders: list[Border]) -> list[Border]:
    """Join borders that overlap until none do."""
    rest = list(borders)
    done: list[Border] = []
    while rest:
        one = rest.pop()
        other = next((two for two in rest + done if _overlap(one, two)), None)
        if other is None:
            done.append(one)
            continue
        (rest if other in rest else done).remove(other)
        rest.append(
            Border(
                min(one.left, other.left),
                min(one.top, other.top),
                max(one.right, other.right),
                max(one.bottom, other.bottom),
            )
        )
    return done


def _overlap(one: Border, two: Border) -> bool:
    return one.left < two.right and two.left < one.right and one.top < two.bottom and two.top < one.bottom
