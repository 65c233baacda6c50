"""What an HLS camera may name, and where its log-in goes."""

from threading import Event

import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import AddressRefusedError, AuthenticationError, StreamEndedError
from streams.live_source import LiveSource
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings
from tests.streams.hls_camera import ONLY_ONE, Answer, HlsCamera, playlist, read_hls, requested
from tests.streams.scripted_server import Script, ScriptedServer, http_answer
from tests.support.decoding import DECODER
from tests.support.video import counted

_REFUSED = [
    "file:///etc/passwd",
    "concat:/etc/passwd|/etc/hosts",
    "data:video/mp2t;base64,R0FC",
    "rtsp://127.0.0.1/live",
    "http://[::1/0.ts",
    "http://169.254.169.254/latest/meta-data/",
    "//127.0.0.2:{port}/0.ts",
    "moved.ts",
    "moved-to-file.ts",
]


@pytest.mark.parametrize(
    ("place", "hidden"),
    [
        *(("segment", hidden) for hidden in _REFUSED),
        *((place, hidden) for place in ("map", "variant") for hidden in ("file:///etc/passwd", "moved.ts")),
        *(("playlist", hidden) for hidden in ("file:///etc/passwd", "http://127.0.0.2:{port}/0.ts")),
    ],
)
def test_no_address_that_is_refused_is_asked_for(hls_segments: dict[str, bytes], place: str, hidden: str) -> None:
    with ScriptedServer(lambda _: http_answer(hls_segments["0.ts"], "video/mp2t")) as refused:
        hidden = hidden.format(port=refused.port)
        files: dict[str, Answer] = {
            **hls_segments,
            "moved.ts": f"http://127.0.0.2:{refused.port}/0.ts",
            "moved-to-file.ts": "file:///etc/passwd",
        }
        text = {
            "segment": playlist(0, ["0.ts", hidden], is_ended=True),
            "map": playlist(0, ["0.ts", f'#EXT-X-MAP:URI="{hidden}"', "1.ts"], is_ended=True),
            "variant": f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{hidden}\n",
            # A redirect of the playlist's own.
            "playlist": hidden,
        }[place]
        seen = read_hls(files, [text])
        assert refused.requests == []
    assert isinstance(seen.error, AddressRefusedError)
    assert seen.numbers == ([0] if place in ("segment", "map") else [])


def test_a_refused_address_is_told_with_the_playlist_that_lists_it(hls_segments: dict[str, bytes]) -> None:
    error = read_hls(hls_segments, [playlist(0, ["file:///etc/passwd"], is_ended=True)]).error
    assert "/hls/live.m3u8 lists an address that is refused" in str(error)
    assert "scheme is not allowed" in str(error)
    assert "passwd" not in str(error)


def _challenging(camera: Script, accepted: str) -> Script:
    def ask(request: str) -> bytes | None:
        if f"Authorization: Basic {accepted}" in request:
            return camera(request)
        return http_answer(b"", "text/html", "401 Unauthorized", ('WWW-Authenticate: Basic realm="camera"',))

    return ask


def test_a_log_in_is_kept_for_the_same_origin_and_goes_nowhere_else(hls_segments: dict[str, bytes]) -> None:
    with ScriptedServer(HlsCamera(hls_segments, [""])) as other:
        lines = ["0.ts", "1.ts", f"http://127.0.0.1:{other.port}/2.ts"]
        camera = HlsCamera(hls_segments, [playlist(0, lines, is_ended=True)])
        # admin:p@ss
        with ScriptedServer(_challenging(camera, "YWRtaW46cEBzcw==")) as server:
            address = StreamAddress.parse(f"http://admin:p%40ss@127.0.0.1:{server.port}/hls/live.m3u8")
            source = LiveSource(address, ONLY_ONE, StreamSettings(), SystemClock(), decoder=DECODER)
            numbers: list[int] = []
            with pytest.raises(StreamEndedError), source.open(Event()) as run:
                numbers.extend(counted(frame.image) for frame in run.frames)
    assert numbers == [0, 5, 10]
    # Asked once; from then on the log-in goes along.
    assert [(requested(request), "Authorization" in request) for request in server.requests] == [
        ("live.m3u8", False),
        ("live.m3u8", True),
        ("0.ts", True),
        ("1.ts", True),
    ]
    assert [(requested(request), "Authorization" in request) for request in other.requests] == [("2.ts", False)]


def test_a_wrong_log_in_is_an_authentication_error_that_does_not_show_it(
    hls_segments: dict[str, bytes], policy: NetworkPolicy, clock: SystemClock
) -> None:
    camera = HlsCamera(hls_segments, [playlist(0, ["0.ts", "1.ts"])])
    with ScriptedServer(_challenging(camera, "cmlnaHQ=")) as server:
        address = StreamAddress.parse(f"http://admin:geheim@127.0.0.1:{server.port}/hls/live.m3u8")
        source = LiveSource(address, policy, StreamSettings(), clock, decoder=DECODER)
        with pytest.raises(AuthenticationError) as caught, source.open(Event()):
            pass
    assert "geheim" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
