"""Changing a stored row on behalf of somebody who read it earlier."""

from collections.abc import Mapping
from typing import Any

from models.errors import ConflictError
from models.tables.base import Base


def check_version(present: int, expected: int | None) -> None:
    """Stop unless the row is still the one that was read.

    Raises:
        ConflictError: somebody else has changed it since.
    """
    if expected is not None and expected != present:
        raise ConflictError(f"It was changed by somebody else (version {present}, not {expected}). Read it again.")


def apply_patch(row: Base, values: Mapping[str, Any]) -> None:
    """Lay changed values over a row."""
    for name, value in values.items():
        setattr(row, name, value)
