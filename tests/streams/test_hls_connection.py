"""HLS as a camera's stream: real segments, and servers that lose, move, withhold or forge them."""

import threading
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import (
    NotVideoError,
    StalledError,
    StreamEndedError,
    UnreachableError,
)
from streams.live_source import LiveSource
from streams.network_policy import NetworkPolicy
from streams.probe import probe
from streams.settings import StreamSettings
from tests.streams.hls_camera import Answer, HlsCamera, encode_segments, playlist, read_hls
from tests.streams.scripted_server import ScriptedServer
from tests.support.decoding import DECODER
from tests.support.video import counted, counting_frames


@pytest.fixture(scope="module")
def wide_segments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Four segments of another picture size, whose time stamps begin anew; `0.ts` is named `w0.ts`."""
    made = encode_segments(counting_frames(20, 640, 360), tmp_path_factory.mktemp("hls") / "wide")
    return {f"w{name}": data for name, data in made.items()}


def _named(*numbers: int) -> list[str]:
    return [f"{number}.ts" for number in numbers]


def test_a_live_playlist_is_followed_from_its_newest_segment_but_one(hls_segments: dict[str, bytes]) -> None:
    seen = read_hls(
        hls_segments,
        [
            playlist(0, _named(0, 1, 2)),
            playlist(1, _named(1, 2, 3)),
            playlist(1, _named(1, 2, 3)),
            playlist(2, _named(2, 3, 4, 5), is_ended=True),
        ],
    )
    assert seen.numbers == [5, 10, 15, 20, 25]
    assert isinstance(seen.error, StreamEndedError)
    assert [name for name in seen.asked if name != "live.m3u8"] == _named(1, 2, 3, 4, 5)
    times_s = [frame.pts_s for frame in seen.frames]
    assert [later - earlier for earlier, later in pairwise(times_s)] == pytest.approx([0.5] * 4, abs=0.01)
    assert len({frame.run_id for frame in seen.frames}) == 1


def test_pictures_of_a_live_segment_come_at_the_pace_at_which_they_were_taken(hls_segments: dict[str, bytes]) -> None:
    # Two segments are there at once; their pictures were taken half a second apart.
    seen = read_hls(hls_segments, [playlist(0, _named(0, 1, 2)), playlist(0, _named(0, 1, 2), is_ended=True)])
    assert seen.numbers == [5, 10]
    first, second = seen.frames
    assert (second.captured_at - first.captured_at).total_seconds() >= 0.49


def test_a_stream_that_has_ended_is_read_whole(hls_segments: dict[str, bytes]) -> None:
    seen = read_hls(hls_segments, [playlist(0, _named(*range(12)), is_ended=True)])
    assert seen.numbers == list(range(0, 60, 5))
    assert isinstance(seen.error, StreamEndedError)


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_fragmented_mp4_is_read_with_its_map(tmp_path: Path, codec: str) -> None:
    files = encode_segments(counting_frames(20), tmp_path / "mp4", "fmp4", codec)
    names = [f"{number}.m4s" for number in range(4)]
    seen = read_hls(files, [playlist(0, ['#EXT-X-MAP:URI="init.mp4"', *names], is_ended=True)])
    assert seen.numbers == [0, 5, 10, 15]
    assert seen.asked.count("init.mp4") == 1


def test_lost_and_damaged_segments_and_playlists_do_not_end_the_run(hls_segments: dict[str, bytes]) -> None:
    files: dict[str, Answer] = {**hls_segments, "2.ts": "404 Not Found", "4.ts": b"\x00noise" * 400}
    window = _named(1, 2, 3, 4)
    seen = read_hls(
        files,
        [
            playlist(1, _named(1, 2)),
            "503 Service Unavailable",
            "no playlist",
            playlist(1, [*window, "#EXT-X-GAP", "5.ts", "6.ts"]),
            playlist(1, [*window, "#EXT-X-GAP", "5.ts", "6.ts", "7.ts"], is_ended=True),
        ],
    )
    assert seen.numbers == [5, 15, 30, 35]
    assert "5.ts" not in seen.asked
    assert isinstance(seen.error, StreamEndedError)


def test_a_discontinuity_may_change_size_and_time_stamps(
    hls_segments: dict[str, bytes], wide_segments: dict[str, bytes]
) -> None:
    seen = read_hls(
        hls_segments | wide_segments,
        [
            playlist(6, _named(6, 7)),
            playlist(7, [*_named(7), "#EXT-X-DISCONTINUITY", "w0.ts", "w1.ts"]),
            playlist(7, [*_named(7), "#EXT-X-DISCONTINUITY", "w0.ts", "w1.ts"], is_ended=True),
        ],
    )
    assert [(frame.width_px, counted(frame.image)) for frame in seen.frames] == [
        (320, 30),
        (320, 35),
        (640, 0),
        (640, 5),
    ]
    times_s = [frame.pts_s for frame in seen.frames]
    assert times_s == sorted(times_s)


def test_a_media_sequence_that_jumps_on_or_starts_again_is_followed(hls_segments: dict[str, bytes]) -> None:
    seen = read_hls(
        hls_segments,
        [
            playlist(100, _named(0, 1)),
            playlist(900, _named(4, 5, 6)),
            playlist(0, _named(8, 9)),
            playlist(0, _named(8, 9, 10), is_ended=True),
        ],
    )
    # The first of the 900s is the next one there is; after the restart it is the newest but one.
    assert seen.numbers == [0, 5, 20, 25, 30, 40, 45, 50]
    assert isinstance(seen.error, StreamEndedError)


def test_another_codec_ends_the_run(hls_segments: dict[str, bytes], tmp_path: Path) -> None:
    files = hls_segments | {"other.ts": encode_segments(counting_frames(5), tmp_path / "h265", codec="h265")["0.ts"]}
    seen = read_hls(files, [playlist(0, ["0.ts", "#EXT-X-DISCONTINUITY", "other.ts"], is_ended=True)])
    assert seen.numbers == [0]
    assert isinstance(seen.error, StreamEndedError)
    assert "another codec" in str(seen.error)


def test_the_smallest_variant_that_is_wide_enough_is_followed(hls_segments: dict[str, bytes]) -> None:
    master = """#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=4000000,RESOLUTION=1920x1080,CODECS="avc1.640028,mp4a.40.2"
big.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=640x360,CODECS="avc1.64001f"
mid/mid.m3u8?token=1
#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=320x180
small.m3u8
"""
    # Its segments are named relative to it.
    seen = read_hls(hls_segments | {"mid.m3u8?token=1": playlist(0, ["../0.ts"], is_ended=True)}, [master])
    assert seen.numbers == [0]
    assert seen.asked == ["live.m3u8", "mid.m3u8?token=1", "0.ts"]


@pytest.mark.parametrize("content_type", ["application/vnd.apple.mpegurl", "text/plain"])
def test_a_playlist_is_known_by_its_type_or_its_first_bytes_too(
    hls_segments: dict[str, bytes], policy: NetworkPolicy, clock: SystemClock, content_type: str
) -> None:
    camera = HlsCamera(hls_segments, [playlist(0, _named(0, 1), is_ended=True)], content_type)

    def anywhere(request: str) -> bytes:
        return camera(request.replace("/live?channel=1", "/live.m3u8"))

    with ScriptedServer(anywhere) as server:
        address = StreamAddress.parse(f"http://127.0.0.1:{server.port}/live?channel=1")
        report = probe(address, policy, StreamSettings(probe_listen_s=0.1), clock, DECODER)
    assert (report.transport, report.codec, report.width_px, report.height_px) == ("hls/http", "h264", 320, 240)
    assert counted(report.sample.image) == 0


def test_a_redirected_playlist_names_its_segments_from_where_it_is(hls_segments: dict[str, bytes]) -> None:
    files = hls_segments | {"real.m3u8": playlist(0, ["../hls/0.ts"], is_ended=True)}
    seen = read_hls(files, ["/elsewhere/real.m3u8"])
    assert seen.numbers == [0]
    assert seen.asked == ["live.m3u8", "real.m3u8", "0.ts"]


def test_a_playlist_that_stands_still_is_a_stall(hls_segments: dict[str, bytes]) -> None:
    seen = read_hls(hls_segments, [playlist(0, _named(0, 1))], read_timeout_s=0.1)
    assert seen.numbers == [0, 5]
    assert isinstance(seen.error, StalledError)
    # Half a second a segment, a whole one as the playlist says: 0.1 + 1.5.
    assert "within 1.6 s" in str(seen.error)


def test_segments_that_never_come_are_a_stall_that_says_why(hls_segments: dict[str, bytes]) -> None:
    files: dict[str, Answer] = {"0.ts": hls_segments["0.ts"], "1.ts": "404 Not Found"}
    seen = read_hls(files, [playlist(0, _named(0, 1))], read_timeout_s=0.1)
    assert seen.numbers == [0]
    assert isinstance(seen.error, StalledError)
    assert "1.ts answers 404" in str(seen.error)


def test_a_stream_that_has_not_begun_is_waited_for_as_long_as_opening_may_take(hls_segments: dict[str, bytes]) -> None:
    begun = read_hls(hls_segments, [playlist(0, []), playlist(0, []), playlist(0, _named(0), is_ended=True)])
    assert begun.numbers == [0]
    never = read_hls(hls_segments, [playlist(0, [])], open_timeout_s=0.3)
    assert isinstance(never.error, UnreachableError)


@pytest.mark.parametrize("listed", [0, 2])
def test_a_stop_while_waiting_ends_the_run_without_an_error(
    hls_segments: dict[str, bytes], policy: NetworkPolicy, clock: SystemClock, listed: int
) -> None:
    stop = Event()
    # Reloaded every 30 s, far beyond the stop.
    script = HlsCamera(hls_segments, [playlist(0, _named(*range(listed)), target_s=60)])
    with ScriptedServer(script) as server:
        address = StreamAddress.parse(f"http://127.0.0.1:{server.port}/hls/live.m3u8")
        settings = StreamSettings(open_timeout_s=60, read_timeout_s=60)
        source = LiveSource(address, policy, settings, clock, decoder=DECODER)
        timer = threading.Timer(1.0, stop.set)
        timer.start()
        with source.open(stop) as run:
            assert [counted(frame.image) for frame in run.frames] == [0, 5][:listed]
        timer.join()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!doctype html><title>Camera</title>", "doesn't begin with #EXTM3U"),
        ("#EXTM3U\n", "neither variants nor segments"),
        (playlist(0, ['#EXT-X-KEY:METHOD=AES-128,URI="key"', "0.ts"]), "encrypted (AES-128)"),
        (playlist(0, ["noise.ts"]), "no segment of video"),
        (playlist(0, [], is_ended=True), "lists no segment"),
    ],
)
def test_what_is_no_stream_is_told_at_once(hls_segments: dict[str, bytes], text: str, said: str) -> None:
    seen = read_hls({**hls_segments, "noise.ts": b"\x00noise" * 400}, [text])
    assert seen.numbers == []
    assert isinstance(seen.error, NotVideoError)
    assert said in str(seen.error)
    assert "key" not in seen.asked


def test_a_playlist_without_end_is_not_read_to_it(hls_segments: dict[str, bytes]) -> None:
    seen = read_hls(hls_segments, [playlist(0, ["#" * 2_000_000])])
    assert isinstance(seen.error, NotVideoError)
    assert "more than 2 MB" in str(seen.error)


def test_a_playlist_of_variants_among_variants_is_refused(hls_segments: dict[str, bytes]) -> None:
    seen = read_hls(hls_segments, ["#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlive.m3u8\n"])
    assert isinstance(seen.error, NotVideoError)
