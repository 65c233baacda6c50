"""How a camera's video travels over RTSP: what is asked for in SETUP, and what the camera answers to it."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Final, Self

from streams.errors import AddressRefusedError
from streams.network_policy import IpAddress

# Unsupported Transport, and what cameras answer instead that don't know it.
REFUSALS: Final = frozenset({461, 400, 406, 501, 551})
_HIGHEST_PORT: Final = 65535
_LONGEST_SHOWN: Final = 60


class RtspTransport(StrEnum):
    """What video comes over. AUTO asks for TCP first, and for UDP where the camera refuses TCP."""

    AUTO = "auto"
    TCP = "tcp"
    UDP = "udp"


@dataclass(frozen=True, slots=True)
class UdpTerms:
    """The camera's own two ports, for RTP and for RTCP; None where it doesn't name them."""

    rtp_port: int | None
    rtcp_port: int | None

    @classmethod
    def of(cls, answered: str, display: str, host: str, camera: IpAddress, own: IpAddress) -> Self:
        """Read the Transport header that the camera at `display` answered SETUP with.

        The network policy has let through the one machine that the connection goes to. Video that
        is to come from another one, or to go to another one than this, is none of its.

        Raises:
            AddressRefusedError: the answer names such a machine.
        """
        parameters = _parameters(answered)
        source, destination = parameters.get("source", ""), parameters.get("destination", "")
        if source and source != host and _ip(source) != _ip(str(camera)):
            raise _refused(f"{display} wants to send its video from {source[:_LONGEST_SHOWN]}, not from {camera}")
        if destination and _ip(destination) != _ip(str(own)):
            raise _refused(f"{display} wants to send its video to {destination[:_LONGEST_SHOWN]}, not to {own}")
        first, _, second = parameters.get("server_port", "").partition("-")
        rtp_port = _port(first)
        return cls(rtp_port, _port(second) or (None if rtp_port is None else _port(str(rtp_port + 1))))


def is_udp(answered: str) -> bool:
    """Tell whether a camera that was asked for TCP has answered with UDP all the same."""
    protocol = answered.partition(";")[0].strip().upper()
    return protocol in ("RTP/AVP", "RTP/AVP/UDP") and "interleaved" not in _parameters(answered)


def _parameters(answered: str) -> dict[str, str]:
    fields = (field.partition("=") for field in answered.split(";")[1:])
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in fields}


def _ip(text: str) -> IpAddress | None:
    try:
        ip = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip


def _port(text: str) -> int | None:
    port = int(text) if text.isascii() and text.isdecimal() else 0
    return port if 0 < port <= _HIGHEST_PORT else None


def _refused(reason: str) -> AddressRefusedError:
    return AddressRefusedError(
        f"{reason}: the network policy was asked about one machine only. Accepted is unicast between the camera and "
        "this machine; set the camera to that, or to RTSP over TCP, which also passes address translation."
    )
