"""What is built: by its kind it is known how extent and volume of a work element hang together."""

from enum import StrEnum


class WorkKind(StrEnum):
    """A kind of work, chosen by who draws the element; one that fits none of them is left without."""

    # Soil taken out, and fill laid in lifts.
    EXCAVATION = "excavation"
    EMBANKMENT = "embankment"
    # Footings and strips with a slab over them; piers one after another; pads and saddles along a line.
    FOUNDATION = "foundation"
    PIERS = "piers"
    SUPPORTS = "supports"
    # Columns and slabs; walls laid course by course; girders with a slab; a line of pipes.
    FRAME = "frame"
    MASONRY = "masonry"
    DECK = "deck"
    PIPE = "pipe"
    # Panels before a frame; jackets round a pipe; rafters with sheets on them.
    FACADE = "facade"
    INSULATION = "insulation"
    ROOF = "roof"
    # A road of base and top layer; a yard or a path in one layer.
    PAVEMENT = "pavement"
    PAVING = "paving"
    FINISHING = "finishing"
