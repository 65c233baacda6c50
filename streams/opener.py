"""Opening a stream: every address, also one that a redirect names, is checked before it is connected to."""

from threading import Event
from typing import Final

from streams.address import StreamAddress
from streams.clock import Clock
from streams.connection import Connection
from streams.errors import PlaylistFoundError, RedirectedError, UnreachableError
from streams.hls_connection import HlsConnection
from streams.http_connection import open_http
from streams.network_policy import NetworkPolicy
from streams.rtsp_connection import RtspConnection
from streams.rtsp_transport import RtspTransport
from streams.settings import StreamSettings

_MOST_REDIRECTS: Final = 3
_RTSP: Final = frozenset({"rtsp", "rtsps"})


def open_connection(
    address: StreamAddress,
    policy: NetworkPolicy,
    settings: StreamSettings,
    clock: Clock,
    stop: Event,
    *,
    rtsp_transport: RtspTransport = RtspTransport.AUTO,
) -> Connection:
    """Connect to `address`, following redirects as far as the policy lets them.

    `rtsp_transport` says what video over RTSP comes over; other schemes have no such choice.

    Raises:
        StreamError: the address is refused, or no video is had from it.
        StoppedError: the run was stopped.
    """
    target = address
    for _ in range(_MOST_REDIRECTS + 1):
        pinned = policy.check(target)
        try:
            if target.scheme in _RTSP:
                return RtspConnection(pinned, settings, clock, stop, rtsp_transport)
            return open_http(pinned, settings, clock, stop)
        except RedirectedError as redirect:
            target = target.redirected(redirect.location)
        except PlaylistFoundError:
            return HlsConnection(target, policy, settings, clock, stop)
    raise UnreachableError(f"{address.display} redirects more than {_MOST_REDIRECTS} times. Give the last address.")
