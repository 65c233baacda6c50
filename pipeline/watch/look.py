"""One look at a placement: what a frame shows once its privacy masks are applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.tables.sites import Placement
from models.words import ZonePurpose
from pipeline.signals.zones import NO_ZONES, ZoneMap
from pipeline.sun import Position, is_night
from pipeline.watch.view_fault import ViewFault, view_fault
from pipeline.watch.view_watch import ViewWatch
from streams.frame import Frame
from vision.detections import Detections
from vision.detector import Detector, Image
from vision.privacy_mask import apply_privacy_masks
from vision.view_glance import glance
from vision.view_health import ViewHealth
from vision.view_quality import ViewQuality, view_quality


@dataclass(frozen=True, slots=True)
class Look:
    """A frame that was looked at: its quality, and what was found if it was usable, but for what is to be ignored.

    `image` is the frame with its privacy masks filled; it is not privacy-safe yet.
    """

    frame: Frame
    image: Image
    quality: ViewQuality
    detections: Detections | None


class Looker:
    """Looks at the frames of one placement, in order; `masks` are in shares of the picture.

    Owned by one thread, and kept across reconnects: it knows what the view usually looks like. Without a
    `view_watch` nobody asks whether the camera was moved; without a `position` a black picture by night is told
    from a fault only by the dusk before it. What stands in one of the `zones` that are to be ignored is not found.
    """

    def __init__(
        self,
        detector: Detector,
        masks: Sequence[Sequence[tuple[float, float]]],
        view_watch: ViewWatch | None = None,
        position: Position | None = None,
        zones: ZoneMap = NO_ZONES,
    ) -> None:
        self.detector = detector
        self._zones = zones
        self._masks = masks
        self._view_watch = view_watch
        self._position = position
        self._health = ViewHealth()
        self._fault: ViewFault | None = None

    @property
    def moved_since(self) -> datetime | None:
        """Since when the camera has been moved, or None."""
        return None if self._view_watch is None else self._view_watch.moved_since

    @property
    def fault(self) -> ViewFault | None:
        """What is wrong with the camera's picture as of the last look, or None."""
        return self._fault

    def look(self, frame: Frame) -> Look:
        """Mask, judge, and detect only on a picture that can be trusted."""
        width, height = frame.width_px, frame.height_px
        masks = [[(x * width, y * height) for x, y in mask] for mask in self._masks]
        image = apply_privacy_masks(frame.image, masks)
        seen = glance(image)
        is_dark = self._position is not None and is_night(self._position, frame.captured_at)
        reading = self._health.look(image, frame.captured_at, is_night=is_dark, seen=seen)
        self._fault = view_fault(reading)
        quality = view_quality(reading, seen)
        if quality is not ViewQuality.USABLE:
            return Look(frame, image, quality, None)
        watch = self._view_watch
        if watch is not None and watch.shows_another_view(image, frame.captured_at, masks, seen=seen):
            return Look(frame, image, ViewQuality.MOVED, None)
        detections = self.detector.detect([image])[0]
        if watch is not None:
            # Whatever moves is no part of the view, also where it is not counted.
            watch.learn(image, detections)
        return Look(frame, image, quality, self._zones.counted(detections, width, height))


def privacy_masks(placement: Placement) -> list[list[tuple[float, float]]]:
    """The polygons of a placement's privacy masks, in shares of the picture."""
    return [
        [(float(x), float(y)) for x, y in zone["polygon"]]
        for zone in placement.zones
        if zone["purpose"] == ZonePurpose.PRIVACY_MASK.value
    ]
