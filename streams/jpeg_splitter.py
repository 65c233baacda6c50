"""Whole JPEGs out of a stream of bytes, by their own structure, whatever stands between them."""

import re
from typing import Final

_LARGEST_PICTURE_BYTES: Final = 20_000_000
_START: Final = b"\xff\xd8\xff"
_SCAN: Final = 0xDA
_END: Final = 0xD9
_AGAIN: Final = 0xD8
# Markers without a length: TEM and the restarts (ITU-T T.81, table B.1).
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
# Inside a scan's data an FF is followed by a zero, a restart or a fill byte; anything else is the next marker.
_MARKER_IN_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


class JpegSplitter:
    """Takes bytes as they come and gives the pictures that are whole.

    A picture that breaks off, or isn't what its markers say, is left out, and the next start is looked for: headers
    and lengths that a camera sends between its pictures, often wrongly, are not needed. `left_out` counts those.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        # Up to here the picture at the front was walked through, and whether that is inside a scan.
        self._at = 0
        self._is_in_scan = False
        self.left_out = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Return the pictures that `data` completes, in order."""
        self._held += data
        pictures: list[bytes] = []
        while self._find_start():
            end = self._walk()
            if end is None:
                if len(self._held) > _LARGEST_PICTURE_BYTES:
                    self._leave_out()
                    continue
                break
            if end:
                pictures.append(bytes(self._held[:end]))
                self._drop(end)
            else:
                self._leave_out()
        return pictures

    def _find_start(self) -> bool:
        """Bring the next picture's start to the front; False where there is none yet."""
        if self._at:
            return True
        start = self._held.find(_START)
        if start < 0:
            # The last bytes may be the first of a start.
            del self._held[: max(0, len(self._held) - len(_START) + 1)]
            return False
        del self._held[:start]
        self._at = 2
        return True

    def _walk(self) -> int | None:
        """Walk on from marker to marker: the picture's end, 0 where it is broken, None where more must come."""
        while True:
            if self._is_in_scan:
                found = _MARKER_IN_SCAN.search(self._held, self._at)
                if found is None:
                    self._at = max(self._at, len(self._held) - 1)
                    return None
                self._at, self._is_in_scan = found.start(), False
            if self._at + 4 > len(self._held) and not self._ends_here():
                return None
            if self._held[self._at] != 0xFF:
                return 0
            marker = self._held[self._at + 1]
            if marker == _END:
                return self._at + 2
            if marker == _AGAIN or marker == 0x00:
                return 0
            if marker == 0xFF:
                self._at += 1
            elif marker in _BARE:
                self._at += 2
            else:
                self._at += 2 + int.from_bytes(self._held[self._at + 2 : self._at + 4], "big")
                self._is_in_scan = marker == _SCAN

    def _ends_here(self) -> bool:
        return self._held[self._at : self._at + 2] == bytes((0xFF, _END))

    def _leave_out(self) -> None:
        self.left_out += 1
        # A start inside it may be the next picture's.
        self._drop(2)

    def _drop(self, count: int) -> None:
        del self._held[:count]
        self._at, self._is_in_scan = 0, False
