"""Playlists of HTTP Live Streaming (RFC 8216), as far as a camera's video needs them.

Parsing opens nothing, and what it returns is what the server says: its addresses are not checked yet.
"""

import re
from dataclasses import dataclass, field
from math import isfinite
from typing import Final, NoReturn

from streams.errors import NotVideoError

LARGEST_PLAYLIST_BYTES: Final = 2_000_000
_MOST_SEGMENTS: Final = 20_000
_MOST_VARIANTS: Final = 100
_LONGEST_SEGMENT_S: Final = 60.0
_MARK: Final = "#EXTM3U"
_CONTENT_TYPES: Final = frozenset(
    {"application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/mpegurl", "audio/x-mpegurl"}
)
# Of RFC 6381's names of codecs, those of H.264 and H.265.
_CODECS: Final = ("avc1", "avc3", "hvc1", "hev1", "dvh1", "dvhe")
_ATTRIBUTE: Final = re.compile(r'([A-Z0-9-]+)=(?:"([^"]*)"|([^",]*))')
_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,20}", re.ASCII)
_SHOWN_METHOD: Final = re.compile(r"[A-Z0-9-]{1,20}")
HEAD_BYTES: Final = len(_MARK.encode("utf-8-sig"))


@dataclass(frozen=True, slots=True)
class Variant:
    """One of several streams of the same view; `width_px` is None where the playlist doesn't say."""

    uri: str = field(repr=False)
    bandwidth: int
    width_px: int | None
    is_readable: bool


@dataclass(frozen=True, slots=True)
class MasterPlaylist:
    """A list of variants."""

    variants: tuple[Variant, ...]

    def smallest(self, width_px: int) -> Variant | None:
        """Return the smallest variant that is `width_px` wide or wider, else the widest; None if none is readable."""
        readable = [variant for variant in self.variants if variant.is_readable]
        wide = [variant for variant in readable if (variant.width_px or 0) >= width_px]
        # One without a width may be sound only.
        sized = [variant for variant in readable if variant.width_px is not None]
        if sized and not wide:
            return max(sized, key=lambda variant: (variant.width_px or 0, -variant.bandwidth))
        return min(wide or readable, key=lambda variant: (variant.width_px or 0, variant.bandwidth), default=None)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the stream, some seconds long; `map_uri` names what has to be read before it (fMP4)."""

    sequence: int
    uri: str = field(repr=False)
    map_uri: str | None = field(repr=False)
    is_discontinuous: bool
    is_gap: bool


@dataclass(frozen=True, slots=True)
class MediaPlaylist:
    """A list of segments, oldest first; `target_duration_s` is about how long the longest lasts."""

    target_duration_s: float
    segments: tuple[Segment, ...]
    is_ended: bool


def names_playlist(target: str) -> bool:
    """Tell by an address's path with its query whether a playlist is to be had there."""
    return target.partition("?")[0].lower().endswith((".m3u8", ".m3u"))


def is_playlist(content_type: str, head: bytes) -> bool:
    """Tell by an answer's media type, or its first `HEAD_BYTES`, whether it is a playlist."""
    return content_type in _CONTENT_TYPES or head.removeprefix(b"\xef\xbb\xbf").startswith(_MARK.encode())


def parse_playlist(data: bytes, display: str) -> MasterPlaylist | MediaPlaylist:
    """Read a playlist; `display` is what errors call it.

    Raises:
        NotVideoError: it is none, or asks for what is not read here.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotVideoError(f"{display} should be a playlist and is not even text. Check the path.") from error
    lines = [line.strip() for line in text.split("\n")]
    if lines[0] != _MARK:
        _refuse(f"{display} should be a playlist and doesn't begin with {_MARK}. Check the path.")
    if any(line.startswith("#EXT-X-STREAM-INF:") for line in lines):
        return _master(lines, display)
    return _media(lines, display)


def _master(lines: list[str], display: str) -> MasterPlaylist:
    variants: list[Variant] = []
    stated: dict[str, str] | None = None
    for line in lines:
        if line.startswith("#EXT-X-STREAM-INF:"):
            stated = _attributes(line)
        elif line and not line.startswith("#") and stated is not None:
            variants.append(_variant(line, stated))
            stated = None
    if not 0 < len(variants) <= _MOST_VARIANTS:
        _refuse(f"{display} lists {len(variants)} variants; accepted are 1 to {_MOST_VARIANTS}.")
    return MasterPlaylist(tuple(variants))


def _variant(uri: str, stated: dict[str, str]) -> Variant:
    width, _, height = stated.get("RESOLUTION", "").partition("x")
    codecs = [codec.strip() for codec in stated.get("CODECS", "").split(",") if codec.strip()]
    return Variant(
        uri,
        bandwidth=_whole(stated.get("BANDWIDTH", "")) or 0,
        width_px=_whole(width) if _whole(height) else None,
        is_readable=not codecs or any(codec.startswith(_CODECS) for codec in codecs),
    )


def _media(lines: list[str], display: str) -> MediaPlaylist:
    segments: list[Segment] = []
    first, longest_s, map_uri = 0, 0.0, None
    is_ended = is_timed = is_discontinuous = is_gap = False
    for line in lines:
        tag, _, value = line.partition(":")
        if tag in ("#EXT-X-TARGETDURATION", "#EXTINF"):
            # Written by many with a target duration of 0, or shorter than their segments.
            longest_s = max(longest_s, _seconds(value.partition(",")[0], display))
            is_timed = is_timed or tag == "#EXTINF"
        elif tag == "#EXT-X-MEDIA-SEQUENCE":
            first = _whole(value) or 0
        elif tag == "#EXT-X-DISCONTINUITY":
            is_discontinuous = True
        elif tag == "#EXT-X-GAP":
            is_gap = True
        elif tag == "#EXT-X-KEY":
            _require_no_key(_attributes(line), display)
        elif tag == "#EXT-X-MAP":
            map_uri = _map_uri(_attributes(line), display)
        elif tag == "#EXT-X-BYTERANGE":
            _refuse_ranges(display)
        elif tag == "#EXT-X-ENDLIST":
            is_ended = True
        elif line and not line.startswith("#"):
            if not is_timed or len(segments) == _MOST_SEGMENTS:
                _refuse(
                    f"{display} lists a segment without its length, or more than {_MOST_SEGMENTS} segments. Set the "
                    "encoder to plain HLS with a short window."
                )
            segments.append(Segment(first + len(segments), line, map_uri, is_discontinuous, is_gap))
            is_timed = is_discontinuous = is_gap = False
    if not longest_s:
        _refuse(f"{display} lists neither variants nor segments.")
    return MediaPlaylist(longest_s, tuple(segments), is_ended)


def _require_no_key(stated: dict[str, str], display: str) -> None:
    method = stated.get("METHOD", "")
    if method != "NONE":
        shown = method if _SHOWN_METHOD.fullmatch(method) else "a key"
        _refuse(
            f"{display} is encrypted ({shown}), which is not read. Accepted is the method NONE: switch the encryption "
            "off, use https, or give the camera's RTSP address."
        )


def _map_uri(stated: dict[str, str], display: str) -> str:
    if "BYTERANGE" in stated:
        _refuse_ranges(display)
    if not stated.get("URI"):
        _refuse(f"{display} names no address for what comes before its segments (EXT-X-MAP).")
    return stated["URI"]


def _refuse_ranges(display: str) -> NoReturn:
    _refuse(f"{display} cuts its segments out of one file (byte ranges), which is not read. Set one file per segment.")


def _attributes(line: str) -> dict[str, str]:
    return {name: quoted or bare.strip() for name, quoted, bare in _ATTRIBUTE.findall(line.partition(":")[2])}


def _whole(text: str) -> int | None:
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else None


def _seconds(text: str, display: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not isfinite(seconds) or not 0 <= seconds <= _LONGEST_SEGMENT_S:
        _refuse(f"{display} states a segment's length that is not 0 to {_LONGEST_SEGMENT_S:g} s. Set 2 s, say.")
    return seconds


def _refuse(reason: str) -> NoReturn:
    raise NotVideoError(reason)
