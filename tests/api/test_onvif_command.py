"""`nazar onvif` as people call it."""

import json

from click.testing import CliRunner

from api.cli.onvif import command
from streams.onvif.discovery import DISCOVERY_PORT
from tests.api.test_cli import nazar, refused
from tests.streams.onvif.camera_bodies import HIKVISION, stream_uri
from tests.streams.onvif.responder import Responder, hikvision_match
from tests.streams.onvif.scripted_device import Device, DeviceServer

_PASSWORD = "Қupia-7&<"


def test_discover_prints_who_answers() -> None:
    endpoint = "urn:uuid:4d454930-0000-1000-8000-a4d5c2777777"
    with Responder(lambda probe: [hikvision_match(probe, endpoint)]) as responder:
        host = f"127.0.0.1:{responder.address.port}"
        done = nazar("onvif", "discover", "--to", host, "--seconds", "1", "--json")
        assert done.returncode == 0, done.stderr
        said = nazar("onvif", "discover", "--to", host, "--seconds", "1").stdout
    (device,) = [entry for entry in json.loads(done.stdout) if entry["endpoint"] == endpoint]
    assert device["name"] == "HIKVISION DS-2CD2T43G2-4I"
    assert device["addresses"][0] == "http://192.0.2.64/onvif/device_service"
    assert "HIKVISION DS-2CD2T43G2-4I, DS-2CD2T43G2-4I" in said
    assert "city/Астана" in said


def test_discover_refuses_what_is_no_host() -> None:
    assert "host" in refused(nazar("onvif", "discover", "--to", "::what::"))
    assert f"239.255.255.250:{DISCOVERY_PORT}" in refused(nazar("onvif", "discover", "--to", "239.255.255.250"))


def test_look_up_prints_what_a_camera_streams() -> None:
    bodies = HIKVISION | {"GetStreamUri": stream_uri("rtsp://10.0.0.5/Streaming/Channels/{token}")}
    with DeviceServer(Device(bodies, password=_PASSWORD)) as server:
        arguments = ("onvif", "look-up", f"127.0.0.1:{server.port}", "--username", "admin")
        done = nazar(*arguments, "--json", NAZAR_CAMERA_PASSWORD=_PASSWORD)
        assert done.returncode == 0, done.stderr
        plain = nazar(*arguments, NAZAR_CAMERA_PASSWORD=_PASSWORD).stdout
    said = json.loads(done.stdout)
    assert (said["manufacturer"], said["model"]) == ("HIKVISION", "DS-2CD2T43G2-4I")
    assert abs(said["clock_skew_s"]) <= 2
    assert said["proposed_profile"] == "Profile_2"
    main, sub = said["profiles"]
    assert (main["codec"], main["width_px"], main["frame_rate"], main["keyframe_interval_s"]) == ("h264", 2560, 25, 2)
    assert sub["stream"]["given"] == "rtsp://10.0.0.5/Streaming/Channels/Profile_2"
    assert sub["stream"]["proposed"] == "rtsp://127.0.0.1/Streaming/Channels/Profile_2"
    assert "10.0.0.5" in sub["stream"]["note"]
    assert "  snapshot http://127.0.0.1:" in plain
    assert "subStream (Profile_2), proposed: h264, 640 x 360 px, 12 frames/s, a keyframe every 2 s" in plain
    assert _PASSWORD not in done.stdout + done.stderr + plain


def test_look_up_takes_no_password_as_an_argument_and_tells_none() -> None:
    assert "NAZAR_CAMERA_PASSWORD" in refused(nazar("onvif", "look-up", "http://admin:geheim-1@127.0.0.1:9/"))
    with DeviceServer(Device(HIKVISION)) as server:
        host = f"127.0.0.1:{server.port}"
        said = refused(nazar("onvif", "look-up", host, "--username", "admin", NAZAR_CAMERA_PASSWORD="geheim-1"))
        assert "refuses the log-in" in said
        assert "geheim-1" not in said
        assert "asks for a log-in" in refused(nazar("onvif", "look-up", host))
    assert "http://" in refused(nazar("onvif", "look-up", "rtsp://127.0.0.1/"))


def test_look_up_asks_for_the_password_beside_what_it_prints() -> None:
    with DeviceServer(Device(HIKVISION, password=_PASSWORD)) as server:
        arguments = ["look-up", f"127.0.0.1:{server.port}", "--username", "admin", "--json"]
        done = CliRunner().invoke(command, arguments, input=f"{_PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["model"] == "DS-2CD2T43G2-4I"
    assert "Password" in done.stderr
    assert _PASSWORD not in done.output
