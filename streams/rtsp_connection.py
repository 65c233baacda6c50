"""A camera's video over RTSP, interleaved on one TCP connection or over UDP beside it."""

from collections.abc import Iterator
from fractions import Fraction
from threading import Event

from streams.clock import Clock
from streams.connection import EncodedPicture
from streams.decoding.video_codec import VideoCodec
from streams.network_policy import PinnedAddress
from streams.rtp import AccessUnit, AccessUnitAssembler
from streams.rtp_udp import PacketCounts
from streams.rtsp_session import RtspSession
from streams.rtsp_transport import RtspTransport
from streams.settings import StreamSettings
from streams.stoppable_socket import connect


class RtspConnection:
    """Plays from the moment it is made."""

    def __init__(
        self,
        address: PinnedAddress,
        settings: StreamSettings,
        clock: Clock,
        stop: Event,
        rtsp_transport: RtspTransport = RtspTransport.AUTO,
    ) -> None:
        self._read_timeout_s = settings.read_timeout_s
        socket = connect(address, settings, clock, stop)
        self._patience = socket.patience
        self._session = RtspSession(socket, address, clock)
        try:
            self._media = self._session.describe()
            played_over = self._session.play(self._media, rtsp_transport)
            # TLS gives out a record at a time, however many have gathered.
            if played_over is RtspTransport.TCP and address.address.scheme == "rtsp":
                socket.gather(settings.gather_s)
            self._transport = f"{address.address.scheme}/{played_over}"
        except BaseException:
            self._session.close()
            raise

    @property
    def transport(self) -> str:
        """`rtsp/tcp`, `rtsps/tcp` or `rtsp/udp`."""
        return self._transport

    @property
    def codec(self) -> VideoCodec:
        """What a decoder needs to know; parameter sets come with each keyframe."""
        return VideoCodec(self._media.syntax.codec)

    @property
    def declared_frame_rate(self) -> Fraction | None:
        """What the session description states."""
        return self._media.frame_rate

    @property
    def clock_skew_s(self) -> float | None:
        """What the camera's sender reports tell, once the first has come."""
        return self._session.sender_clock.skew_s

    @property
    def packet_counts(self) -> PacketCounts | None:
        """What became of packets over UDP; None over TCP, where none is lost."""
        return self._session.packet_counts

    def pictures(self) -> Iterator[EncodedPicture]:
        """Yield the pictures as they come, with an endless stream's errors."""
        assembler = AccessUnitAssembler(self._media.syntax, self._media.parameter_sets)
        for packet in self._session.packets():
            if packet.payload_type != self._media.payload_type:
                continue
            for unit in assembler.push(packet):
                yield self._picture(unit)
                self._patience.allow(self._read_timeout_s)

    def close(self) -> None:
        """Take leave of the camera and close the connection."""
        self._session.close()

    def _picture(self, unit: AccessUnit) -> EncodedPicture:
        pts_s = unit.timestamp / self._media.clock_rate_hz
        return EncodedPicture(pts_s, unit.is_keyframe, unit.data or None, unit.size_bytes)
