"""Playing a clip in real time, over and over, as one endless MPEG transport stream."""

from collections.abc import Iterator
from io import BufferedIOBase
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any, Final

import av
from av import Packet

from streams.clock import Clock
from streams.errors import ArchiveError

# Each picture leaves as soon as it is due.
_OPTIONS: Final = {"flush_packets": "1"}


class Audience:
    """One client's connection, written to until the client leaves.

    libav must not see that failure: it would try to finish the file, and fail again.
    """

    def __init__(self, connection: BufferedIOBase) -> None:
        self._connection = connection
        self.has_left = False

    def write(self, data: bytes) -> int:
        """Send to the client, if it is still there."""
        if not self.has_left:
            try:
                self._connection.write(data)
            except OSError:
                self.has_left = True
        return len(data)


def play(clip: Path, audience: Audience, clock: Clock, stop: Event, elapsed_s: float) -> None:
    """Send the clip as it plays, nothing decoded, until the client leaves or `stop` is set.

    A clip that has been playing for `elapsed_s` is joined at the keyframe before that; time stamps
    go on from one round to the next.
    """
    with av.open(str(clip)) as template, av.open(audience, "w", format="mpegts", options=_OPTIONS) as target:
        stream = target.add_stream_from_template(template.streams.video[0], opaque=True)
        start_s, first_due_s = clock.monotonic_s(), None
        for due_s, packet in _rounds(clip, elapsed_s):
            first_due_s = due_s if first_due_s is None else first_due_s
            if stop.wait(max(0.0, start_s + due_s - first_due_s - clock.monotonic_s())):
                return
            packet.stream = stream
            target.mux(packet)
            if audience.has_left:
                return


def _rounds(clip: Path, elapsed_s: float) -> "Iterator[tuple[float, Packet[Any]]]":
    """Yield the clip's packets round after round, stamped on one continuous time line, with their seconds on it."""
    for number in count():
        with av.open(str(clip)) as container:
            stream = container.streams.video[0]
            if stream.time_base is None or not stream.duration:
                raise ArchiveError(f"{clip.name} states no length, so it can't be repeated. Put it into an MP4 file.")
            if number == 0:
                into_clip = int(elapsed_s / stream.time_base) % stream.duration
                container.seek((stream.start_time or 0) + into_clip, stream=stream)
            for packet in container.demux(stream):
                if packet.dts is None or packet.pts is None:
                    continue
                packet.dts += number * stream.duration
                packet.pts += number * stream.duration
                yield float(packet.dts * stream.time_base), packet
