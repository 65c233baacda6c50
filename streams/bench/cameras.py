"""Real RTSP cameras on this machine's loopback, from processes of their own."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from streams.errors import UnreachableError
from streams.stream_kind import StreamKind

_PYTHON: Final = "/usr/bin/python3"
_PROGRAM: Final = Path(__file__).with_name("gst_cameras.py")
# Where GStreamer calls a codec otherwise than libav.
_GST_NAMES: Final = {"hevc": "h265"}
_CAMERAS_A_PROCESS: Final = 25
_STOP_LIMIT_S: Final = 10.0


@contextmanager
def serving(kind: StreamKind, pictures: Path, count: int) -> Iterator[tuple[str, ...]]:
    """Serve a file of `clip.write_pictures` as so many cameras; gives their addresses.

    Raises:
        UnreachableError: GStreamer's server can't be started here.
    """
    with ExitStack() as stack:
        addresses: list[str] = []
        while len(addresses) < count:
            paths = [f"/camera-{number}" for number in range(len(addresses), count)][:_CAMERAS_A_PROCESS]
            port = stack.enter_context(_server(kind, pictures, paths))
            addresses += [f"rtsp://127.0.0.1:{port}{path}" for path in paths]
        yield tuple(addresses)


@contextmanager
def _server(kind: StreamKind, pictures: Path, paths: list[str]) -> Iterator[int]:
    rate = f"{kind.frame_rate.numerator}/{kind.frame_rate.denominator}"
    codec = _GST_NAMES.get(kind.codec, kind.codec)
    arguments = {"codec": codec, "frame_rate": rate, "file": str(pictures), "paths": paths}
    if not Path(_PYTHON).exists():
        raise _missing()
    process = subprocess.Popen(  # noqa: S603 - our own program, with arguments of our own
        [_PYTHON, str(_PROGRAM), json.dumps(arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        answer = process.stdout.readline().strip()
        if not answer:
            raise _missing()
        yield int(answer)
    finally:
        process.kill()
        process.wait(_STOP_LIMIT_S)
        process.stdout.close()


def _missing() -> UnreachableError:
    return UnreachableError(
        "Cameras to measure with are served by GStreamer, which did not start. Install python3-gi, "
        "gir1.2-gst-rtsp-server-1.0 and gstreamer1.0-plugins-base, -good and -bad."
    )
