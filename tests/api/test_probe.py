"""What an operator is told about an address: over the API, and on the command line."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

import cv2
import httpx
import numpy as np
import pytest

from models.principal import Role
from tests.api.test_cli import nazar
from tests.streams.scripted_server import ScriptedServer, http_answer
from tests.support.instance import RunningInstance
from tests.support.rtsp_server import Login, RtspServer
from tests.support.video import counting_frames, encode_clip

PASSWORD = "п@р/о#л?ь:%41"


@pytest.fixture(scope="module")
def smart_camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspServer]:
    """A camera behind a log-in whose smart codec sends one keyframe in ten seconds."""
    clip = encode_clip(counting_frames(100, 640, 360), tmp_path_factory.mktemp("clip") / "smart.mp4", gop=100)
    with RtspServer({"/cam": clip}, Login("оператор", PASSWORD)) as server:
        yield server


@pytest.fixture(scope="module")
def still_camera() -> Iterator[ScriptedServer]:
    """A camera that gives a JPEG, and whose clock is a day behind."""
    jpeg = cv2.imencode(".jpg", next(counting_frames(1, 800, 600)))[1].tobytes()

    def answer(_request: str) -> bytes:
        shown_at = datetime.now(UTC) - timedelta(days=1)
        return http_answer(jpeg, "image/jpeg", headers=(f"Date: {format_datetime(shown_at, usegmt=True)}",))

    with ScriptedServer(answer) as server:
        yield server


@pytest.fixture
def operator(running_instance: RunningInstance) -> httpx.Client:
    return running_instance.client(Role.OPERATOR)


def _codes(said: dict[str, Any]) -> list[str]:
    return [advice["code"] for advice in said["advice"]]


def _register(operator: httpx.Client, address: str, said: dict[str, Any]) -> dict[str, Any]:
    """Register the camera as proposed, and take it out of use again."""
    body = {"name": f"probed {uuid4()}", "address": address, **said["proposed"]}
    added = operator.post("/api/v1/cameras", json=body)
    assert added.status_code == 201, added.text
    camera: dict[str, Any] = added.json()
    assert operator.delete(f"/api/v1/cameras/{camera['id']}").status_code == 204
    return camera


def test_a_smart_codec_is_found_out_and_what_is_proposed_can_be_registered(
    operator: httpx.Client, smart_camera: RtspServer
) -> None:
    bare = smart_camera.url(with_login=False)
    body = {"address": bare, "username": "оператор", "password": PASSWORD}
    answer = operator.post("/api/v1/cameras/probe", json=body)
    assert answer.status_code == 200, answer.text
    assert PASSWORD not in answer.text
    said = answer.json()
    assert (said["transport"], said["codec"], said["width_px"], said["height_px"]) == ("rtsp/tcp", "h264", 640, 360)
    assert (said["frame_rate"], said["keyframe_interval_s"]) == (10, None)
    assert 3 < said["keyframe_interval_over_s"] <= said["listened_s"] + 0.1
    assert said["bitrate_kbit_s"] > 0
    # The same machine's clock, which a busy one may read late.
    assert said["clock_skew_s"] == pytest.approx(0, abs=15)
    assert not said["is_single_picture"]
    assert _codes(said) == ["keyframes_far_apart"]
    assert said["advice"][0]["text"].startswith("Keyframes come more than ")
    assert said["proposed"] == {"sampling": "burst", "look_every_s": 60, "burst_s": 6, "rtsp_transport": "auto"}
    camera = _register(operator, bare, said)
    assert (camera["sampling"], camera["look_every_s"], camera["burst_s"]) == ("burst", 60, 6)


def test_a_snapshot_address_is_told_as_one_with_its_wrong_clock(
    operator: httpx.Client, still_camera: ScriptedServer
) -> None:
    address = f"http://127.0.0.1:{still_camera.port}/snap.jpg"
    said = operator.post("/api/v1/cameras/probe", json={"address": address}).json()
    assert (said["transport"], said["codec"], said["is_single_picture"]) == ("http", "mjpeg", True)
    assert (said["frame_rate"], said["bitrate_kbit_s"], said["keyframe_interval_over_s"]) == (None, None, None)
    assert said["clock_skew_s"] == pytest.approx(-86400, abs=15)
    assert _codes(said) == ["single_picture", "wrong_clock"]
    assert said["advice"][1]["text"].startswith("The camera's clock is 24 hours behind.")
    assert _register(operator, address, said)["sampling"] == "snapshot"
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(said["snapshot_jpeg"]), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (600, 800, 3)


def test_the_command_says_the_same_in_words_and_in_json(smart_camera: RtspServer) -> None:
    done = nazar("probe", smart_camera.url())
    assert done.returncode == 0, done.stderr
    lines = dict(line.split("  ", 1) for line in done.stdout.splitlines())
    said = {name: text.strip() for name, text in lines.items()}
    assert said["transport"] == "rtsp/tcp"
    assert said["size"] == "640 x 360 px"
    assert said["frame rate"].startswith("10 frames/s")
    assert said["bit rate"].endswith(" kbit/s")
    assert said["keyframe interval"].startswith("more than ")
    assert said["clock"].endswith((" s behind", " s ahead"))
    assert said["advice"].startswith("Keyframes come more than ")
    assert said["proposed"] == "sampling burst, every 60 s for 6 s, RTSP transport auto"
    assert PASSWORD not in done.stdout


def test_the_command_takes_a_snapshot(still_camera: ScriptedServer) -> None:
    done = nazar("probe", f"http://127.0.0.1:{still_camera.port}/snap.jpg", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert "snapshot_jpeg" not in said
    assert (said["codec"], said["is_single_picture"], said["proposed"]["sampling"]) == ("mjpeg", True, "snapshot")
    assert _codes(said) == ["single_picture", "wrong_clock"]


def test_the_api_describes_what_a_probe_tells(operator: httpx.Client) -> None:
    schemas = operator.get("/api/openapi.json").json()["components"]["schemas"]
    assert {"all_well", "keyframes_far_apart", "single_picture", "wrong_clock"} <= set(schemas["AdviceCode"]["enum"])
    assert set(schemas["ProposedPolicy"]["properties"]) == {"sampling", "look_every_s", "burst_s", "rtsp_transport"}
    assert set(schemas["ProposedPolicy"]["properties"]) <= set(schemas["CameraDraft"]["properties"])
    assert {"advice", "proposed", "snapshot_jpeg", "clock_skew_s"} <= set(schemas["ProbeView"]["properties"])
