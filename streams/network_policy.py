"""Which machines a deployment lets its cameras be.

An address is checked before each connection, and the connection then goes to the very machine
that was checked: a name that resolves to something else a moment later changes nothing.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final, Self

from streams.address import StreamAddress
from streams.errors import AddressRefusedError, UnreachableError
from streams.settings import StreamSettings

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network

# Where clouds hand out a machine's own keys: AWS, Azure, GCP and most others; AWS on IPv6;
# Alibaba; Oracle; Azure's host agent.
METADATA_ADDRESSES: Final = frozenset(
    ip_address(text) for text in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16")
)
_THIS_NETWORK: Final = IPv4Network("0.0.0.0/8")
_NAT64: Final = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class PinnedAddress:
    """An address that was checked, with the machine it was checked for; connect to `ip` only."""

    address: StreamAddress
    ip: IpAddress


def resolve_host(host: str) -> list[str]:
    """Return the IP addresses of a name or of an IP address, in the resolver's order.

    Raises:
        OSError: the name can't be resolved.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """Refuses loopback, link-local, multicast, reserved and metadata addresses unless they are named."""

    allowed_networks: tuple[IpNetwork, ...] = ()
    resolve: Callable[[str], Sequence[str]] = resolve_host

    @classmethod
    def of(cls, settings: StreamSettings) -> Self:
        """Build the policy that the settings describe."""
        return cls(settings.allowed_networks)

    def check(self, address: StreamAddress) -> PinnedAddress:
        """Resolve the address's host and pin it to a machine that may be reached.

        Every machine that the name resolves to has to pass, so that no order of answers helps.

        Raises:
            AddressRefusedError: one of them may not be reached.
            UnreachableError: the name can't be resolved.
        """
        try:
            found = self.resolve(address.ascii_host)
        except OSError as error:
            raise UnreachableError(
                f"The name {address.host} can't be resolved. Check it, and this machine's name server."
            ) from error
        ips = [ip_address(text.partition("%")[0]) for text in found]
        if not ips:
            raise UnreachableError(f"The name {address.host} resolves to no IP address.")
        for ip in ips:
            self._require(ip, address)
        return PinnedAddress(address, ips[0])

    def _require(self, ip: IpAddress, address: StreamAddress) -> None:
        reached = _reached(ip)
        kind = _refused_kind(reached)
        if kind is None or self._is_named(reached):
            return
        prefix = f"{address.host} is" if str(ip) == address.host else f"{address.host} resolves to {ip},"
        raise AddressRefusedError(
            f"{address.display} is refused by the network policy: {prefix} {kind}. Accepted are addresses of other "
            f"kinds; to accept this one, name {ip_network(reached)} in allowed_networks."
        )

    def _is_named(self, ip: IpAddress) -> bool:
        if ip in METADATA_ADDRESSES:
            return ip_network(ip) in self.allowed_networks
        return any(ip in network for network in self.allowed_networks)


def _reached(ip: IpAddress) -> IpAddress:
    """Return the IPv4 machine behind an IPv6 address that only wraps one."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def _refused_kind(ip: IpAddress) -> str | None:
    kinds = (
        (ip in METADATA_ADDRESSES, "a cloud metadata address"),
        (ip.is_loopback, "a loopback address"),
        (ip.is_link_local, "a link-local address"),
        (ip.is_unspecified or ip in _THIS_NETWORK, "an unspecified address"),
        (ip.is_multicast, "a multicast address"),
        (ip.is_reserved, "a reserved or broadcast address"),
    )
    return next((kind for is_of_kind, kind in kinds if is_of_kind), None)
