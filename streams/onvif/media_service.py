"""Asking a device's media service for its profiles and where they are streamed.

Media2 (ver20) is preferred where there is one: H.265 is stated there only.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Final

# A type only; all parsing is defusedxml's.
from xml.etree.ElementTree import Element

from streams.address import StreamAddress
from streams.errors import AuthenticationError, OnvifError
from streams.network_policy import PinnedAddress
from streams.onvif.envelope import number_at, text_at, whole_number
from streams.onvif.given_address import HTTP_SCHEMES, RTSP_SCHEMES, GivenAddress, read_given
from streams.onvif.media_profile import MediaProfile
from streams.onvif.soap import Request, SoapClient

MEDIA: Final = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2: Final = "http://www.onvif.org/ver20/media/wsdl"
# A recorder with 64 channels has two each.
MOST_PROFILES: Final = 128

_SCHEMA: Final = "http://www.onvif.org/ver10/schema"
_LONGEST_TOKEN: Final = 200
# RTP over the RTSP connection itself (ONVIF Streaming, section 5.1.1).
_OVER_TCP: Final = (
    f'<StreamSetup><Stream xmlns="{_SCHEMA}">RTP-Unicast</Stream><Transport xmlns="{_SCHEMA}">'
    "<Protocol>RTSP</Protocol></Transport></StreamSetup>"
)
_OVER_TCP2: Final = "<Protocol>RTSP</Protocol>"
_CODECS: Final = {"h264": "h264", "h265": "hevc", "jpeg": "mjpeg", "mpeg4": "mpeg4", "mpv4-es": "mpeg4"}
_RATE: Final = re.compile(r"\d{1,3}(\.\d{1,3})?")


@dataclass(frozen=True, slots=True)
class MediaService:
    """One media service of the device that was asked at `asked`; `namespace` is MEDIA or MEDIA2."""

    address: StreamAddress
    namespace: str
    asked: PinnedAddress


def video_profiles(client: SoapClient, service: MediaService, require_time: Callable[[], None]) -> list[MediaProfile]:
    """Return what the device streams, with addresses; `require_time` is called between requests and may raise.

    Raises:
        StreamError: as SoapClient.call raises it.
        StoppedError: the run was stopped.
    """
    content = "<Type>VideoEncoder</Type>" if service.namespace == MEDIA2 else ""
    response = client.call(service.address, Request(service.namespace, "GetProfiles", content))
    profiles = []
    for element, encoder in list(_video_elements(response))[:MOST_PROFILES]:
        require_time()
        profiles.append(_profile(client, service, element, encoder))
    return profiles


def _video_elements(response: Element) -> Iterator[tuple[Element, Element]]:
    for element in response.iterfind("{*}Profiles"):
        encoder = element.find("{*}VideoEncoderConfiguration")
        if encoder is None:
            encoder = element.find("{*}Configurations/{*}VideoEncoder")
        token = element.get("token", "")
        # A token is asked with as it is, and shown; one that can't be shown is no camera's.
        if encoder is not None and 0 < len(token) <= _LONGEST_TOKEN and token.isprintable():
            yield element, encoder


def _profile(client: SoapClient, service: MediaService, element: Element, encoder: Element) -> MediaProfile:
    token = element.get("token", "")
    encoding = (text_at(encoder, "{*}Encoding") or "").lower()
    return MediaProfile(
        token=token,
        name=text_at(element, "{*}Name") or token,
        codec=_CODECS.get(encoding, encoding),
        width_px=number_at(encoder, "{*}Resolution/{*}Width"),
        height_px=number_at(encoder, "{*}Resolution/{*}Height"),
        frame_rate=_frame_rate(encoder),
        keyframe_interval_frames=_keyframe_interval_frames(encoder),
        bitrate_kbit_s=number_at(encoder, "{*}RateControl/{*}BitrateLimit"),
        stream=_given(client, service, "GetStreamUri", token),
        snapshot=_given(client, service, "GetSnapshotUri", token),
    )


def _frame_rate(encoder: Element) -> Fraction | None:
    stated = (encoder.findtext("{*}RateControl/{*}FrameRateLimit") or "").strip()
    if not (stated.isascii() and _RATE.fullmatch(stated)):
        return None
    # Media (ver10) encodes every n-th frame only; zero is what careless cameras write for one.
    every = number_at(encoder, "{*}RateControl/{*}EncodingInterval") or 1
    return Fraction(stated) / every or None


def _keyframe_interval_frames(encoder: Element) -> int | None:
    stated = encoder.get("GovLength")
    if stated is not None:
        return whole_number(stated.strip()) or None
    return number_at(encoder, "{*}H264/{*}GovLength") or number_at(encoder, "{*}MPEG4/{*}GovLength") or None


def _given(client: SoapClient, service: MediaService, operation: str, token: str) -> GivenAddress:
    profile = f"<ProfileToken>{escape(token)}</ProfileToken>"
    if operation == "GetSnapshotUri":
        content, schemes = profile, HTTP_SCHEMES
    else:
        content = (_OVER_TCP2 if service.namespace == MEDIA2 else _OVER_TCP) + profile
        schemes = RTSP_SCHEMES
    try:
        response = client.call(service.address, Request(service.namespace, operation, content))
    except (OnvifError, AuthenticationError) as error:
        # Not every camera has snapshots, nor every user a right to them. The log-in itself was good for the profiles.
        return GivenAddress(None, None, f"The device gives no address. {error}")
    uri = response.findtext("{*}MediaUri/{*}Uri") or response.findtext("{*}Uri") or ""
    if not uri.strip():
        return GivenAddress(None, None, "The device gives an empty address.")
    return read_given(uri, service.asked, schemes)
