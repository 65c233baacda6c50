"""Logging in to devices that don't keep to the book, and over TLS."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import UnreachableError
from streams.network_policy import NetworkPolicy
from streams.onvif.device import look_up
from streams.settings import StreamSettings
from tests.streams.onvif.camera_bodies import AXIS
from tests.streams.onvif.scripted_device import Device, DeviceServer


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """A certificate that a camera made for itself, which nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "axis-b8a44f000001")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "camera.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_what_is_asked_over_tls_stays_over_tls(policy: NetworkPolicy, clock: SystemClock, tls: ssl.SSLContext) -> None:
    camera = Device(AXIS, login="digest")
    with DeviceServer(camera, tls) as server:
        address = StreamAddress.parse(server.base, username="admin", password=camera.password)
        # The device says that its services are had over http, as many do.
        device = look_up(address, policy, StreamSettings(verify_tls=False), clock, Event())
        assert camera.asked[-1] == "GetSnapshotUri"
        with pytest.raises(UnreachableError, match="verify_tls"):
            look_up(address, policy, StreamSettings(), clock, Event())
    assert len(device.profiles) == 2


@pytest.mark.parametrize("login", ["token", "digest"])
def test_a_device_that_tells_its_time_to_those_who_log_in_only_is_read(
    policy: NetworkPolicy, clock: SystemClock, login: str
) -> None:
    # A token with the right time is all that the first kind takes.
    ahead = timedelta(hours=1) if login == "digest" else timedelta(0)
    camera = Device(AXIS, login=login, clock_ahead=ahead, is_time_open=False)
    with DeviceServer(camera) as server:
        address = StreamAddress.parse(server.base, username="admin", password=camera.password)
        device = look_up(address, policy, StreamSettings(), clock, Event())
    assert device.clock_skew_s is not None
    assert abs(device.clock_skew_s - ahead.total_seconds()) <= 1
    assert len(device.profiles) == 2
