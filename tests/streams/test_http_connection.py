"""Video over HTTP: what is read, what is refused, and that nothing is opened on the side."""

import ssl
from ipaddress import ip_network
from pathlib import Path
from threading import Event

import cv2
import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import (
    AddressRefusedError,
    AuthenticationError,
    NotVideoError,
    StalledError,
    StreamEndedError,
    StreamError,
    UnreachableError,
)
from streams.live_source import LiveSource
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings
from tests.streams.scripted_server import Script, ScriptedServer, http_answer
from tests.support.decoding import DECODER
from tests.support.video import counted, counting_frames, encode_clip


def _jpegs(count: int) -> list[bytes]:
    return [cv2.imencode(".jpg", frame)[1].tobytes() for frame in counting_frames(count)]


def _mjpeg(jpegs: list[bytes]) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"
    parts = [
        b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(jpeg), jpeg) for jpeg in jpegs
    ]
    return head + b"".join(parts)


def _seen(
    script: Script,
    policy: NetworkPolicy,
    clock: SystemClock,
    userinfo: str = "",
    settings: StreamSettings | None = None,
) -> tuple[list[int], StreamError]:
    """Read a scripted server's stream to its end: the numbers of its frames, and what ended it."""
    numbers: list[int] = []
    with ScriptedServer(script) as server:
        address = StreamAddress.parse(f"http://{userinfo}127.0.0.1:{server.port}/video")
        source = LiveSource(address, policy, settings or StreamSettings(read_timeout_s=2), clock, decoder=DECODER)
        with pytest.raises(StreamError) as caught, source.open(Event()) as run:
            # Keeps the numbers that came before the error.
            numbers.extend(counted(frame.image) for frame in run.frames)
    return numbers, caught.value


def test_motion_jpeg_is_read_picture_by_picture(policy: NetworkPolicy, clock: SystemClock) -> None:
    served = iter([_mjpeg(_jpegs(5))])
    numbers, error = _seen(lambda _: next(served, None), policy, clock, settings=StreamSettings(read_timeout_s=0.5))
    # The sixth never comes; the connection stays open.
    assert numbers[:4] == [0, 1, 2, 3]
    assert isinstance(error, StalledError)


def test_a_snapshot_is_one_frame(policy: NetworkPolicy, clock: SystemClock) -> None:
    jpeg = _jpegs(8)[7]
    numbers, error = _seen(lambda _: http_answer(jpeg, "image/jpeg"), policy, clock)
    assert numbers == [7]
    assert isinstance(error, StreamEndedError)


def test_a_video_file_is_read(policy: NetworkPolicy, clock: SystemClock, tmp_path: Path) -> None:
    body = encode_clip(counting_frames(25), tmp_path / "clip.ts").read_bytes()
    numbers, error = _seen(lambda _: http_answer(body, "video/mp2t"), policy, clock)
    assert numbers == [0, 10, 20]
    assert isinstance(error, StreamEndedError)


def test_a_chunked_answer_is_read(policy: NetworkPolicy, clock: SystemClock, tmp_path: Path) -> None:
    body = encode_clip(counting_frames(25), tmp_path / "clip.ts").read_bytes()
    chunks = [body[start : start + 3000] for start in range(0, len(body), 3000)]
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(
        b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""]
    )
    assert _seen(lambda _: answer, policy, clock)[0] == [0, 10, 20]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<!doctype html><html><body>Welcome to your camera</body></html>", "text/html"),
        (b"", "video/mp2t"),
        (b"\x00" * 5000, "application/octet-stream"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "text/plain"),
        (b"v=0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n", "application/sdp"),
        (b"no picture", "image/jpeg"),
        (b"no part", "multipart/x-mixed-replace; boundary=x"),
    ],
)
def test_what_holds_no_video_is_told(policy: NetworkPolicy, clock: SystemClock, body: bytes, content_type: str) -> None:
    numbers, error = _seen(lambda _: http_answer(body, content_type), policy, clock)
    assert numbers == []
    assert isinstance(error, NotVideoError)


def test_a_codec_that_nobody_knows_is_told(policy: NetworkPolicy, clock: SystemClock, tmp_path: Path) -> None:
    options = {"movflags": "frag_keyframe+empty_moov"}
    clip = encode_clip(counting_frames(25), tmp_path / "clip.mp4", container_options=options)
    body = clip.read_bytes().replace(b"avc1", b"zzzz")
    numbers, error = _seen(lambda _: http_answer(body, "video/mp4"), policy, clock)
    assert numbers == []
    assert isinstance(error, NotVideoError)
    assert "codec that is not known" in str(error)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("404 Not Found", NotVideoError),
        ("403 Forbidden", AuthenticationError),
        ("503 Service Unavailable", UnreachableError),
    ],
)
def test_a_refusing_server_is_told_by_its_answer(
    policy: NetworkPolicy, clock: SystemClock, status: str, kind: type[StreamError]
) -> None:
    _, error = _seen(lambda _: http_answer(b"", "text/plain", status), policy, clock)
    assert isinstance(error, kind)
    assert status in str(error)


def test_something_else_than_http_is_not_video(policy: NetworkPolicy, clock: SystemClock) -> None:
    _, error = _seen(lambda _: b"220 mail.example.kz ESMTP\r\n", policy, clock)
    assert isinstance(error, NotVideoError)


def test_a_log_in_is_answered_and_a_wrong_one_is_an_error(policy: NetworkPolicy, clock: SystemClock) -> None:
    jpeg = _jpegs(1)[0]
    challenge = ('WWW-Authenticate: Basic realm="camera"',)

    def ask(request: str) -> bytes:
        # admin:p@ss
        if "Authorization: Basic YWRtaW46cEBzcw==" in request:
            return http_answer(jpeg, "image/jpeg")
        return http_answer(b"", "text/html", "401 Unauthorized", challenge)

    assert _seen(ask, policy, clock, "admin:p%40ss@")[0] == [0]
    _, error = _seen(ask, policy, clock, "admin:geheim@")
    assert isinstance(error, AuthenticationError)
    assert "geheim" not in f"{error!r} {error.__context__!r}"


def test_a_redirect_is_checked_before_it_is_followed(clock: SystemClock) -> None:
    only_one = NetworkPolicy((ip_network("127.0.0.1/32"),))
    jpeg = _jpegs(3)[2]
    with ScriptedServer(lambda _: http_answer(jpeg, "image/jpeg")) as target:

        def move_to(host: str) -> Script:
            location = f"Location: http://{host}:{target.port}/picture"
            return lambda _: http_answer(b"", "text/html", "302 Found", (location,))

        assert _seen(move_to("127.0.0.1"), only_one, clock)[0] == [2]
        asked = len(target.requests)
        _, error = _seen(move_to("127.0.0.2"), only_one, clock)
        assert isinstance(error, AddressRefusedError)
        assert len(target.requests) == asked


def test_a_redirect_out_of_the_accepted_schemes_is_refused(policy: NetworkPolicy, clock: SystemClock) -> None:
    def move(_: str) -> bytes:
        return http_answer(b"", "text/html", "302 Found", ("Location: file:///etc/passwd",))

    assert isinstance(_seen(move, policy, clock)[1], AddressRefusedError)


def test_a_picture_that_is_announced_and_never_finished_is_a_stall(policy: NetworkPolicy, clock: SystemClock) -> None:
    stream = _mjpeg(_jpegs(3)) + b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 100000\r\n\r\n"
    _, error = _seen(lambda _: stream, policy, clock, settings=StreamSettings(read_timeout_s=0.5))
    assert isinstance(error, StalledError)


@pytest.mark.parametrize(
    ("host", "is_trusted", "verify_tls", "number"),
    [
        # Connected to by the IP that was checked, and still known by its name.
        ("camera.kz", True, True, [4]),
        ("other.kz", True, True, []),
        ("camera.kz", False, True, []),
        ("camera.kz", False, False, [4]),
    ],
)
def test_over_tls_the_machine_is_pinned_and_the_name_is_verified(
    clock: SystemClock,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    *,
    is_trusted: bool,
    verify_tls: bool,
    number: list[int],
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate) if is_trusted else "/dev/null")
    policy = NetworkPolicy((ip_network("127.0.0.1/32"),), lambda _: ["127.0.0.1"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    jpeg = _jpegs(5)[4]
    numbers: list[int] = []
    with ScriptedServer(lambda _: http_answer(jpeg, "image/jpeg"), context) as server:
        address = StreamAddress.parse(f"https://{host}:{server.port}/snap.jpg")
        source = LiveSource(address, policy, StreamSettings(verify_tls=verify_tls), clock, decoder=DECODER)
        with pytest.raises(StreamError) as caught, source.open(Event()) as run:
            numbers.extend(counted(frame.image) for frame in run.frames)
        if number:
            assert f"Host: {host}:{server.port}" in server.requests[0]
    assert numbers == number
    assert isinstance(caught.value, StreamEndedError if number else UnreachableError)


def test_a_server_without_tls_is_told(policy: NetworkPolicy, clock: SystemClock) -> None:
    with ScriptedServer(lambda _: b"") as server:
        address = StreamAddress.parse(f"https://127.0.0.1:{server.port}/")
        source = LiveSource(address, policy, StreamSettings(open_timeout_s=0.5), clock, decoder=DECODER)
        with pytest.raises(UnreachableError), source.open(Event()):
            pass
