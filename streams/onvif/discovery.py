"""Finding ONVIF devices on a site's network: WS-Discovery (April 2005), as ONVIF Core, section 7, uses it.

Whoever hears the question may answer anything: what is found is a proposal, and its addresses are
checked when they are opened.
"""

import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address
from threading import Event
from typing import Final
from urllib.parse import unquote
from uuid import uuid4

# A type only; all parsing is defusedxml's.
from xml.etree.ElementTree import Element

from streams.address import StreamAddress
from streams.clock import Clock
from streams.errors import AddressRefusedError, OnvifError, UnreachableError
from streams.network_policy import NetworkPolicy, PinnedAddress
from streams.onvif.envelope import envelope, read_envelope, text_at
from streams.onvif.given_address import HTTP_SCHEMES

DISCOVERY_PORT: Final = 3702

_GROUP: Final = IPv4Address("239.255.255.250")
_ADDRESSING: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_DISCOVERY: Final = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
# Cameras answer to the first; some newer devices to the second only.
_TYPES: Final = (
    'xmlns:dn="http://www.onvif.org/ver10/network/wsdl">dn:NetworkVideoTransmitter',
    'xmlns:tds="http://www.onvif.org/ver10/device/wsdl">tds:Device',
)
_SCOPE: Final = "onvif://www.onvif.org/"
_POLL_S: Final = 0.25
_DATAGRAM_BYTES: Final = 65535
_MOST_DEVICES: Final = 1000
_MOST_ADDRESSES: Final = 16


@dataclass(frozen=True, slots=True)
class DiscoveredDevice:
    """A device that answered: `endpoint` is its lasting name, `addresses` those of its device service.

    `answered_from` is the IP address that the answer came from; a device that was never set up may
    give addresses of another network.
    """

    endpoint: str
    addresses: tuple[StreamAddress, ...]
    name: str | None
    hardware: str | None
    location: str | None
    answered_from: str


def discover(
    to: Sequence[StreamAddress],
    policy: NetworkPolicy,
    clock: Clock,
    stop: Event,
    *,
    listen_s: float = 4.0,
    is_multicast: bool = True,
) -> list[DiscoveredDevice]:
    """Ask who is there, and return who answers within `listen_s` or until `stop`, in the order of answers.

    Asked are this machine's own networks, by multicast, which seldom crosses a router, and each
    host and port of `to`, such as http://192.0.2.10:3702.

    Raises:
        AddressRefusedError: the policy refuses an address of `to`, or it is one of IPv6.
        UnreachableError: an address of `to` can't be resolved, or nobody could be asked at all.
    """
    targets = [_target(address, policy) for address in to]
    found: dict[str, DiscoveredDevice] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(_POLL_S)
        start_s = clock.monotonic_s()
        # Twice, since datagrams get lost.
        for share in (0.5, 1.0):
            if not _ask(asking, targets, is_multicast=is_multicast):
                raise UnreachableError("No question could be sent. Check that this machine has a network.")
            for data, sender in _answers(asking, clock, stop, start_s + share * listen_s):
                for device in _devices(data, sender):
                    if device.endpoint in found or len(found) < _MOST_DEVICES:
                        found[device.endpoint] = _merged(found.get(device.endpoint, device), device)
    return list(found.values())


def _target(address: StreamAddress, policy: NetworkPolicy) -> PinnedAddress:
    target = policy.check(address)
    if target.ip.version != 4:
        raise AddressRefusedError(f"{address.host} has an IPv6 address. Accepted are those of IPv4; cameras have both.")
    return target


def _ask(asking: socket.socket, targets: Sequence[PinnedAddress], *, is_multicast: bool) -> bool:
    """Send the questions; whether one went out."""
    sent = False
    for types in _TYPES:
        question = _question(types)
        for target in targets:
            with suppress(OSError):
                asking.sendto(question, (str(target.ip), target.address.port))
                sent = True
        for index, _ in socket.if_nameindex() if is_multicast else ():
            with suppress(OSError):
                # struct ip_mreqn (Linux, ip(7)): group, own address, interface.
                interface = struct.pack("=4s4si", _GROUP.packed, bytes(4), index)
                asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)
                asking.sendto(question, (str(_GROUP), DISCOVERY_PORT))
                sent = True
    return sent


def _question(types: str) -> bytes:
    header = (
        f'<a:Action xmlns:a="{_ADDRESSING}" s:mustUnderstand="1">{_DISCOVERY}/Probe</a:Action>'
        f'<a:MessageID xmlns:a="{_ADDRESSING}">uuid:{uuid4()}</a:MessageID>'
        f'<a:ReplyTo xmlns:a="{_ADDRESSING}"><a:Address>{_ADDRESSING}/role/anonymous</a:Address></a:ReplyTo>'
        f'<a:To xmlns:a="{_ADDRESSING}" s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>'
    )
    return envelope(f'<d:Probe xmlns:d="{_DISCOVERY}"><d:Types {types}</d:Types></d:Probe>', header)


def _answers(asking: socket.socket, clock: Clock, stop: Event, until_s: float) -> Iterator[tuple[bytes, str]]:
    while not stop.is_set() and clock.monotonic_s() < until_s:
        try:
            data, (sender, _) = asking.recvfrom(_DATAGRAM_BYTES)
        except OSError:
            # Nothing came meanwhile, or what came is a network's complaint; others may still answer.
            continue
        yield data, sender


def _devices(data: bytes, sender: str) -> Iterator[DiscoveredDevice]:
    try:
        root = read_envelope(data, sender)
    except OnvifError:
        # Anything may arrive at a port.
        return
    for match in root.iterfind("{*}Body/{*}ProbeMatches/{*}ProbeMatch"):
        addresses = tuple(_addresses(match))
        endpoint = text_at(match, "{*}EndpointReference/{*}Address") or (addresses[0].display if addresses else None)
        if endpoint is None:
            continue
        scopes = (match.findtext("{*}Scopes") or "").split()
        locations = _scope_values(scopes, "location")
        yield DiscoveredDevice(
            endpoint=endpoint,
            addresses=addresses,
            name=next(_scope_values(scopes, "name"), None),
            hardware=next(_scope_values(scopes, "hardware"), None),
            location=", ".join(list(locations)[:_MOST_ADDRESSES]) or None,
            answered_from=sender,
        )


def _addresses(match: Element) -> Iterator[StreamAddress]:
    for text in (match.findtext("{*}XAddrs") or "").split()[:_MOST_ADDRESSES]:
        with suppress(AddressRefusedError):
            address = StreamAddress.parse(text)
            if address.scheme in HTTP_SCHEMES:
                yield address


def _scope_values(scopes: Sequence[str], kind: str) -> Iterator[str]:
    prefix = f"{_SCOPE}{kind}/"
    for scope in scopes:
        if scope.lower().startswith(prefix):
            value = "".join(character for character in unquote(scope[len(prefix) :]) if character.isprintable())
            if value.strip():
                yield value.strip()[:200]


def _merged(known: DiscoveredDevice, again: DiscoveredDevice) -> DiscoveredDevice:
    addresses = tuple(dict.fromkeys((*known.addresses, *again.addresses)))[:_MOST_ADDRESSES]
    return DiscoveredDevice(
        known.endpoint,
        addresses,
        known.name or again.name,
        known.hardware or again.hardware,
        known.location or again.location,
        known.answered_from,
    )
