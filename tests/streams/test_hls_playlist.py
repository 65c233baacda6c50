"""Playlists: what is read out of them, and what is refused before anything is asked for."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import NotVideoError
from streams.hls_playlist import (
    HEAD_BYTES,
    MasterPlaylist,
    MediaPlaylist,
    Segment,
    is_playlist,
    names_playlist,
    parse_playlist,
)

_SHOWN = "http://192.0.2.10/live.m3u8"


def _media(*lines: str) -> MediaPlaylist:
    parsed = parse_playlist("\n".join(["#EXTM3U", *lines]).encode(), _SHOWN)
    assert isinstance(parsed, MediaPlaylist)
    return parsed


def _master(*lines: str) -> MasterPlaylist:
    parsed = parse_playlist("\n".join(["#EXTM3U", *lines]).encode(), _SHOWN)
    assert isinstance(parsed, MasterPlaylist)
    return parsed


def test_segments_are_numbered_and_carry_what_stands_before_them() -> None:
    parsed = _media(
        "#EXT-X-VERSION:7\r",
        "#EXT-X-TARGETDURATION:4\r",
        "#EXT-X-MEDIA-SEQUENCE:2680\r",
        '#EXT-X-MAP:URI="init.mp4"\r',
        "#EXTINF:3.96,\r",
        "a.m4s?token=4\r",
        "",
        "#EXT-X-DISCONTINUITY",
        "#EXT-X-KEY:METHOD=NONE",
        '#EXT-X-MAP:URI="other.mp4"',
        "#EXTINF:4.2,with a title",
        "b.m4s",
        "#EXT-X-GAP",
        "#EXTINF:4",
        "#EXT-X-PROGRAM-DATE-TIME:2026-09-16T06:00:00Z",
        "c.m4s",
    )
    assert parsed.segments == (
        Segment(2680, "a.m4s?token=4", "init.mp4", is_discontinuous=False, is_gap=False),
        Segment(2681, "b.m4s", "other.mp4", is_discontinuous=True, is_gap=False),
        Segment(2682, "c.m4s", "other.mp4", is_discontinuous=False, is_gap=True),
    )
    # Longer than the playlist says its longest is.
    assert parsed.target_duration_s == 4.2
    assert not parsed.is_ended
    assert _media("#EXTINF:2,", "a.ts", "#EXT-X-ENDLIST").is_ended


def test_addresses_show_in_no_repr() -> None:
    assert "geheim" not in repr(_media("#EXTINF:2,", "a.ts?password=geheim"))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['#EXT-X-KEY:METHOD=AES-128,URI="http://192.0.2.1/key"', "#EXTINF:2,", "a.ts"], "encrypted (AES-128)"),
        (['#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"', "#EXTINF:2,", "a.ts"], "encrypted (SAMPLE-AES)"),
        (["#EXT-X-KEY:URI=none", "#EXTINF:2,", "a.ts"], "encrypted (a key)"),
        (["#EXTINF:2,", "#EXT-X-BYTERANGE:1000@0", "a.ts"], "byte ranges"),
        (['#EXT-X-MAP:URI="a.mp4",BYTERANGE="700@0"', "#EXTINF:2,", "a.ts"], "byte ranges"),
        (["#EXT-X-MAP:BANDWIDTH=1", "#EXTINF:2,", "a.ts"], "EXT-X-MAP"),
        (["#EXT-X-TARGETDURATION:2", "a.ts"], "without its length"),
        (["#EXTINF:2,\na.ts"] * 20_001, "more than 20000 segments"),
        (["#EXT-X-TARGETDURATION:86400"], "0 to 60 s"),
        (["#EXTINF:nan,", "a.ts"], "0 to 60 s"),
        (["#EXTINF:-2,", "a.ts"], "0 to 60 s"),
        (["#EXTINF:two,", "a.ts"], "0 to 60 s"),
        (["#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8"] * 101, "101 variants"),
        (["#EXT-X-STREAM-INF:BANDWIDTH=1"], "0 variants"),
        (["# only a comment"], "neither variants nor segments"),
    ],
)
def test_what_is_not_read_is_named(lines: list[str], said: str) -> None:
    with pytest.raises(NotVideoError) as caught:
        parse_playlist("\n".join(["#EXTM3U", *lines]).encode(), _SHOWN)
    assert said in str(caught.value)
    assert str(caught.value).startswith(_SHOWN)


_PIECES = ["#EXTINF:2,", "#EXT-X-STREAM-INF:", "#EXT-X-MAP:URI=", "#EXT-X-KEY:METHOD=", "NONE", '"', "=", "\n", "a.ts"]


@given(st.binary(max_size=200) | st.lists(st.sampled_from(_PIECES)).map(lambda parts: "".join(parts).encode()))
def test_garbage_is_refused_and_nothing_else_happens(garbage: bytes) -> None:
    with pytest.raises(NotVideoError):
        parse_playlist(garbage, _SHOWN)
    with suppress(NotVideoError):
        parsed = parse_playlist(b"#EXTM3U\n" + garbage, _SHOWN)
        listed = parsed.variants if isinstance(parsed, MasterPlaylist) else parsed.segments
        assert all(entry.uri and "\n" not in entry.uri for entry in listed)


def _variant(uri: str, width_px: int | None, bandwidth: int, codecs: str | None = None) -> str:
    resolution = "" if width_px is None else f",RESOLUTION={width_px}x100"
    stated = "" if codecs is None else f',CODECS="{codecs}"'
    return f"#EXT-X-STREAM-INF:BANDWIDTH={bandwidth}{resolution}{stated}\n{uri}"


@pytest.mark.parametrize(
    ("variants", "chosen"),
    [
        ([_variant("a", 1920, 4), _variant("b", 640, 2), _variant("c", 1280, 3), _variant("d", 320, 1)], "b"),
        ([_variant("a", 640, 4), _variant("b", 640, 2)], "b"),
        ([_variant("a", 480, 4), _variant("b", 320, 2)], "a"),
        ([_variant("a", None, 4), _variant("b", None, 2)], "b"),
        # Sound, and what no decoder is asked for here.
        ([_variant("a", 1280, 4), _variant("b", None, 1, "mp4a.40.2")], "a"),
        ([_variant("a", 480, 4), _variant("b", None, 1)], "a"),
        ([_variant("a", 640, 1, "av01.0.04M.08"), _variant("b", 1280, 4, "mp4a.40.2,hvc1.1.6.L93.B0")], "b"),
        ([_variant("a", 640, 1, "vp09.00.10.08")], None),
    ],
)
def test_the_smallest_variant_of_enough_width_or_the_widest_is_chosen(variants: list[str], chosen: str | None) -> None:
    found = _master(*variants).smallest(640)
    assert (None if found is None else found.uri) == chosen


def test_a_playlist_is_known_by_type_head_and_name() -> None:
    assert is_playlist("application/vnd.apple.mpegurl", b"")
    assert is_playlist("text/plain", b"#EXTM3U\n#EXT"[:HEAD_BYTES])
    assert is_playlist("", b"\xef\xbb\xbf#EXTM3U\n"[:HEAD_BYTES])
    assert not is_playlist("video/mp2t", b"\x47\x40\x11")
    assert names_playlist("/live/index.M3U8?token=1")
    assert not names_playlist("/live.ts?next=/index.m3u8")
