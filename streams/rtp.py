"""RTP packets (RFC 3550) put together to encoded pictures: H.264 (RFC 6184) and H.265 (RFC 7798).

Only what a keyframe needs is kept; of other pictures just their time is told.
"""

import struct
from dataclasses import dataclass
from typing import Final, Self

_START_CODE: Final = b"\x00\x00\x00\x01"
_HEADER: Final = struct.Struct(">BBHII")
_LARGEST_PICTURE: Final = 32 * 1024 * 1024
_MOST_PARAMETER_SETS: Final = 16


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """One packet: its payload, and what of its header matters here."""

    payload_type: int
    is_marked: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: memoryview

    @classmethod
    def parse(cls, data: bytes) -> Self | None:
        """Read a packet; None for bytes that are none."""
        if len(data) < _HEADER.size:
            return None
        flags, marked_type, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
        start = _HEADER.size + 4 * (flags & 0x0F)
        if flags & 0x10:
            if len(data) < start + 4:
                return None
            start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
        end = len(data) - (data[-1] if flags & 0x20 else 0)
        if flags >> 6 != 2 or end <= start:
            return None
        return cls(marked_type & 0x7F, marked_type > 0x7F, sequence, timestamp, ssrc, memoryview(data)[start:end])


@dataclass(frozen=True, slots=True)
class NalSyntax:
    """What tells the two codecs' NAL units apart: header length and unit types."""

    codec: str
    header_bytes: int
    aggregate: int
    fragment: int
    pictures: frozenset[int]
    keys: frozenset[int]
    parameter_sets: frozenset[int]

    def kind(self, nal: bytes | memoryview) -> int:
        """Type of a unit, from its first byte."""
        return nal[0] & 0x1F if self.header_bytes == 1 else (nal[0] >> 1) & 0x3F


H264: Final = NalSyntax(
    codec="h264",
    header_bytes=1,
    aggregate=24,
    fragment=28,
    pictures=frozenset(range(1, 6)),
    keys=frozenset({5}),
    parameter_sets=frozenset({7, 8}),
)
H265: Final = NalSyntax(
    codec="hevc",
    header_bytes=2,
    aggregate=48,
    fragment=49,
    pictures=frozenset({*range(10), *range(16, 22)}),
    keys=frozenset(range(16, 22)),
    parameter_sets=frozenset({32, 33, 34}),
)


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One encoded picture. `data` is its Annex B byte stream if it is an undamaged keyframe, else empty.

    `size_bytes` is what its packets carried.
    """

    timestamp: int
    is_keyframe: bool
    is_damaged: bool
    data: bytes
    size_bytes: int


class AccessUnitAssembler:
    """Puts one stream's packets together to pictures."""

    def __init__(self, syntax: NalSyntax, parameter_sets: tuple[bytes, ...] = ()) -> None:
        self._syntax = syntax
        # Distinct ones, the last seen last. Cameras send them in the SDP, before each keyframe, or both.
        self._parameter_sets = dict.fromkeys(parameter_sets)
        self._next_sequence: int | None = None
        self._last_raw: int | None = None
        self._timestamp = 0
        self._begin(is_damaged=False)

    def push(self, packet: RtpPacket) -> list[AccessUnit]:
        """Take one packet; return the pictures that it completes, at most two."""
        done: list[AccessUnit] = []
        has_gap = self._next_sequence is not None and packet.sequence != self._next_sequence
        self._next_sequence = (packet.sequence + 1) & 0xFFFF
        self._is_damaged |= has_gap
        if self._last_raw is not None and packet.timestamp != self._last_raw:
            done += self._finish(is_next_damaged=has_gap)
        self._advance(packet.timestamp)
        self._carried += len(packet.payload)
        self._take(packet.payload)
        # A marker behind nothing but parameter sets, as some cameras send it, ends no picture.
        if packet.is_marked and self._has_picture:
            done += self._finish(is_next_damaged=False)
        return done

    def _begin(self, *, is_damaged: bool) -> None:
        self._units: list[bytes] = []
        self._fragment: list[bytes] = []
        self._size = self._carried = 0
        self._has_picture = False
        self._is_keyframe = False
        self._is_damaged = is_damaged

    def _advance(self, raw: int) -> None:
        """Carry the 32-bit timestamp on past its end."""
        if self._last_raw is None:
            self._timestamp = raw
        else:
            step = (raw - self._last_raw) & 0xFFFFFFFF
            self._timestamp += step if step < 1 << 31 else step - (1 << 32)
        self._last_raw = raw

    def _finish(self, *, is_next_damaged: bool) -> list[AccessUnit]:
        has_picture, is_damaged = self._has_picture, self._is_damaged or bool(self._fragment)
        data = b""
        if self._is_keyframe and not is_damaged:
            data = b"".join(_START_CODE + unit for unit in (*self._parameter_sets, *self._units))
        unit = AccessUnit(self._timestamp, self._is_keyframe, is_damaged, data, self._carried)
        self._begin(is_damaged=is_next_damaged)
        return [unit] if has_picture else []

    def _take(self, payload: memoryview) -> None:
        syntax = self._syntax
        if len(payload) <= syntax.header_bytes:
            return
        kind = syntax.kind(payload)
        if kind == syntax.aggregate:
            self._take_aggregate(payload[syntax.header_bytes :])
        elif kind == syntax.fragment:
            self._take_fragment(payload)
        elif kind < syntax.aggregate:
            self._take_unit(kind, bytes(payload))

    def _take_aggregate(self, rest: memoryview) -> None:
        while len(rest) > 2:
            length = int.from_bytes(rest[:2], "big")
            unit = rest[2 : 2 + length]
            if not unit:
                return
            self._take_unit(self._syntax.kind(unit), bytes(unit))
            rest = rest[2 + length :]

    def _take_fragment(self, payload: memoryview) -> None:
        syntax = self._syntax
        flags = payload[syntax.header_bytes]
        kind = flags & (0x1F if syntax.header_bytes == 1 else 0x3F)
        if flags & 0x80:
            self._fragment = [_fragmented_header(syntax, payload, kind)]
            self._note(kind, payload[syntax.header_bytes + 1 :])
        elif not self._fragment:
            self._is_damaged = True
            return
        if self._keeps(kind):
            self._size += len(payload)
            if self._size > _LARGEST_PICTURE:
                self._is_damaged = True
                return
            self._fragment.append(bytes(payload[syntax.header_bytes + 1 :]))
        if flags & 0x40:
            unit, self._fragment = b"".join(self._fragment), []
            self._store(kind, unit)

    def _take_unit(self, kind: int, unit: bytes) -> None:
        self._note(kind, unit[self._syntax.header_bytes :])
        self._size += len(unit)
        if self._size > _LARGEST_PICTURE:
            self._is_damaged = True
        elif self._keeps(kind):
            self._store(kind, unit)

    def _note(self, kind: int, body: bytes | memoryview) -> None:
        # A slice's first bit says, in both codecs, that it is its picture's first. Where the first
        # to come is another, what went before is lost; at a stream's start no number tells of that.
        if kind in self._syntax.keys and not self._has_picture:
            self._is_damaged |= not body or not body[0] & 0x80
        self._has_picture |= kind in self._syntax.pictures
        self._is_keyframe |= kind in self._syntax.keys

    def _keeps(self, kind: int) -> bool:
        return kind in self._syntax.keys or kind in self._syntax.parameter_sets

    def _store(self, kind: int, unit: bytes) -> None:
        if kind in self._syntax.keys:
            self._units.append(unit)
        elif kind in self._syntax.parameter_sets:
            self._parameter_sets.pop(unit, None)
            self._parameter_sets[unit] = None
            if len(self._parameter_sets) > _MOST_PARAMETER_SETS:
                del self._parameter_sets[next(iter(self._parameter_sets))]


def _fragmented_header(syntax: NalSyntax, payload: memoryview, kind: int) -> bytes:
    """Return the header that the fragmented unit had before it was cut up."""
    if syntax.header_bytes == 1:
        return bytes([payload[0] & 0xE0 | kind])
    return bytes([payload[0] & 0x81 | kind << 1, payload[1]])
