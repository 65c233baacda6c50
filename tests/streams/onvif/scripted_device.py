"""An ONVIF device on loopback: a real HTTP server that checks log-ins as cameras do, with bodies as they send them.

Its log-in checks are written from the standards, apart from the client's.
"""

import base64
import hashlib
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Final, Self

_JOIN_LIMIT_S: Final = 5.0
_WINDOW: Final = timedelta(seconds=60)
_REALM: Final = "IP Camera(C1234)"
_NONCE: Final = "4e6a51304d7a6b79"


@dataclass
class Device:
    """What the device is: bodies by operation, with {base} for its own origin over http, and how it checks log-ins.

    `login` is "token", "digest" (HTTP) or "none". The time may be asked for without one (ONVIF Core,
    section 5.9.4), unless the device does not know that.
    """

    bodies: dict[str, str]
    login: str = "token"
    username: str = "admin"
    password: str = "Құпия-7&<"
    clock_ahead: timedelta = timedelta(0)
    is_time_open: bool = True
    # The prefix of the envelope's namespace, and the HTTP status of a refused log-in.
    prefix: str = "env"
    refusal_status: int = 400
    asked: list[str] = field(default_factory=list)
    failed_logins: int = 0
    requests: list[str] = field(default_factory=list)
    # Told of each operation before it is answered.
    listener: Callable[[str], None] = lambda _operation: None


class DeviceServer:
    """Serves a Device at a free port of 127.0.0.1, a thread a client; `with` starts and ends it."""

    def __init__(self, device: Device, tls: ssl.SSLContext | None = None) -> None:
        self.device = device
        self._server = _Server(device)
        self._scheme = "http" if tls is None else "https"
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, name="onvif-device", kwargs={"poll_interval": 0.05})

    @property
    def base(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join(_JOIN_LIMIT_S)
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    def __init__(self, device: Device) -> None:
        self.device = device
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        device = self.server.device
        request = self.rfile.read(int(self.headers["content-length"])).decode()
        found = re.search(r"<s:Body><(\w+)", request)
        operation = found[1] if found else ""
        device.requests.append(request)
        device.asked.append(operation)
        device.listener(operation)
        is_open = operation == "GetSystemDateAndTime" and device.is_time_open
        if not is_open and not self._is_logged_in(device, request):
            self._refuse(device, request)
            return
        body = device.bodies.get(operation)
        if operation == "GetSystemDateAndTime" and body is None:
            body = _date(datetime.now(UTC) + device.clock_ahead)
        if body is None:
            self._answer(500, enveloped(_fault("ter:ActionNotSupported", "Optional Action Not Implemented"), device))
            return
        token = re.search(r"<ProfileToken>(.*?)</ProfileToken>", request)
        body = body.replace("{base}", f"http://127.0.0.1:{self.server.server_port}")
        self._answer(200, enveloped(body.replace("{token}", token[1] if token else ""), device))

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""

    def _is_logged_in(self, device: Device, request: str) -> bool:
        if device.login == "none":
            return True
        if device.login == "token":
            is_right = _token_is_right(device, request)
            device.failed_logins += not is_right
            return is_right
        # Header fields are read as Latin-1; a user comes in UTF-8 (RFC 7616, section 3.4).
        header = (self.headers["authorization"] or "").encode("latin-1").decode()
        is_right = header.startswith("Digest ") and _digest_is_right(device, header, self.path)
        # Both at once is a fault (ONVIF Core, section 5.9.2).
        is_right = is_right and "UsernameToken" not in request
        device.failed_logins += bool(header) and not is_right
        return is_right

    def _refuse(self, device: Device, request: str) -> None:
        if device.login == "digest":
            challenge = f'Digest realm="{_REALM}", nonce="{_NONCE}", qop="auth", algorithm=MD5'
            self._answer(401, b"<html><body>Unauthorized</body></html>", ("WWW-Authenticate", challenge))
            return
        fault = _fault("ter:NotAuthorized", "The action requested requires authorization and the sender is not")
        self._answer(device.refusal_status, enveloped(fault, device))

    def _answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", "application/soap+xml; charset=utf-8"), *headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def enveloped(body: str, device: Device) -> bytes:
    """Return `body` in an envelope; what is a whole document already stays as it is."""
    if body.startswith(("<?xml", "<!", "<html")):
        return body.encode()
    prefix = device.prefix
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{prefix}:Envelope '
        f'xmlns:{prefix}="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" '
        'xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" '
        f'xmlns:ter="http://www.onvif.org/ver10/error"><{prefix}:Header/><{prefix}:Body>{body}'
        f"</{prefix}:Body></{prefix}:Envelope>"
    ).encode()


def _fault(code: str, reason: str) -> str:
    soap = 'xmlns:f="http://www.w3.org/2003/05/soap-envelope"'
    return (
        f"<f:Fault {soap}><f:Code><f:Value>f:Sender</f:Value><f:Subcode><f:Value>{code}</f:Value></f:Subcode></f:Code>"
        f'<f:Reason><f:Text xml:lang="en">{reason}</f:Text></f:Reason></f:Fault>'
    )


def _date(at: datetime) -> str:
    return (
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>"
        "<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-5:00:00</tt:TZ></tt:TimeZone>"
        f"<tt:UTCDateTime><tt:Time><tt:Hour>{at.hour}</tt:Hour><tt:Minute>{at.minute}</tt:Minute>"
        f"<tt:Second>{at.second}</tt:Second></tt:Time><tt:Date><tt:Year>{at.year}</tt:Year>"
        f"<tt:Month>{at.month}</tt:Month><tt:Day>{at.day}</tt:Day></tt:Date></tt:UTCDateTime>"
        "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def _token_is_right(device: Device, request: str) -> bool:
    found = {
        name: match[1]
        for name in ("Username", "Password", "Nonce", "Created")
        if (match := re.search(rf"<ws\w+:{name}(?: [^>]*)?>([^<]*)<", request))
    }
    if len(found) < 4 or unescape(found["Username"]) != device.username:
        return False
    created_at = datetime.fromisoformat(found["Created"])
    # What seems old may be a replay.
    if abs(datetime.now(UTC) + device.clock_ahead - created_at) > _WINDOW:
        return False
    nonce = base64.b64decode(found["Nonce"])
    expected = hashlib.sha1(nonce + found["Created"].encode() + device.password.encode()).digest()
    return base64.b64decode(found["Password"]) == expected


def _digest_is_right(device: Device, header: str, path: str) -> bool:
    fields = {name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', header)}
    a1 = _md5(f"{device.username}:{_REALM}:{device.password}")
    a2 = _md5(f"POST:{path}")
    expected = _md5(f"{a1}:{_NONCE}:{fields['nc']}:{fields['cnonce']}:auth:{a2}")
    return (fields["response"], fields["uri"], fields["username"]) == (expected, path, device.username)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
