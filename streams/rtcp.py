"""RTCP (RFC 3550, section 6) as far as a receiver needs it: its own reports, the camera's clock and its good-bye."""

import struct
from collections.abc import Iterator
from typing import Final

_VERSION: Final = 2 << 6
_SENDER_REPORT: Final = 200
_RECEIVER_REPORT: Final = 201
_DESCRIPTION: Final = 202
_GOOD_BYE: Final = 203
_SENDER_INFO: Final = struct.Struct(">IQIII")
_MOST_LOST: Final = 0x7FFFFF
# A name that is the same for everybody tells nobody who is watching (RFC 7022 asks for no more privacy).
_CNAME: Final = b"nazar"


class Reception:
    """What came of one source's packets, as receiver reports state it (RFC 3550, appendix A.3)."""

    def __init__(self, ssrc: int, sequence: int) -> None:
        self._ssrc = ssrc
        self._first = self._highest = sequence
        self._received = 0
        self._reported_expected = self._reported_received = 0

    def note(self, sequence: int) -> None:
        """Count a packet that came."""
        self._received += 1
        ahead = (sequence - self._highest) & 0xFFFF
        if ahead < 0x8000:
            self._highest += ahead

    def report(self, own_ssrc: int) -> bytes:
        """Return the report on what came since the last one. Jitter and round trips are not measured and told as 0."""
        expected = self._highest - self._first + 1
        lost = max(0, min(expected - self._received, _MOST_LOST))
        due, came = expected - self._reported_expected, self._received - self._reported_received
        self._reported_expected, self._reported_received = expected, self._received
        fraction = 0 if due <= came or due <= 0 else min(255, (due - came) * 256 // due)
        block = struct.pack(">IIIIII", self._ssrc, fraction << 24 | lost, self._highest & 0xFFFFFFFF, 0, 0, 0)
        return _report(own_ssrc, block)


def empty_report(own_ssrc: int) -> bytes:
    """Return the report of a receiver to which nothing has come yet."""
    return _report(own_ssrc, b"")


def says_good_bye(data: bytes, ssrc: int | None) -> bool:
    """Tell whether a compound packet holds the good-bye of source `ssrc`."""
    for kind, count, body in _packets(data):
        if kind == _GOOD_BYE:
            sources = body[: 4 * count]
            if any(int.from_bytes(sources[at : at + 4], "big") == ssrc for at in range(0, len(sources), 4)):
                return True
    return False


def sender_time(data: bytes, ssrc: int | None = None) -> int | None:
    """Return a sender report's NTP time, 32.32 bits, as it is told; of source `ssrc` only, where that is given."""
    for kind, _, body in _packets(data):
        if kind == _SENDER_REPORT and len(body) >= _SENDER_INFO.size:
            source, ntp, *_ = _SENDER_INFO.unpack_from(body)
            if ssrc in (None, source):
                return int(ntp)
    return None


def _packets(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Take a compound apart: type, count and what follows the first word, of each packet."""
    while len(data) >= 4 and data[0] & 0xC0 == _VERSION:
        end = 4 + 4 * int.from_bytes(data[2:4], "big")
        yield data[1], data[0] & 0x1F, data[4:end]
        data = data[end:]


def _report(own_ssrc: int, blocks: bytes) -> bytes:
    count = len(blocks) // 24
    report = struct.pack(">BBHI", _VERSION | count, _RECEIVER_REPORT, 1 + 6 * count, own_ssrc) + blocks
    items = struct.pack(">IBB", own_ssrc, 1, len(_CNAME)) + _CNAME
    # The list of items ends with a zero, and then with the word.
    items += bytes(4 - len(items) % 4)
    return report + struct.pack(">BBH", _VERSION | 1, _DESCRIPTION, len(items) // 4) + items
