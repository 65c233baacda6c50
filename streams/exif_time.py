"""When a camera says that it took a JPEG, read from the bytes alone: no decoder sees them for it."""

import struct
from datetime import datetime
from typing import Final

_EXIF: Final = b"Exif\x00\x00"
_APP1, _SCAN = 0xE1, 0xDA
# Tags and types of EXIF 2.32, sections 4.6.2 and 4.6.3.
_EXIF_FOLDER, _TAKEN, _OFFSET = 0x8769, 0x9003, 0x9011
_ENTRY_BYTES: Final = 12


def exif_time(data: bytes) -> datetime | None:
    """Return DateTimeOriginal of a JPEG; None where it is missing, unreadable, or names no offset from UTC.

    A time without an offset is in the camera's own zone, which nobody but the camera knows.
    """
    try:
        tiff = _tiff_of(data)
        if tiff is None:
            return None
        order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
        if order is None:
            return None
        root = _folder(tiff, order, struct.unpack_from(f"{order}I", tiff, 4)[0])
        tags = _folder(tiff, order, root.get(_EXIF_FOLDER, (0, len(tiff)))[1])
        taken, offset = (_text(tiff, *tags.get(tag, (0, 0))) for tag in (_TAKEN, _OFFSET))
        return datetime.strptime(f"{taken} {offset}", "%Y:%m:%d %H:%M:%S %z")
    except (struct.error, ValueError):
        return None


def _tiff_of(data: bytes) -> bytes | None:
    """The block of tags, which comes before the picture itself."""
    at = 2
    while True:
        mark, kind, length = struct.unpack_from(">BBH", data, at)
        if mark != 0xFF or kind == _SCAN or length < 2:
            return None
        if kind == _APP1 and data.startswith(_EXIF, at + 4):
            return data[at + 4 + len(_EXIF) : at + 2 + length]
        at += 2 + length


def _folder(tiff: bytes, order: str, at: int) -> dict[int, tuple[int, int]]:
    """A folder's tags, each with its count and its value, which is an offset where it is longer than 4 bytes."""
    (entries,) = struct.unpack_from(f"{order}H", tiff, at)
    starts = range(at + 2, at + 2 + entries * _ENTRY_BYTES, _ENTRY_BYTES)
    found = (struct.unpack_from(f"{order}HHII", tiff, start) for start in starts)
    return {tag: (count, value) for tag, _, count, value in found}


def _text(tiff: bytes, count: int, at: int) -> str:
    return tiff[at : at + count].partition(b"\x00")[0].decode("ascii").strip()
