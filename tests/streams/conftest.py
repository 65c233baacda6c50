"""What the tests of streams/ share: real clips, the real clock, and a policy that names loopback."""

from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from pipeline.clock import SystemClock
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings
from tests.streams.hls_camera import encode_segments
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


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of its own for camera.kz, with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camera.kz")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("camera.kz")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "camera.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


@pytest.fixture(scope="session")
def hls_segments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Twelve segments of half a second; the keyframe of `n.ts` carries the number 5 n."""
    return encode_segments(counting_frames(60), tmp_path_factory.mktemp("hls") / "ts")
