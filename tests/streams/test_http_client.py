"""Asking for one thing after another over HTTP."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from threading import Event, Thread

import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import AddressRefusedError, NotVideoError, StalledError, StoppedError, StreamError, UnreachableError
from streams.http_client import Fetched, HttpClient
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings
from streams.stoppable_socket import Patience
from tests.streams.scripted_server import Script, ScriptedServer, http_answer


def _get(address: str, largest_bytes: int = 100, limit_s: float = 5.0, stop: Event | None = None) -> Fetched:
    parsed, stop, clock = StreamAddress.parse(address), stop or Event(), SystemClock()
    client = HttpClient(NetworkPolicy((ip_network("127.0.0.0/8"),)), StreamSettings(), clock, stop)
    return client.get(parsed, largest_bytes, Patience(parsed.origin, clock, stop, limit_s, StalledError))


def _failure(script: Script, largest_bytes: int = 100, limit_s: float = 5.0) -> StreamError:
    with ScriptedServer(script) as server, pytest.raises(StreamError) as caught:
        _get(f"http://127.0.0.1:{server.port}/thing", largest_bytes, limit_s)
    return caught.value


@contextmanager
def _closing_server(answer: bytes) -> Iterator[int]:
    """Answers one request and closes; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = Thread(target=serve, name="closing-server")
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join(5)


def test_all_of_it_comes_with_the_address_it_came_from() -> None:
    def moving(request: str) -> bytes:
        if request.startswith("GET /thing "):
            return http_answer(b"", "text/plain", "302 Found", ("Location: other/place",))
        return http_answer(b"x" * 100, "text/plain")

    with ScriptedServer(moving) as server:
        fetched = _get(f"http://127.0.0.1:{server.port}/thing")
    assert fetched.data == b"x" * 100
    assert fetched.address.display == f"http://127.0.0.1:{server.port}/other/place"


def test_more_than_is_wanted_is_not_read() -> None:
    error = _failure(lambda _: http_answer(b"x" * 101, "text/plain"))
    assert isinstance(error, NotVideoError)
    assert "holds more than" in str(error)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nhalf of it",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nhalf of it",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhalf of it\r\n",
    ],
)
def test_what_breaks_off_is_not_taken_for_the_whole(answer: bytes) -> None:
    with _closing_server(answer) as port, pytest.raises(UnreachableError, match="broke off after 10 bytes"):
        _get(f"http://127.0.0.1:{port}/thing")


def test_without_a_stated_length_it_ends_with_the_connection() -> None:
    with _closing_server(b"HTTP/1.0 200 OK\r\n\r\nall of it") as port:
        assert _get(f"http://127.0.0.1:{port}/thing").data == b"all of it"


def test_its_time_is_limited_from_the_first_byte_to_the_last() -> None:
    error = _failure(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nhalf", limit_s=0.3)
    assert isinstance(error, StalledError)


def test_a_stop_ends_it() -> None:
    stop = Event()
    stop.set()
    with ScriptedServer(lambda _: b"") as server, pytest.raises(StoppedError):
        _get(f"http://127.0.0.1:{server.port}/thing", stop=stop)


def test_over_tls_each_connection_verifies_the_name(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    clock, stop = SystemClock(), Event()
    policy = NetworkPolicy((ip_network("127.0.0.1/32"),), lambda _: ["127.0.0.1"])
    client = HttpClient(policy, StreamSettings(), clock, stop)
    with ScriptedServer(lambda _: http_answer(b"x", "text/plain"), context) as server:
        patience = Patience("camera.kz", clock, stop, 5.0, StalledError)
        for _ in range(2):
            address = StreamAddress.parse(f"https://camera.kz:{server.port}/")
            assert client.get(address, 100, patience).data == b"x"
        with pytest.raises(UnreachableError, match="certificate"):
            client.get(StreamAddress.parse(f"https://other.kz:{server.port}/"), 100, patience)


def test_only_http_is_asked() -> None:
    with pytest.raises(AddressRefusedError, match="over http and https only"):
        _get("rtsp://127.0.0.1/thing")
