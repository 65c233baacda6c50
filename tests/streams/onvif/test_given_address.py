"""What is made of the addresses that devices give."""

from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from streams.address import StreamAddress
from streams.network_policy import PinnedAddress
from streams.onvif.given_address import HTTP_SCHEMES, RTSP_SCHEMES, GivenAddress, read_given


def _asked(address: str = "http://gate.example.kz:8081/onvif/device_service") -> PinnedAddress:
    return PinnedAddress(StreamAddress.parse(address, username="admin", password="Qwerty-77"), ip_address("192.0.2.10"))


def _shown(found: GivenAddress) -> str | None:
    return None if found.proposed is None else found.proposed.reveal()


def test_the_machine_behind_the_name_that_was_asked_is_no_other_host() -> None:
    for host in ("gate.example.kz", "192.0.2.10"):
        found = read_given(f"rtsp://{host}/live", _asked(), RTSP_SCHEMES)
        assert _shown(found) == f"rtsp://admin:Qwerty-77@{host}/live"
        assert found.note is None


def test_behind_a_port_forward_the_port_that_answered_is_kept() -> None:
    found = read_given("http://10.0.0.5:80/snapshot?1", _asked(), HTTP_SCHEMES)
    assert _shown(found) == "http://admin:Qwerty-77@gate.example.kz:8081/snapshot?1"
    # Of another scheme only the device's own port is known.
    found = read_given("rtsp://10.0.0.5/live", _asked(), RTSP_SCHEMES)
    assert _shown(found) == "rtsp://admin:Qwerty-77@gate.example.kz/live"
    assert "port 554" in (found.note or "")


def test_a_log_in_that_the_device_gives_is_used() -> None:
    found = read_given("rtsp://viewer:own-1@192.0.2.10/live", _asked(), RTSP_SCHEMES)
    assert _shown(found) == "rtsp://viewer:own-1@192.0.2.10/live"
    assert "own-1" not in repr(found)


@given(st.text(max_size=60) | st.text(max_size=40).map("rtsp://10.0.0.5/{}".format))
def test_anything_given_is_proposed_on_the_asked_host_or_not_at_all(text: str) -> None:
    found = read_given(text, _asked(), RTSP_SCHEMES)
    if found.proposed is None:
        assert found.note
    else:
        assert found.proposed.host in ("gate.example.kz", "192.0.2.10")
        assert found.proposed.scheme in RTSP_SCHEMES
    assert "Qwerty-77" not in repr(found)
