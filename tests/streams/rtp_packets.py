"""Real video cut up as RTP carries it (RFC 6184, RFC 7798)."""

import struct
from collections.abc import Iterator
from pathlib import Path

from streams.rtp import H264, NalSyntax
from tests.support.video import access_units

Payload = tuple[bytes, bool, int]


def nal_units(unit: bytes) -> list[bytes]:
    """Split an Annex B byte stream."""
    return [nal.strip(b"\x00") for nal in unit.split(b"\x00\x00\x01") if nal.strip(b"\x00")]


def rtp_payloads(clip: Path, syntax: NalSyntax, size: int = 500) -> list[Payload]:
    """Cut a clip of ten frames a second into payloads of about `size` bytes: payload, marker and timestamp."""
    payloads: list[Payload] = []
    for number, unit in enumerate(access_units(clip)):
        pieces = [
            piece for nal in nal_units(unit) for piece in ([nal] if len(nal) <= size else _fragments(nal, syntax, size))
        ]
        payloads += [(piece, piece is pieces[-1], number * 9000) for piece in pieces]
    return payloads


def rtp_packet(payload: Payload, sequence: int, ssrc: int = 1, start: int = 0) -> bytes:
    """Put the header of payload type 96 before a payload; `start` is added to its timestamp."""
    data, is_marked, timestamp = payload
    marked_type = 96 | is_marked << 7
    header = struct.pack(">BBHII", 0x80, marked_type, sequence & 0xFFFF, (start + timestamp) & 0xFFFFFFFF, ssrc)
    return header + data


def _fragments(nal: bytes, syntax: NalSyntax, size: int) -> Iterator[bytes]:
    kind, body = syntax.kind(nal), nal[syntax.header_bytes :]
    indicator = (
        bytes([nal[0] & 0xE0 | syntax.fragment])
        if syntax is H264
        else bytes([nal[0] & 0x81 | syntax.fragment << 1, nal[1]])
    )
    for start in range(0, len(body), size):
        flags = (0x80 if start == 0 else 0) | (0x40 if start + size >= len(body) else 0)
        yield indicator + bytes([flags | kind]) + body[start : start + size]
