"""The two ways of filming a view: looks over many days, and one unbroken clip."""

from collections.abc import Callable, Iterator
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from sample_footage.render.air import through_air
from sample_footage.render.dirt import Dirt
from sample_footage.render.draws import draw_for
from sample_footage.render.mast_camera import CameraPose
from sample_footage.render.outline import fill
from sample_footage.render.renderer import Border, Picture, Renderer
from sample_footage.render.sensor import expose
from sample_footage.render.sky import SunPosition
from sample_footage.render.stage import HEIGHT_PX, WIDTH_PX, Stage
from sample_footage.render.story import Nudge
from sample_footage.render.take import Act, FaultKind, Take
from sample_footage.render.truth import TrueFrame, true_frame

Exposure = tuple[datetime, NDArray[np.uint8]]

_MARGIN_PX = 10


class Film:
    """The chain from a rendered picture to the camera's output, and the truth gathered on the way."""

    def __init__(self, stage: Stage, renderer: Renderer, seed: int, name: str, tell: Callable[[str], None]) -> None:
        self.frames: list[TrueFrame] = []
        self._stage = stage
        self._renderer = renderer
        self._tell = tell
        self._rng = draw_for(seed, stage.view.key, "sensor", name)
        self._dirt = Dirt(draw_for(seed, stage.view.key, "dirt"), WIDTH_PX, HEIGHT_PX)
        self._fills = {
            element.key: fill(stage.outline(element.structure.corners()), WIDTH_PX, HEIGHT_PX)
            for element in stage.view.elements
        }

    def time_lapse(self, takes: Iterator[Take], nudge: Nudge | None) -> Iterator[Exposure]:
        """Render every look; a frozen one repeats the last picture, an outage brings none."""
        straight = self._stage.camera.pose
        shown: NDArray[np.uint8] | None = None
        for take in takes:
            if take.has(FaultKind.OUTAGE):
                continue
            if take.has(FaultKind.FROZEN) and shown is not None:
                self._remember(take, None, self._stage.sun(take))
                yield take.at, shown
                continue
            self._stage.camera.aim(_aimed(straight, take, nudge))
            sun = self._stage.set_up(take)
            picture = self._renderer.render(len(self.frames))
            self._remember(take, picture.ids, sun)
            shown = self._expose(picture, take)
            yield take.at, shown

    def clip(self, takes: Iterator[Take], nudge: Nudge | None) -> Iterator[Exposure]:
        """Render what stands still once, then for each picture only the parts in which something moves."""
        shots = list(takes)
        moving = {act.name for act in shots[0].acts if any(act != _same(act, shot) for shot in shots)}
        self._stage.camera.aim(_aimed(self._stage.camera.pose, shots[0], nudge))
        self._stage.set_up(shots[0])
        self._stage.hide(moving)
        still = self._renderer.render(0)
        for take in shots:
            sun = self._stage.set_up(take)
            picture = _swayed(self._compose(still, moving), take.sway_px)
            self._remember(take, picture.ids, sun)
            yield take.at, self._expose(picture, take)

    def _remember(self, take: Take, ids: NDArray[np.int32] | None, sun: SunPosition) -> None:
        frame = true_frame(len(self.frames), take, ids, self._fills, sun, self.frames[-1] if self.frames else None)
        self.frames.append(frame)
        self._tell(f"{take.at.isoformat()} {take.weather.kind} with {len(frame.objects)} objects")

    def _expose(self, picture: Picture, take: Take) -> NDArray[np.uint8]:
        image = through_air(picture.image, picture.depth_m, take.weather, self._stage.light, self._rng)
        image = self._dirt.on(image, take.strength(FaultKind.DIRT))
        return expose(image, self._rng, self._stage.gain)

    def _compose(self, still: Picture, moving: set[str]) -> Picture:
        image, ids, depth = still.image.copy(), still.ids.copy(), still.depth_m.copy()
        for border in _joined([_around(self._stage, name) for name in sorted(moving)]):
            # The same draw of light paths in each picture: what stands still must not flicker.
            part = self._renderer.render(0, border)
            window = (slice(border.top, border.bottom), slice(border.left, border.right))
            image[window], ids[window], depth[window] = part.image[window], part.ids[window], part.depth_m[window]
        return Picture(image, ids, depth)


def _aimed(straight: CameraPose, take: Take, nudge: Nudge | None) -> CameraPose:
    is_nudged = nudge is not None and take.has(FaultKind.MOVED)
    return straight.nudged(nudge.pan_deg, nudge.tilt_deg) if nudge is not None and is_nudged else straight


def _same(act: Act, take: Take) -> Act | None:
    return next((other for other in take.acts if other.name == act.name), None)


def _swayed(picture: Picture, sway_px: tuple[float, float]) -> Picture:
    """Shift a picture by less than some pixels; its edges are repeated. Ids go to the nearest pixel."""
    across, down = sway_px
    if across == 0.0 and down == 0.0:
        return picture
    rows = np.arange(HEIGHT_PX, dtype=np.float32) - down
    columns = np.arange(WIDTH_PX, dtype=np.float32) - across
    image = _between(_between(picture.image.astype(np.float32), rows, 0), columns, 1)
    nearest = np.ix_(
        np.clip(np.round(rows), 0, HEIGHT_PX - 1).astype(int), np.clip(np.round(columns), 0, WIDTH_PX - 1).astype(int)
    )
    return Picture(np.round(image).astype(np.uint8), picture.ids[nearest], picture.depth_m[nearest])


def _between(values: NDArray[np.float32], places: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Linear interpolation along one axis at fractional `places`."""
    last = values.shape[axis] - 1
    low = np.clip(np.floor(places), 0, last).astype(int)
    high = np.clip(low + 1, 0, last)
    share = (np.clip(places, 0, last) - low).astype(np.float32)
    shape = [1] * values.ndim
    shape[axis] = -1
    share = share.reshape(shape)
    return np.asarray(np.take(values, low, axis) * (1 - share) + np.take(values, high, axis) * share, np.float32)


def _around(stage: Stage, name: str) -> Border:
    """The part of the picture that a thing and its shadow can touch."""
    spots = stage.camera.project(stage.reach(name))
    low, high = spots.min(axis=0) - _MARGIN_PX, spots.max(axis=0) + _MARGIN_PX
    left, top = int(np.clip(low[0], 0, WIDTH_PX - 2)), int(np.clip(low[1], 0, HEIGHT_PX - 2))
    right, bottom = int(np.clip(high[0], left + 1, WIDTH_PX)), int(np.clip(high[1], top + 1, HEIGHT_PX))
    return Border(left, top, right, bottom)


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
