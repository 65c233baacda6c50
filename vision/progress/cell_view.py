"""What a daily view shows in each small cell: the detector's own features, the colour, and the grey pattern.

A detector that was trained to find things on sites has learnt to see past light, haze and noise; its early layers
tell a wall from sky in sun and in shade, where gradients and colours differ for the weather alone (ADR 20).
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.daily_view import VIEW_WIDTH_PX, DailyView
from vision.detector import Image
from vision.errors import WeightsError
from vision.letterbox import PADDING_GREY, STRIDE_PX
from vision.openvino_gate import ColorFormat, CompiledModel, Core, Layout, PrePostProcessor, Type
from vision.weights import VerifiedWeights, load_weights

# One cell is one place of the network's layers at stride 8 when it looks at 640 px: 12 px of the daily view.
CELL_PX = 12
LOOK_WIDTH_PX = 640
LOOK_STRIDE_PX = 8
CELLS_ACROSS = VIEW_WIDTH_PX // CELL_PX
# The last convolution of three stages of the backbone and of the neck's finest; strides 4, 8, 16 and 8.
LAYERS = tuple(f"__module.model.{stage}.cv2.conv/aten::_convolution/Add" for stage in (2, 4, 6, 16))
# The grey pattern is compared at half size: so many of its pixels a side of a cell.
GREY_PX = 6

# Whose layers are looked at: they stay as they are when the detector is trained anew, and have seen no sample site.
CELL_WEIGHTS = "coco-start-n"

_LEAST_LENGTH = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class CellView:
    """One daily view by cells.

    `features` holds for each layer (rows, columns, channels) float32, unit vectors; `lab` is (rows, columns, 3)
    float32, mean L*a*b*; `grey` is (6 rows, 6 columns) float32, lightness; `seen` is (rows, columns) float32, the
    share of each cell's pixels that nothing hid.
    """

    features: tuple[NDArray[np.float32], ...]
    lab: NDArray[np.float32]
    grey: NDArray[np.float32]
    seen: NDArray[np.float32]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of cells."""
        return (int(self.seen.shape[0]), int(self.seen.shape[1]))

    def with_cells_of(self, other: "CellView", cells: NDArray[np.bool_]) -> "CellView":
        """This view, but for the `cells`, (rows, columns), which are as in the other."""
        fine = np.repeat(np.repeat(cells, GREY_PX, axis=0), GREY_PX, axis=1)
        chosen = cells[..., np.newaxis]
        return CellView(
            tuple(np.where(chosen, b, a) for a, b in zip(self.features, other.features, strict=True)),
            np.where(chosen, other.lab, self.lab),
            np.where(fine, other.grey, self.grey),
            np.where(cells, other.seen, self.seen),
        )


class CellLooker:
    """Reads daily views by cells through a detector's own layers; owned by one thread."""

    def __init__(self, weights: VerifiedWeights, *, threads: int = 0) -> None:
        """Compile the network's early part.

        Raises:
            WeightsError: it is of another architecture, without the layers that are looked at.
        """
        self._network = _compiled(weights, threads)

    def look(self, view: DailyView) -> CellView:
        """The view by cells; what is left of a last row that is no whole cell is left out."""
        rows = view.image.shape[0] // CELL_PX
        image = view.image[: rows * CELL_PX]
        lab = cv2.cvtColor(image.astype(np.float32) / 255.0, cv2.COLOR_BGR2LAB)
        size = (CELLS_ACROSS * GREY_PX, rows * GREY_PX)
        grey = cv2.resize(np.ascontiguousarray(lab[..., 0]), size, interpolation=cv2.INTER_AREA)
        return CellView(
            self._features(image, rows),
            np.asarray(_by_cells(np.asarray(lab, np.float32), rows), np.float32),
            np.asarray(grey, np.float32),
            np.asarray(_by_cells(view.seen[: rows * CELL_PX].astype(np.float32), rows), np.float32),
        )

    def _features(self, image: Image, rows: int) -> tuple[NDArray[np.float32], ...]:
        small = cv2.resize(image, (LOOK_WIDTH_PX, rows * LOOK_STRIDE_PX), interpolation=cv2.INTER_AREA)
        # Padded below only, so that the network's places are the cells.
        height = -(-small.shape[0] // STRIDE_PX) * STRIDE_PX
        batch = np.full((1, height, LOOK_WIDTH_PX, 3), PADDING_GREY, np.uint8)
        batch[0, : small.shape[0]] = small
        answers: Any = self._network(batch)
        first = len(self._network.outputs) - len(LAYERS)
        return tuple(_unit(np.asarray(answers[first + at][0], np.float32), rows) for at in range(len(LAYERS)))


def open_cell_looker(threads: int = 0) -> CellLooker:
    """The looker that the evidence of change was fitted to; `threads` 0 leaves their number to the network."""
    return CellLooker(load_weights(CELL_WEIGHTS, precision="fp32"), threads=threads)


def _unit(layer: NDArray[np.float32], rows: int) -> NDArray[np.float32]:
    """A layer (channels, height, width) before its activation as (rows, columns, channels) unit vectors."""
    active = layer / (1.0 + np.exp(-np.clip(layer, -30.0, 30.0)))
    channels, height, width = active.shape
    if width > CELLS_ACROSS:
        finer = width // CELLS_ACROSS
        active = active.reshape(channels, height // finer, finer, CELLS_ACROSS, finer).mean(axis=(2, 4))
    elif width < CELLS_ACROSS:
        coarser = CELLS_ACROSS // width
        active = np.repeat(np.repeat(active, coarser, axis=1), coarser, axis=2)
    placed = active[:, :rows].transpose(1, 2, 0)
    length = np.sqrt((placed * placed).sum(axis=2, keepdims=True) + _LEAST_LENGTH)
    return np.asarray(placed / length, np.float32)


def _by_cells(values: NDArray[np.float32], rows: int) -> NDArray[np.float32]:
    parts = values.reshape(rows, CELL_PX, CELLS_ACROSS, CELL_PX, *values.shape[2:])
    return np.asarray(parts.mean(axis=(1, 3)), np.float32)


def _compiled(weights: VerifiedWeights, threads: int) -> CompiledModel:
    core = Core()
    network = core.read_model(model=weights.structure, weights=weights.numbers)
    found = {one.get_friendly_name(): one for one in network.get_ordered_ops()}
    missing = [name for name in LAYERS if name not in found]
    if missing:
        raise WeightsError(f"The weights {weights.manifest.name} have no layer {missing[0]}: not of a YOLO 11.")
    network.add_outputs([found[name].output(0) for name in LAYERS])
    steps = PrePostProcessor(network)
    steps.input().tensor().set_element_type(Type.u8).set_layout(Layout("NHWC")).set_color_format(ColorFormat.BGR)
    steps.input().preprocess().convert_element_type(Type.f32).convert_color(ColorFormat.RGB).scale(255.0)
    steps.input().model().set_layout(Layout("NCHW"))
    options: dict[str, str | int] = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
    if threads:
        options["INFERENCE_NUM_THREADS"] = threads
    return core.compile_model(steps.build(), "CPU", options)
