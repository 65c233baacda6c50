"""Asking who is there, of responders on loopback."""

from threading import Event
from uuid import uuid4

import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import AddressRefusedError, UnreachableError
from streams.network_policy import NetworkPolicy
from streams.onvif.discovery import DiscoveredDevice, discover
from tests.streams.onvif.responder import Responder, hikvision_match

_LISTEN_S = 0.8


def _axis(_probe: str) -> bytes:
    """A match as Axis's cameras send it."""
    return b"""<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"
xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:wsdd="http://schemas.xmlsoap.org/ws/2005/04/discovery">
<SOAP-ENV:Body><wsdd:ProbeMatches><wsdd:ProbeMatch><wsa:EndpointReference>
<wsa:Address>urn:uuid:a5d9ee21-2f87-4e39-9b41-b8a44f000001</wsa:Address></wsa:EndpointReference>
<wsdd:Scopes>onvif://www.onvif.org/name/AXIS%20P1468-LE onvif://www.onvif.org/hardware/P1468-LE
 onvif://www.onvif.org/location/</wsdd:Scopes>
<wsdd:XAddrs>http://192.0.2.65/onvif/device_service https://192.0.2.65/onvif/device_service</wsdd:XAddrs>
</wsdd:ProbeMatch></wsdd:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>"""


def _discovered(responder: Responder, policy: NetworkPolicy, clock: SystemClock) -> list[DiscoveredDevice]:
    return discover([responder.address], policy, clock, Event(), listen_s=_LISTEN_S, is_multicast=False)


def test_devices_are_found_once_each_with_what_their_scopes_say(policy: NetworkPolicy, clock: SystemClock) -> None:
    with Responder(lambda probe: [hikvision_match(probe), _axis(probe), hikvision_match(probe)]) as responder:
        hikvision, axis = _discovered(responder, policy, clock)
        # Both kinds of device are asked for, twice.
        assert sum("dn:NetworkVideoTransmitter" in probe for probe in responder.probes) == 2
        assert sum("tds:Device" in probe for probe in responder.probes) == 2
    assert hikvision.endpoint == "urn:uuid:4d454930-0000-1000-8000-a4d5c2000001"
    assert [address.display for address in hikvision.addresses] == [
        "http://192.0.2.64/onvif/device_service",
        "http://[2001:db8::aad5]/onvif/device_service",
    ]
    assert (hikvision.name, hikvision.hardware) == ("HIKVISION DS-2CD2T43G2-4I", "DS-2CD2T43G2-4I")
    assert hikvision.location == "city/Астана"
    assert hikvision.answered_from == "127.0.0.1"
    assert (axis.name, axis.hardware, axis.location) == ("AXIS P1468-LE", "P1468-LE", None)
    assert [address.scheme for address in axis.addresses] == ["http", "https"]


def test_devices_are_found_by_multicast(clock: SystemClock) -> None:
    endpoint = f"urn:uuid:{uuid4()}"
    with Responder(lambda probe: [hikvision_match(probe, endpoint)], in_group=True) as responder:
        if not responder.has_group:
            pytest.skip("this machine has no multicast")
        # On a real network others may answer too.
        found = discover([], NetworkPolicy(), clock, Event(), listen_s=_LISTEN_S)
    assert [device.hardware for device in found if device.endpoint == endpoint] == ["DS-2CD2T43G2-4I"]


def test_the_addresses_of_one_device_are_put_together(policy: NetworkPolicy, clock: SystemClock) -> None:
    def answers(probe: str) -> list[bytes]:
        return [hikvision_match(probe, addresses=f"http://192.0.2.{number}/onvif") for number in (1, 2, 1)]

    with Responder(answers) as responder:
        (device,) = _discovered(responder, policy, clock)
    assert [address.host for address in device.addresses] == ["192.0.2.1", "192.0.2.2"]


def test_garbage_among_the_answers_is_passed_over(policy: NetworkPolicy, clock: SystemClock) -> None:
    laughs = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
    garbage = [b"", b"\x00\xff" * 700, b"<html>", laughs, b"<a/>", b"x" * 60000]

    def answers(probe: str) -> list[bytes]:
        nameless = hikvision_match(probe, endpoint="", addresses="file:///etc/passwd rtsp://192.0.2.1/ nonsense")
        return [*garbage, nameless, hikvision_match(probe, addresses="http://bad:0/ file:///x http://192.0.2.64/onvif")]

    with Responder(answers) as responder:
        (device,) = _discovered(responder, policy, clock)
    assert [address.display for address in device.addresses] == ["http://192.0.2.64/onvif"]


def test_one_machine_can_not_fill_the_list_endlessly(policy: NetworkPolicy, clock: SystemClock) -> None:
    def answer(first: int) -> bytes:
        matches = "".join(
            f"<m:ProbeMatch><m:EndpointReference><m:Address>u{number}</m:Address></m:EndpointReference></m:ProbeMatch>"
            for number in range(first, first + 400)
        )
        return (
            f'<e:E xmlns:e="e" xmlns:m="m"><e:Body><m:ProbeMatches>{matches}</m:ProbeMatches></e:Body></e:E>'.encode()
        )

    with Responder(lambda _: [answer(first) for first in (0, 400, 800)]) as responder:
        found = _discovered(responder, policy, clock)
    assert len(found) == 1000
    assert len({device.endpoint for device in found}) == 1000


def test_nobody_there_is_an_empty_list(policy: NetworkPolicy, clock: SystemClock) -> None:
    with Responder(lambda _: []) as responder:
        assert _discovered(responder, policy, clock) == []


def test_the_policy_is_asked_before_an_address_is(clock: SystemClock) -> None:
    with Responder(lambda _: []) as responder:
        with pytest.raises(AddressRefusedError):
            _discovered(responder, NetworkPolicy(), clock)
        assert responder.probes == []


def test_with_nobody_to_ask_it_is_said(policy: NetworkPolicy, clock: SystemClock) -> None:
    with pytest.raises(UnreachableError, match="No question could be sent"):
        discover([], policy, clock, Event(), is_multicast=False)


def test_listening_ends_when_it_is_stopped(policy: NetworkPolicy, clock: SystemClock) -> None:
    stop = Event()
    stop.set()
    with Responder(lambda _: []) as responder:
        assert discover([responder.address], policy, clock, stop, listen_s=3600, is_multicast=False) == []


def test_an_address_of_ipv6_is_refused(clock: SystemClock) -> None:
    policy = NetworkPolicy(resolve=lambda _: ["2001:db8::1"])
    with pytest.raises(AddressRefusedError, match="IPv4"):
        discover([StreamAddress.parse("http://camera.example.kz:3702")], policy, clock, Event())
