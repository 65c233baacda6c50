"""What was drawn, held against the picture it was drawn on: work elements in the order in which they are built."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from shapely import Polygon, box

from pipeline.errors import FootageError
from pipeline.registry.zone_shape import shape_problem
from pipeline.stills.elements_file import DrawnElement
from vision.daily_view import VIEW_WIDTH_PX
from vision.progress.cell_view import CELL_PX
from vision.progress.element_cells import ElementCells
from vision.progress.work_element import WorkElement, cell_shares

# What was drawn over the picture's edge by less than this is an unsteady hand, and not worth a word.
NOTED_OUTSIDE_SHARE: Final = 0.02
NOTED_OVERLAP_SHARE: Final = 0.05

_Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The elements, and what whoever drew them should know about how they are taken."""

    elements: tuple[WorkElement, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    shape: Polygon
    cells: ElementCells


def drawing(drawn: Sequence[DrawnElement], width_px: int, height_px: int) -> Drawing:
    """Check what was drawn on a picture of this size; `order` sorts it where it is given, else the file's order holds.

    Raises:
        FootageError: an element crosses itself, encloses nothing, lies outside the picture or is too small in it.
    """
    notes: list[str] = []
    built: list[_Placed] = []
    scale = VIEW_WIDTH_PX / width_px
    rows = round(height_px * scale) // CELL_PX
    for one in _in_order(drawn):
        corners = _without_repeats(one.polygon)
        _check(one.id, corners, width_px, height_px)
        shape = Polygon(corners)
        inside = float(shape.intersection(box(0, 0, width_px, height_px)).area / shape.area)
        if inside == 0.0:
            raise FootageError(
                f"Element {one.id!r} lies outside the reference picture, which is {width_px} x {height_px} pixels. "
                "Draw it in pixels of that picture, x from the left and y from the top."
            )
        if inside < 1.0 - NOTED_OUTSIDE_SHARE:
            notes.append(
                f"Element {one.id!r} reaches out of the reference picture: it is clipped to the {inside:.0%} of it "
                "that lie inside, and its share is of that part."
            )
        element = WorkElement(one.id, corners, one.growth, one.reference_share, one.kind)
        built.append(_Placed(shape, _cells(element, scale, rows)))
    notes += _overlaps(built)
    return Drawing(tuple(one.cells.element for one in built), tuple(notes))


def _in_order(drawn: Sequence[DrawnElement]) -> list[DrawnElement]:
    """What has no `order` of its own stays behind what stands before it."""
    placed: list[tuple[int, int, DrawnElement]] = []
    last = 0
    for number, one in enumerate(drawn):
        last = one.order if one.order is not None else last
        placed.append((last, number, one))
    return [one for _, _, one in sorted(placed, key=lambda of: of[:2])]


def _without_repeats(corners: Sequence[_Corner]) -> tuple[_Corner, ...]:
    """A polygon that is closed by its first corner, or says one twice in a row, is the same one without that."""
    kept = [corner for before, corner in zip((None, *corners), corners, strict=False) if corner != before]
    return tuple(kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept)


def _check(name: str, corners: Sequence[_Corner], width_px: int, height_px: int) -> None:
    if len(corners) < 3:
        raise FootageError(f"The polygon of element {name!r} has {len(corners)} different corners; it takes 3.")
    if all(0.0 <= value <= 1.0 for corner in corners for value in corner):
        raise FootageError(
            f"The polygon of element {name!r} is smaller than one pixel: its corners look like shares of the picture. "
            f"Give them in pixels; the reference picture has {width_px} x {height_px}."
        )
    problem = shape_problem(corners)
    if problem is not None:
        raise FootageError(f"The polygon of element {name!r} {problem}.")


def _cells(element: WorkElement, scale: float, rows: int) -> ElementCells:
    """The element's cells, by which it is told what carries what."""
    try:
        shares = cell_shares(element, scale, rows)
    except ValueError as error:
        raise FootageError(
            f"Element {element.id!r} is too small to be told: draw it at least {round(2 * CELL_PX / scale)} pixels "
            "high and wide, around the whole finished extent."
        ) from error
    return ElementCells(element, shares, shares == 0)


def _overlaps(built: Sequence[_Placed]) -> list[str]:
    carried: list[str] = []
    shared: list[str] = []
    for earlier, later in combinations(built, 2):
        one, two = earlier.cells.element, later.cells.element
        common = float(earlier.shape.intersection(later.shape).area / min(earlier.shape.area, later.shape.area))
        if common < NOTED_OVERLAP_SHARE:
            continue
        if earlier.cells.carries(two, later.cells.shares):
            carried.append(f"{two.id!r} on {one.id!r}")
        else:
            shared.append(f"{one.id!r} and {two.id!r} by {common:.0%} of the smaller")
    notes = []
    if carried:
        notes.append(
            f"Taken to be built one on the other, as they are drawn over each other: {', '.join(carried)}. If what "
            'carries comes later in the file, give both an "order".'
        )
    if shared:
        notes.append(
            f"Elements overlap: {', '.join(shared)}. What changes there counts for each of them; draw them apart where "
            "they stand apart."
        )
    return notes
