"""What a camera says of its video in a session description (SDP, RFC 8866)."""

import base64
import binascii
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from streams.rtp import H264, H265, NalSyntax

_SYNTAXES: Final = {"H264": H264, "H265": H265}
_PARAMETER_SETS: Final = re.compile(r"sprop-(?:parameter-sets|vps|sps|pps)=([^;\s]+)")


@dataclass(frozen=True, slots=True)
class VideoMedia:
    """One video of a session; `control` is its address for SETUP, relative or absolute."""

    payload_type: int
    syntax: NalSyntax
    clock_rate_hz: int
    control: str
    parameter_sets: tuple[bytes, ...]
    frame_rate: Fraction | None


def codecs_of(sdp: str) -> list[str]:
    """Name what the session offers, for saying why nothing of it can be used."""
    return re.findall(r"^a=rtpmap:\d+ ([\w.-]+)/", sdp, re.MULTILINE)


def find_video(sdp: str) -> VideoMedia | None:
    """Return the first video of a codec that is read here."""
    sections = re.split(r"^(?=m=)", sdp.replace("\r\n", "\n"), flags=re.MULTILINE)[1:]
    found = (_video(section) for section in sections if section.startswith("m=video "))
    return next((media for media in found if media is not None), None)


def _video(section: str) -> VideoMedia | None:
    for payload_type, codec, rate in re.findall(r"^a=rtpmap:(\d+) ([\w.-]+)/(\d+)", section, re.MULTILINE):
        syntax = _SYNTAXES.get(codec.upper())
        if syntax is None or int(rate) == 0:
            continue
        formats = " ".join(re.findall(rf"^a=fmtp:{payload_type} (.*)$", section, re.MULTILINE))
        return VideoMedia(
            payload_type=int(payload_type),
            syntax=syntax,
            clock_rate_hz=int(rate),
            control=_first(r"^a=control:(\S+)", section) or "",
            parameter_sets=tuple(_parameter_sets(formats)),
            frame_rate=_frame_rate(_first(r"^a=framerate:\s*([\d.]+)", section)),
        )
    return None


def _first(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text, re.MULTILINE)
    return None if match is None else match[1]


def _parameter_sets(formats: str) -> list[bytes]:
    units = []
    for encoded in ",".join(_PARAMETER_SETS.findall(formats)).split(","):
        try:
            unit = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            # The camera sends them again in the stream, or the picture fails to decode and says so.
            continue
        if unit:
            units.append(unit)
    return units


def _frame_rate(text: str | None) -> Fraction | None:
    try:
        rate = Fraction(text or 0)
    except (ValueError, ZeroDivisionError):
        return None
    return rate if rate > 0 else None
