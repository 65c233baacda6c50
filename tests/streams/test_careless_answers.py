"""What a camera says back to us of our own request stays with it."""

import re
from collections.abc import Callable
from ipaddress import ip_network
from threading import Event

import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import StreamError
from streams.network_policy import NetworkPolicy
from streams.opener import open_connection
from streams.settings import StreamSettings
from streams.status_words import http_status, rtsp_status
from tests.streams.scripted_server import ScriptedServer, http_answer, rtsp_answer

POLICY = NetworkPolicy((ip_network("127.0.0.0/8"),))
USER, PASSWORD = "оператор", "құпия 7f3k"


def said_back(status: int, scheme: str, challenge: str) -> tuple[str, list[str]]:
    """The error of opening a camera that puts our log-in into its status line, and what it was sent."""

    def _answer(request: str) -> bytes:
        given = re.search(r"^authorization: (.*)$", request, re.IGNORECASE | re.MULTILINE)
        reply = f"{status} {given[1].strip()}" if given else "401 Unauthorized"
        headers = () if given else (f"WWW-Authenticate: {challenge}",)
        return (
            http_answer(b"", "text/plain", reply, headers) if scheme == "http" else rtsp_answer(request, reply, headers)
        )

    with ScriptedServer(_answer) as server:
        text = f"{scheme}://127.0.0.1:{server.port}/live"
        address = StreamAddress.parse(text, username=USER, password=PASSWORD)
        with pytest.raises(StreamError) as caught:
            open_connection(address, POLICY, StreamSettings(open_timeout_s=5), SystemClock(), Event())
        return str(caught.value), server.requests


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
@pytest.mark.parametrize("challenge", ['Basic realm="x"', 'Digest realm="x", nonce="1", qop="auth"'])
@pytest.mark.parametrize(("status", "words"), [(403, "403 Forbidden"), (404, "404 Not Found"), (503, "503 Service")])
def test_an_error_says_the_standards_words_and_not_the_cameras(
    scheme: str, challenge: str, status: int, words: str
) -> None:
    error, requests = said_back(status, scheme, challenge)
    assert words in error
    given = next(line.partition(" ")[2] for request in requests for line in request.split("\r\n") if "uthoriz" in line)
    assert given not in error
    for part in ("Basic", "Digest", "response=", USER):
        assert part not in error


def test_a_digest_log_in_over_http_carries_a_user_in_cyrillic() -> None:
    _, requests = said_back(403, "http", 'Digest realm="x", nonce="1"')
    assert f'username="{USER}"' in requests[-1]


@pytest.mark.parametrize(
    ("words", "number", "said"),
    [
        (http_status, 404, "404 Not Found"),
        (rtsp_status, 404, "404 Not Found"),
        (rtsp_status, 454, "454 Session Not Found"),
        (http_status, 454, "454"),
        (rtsp_status, 999, "999"),
    ],
)
def test_a_number_is_said_in_its_own_protocols_words(words: Callable[[int], str], number: int, said: str) -> None:
    assert words(number) == said
