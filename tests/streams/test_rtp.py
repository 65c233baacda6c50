"""RTP packets become pictures that decode, and lost ones are told."""

from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.decoding.video_codec import VideoCodec
from streams.rtp import H264, H265, AccessUnit, AccessUnitAssembler, NalSyntax, RtpPacket
from tests.streams.rtp_packets import Payload, nal_units, rtp_packet, rtp_payloads
from tests.support.decoding import DECODER
from tests.support.video import access_units, counted, counting_frames, encode_clip


def _assembled(
    assembler: AccessUnitAssembler, packets: list[Payload], lost: frozenset[int] = frozenset(), start: int = 0
) -> list[AccessUnit]:
    units = []
    for number, payload in enumerate(packets):
        if number in lost:
            continue
        packet = RtpPacket.parse(rtp_packet(payload, 65530 + number, start=start))
        assert packet is not None
        units += assembler.push(packet)
    return units


def _decoded(units: list[AccessUnit], syntax: NalSyntax) -> list[int]:
    codec = VideoCodec(syntax.codec)
    images = [DECODER.decode(codec, unit.data, Event()) for unit in units if unit.data]
    return [counted(image) for image in images if image is not None]


_FOUR_SLICES = "slices=4:keyint=10:min-keyint=10:scenecut=0:bframes=0:repeat-headers=1:log-level=none"


@pytest.fixture(params=["h264", "h265"])
def clip_and_syntax(request: pytest.FixtureRequest, h264_clip: Path, h265_clip: Path) -> tuple[Path, NalSyntax]:
    return (h264_clip, H264) if request.param == "h264" else (h265_clip, H265)


@pytest.mark.parametrize("has_markers", [True, False])
def test_keyframes_are_put_together_from_fragments(
    clip_and_syntax: tuple[Path, NalSyntax], *, has_markers: bool
) -> None:
    clip, syntax = clip_and_syntax
    packets = [(payload, marker and has_markers, time) for payload, marker, time in rtp_payloads(clip, syntax)]
    units = _assembled(AccessUnitAssembler(syntax), packets)
    # Without markers the last picture is told only by what follows it.
    assert len(units) == (40 if has_markers else 39)
    assert [unit.is_keyframe for unit in units] == [number % 10 == 0 for number in range(len(units))]
    assert _decoded(units, syntax) == [0, 10, 20, 30]


def test_only_the_keyframe_that_lost_a_packet_is_dropped(clip_and_syntax: tuple[Path, NalSyntax]) -> None:
    clip, syntax = clip_and_syntax
    packets = rtp_payloads(clip, syntax)
    middle = next(number for number, packet in enumerate(packets) if packet[2] == 10 * 9000) + 4
    units = _assembled(AccessUnitAssembler(syntax), packets, frozenset({middle}))
    assert [unit.timestamp // 9000 for unit in units if unit.is_damaged] == [10]
    assert _decoded(units, syntax) == [0, 20, 30]


@pytest.mark.parametrize(
    ("codec", "options"), [("h264", {"slices": "4"}), ("h265", {"x265-params": _FOUR_SLICES})], ids=["h264", "h265"]
)
def test_a_stream_that_begins_amid_a_keyframe_shows_nothing_of_that(
    tmp_path: Path, codec: str, options: dict[str, str]
) -> None:
    syntax = H264 if codec == "h264" else H265
    clip = encode_clip(counting_frames(20), tmp_path / "sliced.mp4", codec=codec, options=options)
    packets = rtp_payloads(clip, syntax, size=100_000)
    slices = [number for number, (nal, _, _) in enumerate(packets[:10]) if syntax.kind(nal) in syntax.keys]
    assert len(slices) >= 2
    sets = tuple(nal for nal, _, _ in packets[:10] if syntax.kind(nal) in syntax.parameter_sets)
    units = _assembled(AccessUnitAssembler(syntax, sets), packets, frozenset(range(slices[1])))
    assert [unit.timestamp // 9000 for unit in units if unit.is_damaged] == [0]
    assert _decoded(units, syntax) == [10]


@given(st.data())
def test_whatever_is_lost_a_keyframe_is_whole_or_not_shown(
    h264_clip: Path, h265_clip: Path, data: st.DataObject
) -> None:
    for clip, syntax in ((h264_clip, H264), (h265_clip, H265)):
        packets = rtp_payloads(clip, syntax)
        lost = frozenset(data.draw(st.sets(st.integers(1, len(packets) - 1), max_size=30)))
        whole = {packet[2] for packet in packets} - {packets[number][2] for number in lost}
        shown = [unit.timestamp for unit in _assembled(AccessUnitAssembler(syntax), packets, lost) if unit.data]
        assert set(shown) <= whole
        # A loss right before a keyframe that has markers before and behind it harms that keyframe too.
        harmed = {packets[min(number + 1, len(packets) - 1)][2] for number in lost}
        assert {time for time in whole - harmed if time % 90_000 == 0} <= set(shown)


def test_parameter_sets_may_come_in_the_session_description_only(clip_and_syntax: tuple[Path, NalSyntax]) -> None:
    clip, syntax = clip_and_syntax
    nals = nal_units(access_units(clip)[0])
    parameter_sets = tuple(nal for nal in nals if syntax.kind(nal) in syntax.parameter_sets)
    packets = [packet for packet in rtp_payloads(clip, syntax) if syntax.kind(packet[0]) not in syntax.parameter_sets]
    assert _decoded(_assembled(AccessUnitAssembler(syntax, parameter_sets), packets), syntax) == [0, 10, 20, 30]


def test_units_may_come_aggregated(clip_and_syntax: tuple[Path, NalSyntax]) -> None:
    clip, syntax = clip_and_syntax
    nals = nal_units(access_units(clip)[0])
    header = bytes([syntax.aggregate]) if syntax is H264 else bytes([syntax.aggregate << 1, 1])
    payload = header + b"".join(len(nal).to_bytes(2, "big") + nal for nal in nals)
    assert _decoded(_assembled(AccessUnitAssembler(syntax), [(payload, True, 0)]), syntax) == [0]


def test_timestamps_go_on_past_32_bits(h264_clip: Path) -> None:
    start = 2**32 - 5 * 9000
    units = _assembled(AccessUnitAssembler(H264), rtp_payloads(h264_clip, H264), start=start)
    assert [unit.timestamp for unit in units] == [start + number * 9000 for number in range(40)]


@given(st.binary(max_size=64), st.lists(st.binary(max_size=40), max_size=20))
def test_garbage_is_survived(data: bytes, payloads: list[bytes]) -> None:
    RtpPacket.parse(data)
    for syntax in (H264, H265):
        _assembled(AccessUnitAssembler(syntax), [(payload, False, 0) for payload in payloads if payload])
