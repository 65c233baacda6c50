"""Which boxes of a picture a piece of it shows, and what each is still good for there."""

from collections.abc import Sequence

from vision.taxonomy import PERSON_ID, VEHICLE_ID
from vision.training.mosaic import Piece
from vision.training.sample import BoxUse, SampleBox

# A box of which less lies in the piece belongs to a neighbour.
LEAST_SHARE_INSIDE = 0.6
EDGE_PX = 2.5
# A box at an edge that is narrower than this, for its length or at all, is what a cut has left of
# one: it often shows a bare wall.
SLIVER_SHARE = 0.15
SLIVER_PX = 12
# So many edges of a machine's box outside the piece leave nothing to learn its extent from.
DOUBTFUL_EDGES = 3


def boxes_in(piece: Piece, boxes: Sequence[SampleBox], *, are_cut: bool, drop_cut: bool) -> tuple[SampleBox, ...]:
    """Return the boxes that lie in `piece`, in its pixels.

    `are_cut`: the picture is a mosaic, whose labels end where its pieces were cut. Then slivers at
    the edges are ignored, and with `drop_cut` the edges of people and vehicles that touch the
    piece's, and of machines that touch three of them, are not taught.
    """
    found: list[SampleBox] = []
    for box in boxes:
        left, top, right, bottom = box.xyxy
        inside = (
            max(left, piece.left) - piece.left,
            max(top, piece.top) - piece.top,
            min(right, piece.right) - piece.left,
            min(bottom, piece.bottom) - piece.top,
        )
        width, height = inside[2] - inside[0], inside[3] - inside[1]
        if width <= 0 or height <= 0 or width * height < LEAST_SHARE_INSIDE * (right - left) * (bottom - top):
            continue
        use = _use(box, inside, piece, drop_cut=drop_cut) if are_cut else box.use
        found.append(SampleBox(box.class_id, inside, use))
    return tuple(found)


def _use(box: SampleBox, inside: tuple[float, float, float, float], piece: Piece, *, drop_cut: bool) -> BoxUse:
    left, top, right, bottom = inside
    at_edges = (
        left <= EDGE_PX,
        top <= EDGE_PX,
        right >= piece.right - piece.left - EDGE_PX,
        bottom >= piece.bottom - piece.top - EDGE_PX,
    )
    if not any(at_edges):
        return box.use
    short, long = sorted((right - left, bottom - top))
    if short < max(SLIVER_PX, SLIVER_SHARE * long):
        return BoxUse.IGNORED
    is_doubtful = box.class_id in (PERSON_ID, VEHICLE_ID) or sum(at_edges) >= DOUBTFUL_EDGES
    return BoxUse.CLASS_ONLY if drop_cut and is_doubtful else box.use
