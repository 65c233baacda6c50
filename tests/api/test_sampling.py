"""Each sampling policy gets the source that it asks for, and frames come of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from uuid import uuid4

import cv2
import pytest

from api.settings import InstanceSettings
from api.wiring import Instance, open_instance
from models.repositories.sites import SiteRepository
from models.words import RtspTransport, Sampling
from pipeline.registry.push_key import new_push_key, push_key_digest
from pipeline.settings import load_settings
from pipeline.watch.worker import WatchOrder
from streams.address import StreamAddress
from tests.streams.scripted_server import ScriptedServer, http_answer
from tests.support.builders import plant
from tests.support.jpegs import jpeg
from tests.support.rtsp_server import RtspServer
from tests.support.video import counted, counting_frames, encode_clip


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Instance]:
    monkeypatch.setenv("NAZAR_MODELS__DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("NAZAR_STREAMS__ALLOWED_NETWORKS", '["127.0.0.0/8"]')
    with open_instance(load_settings(InstanceSettings)) as instance:
        yield instance


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 numbered frames at 10 a second, every tenth a keyframe."""
    return encode_clip(counting_frames(40), tmp_path_factory.mktemp("clips") / "clip.mp4")


def order(address: str, sampling: Sampling, look_every_s: float) -> WatchOrder:
    parsed = StreamAddress.parse(address)
    return WatchOrder(uuid4(), 1, uuid4(), 1, uuid4(), parsed, look_every_s, (), sampling, burst_s=1.0)


def test_a_continuous_camera_is_looked_at_keyframe_by_keyframe(instance: Instance, clip: Path) -> None:
    with RtspServer({"/cam": clip}) as server:
        source = instance.source(order(server.url(), Sampling.CONTINUOUS, 1.0))
        with source.open(Event()) as run:
            frames = [next(run.frames) for _ in range(4)]
    assert counted(frames[0].image) == 0
    assert {counted(frame.image) for frame in frames} <= {0, 10, 20, 30}
    # One connection, and no keyframe twice.
    assert {frame.burst for frame in frames} == {0}
    assert len({frame.pts_s for frame in frames}) == 4


def test_a_burst_takes_some_keyframes_and_comes_back(instance: Instance, clip: Path) -> None:
    with RtspServer({"/cam": clip}) as server:
        source = instance.source(order(server.url(), Sampling.BURST, 3.0))
        with source.open(Event()) as run:
            frames = [next(run.frames) for _ in range(3)]
    assert [(frame.burst, counted(frame.image)) for frame in frames] == [(0, 0), (0, 10), (1, 0)]


def test_a_snapshot_address_is_asked_again_for_each_look(instance: Instance) -> None:
    pictures = [cv2.imencode(".jpg", picture)[1].tobytes() for picture in counting_frames(3)]
    served = iter([http_answer(picture, "image/jpeg") for picture in pictures])
    with ScriptedServer(lambda _: next(served, None)) as server:
        address = f"http://127.0.0.1:{server.port}/snapshot.jpg"
        with instance.source(order(address, Sampling.SNAPSHOT, 0.2)).open(Event()) as run:
            frames = [next(run.frames) for _ in range(3)]
    assert [counted(frame.image) for frame in frames] == [0, 1, 2]


def test_a_camera_that_serves_udp_only_is_watched(instance: Instance, clip: Path) -> None:
    with RtspServer({"/cam": clip}, transports=("udp",)) as server:
        chosen = replace(order(server.url(), Sampling.CONTINUOUS, 1.0), rtsp_transport=RtspTransport.UDP)
        with instance.source(chosen).open(Event()) as run:
            assert counted(next(run.frames).image) == 0


def test_what_a_camera_pushed_comes_out_of_the_order_that_has_it_watched(instance: Instance) -> None:
    planted, key = plant(instance.database), new_push_key()
    with instance.database.transaction() as session:
        camera = SiteRepository(session).camera(planted.camera_id)
        assert camera is not None
        camera.sampling, camera.push_key_sha256 = Sampling.PUSH.value, push_key_digest(key)
    intake = instance.services.intake
    intake.take(intake.admit(planted.camera_id, key), jpeg(list(counting_frames(4))[3]))
    pushing = WatchOrder(
        planted.camera_id, 1, planted.placement_id, 1, planted.project_id, None, 1.0, (), Sampling.PUSH
    )
    with instance.source(pushing).open(Event()) as run:
        assert counted(next(run.frames).image) == 3
