"""One request to a service of an ONVIF device, checked and logged in, and its answer read with suspicion."""

import re
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Final

# A type only; all parsing is defusedxml's.
from xml.etree.ElementTree import Element

from streams.address import StreamAddress
from streams.clock import Clock
from streams.errors import AddressRefusedError, AuthenticationError, OnvifError
from streams.http_post import HttpAnswer, post
from streams.login import Login
from streams.network_policy import NetworkPolicy
from streams.onvif.envelope import LARGEST_BYTES, envelope, read_envelope
from streams.onvif.username_token import security_header
from streams.settings import StreamSettings
from streams.stoppable_socket import connect

# Once to be asked for an HTTP log-in, once to give it, and once more where its challenge is called stale.
_MOST_TRIES: Final = 3
# Cameras differ in where a fault says so, and in how.
_LOG_IN_FAULT: Final = re.compile(
    r"not\s?authori[sz]ed|unauthori[sz]ed|failed\s?authentication|invalid\s?security|failed\s?check|time check",
    re.IGNORECASE,
)
_FAULT_CODE: Final = re.compile(r"[A-Za-z0-9:_-]{1,60}")


@dataclass(frozen=True, slots=True)
class Request:
    """One operation of one service; `content` is XML within the service's namespace."""

    namespace: str
    operation: str
    content: str = ""

    @property
    def body(self) -> str:
        """The request as it stands in an envelope's body."""
        return f'<{self.operation} xmlns="{self.namespace}">{self.content}</{self.operation}>'

    @property
    def content_type(self) -> str:
        """The media type with the operation's action (SOAP 1.2, part 2, section 6.5)."""
        return f'application/soap+xml; charset=utf-8; action="{self.namespace}/{self.operation}"'


class SoapClient:
    """Asks one device's services and logs in as the device wants it. Used by one thread.

    `clock_skew` is how far the device's clock is ahead of ours: a log-in carries the device's time,
    since cameras refuse one that seems old.
    """

    def __init__(self, policy: NetworkPolicy, settings: StreamSettings, clock: Clock, stop: Event) -> None:
        self._policy = policy
        self._settings = settings
        self._clock = clock
        self._stop = stop
        self._wants_http_login = False
        self.clock_skew = timedelta(0)

    def call(self, service: StreamAddress, request: Request, *, log_in: bool = True) -> Element:
        """Send `request` to `service`, with its log-in if it has one, and return the response in the envelope.

        Raises:
            AuthenticationError: the log-in is missing or wrong.
            OnvifError: the device refuses the operation, or doesn't answer in SOAP.
            StreamError: the address is refused, or nothing answers there.
            StoppedError: the run was stopped.
        """
        login = Login(service)
        has_login = log_in and service.username is not None
        # One kind of log-in at a time: a device that takes both must check both (ONVIF Core, section 5.9).
        header = self._security_header(service) if has_login and not self._wants_http_login else ""
        for _ in range(_MOST_TRIES):
            answer = self._post(service, request, header, login)
            if answer.status != 401 or not answer.challenges or not has_login:
                return _response(answer, service, request)
            login.take(answer.challenges)
            self._wants_http_login, header = True, ""
        raise _login_error(service)

    def _security_header(self, service: StreamAddress) -> str:
        assert service.username is not None
        password = "" if service.password is None else service.password.get_secret_value()
        return security_header(service.username.get_secret_value(), password, self._clock.now() + self.clock_skew)

    def _post(self, service: StreamAddress, request: Request, header: str, login: Login) -> HttpAnswer:
        connection = connect(self._policy.check(service), self._settings, self._clock, self._stop, awaited="answer")
        body = envelope(request.body, header)
        return post(connection, service, login, body, request.content_type, LARGEST_BYTES)


def _response(answer: HttpAnswer, service: StreamAddress, request: Request) -> Element:
    who = service.display
    if answer.location is not None and 300 <= answer.status < 400:
        raise _redirect_error(service, answer.location)
    if answer.status == 401:
        raise _login_error(service)
    try:
        root = read_envelope(answer.body, who)
    except OnvifError as error:
        if answer.status == 200:
            raise
        raise OnvifError(
            f"{who} answers {answer.status}: there is no ONVIF service here. Check the address, and that ONVIF is "
            "switched on in the camera."
        ) from error
    fault = root.find("{*}Body/{*}Fault")
    if fault is not None:
        raise _fault_error(fault, service, request)
    response = root.find(f"{{*}}Body/{{*}}{request.operation}Response")
    if response is None:
        raise OnvifError(f"{who} answers {request.operation} with something else. Check that it is an ONVIF camera.")
    return response


def _fault_error(fault: Element, service: StreamAddress, request: Request) -> OnvifError | AuthenticationError:
    if _LOG_IN_FAULT.search(" ".join(fault.itertext())):
        return _login_error(service)
    # The last code is the most particular one. The reason beside it is anybody's text and is not repeated.
    codes = [value.text or "" for value in fault.iterfind(".//{*}Value")] or ["no code"]
    code = codes[-1].strip()
    shown = code if _FAULT_CODE.fullmatch(code) else "no code"
    return OnvifError(f"{service.display} refuses {request.operation} ({shown}).")


def _login_error(service: StreamAddress) -> AuthenticationError:
    if service.username is None:
        return AuthenticationError(f"{service.display} asks for a log-in. Give the camera's user and password.")
    return AuthenticationError(
        f"{service.display} refuses the log-in. Check the camera's user and password; some cameras keep users of "
        "their own for ONVIF."
    )


def _redirect_error(service: StreamAddress, location: str) -> OnvifError:
    try:
        target = service.redirected(location).display
    except AddressRefusedError as error:
        return OnvifError(f"{service.display} redirects to an address that may not be opened. {error}")
    return OnvifError(f"{service.display} redirects to {target}. Give that address if it is the camera's.")
