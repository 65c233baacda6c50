"""Opening a stream: every address, also one that a redirect names, is checked before it is connected to."""

from threading import Event
from typing import Final

from streams.address import StreamAddress
from streams.clock import Clock
from streams.connection import Connection
from streams.errors import RedirectedError, UnreachableError
from streams.http_connection import HttpConnection
from streams.network_policy import NetworkPolicy
from streams.rtsp_connection import RtspConnection
from streams.settings import StreamSettings

_MOST_REDIRECTS: Final = 3
_RTSP: Final = frozenset({"rtsp", "rtsps"})


def open_connection(
    address: StreamAddress, policy: NetworkPolicy, settings: StreamSettings, clock: Clock, stop: Event
) -> Connection:
    """Connect to `address`, following redirects as far as the policy lets them.

    Raises:
        StreamError: the address is refused, or no video is had from it.
        StoppedError: the run was stopped.
    """
    target = address
    for _ in range(_MOST_REDIRECTS + 1):
        pinned = policy.check(target)
        try:
            if target.scheme in _RTSP:
                return RtspConnection(pinned, settings, clock, stop)
            return HttpConnection(pinned, settings, clock, stop)
        except RedirectedError as redirect:
            target = target.redirected(redirect.location)
    raise UnreachableError(f"{address.display} redirects more than {_MOST_REDIRECTS} times. Give the last address.")
