"""What the tests of streams/ share: real clips, the real clock, and a policy that names loopback."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from pipeline.clock import SystemClock
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings
from tests.support.video import counting_frames, encode_clip


@pytest.fixture(scope="session")
def clock() -> SystemClock:
    return SystemClock()


@pytest.fixture(scope="session")
def policy() -> NetworkPolicy:
    return NetworkPolicy((ip_network("127.0.0.0/8"),))


@pytest.fixture(scope="session")
def settings() -> StreamSettings:
    return StreamSettings(open_timeout_s=10, read_timeout_s=2, probe_listen_s=2.5)


@pytest.fixture(scope="session")
def h264_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 numbered frames of 320x240 at 10 a second, every tenth a keyframe."""
    return encode_clip(counting_frames(40), tmp_path_factory.mktemp("clips") / "h264.mp4")


@pytest.fixture(scope="session")
def h265_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Like `h264_clip`, in H.265."""
    return encode_clip(counting_frames(40), tmp_path_factory.mktemp("clips") / "h265.mp4", codec="h265")
