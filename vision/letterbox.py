"""Fitting a picture of any size into a network's input, and boxes back again."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detector import Image

STRIDE_PX = 32
PADDING_GREY = 114  # what ultralytics pads with in training


@dataclass(frozen=True, slots=True)
class Letterbox:
    """How one picture lies in the network's input: scaled, then centred on grey.

    The aspect ratio is kept up to the rounding to whole pixels, which `scale_x` and `scale_y`
    carry. The input's sides are multiples of the network's stride.
    """

    width_px: int
    height_px: int
    input_width_px: int
    input_height_px: int
    scaled_width_px: int
    scaled_height_px: int

    @classmethod
    def fit(cls, width_px: int, height_px: int, size_px: int) -> "Letterbox":
        """Fit a picture's longer side to `size_px`; the shorter side is padded only to the stride."""
        scale = size_px / max(width_px, height_px)
        scaled_width, scaled_height = max(1, round(width_px * scale)), max(1, round(height_px * scale))
        return cls(
            width_px,
            height_px,
            _whole_strides(scaled_width),
            _whole_strides(scaled_height),
            scaled_width,
            scaled_height,
        )

    @property
    def scale_x(self) -> float:
        """Input pixels for each picture pixel, across."""
        return self.scaled_width_px / self.width_px

    @property
    def scale_y(self) -> float:
        """Input pixels for each picture pixel, down."""
        return self.scaled_height_px / self.height_px

    @property
    def left_px(self) -> int:
        """Columns of padding left of the picture."""
        return (self.input_width_px - self.scaled_width_px) // 2

    @property
    def top_px(self) -> int:
        """Rows of padding above the picture."""
        return (self.input_height_px - self.scaled_height_px) // 2

    def apply(self, image: Image) -> Image:
        """Lay `image` into the input: (input_height_px, input_width_px, 3) uint8 BGR."""
        canvas = np.full((self.input_height_px, self.input_width_px, 3), PADDING_GREY, np.uint8)
        scaled = _scaled(image, self.scaled_width_px, self.scaled_height_px)
        canvas[
            self.top_px : self.top_px + self.scaled_height_px, self.left_px : self.left_px + self.scaled_width_px
        ] = scaled
        return canvas

    def to_input(self, xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes (n, 4) in picture pixels to input pixels."""
        scale, offset = self._scale_and_offset()
        return (xyxy * scale + offset).astype(np.float32)

    def to_picture(self, xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes (n, 4) in input pixels to picture pixels, clipped to the picture."""
        scale, offset = self._scale_and_offset()
        limits = np.array([self.width_px, self.height_px, self.width_px, self.height_px], np.float64)
        return np.clip((xyxy - offset) / scale, 0, limits).astype(np.float32)

    def _scale_and_offset(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        scale = np.array([self.scale_x, self.scale_y, self.scale_x, self.scale_y], np.float64)
        offset = np.array([self.left_px, self.top_px, self.left_px, self.top_px], np.float64)
        return scale, offset


def _scaled(image: Image, width_px: int, height_px: int) -> Image:
    # Halving by area first costs a third of resizing by area in one step and looks all but the same. Without
    # either, one pixel in three of a 1080p picture would not be seen, and people far away would flicker.
    while _halves(image.shape[1], width_px) and _halves(image.shape[0], height_px):
        image = _resized(image, image.shape[1] // 2, image.shape[0] // 2, cv2.INTER_AREA)
    is_much_smaller = image.shape[1] > 2 * width_px or image.shape[0] > 2 * height_px
    return _resized(image, width_px, height_px, cv2.INTER_AREA if is_much_smaller else cv2.INTER_LINEAR)


def _resized(image: Image, width_px: int, height_px: int, interpolation: int) -> Image:
    return np.asarray(cv2.resize(image, (width_px, height_px), interpolation=interpolation), np.uint8)


def _halves(length_px: int, wanted_px: int) -> bool:
    return length_px % 2 == 0 and length_px >= 2 * wanted_px


def _whole_strides(length_px: int) -> int:
    return -(-length_px // STRIDE_PX) * STRIDE_PX
