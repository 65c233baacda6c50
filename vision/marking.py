"""Drawing on a redacted picture what was seen in it: labelled boxes and the outlines of zones."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2

from vision.detections import Detection, Detections, Group
from vision.detector import Image
from vision.privacy_mask import Polygon, polygon_px
from vision.redaction import RedactedImage

# BGR, told apart by people with the common kinds of colour blindness (Okabe and Ito, 2008).
GROUP_COLOURS = {
    Group.PERSON: (0, 159, 230),
    Group.MACHINE: (66, 228, 240),
    Group.VEHICLE: (233, 180, 86),
    Group.PPE: (115, 158, 0),
}
ZONE_COLOUR = (255, 255, 255)

_TEXT_COLOUR = (0, 0, 0)
# Line width and text height follow the picture's longer side.
_LINE_PER_PX = 1 / 640
_TEXT_PER_PX = 1 / 60
_SMALLEST_TEXT_PX = 11


@dataclass(frozen=True, slots=True)
class ZoneOutline:
    """A zone's name and its corners in pixels of the picture."""

    name: str
    polygon: Polygon


def draw(
    redacted: RedactedImage, detections: Detections | None = None, zones: Sequence[ZoneOutline] = ()
) -> RedactedImage:
    """Return a copy with zones outlined and detections boxed, each with its name."""

    def paint(canvas: Image) -> None:
        for zone in zones:
            _outline(canvas, zone)
        for detection in detections or ():
            _box(canvas, detection)

    return redacted.painted(paint)


def write_on_plate(canvas: Image, text: str, left: int, top: int, background: tuple[int, int, int]) -> None:
    """Write on a plate above (left, top), moved inside the picture where it would leave it."""
    if not text:
        return
    height, width = canvas.shape[:2]
    size = text_px(canvas)
    # OpenCV's own scalable face has Kazakh and Russian letters; its Hershey fonts do not.
    face = cv2.FontFace("sans")
    _, _, text_width, text_height = cv2.getTextSize((width, height), text, (0, 0), face, size)
    plate_height = text_height + size // 2
    left = max(0, min(left, width - text_width - size // 2))
    bottom = min(height, max(plate_height, top))
    cv2.rectangle(
        canvas, (left, bottom - plate_height), (left + text_width + size // 2, bottom), background, cv2.FILLED
    )
    cv2.putText(canvas, text, (left + size // 4, bottom - size // 3), _TEXT_COLOUR, face, size)


def line_px(canvas: Image) -> int:
    """How wide lines are on a picture."""
    height, width = canvas.shape[:2]
    return max(1, round(max(int(height), int(width)) * _LINE_PER_PX))


def text_px(canvas: Image) -> int:
    """How high text is on a picture."""
    height, width = canvas.shape[:2]
    return max(_SMALLEST_TEXT_PX, round(max(int(width), int(height)) * _TEXT_PER_PX))


def _outline(canvas: Image, zone: ZoneOutline) -> None:
    corners = polygon_px(zone.polygon)
    cv2.polylines(canvas, [corners], isClosed=True, color=ZONE_COLOUR, thickness=line_px(canvas), lineType=cv2.LINE_AA)
    left, top = (int(value) for value in corners.min(axis=0))
    write_on_plate(canvas, zone.name, left, top, ZONE_COLOUR)


def _box(canvas: Image, detection: Detection) -> None:
    colour = GROUP_COLOURS[detection.label.group]
    left, top, right, bottom = (round(value) for value in detection.xyxy)
    cv2.rectangle(canvas, (left, top), (right, bottom), colour, line_px(canvas))
    write_on_plate(canvas, f"{detection.label.name.replace('_', ' ')} {detection.confidence:.0%}", left, top, colour)
