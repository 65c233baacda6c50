"""Looking a device up: what it says is read, and what it may do to us is bounded."""

from datetime import timedelta
from fractions import Fraction
from threading import Event

import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import (
    AddressRefusedError,
    AuthenticationError,
    OnvifError,
    StalledError,
    StoppedError,
    StreamError,
    UnreachableError,
)
from streams.network_policy import NetworkPolicy
from streams.onvif.device import OnvifDevice, look_up
from streams.onvif.envelope import LARGEST_BYTES
from streams.onvif.media_profile import choose_profile
from streams.settings import StreamSettings
from tests.streams.onvif.camera_bodies import AXIS, HIKVISION, stream_uri
from tests.streams.onvif.scripted_device import Device, DeviceServer
from tests.streams.scripted_server import ScriptedServer, http_answer
from tests.support.clocks import StandingClock

_PASSWORD = "Құпия-7&<"
_LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">]><lolz>&lol3;</lolz>"""
_FILE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


def _looked_up(
    device: Device, policy: NetworkPolicy, clock: SystemClock, username: str | None = "admin", password: str = _PASSWORD
) -> OnvifDevice:
    with DeviceServer(device) as server:
        address = StreamAddress.parse(server.base, username=username, password=password if username else None)
        return look_up(address, policy, StreamSettings(open_timeout_s=5), clock, Event())


def _refused(device: Device, policy: NetworkPolicy, clock: SystemClock, password: str = _PASSWORD) -> StreamError:
    with pytest.raises(StreamError) as caught:
        _looked_up(device, policy, clock, password=password)
    return caught.value


def test_a_camera_without_media2_is_read(policy: NetworkPolicy, clock: SystemClock) -> None:
    camera = Device(HIKVISION)
    device = _looked_up(camera, policy, clock)
    assert (device.manufacturer, device.model) == ("HIKVISION", "DS-2CD2T43G2-4I")
    assert device.firmware == "V5.7.3 build 220315"
    assert abs(device.clock_skew_s or 0) <= 1
    assert device.notes == ()
    main, sub = device.profiles
    assert (main.token, main.name, main.codec) == ("Profile_1", "mainStream", "h264")
    assert (sub.width_px, sub.height_px, sub.frame_rate, sub.bitrate_kbit_s) == (640, 360, Fraction(12), 512)
    assert (sub.keyframe_interval_frames, sub.keyframe_interval_s) == (24, 2.0)
    assert sub.stream.proposed is not None
    assert sub.stream.proposed.origin == "rtsp://127.0.0.1"
    target = "/Streaming/Channels/Profile_2?transportmode=unicast&profile=Profile_2"
    assert sub.stream.proposed.target.get_secret_value() == target
    # The log-in goes along to the device's own host.
    assert sub.stream.proposed.password is not None
    assert sub.stream.proposed.password.get_secret_value() == _PASSWORD
    assert sub.snapshot.proposed is not None
    assert sub.snapshot.proposed.target.get_secret_value() == "/onvif-http/snapshot?Profile_2"
    assert choose_profile(device.profiles) == sub
    assert camera.failed_logins == 0
    assert _PASSWORD not in repr(device)
    assert not any(_PASSWORD in request for request in camera.requests)


def test_a_camera_that_wants_an_http_log_in_and_has_media2_is_read(policy: NetworkPolicy, clock: SystemClock) -> None:
    camera = Device(AXIS, login="digest", prefix="SOAP-ENV")
    device = _looked_up(camera, policy, clock)
    assert (device.manufacturer, device.model, device.firmware) == ("AXIS", "P1468-LE", "11.11.73")
    h265, jpeg = device.profiles
    assert (h265.codec, h265.width_px, h265.height_px) == ("hevc", 3840, 2160)
    assert (h265.frame_rate, h265.keyframe_interval_frames) == (Fraction(2997, 100), 32)
    # The largest number that fits stands for "no limit".
    assert h265.bitrate_kbit_s is None
    assert (jpeg.codec, jpeg.keyframe_interval_frames) == ("mjpeg", None)
    assert choose_profile(device.profiles) == h265
    assert camera.failed_logins == 0


@pytest.mark.parametrize("login", ["token", "digest"])
def test_any_user_and_password_log_in(policy: NetworkPolicy, clock: SystemClock, login: str) -> None:
    camera = Device(HIKVISION, login=login, username="Әлия <1> & 'co'", password='p@ss/w#rd?%:"ё')
    assert len(_looked_up(camera, policy, clock, camera.username, camera.password).profiles) == 2
    assert camera.failed_logins == 0


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_an_hour_off_is_measured_and_hinders_no_log_in(
    policy: NetworkPolicy, clock: SystemClock, hours: int
) -> None:
    camera = Device(HIKVISION, clock_ahead=timedelta(hours=hours))
    device = _looked_up(camera, policy, clock)
    assert device.clock_skew_s is not None
    assert abs(device.clock_skew_s - hours * 3600) <= 1
    assert camera.failed_logins == 0


@pytest.mark.parametrize("date", ["<tt:Month>13</tt:Month>", "<tt:Month>9999999999</tt:Month>", ""])
def test_a_time_that_can_not_be_is_unknown(policy: NetworkPolicy, clock: SystemClock, date: str) -> None:
    time = "<tt:Time><tt:Hour>1</tt:Hour><tt:Minute>1</tt:Minute><tt:Second>1</tt:Second></tt:Time>"
    told = (
        f"<tds:SystemDateAndTime><tt:UTCDateTime>{time}<tt:Date><tt:Year>2026</tt:Year>{date}<tt:Day>1</tt:Day>"
        "</tt:Date></tt:UTCDateTime></tds:SystemDateAndTime>"
    )
    body = f"<tds:GetSystemDateAndTimeResponse>{told}</tds:GetSystemDateAndTimeResponse>"
    device = _looked_up(Device(HIKVISION | {"GetSystemDateAndTime": body}), policy, clock)
    assert device.clock_skew_s is None
    assert len(device.profiles) == 2


@pytest.mark.parametrize(("login", "status"), [("token", 400), ("token", 401), ("token", 500), ("digest", 401)])
def test_a_wrong_password_is_said_and_tried_once(
    policy: NetworkPolicy, clock: SystemClock, login: str, status: int
) -> None:
    camera = Device(HIKVISION, login=login, refusal_status=status)
    error = _refused(camera, policy, clock, "geheim-wrong")
    assert isinstance(error, AuthenticationError)
    assert "refuses the log-in" in str(error)
    assert "geheim-wrong" not in f"{error!r} {error.__context__!r}"
    # Cameras lock a user out after a few.
    assert camera.failed_logins == 1


def test_without_a_log_in_the_camera_s_wish_for_one_is_said(policy: NetworkPolicy, clock: SystemClock) -> None:
    with pytest.raises(AuthenticationError, match="Give the camera's user and password"):
        _looked_up(Device(HIKVISION), policy, clock, username=None)
    assert len(_looked_up(Device(HIKVISION, login="none"), policy, clock, username=None).profiles) == 2


@pytest.mark.parametrize(
    "body",
    [
        _LAUGHS,
        _FILE,
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>',
        '<?xml version="1.0"?><a>' + "x" * LARGEST_BYTES + "</a>",
        '<?xml version="1.0"?><a>' + "<b/>" * 50_000 + "</a>",
        '<?xml version="1.0"?>' + "<a>" * 1000 + "</a>" * 1000,
        '<?xml version="1.0" encoding="nothing-known"?><a/>',
        "<?xml version='1.0'?><a>",
        "<html><body>Welcome",
        "<x/>",
    ],
)
def test_hostile_or_broken_answers_are_one_error(policy: NetworkPolicy, clock: SystemClock, body: str) -> None:
    error = _refused(Device(HIKVISION | {"GetDeviceInformation": body}), policy, clock)
    assert isinstance(error, OnvifError)
    assert "http://127.0.0.1" in str(error)
    assert len(str(error)) < 300


def test_a_stream_on_another_host_is_said_and_its_path_proposed_on_the_host_that_was_asked(
    policy: NetworkPolicy, clock: SystemClock
) -> None:
    device = _looked_up(Device(HIKVISION | {"GetStreamUri": stream_uri("rtsp://10.0.0.5:8554/live/0")}), policy, clock)
    stream = device.profiles[0].stream
    assert stream.given is not None
    assert stream.given.origin == "rtsp://10.0.0.5:8554"
    # The other host is no business of this log-in.
    assert stream.given.username is None
    assert stream.proposed is not None
    assert (stream.proposed.host, stream.proposed.port) == ("127.0.0.1", 8554)
    assert stream.proposed.target.get_secret_value() == "/live/0"
    assert stream.proposed.username is not None
    assert stream.note is not None
    assert "10.0.0.5" in stream.note


@pytest.mark.parametrize(
    "uri", ["file:///etc/passwd", "concat:rtsp://127.0.0.1/", "gopher://127.0.0.1/", "rtsp://", ""]
)
def test_a_stream_that_may_not_be_opened_is_not_proposed(policy: NetworkPolicy, clock: SystemClock, uri: str) -> None:
    device = _looked_up(Device(HIKVISION | {"GetStreamUri": stream_uri(uri)}), policy, clock)
    for profile in device.profiles:
        assert (profile.stream.given, profile.stream.proposed) == (None, None)
        assert profile.stream.note
        assert "passwd" not in profile.stream.note
    assert choose_profile(device.profiles) is None


def test_a_stream_is_not_taken_from_a_scheme_for_snapshots(policy: NetworkPolicy, clock: SystemClock) -> None:
    device = _looked_up(Device(HIKVISION | {"GetStreamUri": stream_uri("http://127.0.0.1/video")}), policy, clock)
    assert device.profiles[0].stream.proposed is None
    assert "rtsp://" in (device.profiles[0].stream.note or "")


def test_a_camera_without_snapshots_is_read(policy: NetworkPolicy, clock: SystemClock) -> None:
    bodies = {name: body for name, body in HIKVISION.items() if name != "GetSnapshotUri"}
    device = _looked_up(Device(bodies), policy, clock)
    assert device.profiles[0].snapshot.proposed is None
    assert "ter:ActionNotSupported" in (device.profiles[0].snapshot.note or "")
    assert device.profiles[0].stream.proposed is not None


@pytest.mark.parametrize("elsewhere", ["http://127.0.0.2:9/onvif/Media", "https://10.0.0.5/onvif/Media", "file:///x"])
def test_services_are_asked_on_the_host_that_was_asked_only(
    policy: NetworkPolicy, clock: SystemClock, elsewhere: str
) -> None:
    bodies = {name: body.replace("{base}/onvif/Media", elsewhere) for name, body in HIKVISION.items()}
    camera = Device(bodies)
    device = _looked_up(camera, policy, clock)
    assert len(device.profiles) == 2
    assert len(device.notes) == 1
    assert camera.asked.count("GetProfiles") == 1


def test_a_media2_service_that_answers_nothing_is_passed_over(policy: NetworkPolicy, clock: SystemClock) -> None:
    media2_only = AXIS["GetServices"].replace("ver10/media", "ver10/ptz")
    media1 = {name: body for name, body in HIKVISION.items() if name != "GetProfiles"}
    with pytest.raises(OnvifError, match=r"refuses GetProfiles \(ter:ActionNotSupported\)"):
        _looked_up(Device(media1 | {"GetServices": media2_only}), policy, clock)
    empty = media1 | {"GetServices": media2_only, "GetProfiles": "<tr2:GetProfilesResponse/>"}
    with pytest.raises(OnvifError, match="offers no video"):
        _looked_up(Device(empty), policy, clock)
    camera = Device(HIKVISION | {"GetServices": AXIS["GetServices"]})
    assert len(_looked_up(camera, policy, clock).profiles) == 2


def test_what_a_device_calls_itself_can_not_steer_a_terminal(policy: NetworkPolicy, clock: SystemClock) -> None:
    named = HIKVISION["GetDeviceInformation"].replace("DS-2CD2T43G2-4I<", "\u009b31mDS\u202e-1" + "9" * 1000 + "<", 1)
    device = _looked_up(Device(HIKVISION | {"GetDeviceInformation": named}), policy, clock)
    assert device.model == ("31mDS-1" + "9" * 1000)[:200]


def test_the_policy_is_asked_before_the_device_is(clock: SystemClock) -> None:
    camera = Device(HIKVISION)
    assert isinstance(_refused(camera, NetworkPolicy(), clock), AddressRefusedError)
    assert camera.asked == []


def test_an_address_of_a_stream_is_refused(policy: NetworkPolicy, clock: SystemClock) -> None:
    with pytest.raises(AddressRefusedError, match="http://"):
        look_up(StreamAddress.parse("rtsp://127.0.0.1/"), policy, StreamSettings(), clock, Event())


def test_a_redirect_is_said_and_not_followed(policy: NetworkPolicy, clock: SystemClock) -> None:
    location = "Location: http://127.0.0.2:9/onvif/device_service"
    with ScriptedServer(lambda _: http_answer(b"", "text/html", "302 Found", (location,))) as server:
        address = StreamAddress.parse(f"http://127.0.0.1:{server.port}/")
        with pytest.raises(OnvifError, match=r"redirects to http://127\.0\.0\.2:9/onvif/device_service"):
            look_up(address, policy, StreamSettings(), clock, Event())


def test_a_server_that_says_nothing_or_something_else_is_an_error(policy: NetworkPolicy, clock: SystemClock) -> None:
    settings = StreamSettings(open_timeout_s=0.5)
    with ScriptedServer(lambda _: b"") as server:
        address = StreamAddress.parse(f"http://127.0.0.1:{server.port}/")
        with pytest.raises(UnreachableError, match=r"gave no answer within 0\.5 s"):
            look_up(address, policy, settings, clock, Event())
    with ScriptedServer(lambda _: b"220 mail.example.kz ESMTP\r\n") as server:
        address = StreamAddress.parse(f"http://127.0.0.1:{server.port}/")
        with pytest.raises(OnvifError, match="doesn't speak HTTP"):
            look_up(address, policy, settings, clock, Event())
    with ScriptedServer(lambda _: http_answer(b"nothing here", "text/plain", "404 Not Found")) as server:
        address = StreamAddress.parse(f"http://127.0.0.1:{server.port}/")
        with pytest.raises(OnvifError, match="404: there is no ONVIF service here"):
            look_up(address, policy, settings, clock, Event())


def test_a_device_that_describes_its_streams_endlessly_slowly_is_given_up(policy: NetworkPolicy) -> None:
    standing = StandingClock()

    def pass_time(operation: str) -> None:
        if operation == "GetStreamUri":
            standing.advance(121)

    with DeviceServer(Device(HIKVISION, login="none", listener=pass_time)) as server:
        address = StreamAddress.parse(server.base)
        with pytest.raises(StalledError, match="did not describe all its streams within 120 s"):
            look_up(address, policy, StreamSettings(open_timeout_s=1000), standing, Event())


def test_a_look_up_ends_when_it_is_stopped(policy: NetworkPolicy, clock: SystemClock) -> None:
    stop = Event()
    stop.set()
    with DeviceServer(Device(HIKVISION)) as server, pytest.raises(StoppedError):
        look_up(StreamAddress.parse(server.base), policy, StreamSettings(), clock, stop)
