"""Which part of a picture somebody stands in: a placement's zones as geometry, asked by foot points.

A foot point is the middle of a box's lower edge; one on a zone's border is inside. All geometry is in shares of the
picture's width and height.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from models.words import ZonePurpose
from vision.detections import Detections


@dataclass(frozen=True, slots=True, eq=False)
class ZoneMap:
    """The zones of one placement; privacy masks aren't among them. Zones of one name and purpose are one zone.

    `digest` tells zones from others, and is empty where there are none: what was counted hangs on them.
    """

    work_areas: Mapping[str, BaseGeometry] = field(default_factory=dict)
    gates: Mapping[str, BaseGeometry] = field(default_factory=dict)
    ignored: BaseGeometry | None = None
    digest: str = ""

    @classmethod
    def of(cls, zones: Sequence[Mapping[str, Any]]) -> Self:
        """The map of zones as they are stored with a placement."""
        told = [zone for zone in zones if zone["purpose"] != ZonePurpose.PRIVACY_MASK.value]
        if not told:
            return cls()
        ignored = [_shape(zone) for zone in told if zone["purpose"] == ZonePurpose.IGNORE.value]
        said = json.dumps([[zone["name"], zone["purpose"], zone["polygon"]] for zone in told])
        return cls(
            work_areas=_by_name(told, ZonePurpose.WORK_AREA),
            gates=_by_name(told, ZonePurpose.GATE),
            ignored=_joined(ignored) if ignored else None,
            digest=hashlib.sha256(said.encode()).hexdigest(),
        )

    @property
    def work_area(self) -> BaseGeometry | None:
        """All work areas as one; None where there is none."""
        return _joined(self.work_areas.values()) if self.work_areas else None

    def counted(self, detections: Detections, width_px: int, height_px: int) -> Detections:
        """Leave out what stands in a zone that is to be ignored."""
        if self.ignored is None or not len(detections):
            return detections
        kept = ~stands_in(self.ignored, feet(detections.xyxy, width_px, height_px))
        return Detections(
            detections.xyxy[kept], detections.confidence[kept], detections.class_id[kept], detections.labels
        )

    def standing(self, detections: Detections, width_px: int, height_px: int) -> dict[str, NDArray[np.bool_]]:
        """Which detections stand in each work area and gate, by its name, in the order of the detections."""
        if not self.work_areas and not self.gates:
            return {}
        points = feet(detections.xyxy, width_px, height_px)
        inside: dict[str, NDArray[np.bool_]] = {}
        for name, shape in (*self.work_areas.items(), *self.gates.items()):
            here = stands_in(shape, points)
            inside[name] = inside[name] | here if name in inside else here
        return inside


NO_ZONES: Final = ZoneMap()


def feet(xyxy: NDArray[np.floating[Any]], width_px: int, height_px: int) -> NDArray[np.float64]:
    """Foot points (n, 2) in shares of the picture, of boxes (n, 4) in pixels."""
    boxes = np.asarray(xyxy, np.float64)
    return np.stack([(boxes[:, 0] + boxes[:, 2]) / 2 / width_px, boxes[:, 3] / height_px], axis=1)


def stands_in(shape: BaseGeometry, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of the points (n, 2) lie inside a shape or on its border."""
    return np.asarray(shapely.intersects_xy(shape, points[:, 0], points[:, 1]), np.bool_)


def _by_name(zones: Sequence[Mapping[str, Any]], purpose: ZonePurpose) -> dict[str, BaseGeometry]:
    names = {str(zone["name"]): None for zone in zones if zone["purpose"] == purpose.value}
    return {
        name: _joined(_shape(zone) for zone in zones if zone["purpose"] == purpose.value and zone["name"] == name)
        for name in names
    }


def _shape(zone: Mapping[str, Any]) -> BaseGeometry:
    # What was stored before its shape was asked for may cross itself.
    return shapely.make_valid(shapely.Polygon([(float(x), float(y)) for x, y in zone["polygon"]]))


def _joined(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    joined = shapely.union_all(list(shapes))
    shapely.prepare(joined)
    return joined
