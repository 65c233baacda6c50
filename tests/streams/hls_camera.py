"""An HLS camera for tests, and its reader: a script for ScriptedServer, out of really encoded segments."""

from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from itertools import chain, repeat
from pathlib import Path
from threading import Event

import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import StreamError
from streams.frame import Frame
from streams.live_source import LiveSource
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings
from tests.streams.scripted_server import Script, ScriptedServer, http_answer
from tests.support.decoding import DECODER
from tests.support.video import Image, counted, encode_clip

Answer = bytes | str
ONLY_ONE = NetworkPolicy((ip_network("127.0.0.1/32"),))


class HlsCamera:
    """Serves `files` by name, and as `live.m3u8` the next of the playlists each time; the last one for ever.

    A text in `files` is a whole response's status, such as `404 Not Found`, or a redirect's target.
    """

    def __init__(self, files: Mapping[str, Answer], playlists: Iterable[str], content_type: str = "text/plain") -> None:
        listed = list(playlists)
        self._files = files
        self._playlists = chain(listed, repeat(listed[-1]))
        self._content_type = content_type

    def __call__(self, request: str) -> bytes:
        name = requested(request)
        if name == "live.m3u8":
            return self._answer(next(self._playlists))
        return self._answer(self._files.get(name, "404 Not Found"))

    def _answer(self, content: Answer) -> bytes:
        if isinstance(content, bytes):
            return http_answer(content, "video/mp2t")
        if content.startswith(("http:", "file:", "/")):
            return http_answer(b"", "text/plain", "302 Found", (f"Location: {content}",))
        if content[:1].isdigit():
            return http_answer(b"", "text/plain", content)
        return http_answer(content.encode(), self._content_type)


def requested(request: str) -> str:
    """Return the file's name that a request asks for."""
    return request.split(" ", 2)[1].rpartition("/")[2]


def playlist(first: int, lines: Iterable[str], *, target_s: int = 1, is_ended: bool = False) -> str:
    """Return a media playlist; each line is a tag, or a segment's name."""
    head = ["#EXTM3U", f"#EXT-X-TARGETDURATION:{target_s}", f"#EXT-X-MEDIA-SEQUENCE:{first}"]
    listed = [line if line.startswith("#") else f"#EXTINF:0.5,\n{line}" for line in lines]
    return "\n".join([*head, *listed, *(["#EXT-X-ENDLIST"] if is_ended else []), ""])


def encode_segments(
    frames: Iterable[Image], folder: Path, kind: str = "mpegts", codec: str = "h264"
) -> dict[str, bytes]:
    """Encode frames into segments of five, `0.ts` and so on; for `fmp4`, `0.m4s` with `init.mp4`."""
    folder.mkdir()
    options = {"hls_time": "0.5", "hls_list_size": "0", "hls_segment_type": kind}
    encode_clip(frames, folder / "x.m3u8", gop=5, codec=codec, container_options=options)
    return {path.name.removeprefix("x"): path.read_bytes() for path in folder.iterdir() if path.suffix != ".m3u8"}


class HlsReader:
    """Reads a scripted camera to the end of its run; keeps the frames, the error and what was asked."""

    def __init__(self, script: Script, **settings: float) -> None:
        self.frames: list[Frame] = []
        with ScriptedServer(script) as server:
            address = StreamAddress.parse(f"http://127.0.0.1:{server.port}/hls/live.m3u8")
            source = LiveSource(
                address,
                ONLY_ONE,
                StreamSettings(read_timeout_s=5).model_copy(update=settings),
                SystemClock(),
                decoder=DECODER,
            )
            with pytest.raises(StreamError) as caught, source.open(Event()) as run:
                # Keeps the frames that came before the error.
                self.frames.extend(run.frames)
        self.error = caught.value
        self.asked = [requested(request) for request in server.requests]

    @property
    def numbers(self) -> list[int]:
        return [counted(frame.image) for frame in self.frames]


def read_hls(files: Mapping[str, Answer], playlists: Iterable[str], **settings: float) -> HlsReader:
    """Read a camera with these files and playlists to the end of its run."""
    return HlsReader(HlsCamera(files, playlists), **settings)
