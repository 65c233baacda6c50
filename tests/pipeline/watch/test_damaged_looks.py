"""Looks that came damaged are counted, so that a bad line shows in the camera's grade."""

import threading
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from models.database import Database
from models.repositories.health import HealthRepository
from models.repositories.observations import ObservationRepository
from pipeline.clock import SystemClock
from pipeline.watch.worker import CameraWorker, Pauses, WatchOrder
from streams.address import StreamAddress
from streams.live_source import LiveSource
from streams.network_policy import NetworkPolicy
from streams.rtp import H264
from streams.settings import StreamSettings
from tests.pipeline.conftest import MakeRecording
from tests.streams.rtp_packets import rtp_packet, rtp_payloads
from tests.streams.udp_camera import UdpCamera
from tests.support.builders import plant
from tests.support.decoding import DECODER
from tests.support.fakes import ToldDetector
from tests.support.instance import eventually
from tests.support.video import counting_frames, encode_clip

_POLICY = NetworkPolicy((ip_network("127.0.0.1/32"),))
_LOST = 10 * 9000


@pytest.mark.bar("5: drops are counted and shown")
def test_a_look_whose_packets_were_lost_on_the_way_counts_as_dropped(
    database: Database, make_recording: MakeRecording, tmp_path: Path
) -> None:
    payloads = rtp_payloads(encode_clip(counting_frames(40), tmp_path / "clip.mp4"), H264)
    lost = next(number for number, payload in enumerate(payloads) if payload[2] == _LOST)
    datagrams = [rtp_packet(payload, number) for number, payload in enumerate(payloads) if number != lost]
    planted, stop = plant(database), threading.Event()

    def looks() -> int:
        with database.reading() as session:
            rows = ObservationRepository(session).of_placements(
                [planted.placement_id], datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
            )
            return sum(row.looks_seen for row in rows)

    with UdpCamera(datagrams) as camera:
        address = StreamAddress.parse(camera.url)
        source = LiveSource(address, _POLICY, StreamSettings(read_timeout_s=2), SystemClock(), decoder=DECODER)
        order = WatchOrder(
            planted.camera_id, 1, planted.placement_id, 1, planted.project_id, address, look_every_s=1.0, masks=()
        )
        recording = make_recording(ToldDetector(lambda _image: 2))
        pauses = Pauses(first_s=60.0, most_s=60.0, healthy_after_s=600.0)
        worker = CameraWorker(order, recording, lambda _order: source, pauses, stop)
        thread = threading.Thread(target=worker.run, name="camera")
        thread.start()
        try:
            eventually(looks, lambda seen: seen == 3, limit_s=60)
        finally:
            stop.set()
            thread.join(60)
    assert not thread.is_alive()
    with database.reading() as session:
        assert HealthRepository(session).grade(planted.camera_id, recording.clock.now()).drops == 1
