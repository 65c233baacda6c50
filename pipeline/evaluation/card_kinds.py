"""What kind of work each element of the sample sites' cards is, by its key: cards say a title, and no kind."""

from collections.abc import Mapping
from typing import Any, Final

from pipeline.errors import FootageError
from vision.progress.work_kind import WorkKind

KINDS: Final[Mapping[str, WorkKind]] = {
    "pit": WorkKind.EXCAVATION,
    "embankment": WorkKind.EMBANKMENT,
    "foundation": WorkKind.FOUNDATION,
    "piers": WorkKind.PIERS,
    "supports": WorkKind.SUPPORTS,
    "frame": WorkKind.FRAME,
    "wing-west": WorkKind.MASONRY,
    "wing-east": WorkKind.MASONRY,
    "deck": WorkKind.DECK,
    "pipes": WorkKind.PIPE,
    "facade": WorkKind.FACADE,
    "insulation": WorkKind.INSULATION,
    "roof": WorkKind.ROOF,
    "pavement": WorkKind.PAVEMENT,
    "drive": WorkKind.PAVING,
    "yard": WorkKind.PAVING,
}


def kind_of(element: Mapping[str, Any]) -> WorkKind | None:
    """The kind that a card's element says itself, else the one of its key; None where neither is known.

    Raises:
        FootageError: it says one that is not known.
    """
    said = element.get("kind")
    if said is None:
        return KINDS.get(element["key"])
    if said not in tuple(WorkKind):
        raise FootageError(f"Element {element['key']}: kind {said!r} is none of {', '.join(WorkKind)}.")
    return WorkKind(said)
