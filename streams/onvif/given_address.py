"""An address that a device gives: what may be made of it.

Behind a NAT, a router's port forward or with two network cards, devices give addresses that mean
something only where they stand.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from streams.address import StreamAddress
from streams.errors import AddressRefusedError
from streams.network_policy import PinnedAddress

HTTP_SCHEMES: Final = frozenset({"http", "https"})
RTSP_SCHEMES: Final = frozenset({"rtsp", "rtsps"})


@dataclass(frozen=True, slots=True)
class GivenAddress:
    """What a device gave, and what is proposed for use; `note` says why they differ, or why there is none.

    Nothing here has been connected to or checked against the network policy: who opens it does that.
    """

    given: StreamAddress | None
    proposed: StreamAddress | None
    note: str | None = None


def read_given(text: str, asked: PinnedAddress, schemes: Collection[str]) -> GivenAddress:
    """Read an address that the device at `asked` gave, of which only `schemes` are of use.

    An address on another host is not proposed; the same path on the host that was asked is. The
    log-in that the device was asked with goes along to its own host only.
    """
    try:
        given = StreamAddress.parse(text)
    except AddressRefusedError as error:
        return GivenAddress(None, None, f"The device gives an address that is refused. {error}")
    if given.scheme not in schemes:
        wanted = " or ".join(f"{scheme}://" for scheme in sorted(schemes))
        return GivenAddress(given, None, f"The device gives an address with {given.scheme}://, where {wanted} is due.")
    if given.host in (asked.address.host, str(asked.ip)):
        return GivenAddress(given, _with_login(given, given.host, given.port, asked.address))
    # The port of the service that answered is known to lead to the device; of another, the device's own is the guess.
    port = asked.address.port if given.scheme == asked.address.scheme else given.port
    return GivenAddress(
        given,
        _with_login(given, asked.address.host, port, asked.address),
        f"The device gives {given.host}, but was asked at {asked.address.host}, as happens behind a NAT; proposed is "
        f"the same path there, on port {port}.",
    )


def _with_login(given: StreamAddress, host: str, port: int, asked: StreamAddress) -> StreamAddress:
    login = given if given.username is not None else asked
    return StreamAddress(given.scheme, host, port, given.target, login.username, login.password)
