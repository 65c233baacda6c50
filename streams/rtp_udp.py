"""A camera's video over a pair of UDP sockets, beside the RTSP connection that asked for it."""

import secrets
import selectors
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from streams.camera_clock import SenderClock
from streams.clock import Clock
from streams.errors import AddressRefusedError, StreamEndedError, StreamError, UnreachableError
from streams.network_policy import PinnedAddress
from streams.reorder_buffer import ReorderBuffer
from streams.rtcp import Reception, empty_report, says_good_bye
from streams.rtp import RtpPacket
from streams.rtsp_transport import UdpTerms
from streams.stoppable_socket import StoppableSocket

_POLL_S: Final = 0.25
# Packets that come within this time are taken together: waking for each costs more than it holds.
_GATHER_S: Final = 0.02
# While packets are held back, short enough that they are let go in time.
_HOLDING_POLL_S: Final = 0.05
_REPORT_EVERY_S: Final = 5.0
# A keyframe comes in one burst, while the thread may be busy decoding the last one. The kernel
# grants no more than net.core.rmem_max.
_RECEIVE_BUFFER_BYTES: Final = 2 * 1024 * 1024
_LARGEST_DATAGRAM: Final = 65535
# So that a flood cannot keep the thread from its stop event and its keep-alive.
_MOST_AT_ONCE: Final = 256
_PAIR_ATTEMPTS: Final = 50


@dataclass(frozen=True, slots=True)
class PacketCounts:
    """What became of packets: given up as lost, dropped as late (or there twice), dropped as nobody asked for."""

    lost: int
    late: int
    foreign: int


class RtpOverUdp:
    """Receives one video's packets; owned by the session, whose thread uses and closes it.

    `control` is the RTSP connection, on whose own address packets are received. They are accepted
    only from the machine that `address` is pinned to.

    Raises:
        AddressRefusedError: the address asks for TLS, which packets would go without.
        UnreachableError: this machine has no two ports to receive on.
    """

    def __init__(self, control: StoppableSocket, address: PinnedAddress, payload_type: int, clock: Clock) -> None:
        self._display = address.address.display
        if address.address.scheme == "rtsps":
            raise AddressRefusedError(
                f"{self._display} asks for TLS, which video over UDP would go without. Accepted are TCP, or rtsp://."
            )
        self._control = control
        self._address = address
        self._payload_type = payload_type
        self._clock = clock
        # As the kernel writes it, which Python does differently for an IPv4 address within an IPv6 one.
        self._camera = socket.inet_ntop(control.family, address.ip.packed)
        self._rtp, self._rtcp = _bound_pair(control)
        self._control_selector, self._selector = selectors.PollSelector(), selectors.PollSelector()
        self._control_selector.register(control, selectors.EVENT_READ)
        for readable in (control, self._rtp, self._rtcp):
            self._selector.register(readable, selectors.EVENT_READ)
        self._terms = UdpTerms(None, None)
        self._buffer = bytearray(_LARGEST_DATAGRAM)
        self._reorder = ReorderBuffer()
        self._own_ssrc = secrets.randbits(32)
        self._ssrc: int | None = None
        self._reception: Reception | None = None
        self._reported_at_s = clock.monotonic_s()
        self._foreign = 0
        self.sender_clock = SenderClock(clock)

    @property
    def ports(self) -> str:
        """Our two ports as SETUP names them."""
        port = self._rtp.getsockname()[1]
        return f"{port}-{port + 1}"

    @property
    def counts(self) -> PacketCounts:
        """What became of packets so far."""
        return PacketCounts(self._reorder.lost, self._reorder.late, self._foreign)

    def start(self, answered: str) -> None:
        """Take packets from the ports that the camera answered, and open the way for them through firewalls.

        Raises:
            AddressRefusedError: the answer names another machine.
        """
        name = self._control.own_name
        own = ip_address(name[0].partition("%")[0])
        self._terms = UdpTerms.of(answered, self._display, self._address.address.ascii_host, self._address.ip, own)
        for receiver, port in ((self._rtp, self._terms.rtp_port), (self._rtcp, self._terms.rtcp_port)):
            # So that the kernel turns away what comes from elsewhere, before it fills the buffer.
            if port is not None:
                with suppress(OSError):
                    receiver.connect((self._camera, port, *name[2:]))
        self._punch()

    def wait(self) -> bool:
        """Wait a moment for packets; tell whether the RTSP connection has something to read.

        Raises:
            StreamError: of the kind that the patience of the RTSP connection names.
            StoppedError: the run was stopped.
        """
        try:
            self._control.patience.require()
        except StreamError as error:
            if self._reception is not None:
                raise
            raise type(error)(
                f"{error} Nothing has come over UDP: let it through the firewalls between this machine and the camera, "
                "or allow RTSP over TCP in the camera."
            ) from error
        self._report()
        if self._control_selector.select(_GATHER_S):
            return True
        ready = self._selector.select(_HOLDING_POLL_S if self._reorder.is_holding else _POLL_S)
        return any(key.fileobj is self._control for key, _ in ready)

    def packets(self) -> Iterator[RtpPacket]:
        """Yield what has come and whose turn it is, in order.

        Raises:
            StreamEndedError: the camera said good-bye.
        """
        now_s = self._clock.monotonic_s()
        for data in self._received(self._rtp, self._terms.rtp_port):
            packet = RtpPacket.parse(data)
            if packet is not None and self._is_ours(packet):
                yield from self._reorder.push(packet, now_s)
        yield from self._reorder.due(now_s)
        for data in self._received(self._rtcp, self._terms.rtcp_port):
            self.sender_clock.hear(data, self._ssrc)
            if self._ssrc is not None and says_good_bye(data, self._ssrc):
                raise StreamEndedError(f"{self._display} said good-bye.")

    def close(self) -> None:
        """Close both sockets; again is harmless."""
        self._control_selector.close()
        self._selector.close()
        self._rtp.close()
        self._rtcp.close()

    def _received(self, receiver: socket.socket, port: int | None) -> Iterator[bytes]:
        for _ in range(_MOST_AT_ONCE):
            try:
                size, sender = receiver.recvfrom_into(self._buffer)
            except BlockingIOError:
                return
            except OSError:
                # The camera's machine has refused what was sent there; whether it still sends, shows.
                continue
            # Checked although the socket is connected: some may have come before it was.
            if sender[0].partition("%")[0] != self._camera or port not in (None, sender[1]):
                self._foreign += 1
                continue
            yield bytes(memoryview(self._buffer)[:size])

    def _is_ours(self, packet: RtpPacket) -> bool:
        if self._reception is None or packet.ssrc != self._ssrc:
            # Error correction and the like come from sources of their own, in types of their own.
            if packet.payload_type != self._payload_type:
                return False
            # A source that takes over counts from anywhere; the reorder buffer finds that out.
            self._ssrc = packet.ssrc
            self._reception = Reception(packet.ssrc, packet.sequence)
        self._reception.note(packet.sequence)
        return True

    def _report(self) -> None:
        now_s = self._clock.monotonic_s()
        if now_s - self._reported_at_s < _REPORT_EVERY_S:
            return
        self._reported_at_s = now_s
        if self._reception is None:
            self._punch()
        else:
            self._send(self._rtcp, self._terms.rtcp_port, self._reception.report(self._own_ssrc))

    def _punch(self) -> None:
        empty_packet = struct.pack(">BBHII", 2 << 6, 0, 0, 0, self._own_ssrc)
        self._send(self._rtp, self._terms.rtp_port, empty_packet)
        self._send(self._rtcp, self._terms.rtcp_port, empty_report(self._own_ssrc))

    def _send(self, sender: socket.socket, port: int | None, data: bytes) -> None:
        # Refused, or the network is full: the next one comes in a few seconds.
        with suppress(OSError):
            if port is not None:
                sender.send(data)


def _bound_pair(control: StoppableSocket) -> tuple[socket.socket, socket.socket]:
    """Bind two sockets to an even port and the next one (RFC 3550, section 11)."""
    for _ in range(_PAIR_ATTEMPTS):
        first = _bound(control, 0)
        port = 0 if first is None else int(first.getsockname()[1])
        second = None if first is None else _bound(control, port ^ 1)
        if first is not None and second is not None:
            return (first, second) if port % 2 == 0 else (second, first)
        if first is not None:
            first.close()
    raise UnreachableError("This machine has no two UDP ports free to receive video on; close what holds them.")


def _bound(control: StoppableSocket, port: int) -> socket.socket | None:
    name = control.own_name
    receiver = socket.socket(control.family, socket.SOCK_DGRAM)
    try:
        receiver.setblocking(False)
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
        receiver.bind((name[0], port, *name[2:]))
    except OSError:
        receiver.close()
        return None
    return receiver
