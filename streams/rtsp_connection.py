"""A camera's video over RTSP, interleaved on one TCP connection."""

from collections.abc import Iterator
from fractions import Fraction
from threading import Event

from av import CodecContext, Packet
from av.video.codeccontext import VideoCodecContext

from streams.clock import Clock
from streams.connection import EncodedPicture
from streams.network_policy import PinnedAddress
from streams.rtp import AccessUnit, AccessUnitAssembler
from streams.rtsp_session import RtspSession
from streams.settings import StreamSettings
from streams.stoppable_socket import connect


class RtspConnection:
    """Plays from the moment it is made."""

    def __init__(self, address: PinnedAddress, settings: StreamSettings, clock: Clock, stop: Event) -> None:
        self._read_timeout_s = settings.read_timeout_s
        self._transport = f"{address.address.scheme}/tcp"
        socket = connect(address, settings, clock, stop)
        self._patience = socket.patience
        self._session = RtspSession(socket, address.address, clock)
        try:
            self._media = self._session.describe()
            self._session.play(self._media)
        except BaseException:
            self._session.close()
            raise
        codec_context = CodecContext.create(self._media.syntax.codec, "r")
        assert isinstance(codec_context, VideoCodecContext)
        self._codec_context = codec_context

    @property
    def transport(self) -> str:
        """`rtsp/tcp` or `rtsps/tcp`."""
        return self._transport

    @property
    def codec_context(self) -> VideoCodecContext:
        """The decoder for this stream's pictures."""
        return self._codec_context

    @property
    def declared_frame_rate(self) -> Fraction | None:
        """What the session description states."""
        return self._media.frame_rate

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
        packet = Packet(unit.data) if unit.data else None
        return EncodedPicture(unit.timestamp / self._media.clock_rate_hz, unit.is_keyframe, packet)
