"""Cameras over RTSP: GStreamer's server, run by the system's Python, which is the one that has its bindings.

Takes one argument, a JSON object: `codec`, `frame_rate` (a fraction as text), the `file` that holds
the encoded pictures, each behind four bytes of length, and `paths`. Prints its port when it serves,
and serves a camera at each path in a loop, from its start for every client, until it is killed.
Each has a factory of its own: the server stumbles when many clients open one at the same moment.
"""

import itertools
import json
import sys
from fractions import Fraction
from pathlib import Path

import gi  # type: ignore[import-not-found]  # lives beside the system's Python only

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # type: ignore[import-not-found]  # noqa: E402

LAUNCH = (
    "( appsrc name=source format=time caps=video/x-{codec},stream-format=byte-stream,alignment=au,framerate={rate} "
    "! {codec}parse ! rtp{codec}pay name=pay0 config-interval=-1 )"
)


class Feed:
    """Feeds every client's pipeline with the pictures, over and over, on one endless clock."""

    def __init__(self, pictures: list[bytes], frame_rate: Fraction) -> None:
        self._pictures = pictures
        self._duration_ns = Gst.SECOND / frame_rate

    def configure(self, _factory: object, media: "GstRtspServer.RTSPMedia") -> None:
        """Begin for a new client."""
        numbers = itertools.count()
        source = media.get_element().get_by_name_recurse_up("source")
        source.connect("need-data", lambda appsrc, _size: self._push(appsrc, next(numbers)))

    def _push(self, appsrc: "Gst.Element", number: int) -> None:
        buffer = Gst.Buffer.new_wrapped(self._pictures[number % len(self._pictures)])
        buffer.pts = buffer.dts = int(number * self._duration_ns)
        buffer.duration = int(self._duration_ns)
        appsrc.emit("push-buffer", buffer)


def serve(codec: str, frame_rate: str, file: str, paths: list[str]) -> None:
    """Serve until killed."""
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    pictures = pictures_in(Path(file))
    for path in paths:
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(LAUNCH.format(codec=codec, rate=frame_rate))
        factory.set_shared(False)
        factory.connect("media-configure", Feed(pictures, Fraction(frame_rate)).configure)
        server.get_mount_points().add_factory(path, factory)
    if server.attach(None) == 0:
        sys.exit("no port is free")
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


def pictures_in(file: Path) -> list[bytes]:
    """The encoded pictures of a file, each behind four bytes of length."""
    data, pictures, start = file.read_bytes(), [], 0
    while start < len(data):
        end = start + 4 + int.from_bytes(data[start : start + 4], "big")
        pictures.append(data[start + 4 : end])
        start = end
    return pictures


if __name__ == "__main__":
    serve(**json.loads(sys.argv[1]))
