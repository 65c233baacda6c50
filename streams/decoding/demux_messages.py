"""What passes between a connection and the process that takes its containers apart."""

import struct
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any, Final, Self

# Of each message: what it is, and how many bytes follow.
HEAD: Final = struct.Struct("<BI")
# How many bytes of a body are wanted at most.
WANTED: Final = struct.Struct("<I")
# Of a picture: its time in seconds (not a number where it has none), whether it is a keyframe, its size. Of an
# undamaged keyframe the data follows.
PICTURE: Final = struct.Struct("<d?I")


class Order(IntEnum):
    """What the process is told."""

    SEGMENT = 0  # how to open, as JSON; DATA with the whole segment comes behind it
    BODY = 1  # how to open, as JSON; the data is asked for part by part
    DATA = 2  # nothing at a body's end


class Told(IntEnum):
    """What the process says."""

    WANT = 0  # how many bytes at most
    OPENED = 1  # what was found, as JSON
    PICTURE = 2
    END = 3
    FAILED = 4  # a `Failure`, by name


class Failure(IntEnum):
    """Why a container holds nothing that is read here."""

    NO_CONTAINER = 0
    NO_VIDEO = 1
    UNKNOWN_CODEC = 2
    BAD_PARAMETERS = 3
    REFERS_ELSEWHERE = 4


@dataclass(frozen=True, slots=True)
class Opening:
    """How to open a container: as one of `formats`, or as `format_name`, with video in one of `codecs` if any is named.

    With `is_annex_b`, the keyframes of MP4 come as a byte stream with their parameter sets before them.
    """

    formats: str
    format_name: str | None = None
    codecs: tuple[str, ...] = ()
    is_annex_b: bool = False

    def as_table(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    @classmethod
    def of(cls, table: dict[str, Any]) -> Self:
        """Read it back."""
        return cls(**{**table, "codecs": tuple(table["codecs"])})
