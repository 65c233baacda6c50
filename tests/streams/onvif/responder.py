"""A device that answers discovery, as a UDP socket on loopback."""

import re
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import Self

from streams.address import StreamAddress

_GROUP = "239.255.255.250"
_PORT = 3702


class Responder:
    """A device's UDP socket on loopback, in a thread: answers each probe with what `answers` makes of it.

    With `in_group` it also listens as real devices do, to the multicast group on every interface;
    `has_group` says whether this machine lets it.
    """

    def __init__(self, answers: Callable[[str], list[bytes]], *, in_group: bool = False) -> None:
        self._answers = answers
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.has_group = False
        if in_group:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind(("", _PORT))
            self._join()
        else:
            self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self._stop = Event()
        self._thread = Thread(target=self._serve, name="responder")
        self.probes: list[str] = []
        self.address = StreamAddress.parse(f"http://127.0.0.1:{self._socket.getsockname()[1]}")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(5)
        self._socket.close()

    def _join(self) -> None:
        for index, _ in socket.if_nameindex():
            membership = struct.pack("=4s4si", socket.inet_aton(_GROUP), bytes(4), index)
            with suppress(OSError):
                self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
                self.has_group = True

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                data, sender = self._socket.recvfrom(65535)
            except TimeoutError:
                continue
            self.probes.append(data.decode())
            for answer in self._answers(self.probes[-1]):
                self._socket.sendto(answer, sender)


def hikvision_match(
    probe: str, endpoint: str = "urn:uuid:4d454930-0000-1000-8000-a4d5c2000001", addresses: str = ""
) -> bytes:
    """A match as Hikvision's cameras send it."""
    found = re.search(r"MessageID[^>]*>([^<]+)<", probe)
    assert found is not None
    addresses = addresses or ("http://192.0.2.64/onvif/device_service http://[2001:db8::aad5]/onvif/device_service")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"
 xmlns:wsadis="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<env:Header><wsadis:MessageID>urn:uuid:4d454930-0001</wsadis:MessageID><wsadis:RelatesTo>{found[1]}</wsadis:RelatesTo>
<wsadis:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsadis:Action></env:Header>
<env:Body><d:ProbeMatches><d:ProbeMatch>
<wsadis:EndpointReference><wsadis:Address>{endpoint}</wsadis:Address></wsadis:EndpointReference>
<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>
<d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/Profile/Streaming
 onvif://www.onvif.org/hardware/DS-2CD2T43G2-4I onvif://www.onvif.org/name/HIKVISION%20DS-2CD2T43G2-4I
 onvif://www.onvif.org/location/city/%D0%90%D1%81%D1%82%D0%B0%D0%BD%D0%B0</d:Scopes>
<d:XAddrs>{addresses}</d:XAddrs><d:MetadataVersion>10</d:MetadataVersion>
</d:ProbeMatch></d:ProbeMatches></env:Body></env:Envelope>""".encode()
