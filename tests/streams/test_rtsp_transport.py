"""What a camera's answer to SETUP says, and what it may not say."""

from ipaddress import ip_address

import pytest

from streams.errors import AddressRefusedError
from streams.rtsp_transport import UdpTerms, is_udp

_DISPLAY = "rtsp://cam.example/live"


def _terms(answered: str, camera: str = "192.0.2.10", own: str = "192.0.2.1") -> UdpTerms:
    return UdpTerms.of(answered, _DISPLAY, "cam.example", ip_address(camera), ip_address(own))


@pytest.mark.parametrize(
    ("answered", "ports"),
    [
        ("RTP/AVP;unicast;client_port=5000-5001;server_port=6000-6001;ssrc=1", (6000, 6001)),
        ("RTP/AVP/UDP;unicast;client_port=5000-5001;server_port=6000", (6000, 6001)),
        ("RTP/AVP;unicast;client_port=5000-5001", (None, None)),
        ("RTP/AVP;unicast;server_port=0-0", (None, None)),
        ("RTP/AVP;unicast;server_port=70000-x", (None, None)),
        ("RTP/AVP;unicast;server_port=65535", (65535, None)),
        ("", (None, None)),
    ],
)
def test_the_cameras_ports_are_read_as_far_as_they_are_there(
    answered: str, ports: tuple[int | None, int | None]
) -> None:
    terms = _terms(answered)
    assert (terms.rtp_port, terms.rtcp_port) == ports


@pytest.mark.parametrize(
    "parameters",
    [
        "source=192.0.2.10;destination=192.0.2.1",
        'Source="192.0.2.10"',
        "source=cam.example",
        "source=[::ffff:192.0.2.10];destination=::ffff:192.0.2.1",
        "source=;destination",
    ],
)
def test_an_answer_that_names_the_two_machines_is_accepted(parameters: str) -> None:
    assert _terms(f"RTP/AVP;unicast;{parameters};server_port=6000-6001").rtp_port == 6000


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ("source=192.0.2.11", "from 192.0.2.11, not from 192.0.2.10"),
        ("source=169.254.169.254", "from 169.254.169.254, not"),
        ("source=other.example", "from other.example, not"),
        ("destination=192.0.2.2", "to 192.0.2.2, not to 192.0.2.1"),
        ("destination=224.1.1.1", "to 224.1.1.1, not"),
        ("destination=somewhere", "to somewhere, not"),
    ],
)
def test_an_answer_that_names_another_machine_is_refused(parameters: str, named: str) -> None:
    with pytest.raises(AddressRefusedError, match="network policy") as caught:
        _terms(f"RTP/AVP;unicast;{parameters}")
    assert named in str(caught.value)
    assert str(caught.value).startswith(_DISPLAY)


def test_an_answer_with_udp_to_a_question_for_tcp_is_told() -> None:
    assert is_udp("RTP/AVP;unicast;client_port=5000-5001")
    assert is_udp("rtp/avp/udp;unicast")
    assert not is_udp("RTP/AVP/TCP;unicast;interleaved=0-1")
    assert not is_udp("RTP/AVP;unicast;interleaved=0-1")
    assert not is_udp("")
