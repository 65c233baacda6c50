"""What the network policy lets through."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.address import StreamAddress
from streams.errors import AddressRefusedError, UnreachableError
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings


def _check(host: str, *allowed: str, found: Sequence[str] | None = None) -> str:
    networks = tuple(ip_network(network) for network in allowed)
    policy = NetworkPolicy(networks) if found is None else NetworkPolicy(networks, lambda _: found)
    return str(policy.check(StreamAddress.parse(f"rtsp://{host}/live")).ip)


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.0.9", "loopback"),
        ("[::1]", "loopback"),
        ("[::ffff:127.0.0.1]", "loopback"),
        ("[64:ff9b::7f00:1]", "loopback"),
        ("[2002:7f00:1::]", "loopback"),
        ("2130706433", "loopback"),
        ("0x7f.1", "loopback"),
        ("169.254.1.1", "link-local"),
        ("[fe80::1]", "link-local"),
        ("169.254.169.254", "metadata"),
        ("[fd00:ec2::254]", "metadata"),
        ("100.100.100.200", "metadata"),
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("[::]", "unspecified"),
        ("224.0.0.1", "multicast"),
        ("[ff02::1]", "multicast"),
        ("255.255.255.255", "reserved or broadcast"),
    ],
)
def test_dangerous_machines_are_refused_by_rule(host: str, kind: str) -> None:
    with pytest.raises(AddressRefusedError, match=f"network policy.*{kind} address.*allowed_networks"):
        _check(host)


@pytest.mark.parametrize("host", ["192.0.2.10", "10.1.2.3", "192.168.1.64", "8.8.8.8", "[2001:db8::1]", "[fd12::1]"])
def test_cameras_networks_are_let_through(host: str) -> None:
    assert _check(host) == host.strip("[]")


def test_a_network_that_is_named_is_let_through() -> None:
    assert _check("127.0.0.1", "127.0.0.1/32") == "127.0.0.1"
    assert _check("169.254.7.7", "169.254.0.0/16") == "169.254.7.7"
    with pytest.raises(AddressRefusedError):
        _check("127.0.0.2", "127.0.0.1/32")


def test_a_metadata_address_must_be_named_by_itself() -> None:
    with pytest.raises(AddressRefusedError, match=r"169\.254\.169\.254/32"):
        _check("169.254.169.254", "169.254.0.0/16")
    assert _check("169.254.169.254", "169.254.169.254/32") == "169.254.169.254"


def test_every_machine_behind_a_name_has_to_pass() -> None:
    assert _check("camera.kz", found=["192.0.2.10", "192.0.2.11"]) == "192.0.2.10"
    with pytest.raises(AddressRefusedError, match=r"camera\.kz resolves to 127\.0\.0\.1"):
        _check("camera.kz", found=["192.0.2.10", "127.0.0.1"])


def test_a_name_is_asked_for_once_and_pinned() -> None:
    answers = iter([["192.0.2.10"], ["127.0.0.1"]])
    policy = NetworkPolicy(resolve=lambda _: next(answers))
    pinned = policy.check(StreamAddress.parse("http://camera.kz/"))
    assert str(pinned.ip) == "192.0.2.10"
    assert pinned.address.host == "camera.kz"


def test_a_name_that_nobody_knows_is_unreachable() -> None:
    def resolve(_: str) -> list[str]:
        raise OSError("unknown")

    with pytest.raises(UnreachableError, match=r"camera\.kz can't be resolved"):
        NetworkPolicy(resolve=resolve).check(StreamAddress.parse("http://camera.kz/"))


def test_the_policy_comes_from_the_settings() -> None:
    settings = StreamSettings.model_validate({"allowed_networks": ["127.0.0.0/8", "fe80::/10"]})
    assert NetworkPolicy.of(settings).allowed_networks == (ip_network("127.0.0.0/8"), ip_network("fe80::/10"))


@given(st.ip_addresses())
def test_what_passes_is_neither_local_nor_a_group(ip: object) -> None:
    policy = NetworkPolicy(resolve=lambda _: [str(ip)])
    try:
        passed = policy.check(StreamAddress.parse("rtsp://camera.kz/")).ip
    except AddressRefusedError:
        return
    assert passed == ip_address(str(ip))
    assert not any((passed.is_loopback, passed.is_link_local, passed.is_multicast, passed.is_unspecified))
