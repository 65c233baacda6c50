"""The packets of an open container, as long as it is whole."""

from collections.abc import Iterator
from typing import Any

import av
from av.container import InputContainer


def demuxed(container: InputContainer) -> "Iterator[av.Packet[Any]]":  # quoted: at run time av has no generic packet
    """Yield the packets of the first video stream; ends where the demuxer can't step over what is broken."""
    packets = container.demux(container.streams.video[0])
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            return
        if packet is None or packet.size == 0:
            return
        yield packet


def media_time_s(packet: "av.Packet[Any]") -> float | None:
    """A packet's time as the container has it, in seconds; None where it has none."""
    pts = packet.pts if packet.pts is not None else packet.dts
    return None if pts is None else float(pts * packet.time_base)
