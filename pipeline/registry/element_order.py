"""The order in which work elements are built: each after those that it is said to be built after."""

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Ordered(Protocol):
    """What is known of a work element's place in the order; a draft or a stored row."""

    @property
    def key(self) -> str:
        """What it is called among the elements of its placement."""
        ...

    @property
    def position(self) -> int:
        """Where it stands among those that say nothing of each other."""
        ...

    @property
    def built_after(self) -> Sequence[str]:
        """The keys of those that stand before it is begun."""
        ...


Element = TypeVar("Element", bound=Ordered)


class BuiltInCircleError(ValueError):
    """Elements are said to be built after each other; `keys` are those in the circle or behind it."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        super().__init__(f"{', '.join(keys)} are built after each other in a circle.")


def in_build_order(elements: Sequence[Element]) -> list[Element]:
    """The elements in the order in which they are built; a key that none of them has says nothing.

    Raises:
        BuiltInCircleError: some are built after each other.
    """
    left = sorted(elements, key=lambda one: (one.position, one.key))
    known, placed = {one.key for one in left}, set[str]()
    found: list[Element] = []
    while left:
        following = next((one for one in left if not ((set(one.built_after) & known) - placed)), None)
        if following is None:
            raise BuiltInCircleError([one.key for one in left])
        left.remove(following)
        placed.add(following.key)
        found.append(following)
    return found


def built_before(elements: Sequence[Ordered]) -> dict[str, frozenset[str]]:
    """Of each element's key those of all that are said to stand before it is begun, also through others."""
    known = {one.key: one for one in elements}
    before: dict[str, frozenset[str]] = {}
    for one in in_build_order(elements):
        said = [key for key in one.built_after if key in known]
        before[one.key] = frozenset(said).union(*(before[key] for key in said))
    return before
