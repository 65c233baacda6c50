"""RTP packets become pictures that decode, and lost ones are told."""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from av import CodecContext, Packet
from av.video.codeccontext import VideoCodecContext
from hypothesis import given
from hypothesis import strategies as st

from streams.keyframe_decoder import KeyframeDecoder
from streams.rtp import H264, H265, AccessUnit, AccessUnitAssembler, NalSyntax, RtpPacket
from tests.support.video import access_units, counted

_Packet = tuple[bytes, bool, int]


def _nals(unit: bytes) -> list[bytes]:
    return [nal.strip(b"\x00") for nal in unit.split(b"\x00\x00\x01") if nal.strip(b"\x00")]


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


def _packets(clip: Path, syntax: NalSyntax, size: int = 500) -> list[_Packet]:
    """Cut a clip as RTP carries it: payload, marker and timestamp."""
    packets: list[_Packet] = []
    for number, unit in enumerate(access_units(clip)):
        payloads = [
            payload for nal in _nals(unit) for payload in ([nal] if len(nal) <= size else _fragments(nal, syntax, size))
        ]
        packets += [(payload, payload is payloads[-1], number * 9000) for payload in payloads]
    return packets


def _assembled(
    assembler: AccessUnitAssembler, packets: list[_Packet], lost: frozenset[int] = frozenset(), start: int = 0
) -> list[AccessUnit]:
    units = []
    for number, (payload, is_marked, timestamp) in enumerate(packets):
        if number in lost:
            continue
        header = struct.pack(
            ">BBHII", 0x80, 96 | is_marked << 7, (65530 + number) & 0xFFFF, (start + timestamp) & 0xFFFFFFFF, 1
        )
        packet = RtpPacket.parse(header + payload)
        assert packet is not None
        units += assembler.push(packet)
    return units


def _decoded(units: list[AccessUnit], syntax: NalSyntax) -> list[int]:
    codec_context = CodecContext.create(syntax.codec, "r")
    assert isinstance(codec_context, VideoCodecContext)
    decoder = KeyframeDecoder(codec_context)
    images = [decoder.decode(Packet(unit.data)) for unit in units if unit.data]
    return [counted(image) for image in images if image is not None]


@pytest.fixture(params=["h264", "h265"])
def clip_and_syntax(request: pytest.FixtureRequest, h264_clip: Path, h265_clip: Path) -> tuple[Path, NalSyntax]:
    return (h264_clip, H264) if request.param == "h264" else (h265_clip, H265)


@pytest.mark.parametrize("has_markers", [True, False])
def test_keyframes_are_put_together_from_fragments(
    clip_and_syntax: tuple[Path, NalSyntax], *, has_markers: bool
) -> None:
    clip, syntax = clip_and_syntax
    packets = [(payload, marker and has_markers, time) for payload, marker, time in _packets(clip, syntax)]
    units = _assembled(AccessUnitAssembler(syntax), packets)
    # Without markers the last picture is told only by what follows it.
    assert len(units) == (40 if has_markers else 39)
    assert [unit.is_keyframe for unit in units] == [number % 10 == 0 for number in range(len(units))]
    assert _decoded(units, syntax) == [0, 10, 20, 30]


def test_only_the_keyframe_that_lost_a_packet_is_dropped(clip_and_syntax: tuple[Path, NalSyntax]) -> None:
    clip, syntax = clip_and_syntax
    packets = _packets(clip, syntax)
    middle = next(number for number, packet in enumerate(packets) if packet[2] == 10 * 9000) + 4
    units = _assembled(AccessUnitAssembler(syntax), packets, frozenset({middle}))
    assert [unit.timestamp // 9000 for unit in units if unit.is_damaged] == [10]
    assert _decoded(units, syntax) == [0, 20, 30]


def test_parameter_sets_may_come_in_the_session_description_only(clip_and_syntax: tuple[Path, NalSyntax]) -> None:
    clip, syntax = clip_and_syntax
    nals = _nals(access_units(clip)[0])
    parameter_sets = tuple(nal for nal in nals if syntax.kind(nal) in syntax.parameter_sets)
    packets = [packet for packet in _packets(clip, syntax) if syntax.kind(packet[0]) not in syntax.parameter_sets]
    assert _decoded(_assembled(AccessUnitAssembler(syntax, parameter_sets), packets), syntax) == [0, 10, 20, 30]


def test_units_may_come_aggregated(clip_and_syntax: tuple[Path, NalSyntax]) -> None:
    clip, syntax = clip_and_syntax
    nals = _nals(access_units(clip)[0])
    header = bytes([syntax.aggregate]) if syntax is H264 else bytes([syntax.aggregate << 1, 1])
    payload = header + b"".join(len(nal).to_bytes(2, "big") + nal for nal in nals)
    assert _decoded(_assembled(AccessUnitAssembler(syntax), [(payload, True, 0)]), syntax) == [0]


def test_timestamps_go_on_past_32_bits(h264_clip: Path) -> None:
    start = 2**32 - 5 * 9000
    units = _assembled(AccessUnitAssembler(H264), _packets(h264_clip, H264), start=start)
    assert [unit.timestamp for unit in units] == [start + number * 9000 for number in range(40)]


@given(st.binary(max_size=64), st.lists(st.binary(max_size=40), max_size=20))
def test_garbage_is_survived(data: bytes, payloads: list[bytes]) -> None:
    RtpPacket.parse(data)
    for syntax in (H264, H265):
        _assembled(AccessUnitAssembler(syntax), [(payload, False, 0) for payload in payloads if payload])
