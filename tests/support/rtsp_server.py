"""A real RTSP server for tests: GStreamer's, in a process of its own."""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self
from urllib.parse import quote

from tests.support.video import access_units, clip_facts

_PYTHON: Final = "/usr/bin/python3"
_PROGRAM: Final = "tests.support.gst_rtsp_server"
_ROOT: Final = Path(__file__).parents[2]
_STOP_LIMIT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Login:
    """The log-in that the server asks for."""

    user: str
    password: str
    scheme: Literal["basic", "digest"] = "digest"


class RtspServer:
    """Serves clips in endless loops on 127.0.0.1, each client from the clip's start.

    `streams` maps a path to an MP4 clip in H.264 or H.265, or to some that follow each other. The port is chosen at
    the first start and kept over `stop` and `start`. A SETUP for another of the `transports` is answered with 461.
    """

    def __init__(
        self,
        streams: Mapping[str, Path | Sequence[Path]],
        login: Login | None = None,
        transports: tuple[Literal["tcp", "udp"], ...] = ("tcp", "udp"),
    ) -> None:
        self._clips = {path: [clips] if isinstance(clips, Path) else list(clips) for path, clips in streams.items()}
        self._login = login
        self._transports = transports
        self._folder = tempfile.TemporaryDirectory(prefix="rtsp-server-")
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._folder.cleanup()

    def url(self, path: str = "/cam", *, with_login: bool = True) -> str:
        """Address of a stream, with the server's own log-in unless that is to be given apart."""
        userinfo = ""
        if with_login and self._login is not None:
            userinfo = f"{quote(self._login.user, safe='')}:{quote(self._login.password, safe='')}@"
        return f"rtsp://{userinfo}127.0.0.1:{self.port}{path}"

    def start(self) -> None:
        """Start and wait until it serves."""
        arguments = {
            "port": self.port,
            "login": None if self._login is None else asdict(self._login),
            "transports": self._transports,
            "streams": {path: self._stream(number, clips) for number, (path, clips) in enumerate(self._clips.items())},
        }
        self._process = subprocess.Popen(
            [_PYTHON, "-m", _PROGRAM, json.dumps(arguments)],
            cwd=_ROOT,
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer.strip():
            self.stop()
            raise RuntimeError(
                "GStreamer's RTSP server did not start; install gir1.2-gst-rtsp-server-1.0, python3-gi and "
                "gstreamer1.0-plugins-base, -good and -bad."
            )
        self.port = int(answer)

    def stop(self) -> None:
        """Kill it, as a power cut would; again is harmless."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait(_STOP_LIMIT_S)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def freeze(self) -> None:
        """Let it hang with its connections open, as a camera does that has crashed."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            raise RuntimeError("The server is not running.")
        os.kill(self._process.pid, number)

    def _stream(self, number: int, clips: list[Path]) -> dict[str, str]:
        file = Path(self._folder.name) / f"{number}.units"
        if not file.exists():
            units = [unit for clip in clips for unit in access_units(clip)]
            file.write_bytes(b"".join(len(unit).to_bytes(4, "big") + unit for unit in units))
        codec, frame_rate = clip_facts(clips[0])
        return {"codec": codec, "frame_rate": f"{frame_rate.numerator}/{frame_rate.denominator}", "file": str(file)}
