"""A cheap look at a picture: enough to say that it still shows what a picture a minute before it showed.

What it cannot say for sure it leaves to whoever measures fully; so it may doubt too often, but not too seldom.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detector import Image
from vision.view_traits import BLACK_LEVEL, caption_px

# Glanced at in a grey copy of this width, in which a sensor's noise is averaged away; every usual size is a whole
# multiple of it, which is quickly had.
GLANCED_WIDTH_PX = 320
CELLS_DOWN, CELLS_ACROSS = 8, 16
EDGE_LEVELS_PER_PX = 8.0
# So many levels a pixel its gradients must vary for a cell to show anything.
TEXTURED_FROM = 1.0
# A cell is as it was: its gradients lie where they lay and are about as strong, so that it is neither another view nor
# out of focus.
ALIKE_FROM = 0.6
LEAST_STRENGTH = 0.75
# Measured on live looks 10 s apart, mast, people and machines moving: from this share of such cells on it is the same
# view (0.66 and more; 0.39 at most once nudged by 1.2 % of the width or turned by a degree, 0.41 out of focus by 2 px
# of 960).
ALIKE_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class GlanceCells:
    """The gradients of a picture's cells, its caption strips left out: small enough to be kept.

    `gradients` is (128, n) float32 about each cell's mean; `strengths` (128,) is their root mean square.
    """

    gradients: NDArray[np.float32]
    strengths: NDArray[np.float32]

    @property
    def textured_share(self) -> float:
        """The share of cells that show anything."""
        return float(np.mean(self.strengths >= TEXTURED_FROM)) if len(self.strengths) else 0.0

    def shows(self, earlier: "GlanceCells") -> bool:
        """Whether it is the earlier picture's view, as sharp; two that show nothing are the same."""
        return self.alike_share(earlier) >= ALIKE_SHARE

    def alike_share(self, earlier: "GlanceCells") -> float:
        """Of the cells that show anything in either picture, the share that show the same; 1 where none does."""
        if self.gradients.shape != earlier.gradients.shape:
            return 0.0
        textured = np.maximum(self.strengths, earlier.strengths) >= TEXTURED_FROM
        if not textured.any():
            return 1.0
        one, two = self.gradients[textured], earlier.gradients[textured]
        strong, was_strong = self.strengths[textured], earlier.strengths[textured]
        common = np.einsum("ij,ij->i", one, two) / one.shape[1]
        is_alike = common >= ALIKE_FROM * strong * was_strong
        is_as_strong = np.minimum(strong, was_strong) >= LEAST_STRENGTH * np.maximum(strong, was_strong)
        return float(np.mean(is_alike & is_as_strong))


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """One picture at a glance, for all who ask: `grey` is (height, width) uint8 at its full size.

    `black_share` and `edge_share` are of its pixels, caption strips left out.
    """

    grey: Image
    black_share: float
    edge_share: float
    cells: GlanceCells


def glance(image: Image) -> Glance:
    """Glance at (height, width, 3) uint8 BGR."""
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    height, width = grey.shape
    scale = min(1.0, GLANCED_WIDTH_PX / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    rows = caption_px(small.shape[0])
    view = small[rows : small.shape[0] - rows]
    # Scharr's kernel sums to 32 over a step of one level a pixel.
    across, down = cv2.Scharr(view, cv2.CV_32F, 1, 0), cv2.Scharr(view, cv2.CV_32F, 0, 1)
    gradients = np.asarray(cv2.magnitude(across, down) / 32, np.float32)
    return Glance(grey, 1 - share_over(view, BLACK_LEVEL), share_over(gradients, EDGE_LEVELS_PER_PX), _cells(gradients))


def share_over(values: NDArray[np.uint8] | NDArray[np.float32], level: float) -> float:
    """The share of an array (height, width) that is over a level."""
    return cv2.countNonZero(cv2.threshold(values, level, 255, cv2.THRESH_BINARY)[1]) / values.size


def _cells(gradients: NDArray[np.float32]) -> GlanceCells:
    height, width = gradients.shape[0] // CELLS_DOWN, gradients.shape[1] // CELLS_ACROSS
    if not height or not width:
        return GlanceCells(np.zeros((0, 0), np.float32), np.zeros(0, np.float32))
    whole = gradients[: CELLS_DOWN * height, : CELLS_ACROSS * width]
    cells = whole.reshape(CELLS_DOWN, height, CELLS_ACROSS, width).swapaxes(1, 2).reshape(-1, height * width)
    cells = cells - cells.mean(axis=1, keepdims=True)
    strengths = np.sqrt(np.einsum("ij,ij->i", cells, cells) / cells.shape[1])
    return GlanceCells(cells.astype(np.float32), strengths.astype(np.float32))
