"""The address of a stream, whose credentials show nowhere.

A password may hold any printable character. Where it stands in the address, `@ / # ? %` are
written percent-encoded; given raw they are accepted as long as the address can be read in one
way only. Given apart from the address they need no encoding.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NoReturn, Self
from urllib.parse import quote, unquote, urljoin

from pydantic import SecretStr

from streams.errors import AddressRefusedError

DEFAULT_PORTS: Final = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
HIDDEN: Final = "***"

_HIGHEST_PORT: Final = 65535
_LONGEST: Final = 2000
# A password this short may stand in a path by chance; hiding it there would give it away.
_SHORTEST_HIDDEN: Final = 4
# What stands in a request line as it is: RFC 3986's characters but for the @, which could be taken
# for the end of a log-in, and the percent sign of what is already encoded.
_URL_CHARACTERS: Final = "/?[]!$&'()*+,;=:-._~%"
_ACCEPTED: Final = (
    "Accepted are rtsp://, rtsps://, http:// and https:// with a host, such as rtsp://192.0.2.10:554/live."
)
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST_PORT: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s\[\]:@/?#%]+)(?::(?P<port>\d{1,5}))?")
_LABEL: Final = re.compile(r"[\w-]{1,63}")
_ENCODED: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# DVRs carry the log-in in the path or the query, as in /user=admin_password=x_channel=1.sdp.
_NAMED_SECRET: Final = re.compile(
    r"(?<![A-Za-z])([up]|[\w.-]*?(?:pass|pwd|pw|secret|token|key|auth|sig|cred|login|user|usr)\w*?)="
    r".*?(?=[&;/?#]|_[A-Za-z]+=|$)",
    re.IGNORECASE,
)
# With some cameras the path is the secret: a long run of letters and digits.
_OPAQUE: Final = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{16,}(?![A-Za-z0-9])")

_Reading = tuple[str, str, int | None, str]


@dataclass(frozen=True, slots=True, repr=False)
class StreamAddress:
    """Where a stream is had from, and the log-in for it.

    `target` is the path with its query; it is kept secret too, since some cameras take the log-in
    there. `display` is what people are shown, `reveal` what the opener is given.
    """

    scheme: str
    host: str
    port: int
    target: SecretStr
    username: SecretStr | None = None
    password: SecretStr | None = None

    @classmethod
    def parse(cls, text: str, *, username: str | None = None, password: str | None = None) -> Self:
        """Read an address; `username` and `password` given apart replace those in it.

        Raises:
            AddressRefusedError: the text is no such address, or can be read in two ways.
        """
        text = text.strip()
        if len(text) > _LONGEST:
            _refuse(f"The address is longer than {_LONGEST} characters.")
        if _UNPRINTABLE.search(text):
            _refuse("The address holds a character that can't be printed.")
        scheme, rest = _split_scheme(text)
        readings = list(_readings(rest))
        if username is not None:
            readings = [reading for reading in readings if not reading[0]] or readings
        if not readings:
            _refuse("The address names no host that could exist.")
        if len(readings) > 1:
            _refuse(
                "The address can be read in more than one way. Give user and password apart from it, or write them "
                "percent-encoded (@ as %40, / as %2F, # as %23, ? as %3F, % as %25), and an @ in the path as %40."
            )
        userinfo, host, port, target = readings[0]
        own_username, own_password = _split_userinfo(userinfo)
        return cls(
            scheme=scheme,
            host=host,
            port=port or DEFAULT_PORTS[scheme],
            target=SecretStr(target),
            username=_secret(own_username if username is None else username),
            password=_secret(own_password if password is None else password),
        )

    def __post_init__(self) -> None:
        if self.scheme not in DEFAULT_PORTS:
            _refuse("The address's scheme is not allowed.")
        if not 0 < self.port <= _HIGHEST_PORT:
            _refuse(f"There is no port {self.port}.")
        if self.password is not None and self.username is None:
            _refuse("The address has a password and no user.")
        for secret in (self.username, self.password):
            if secret is not None and _UNPRINTABLE.search(secret.get_secret_value()):
                _refuse("The user or the password holds a character that can't be printed.")
        # RFC 7617, section 2: user and password are told apart by the first colon.
        if self.username is not None and ":" in self.username.get_secret_value():
            _refuse("The user holds a colon, which no log-in over RTSP or HTTP can carry.")

    def __str__(self) -> str:
        return self.display

    def __repr__(self) -> str:
        return f"StreamAddress({self.display!r})"

    @property
    def display(self) -> str:
        """The address as it may be shown: no log-in, and nothing in the path that looks like one."""
        shown = self.target.get_secret_value()
        for secret in (self.password, self.username):
            if secret is not None and len(secret) >= _SHORTEST_HIDDEN:
                shown = shown.replace(secret.get_secret_value(), HIDDEN)
                shown = shown.replace(quote(secret.get_secret_value(), safe=_URL_CHARACTERS), HIDDEN)
        shown = _NAMED_SECRET.sub(rf"\1={HIDDEN}", shown)
        return f"{self.origin}{_OPAQUE.sub(HIDDEN, shown)}"

    @property
    def origin(self) -> str:
        """Scheme, host and port, the port only where it is not the scheme's own."""
        return _origin(self.scheme, self.host, self.port)

    @property
    def ascii_host(self) -> str:
        """The host as resolvers, certificates and request lines have it."""
        return self.host if ":" in self.host else self.host.encode("idna").decode("ascii")

    @property
    def request_url(self) -> str:
        """The address without the log-in but with the whole path: for request lines, never for people."""
        return f"{_origin(self.scheme, self.ascii_host, self.port)}{self.target.get_secret_value()}"

    def reveal(self) -> str:
        """Return the whole address with its log-in, percent-encoded: for sealing and opening only."""
        if self.username is None:
            return f"{self.origin}{self.target.get_secret_value()}"
        userinfo = quote(self.username.get_secret_value(), safe="")
        if self.password is not None:
            userinfo += f":{quote(self.password.get_secret_value(), safe='')}"
        return self.origin.replace("://", f"://{userinfo}@", 1) + self.target.get_secret_value()

    def redirected(self, location: str) -> "StreamAddress":
        """Return the address that a redirect names; the log-in goes along within the same origin only.

        Raises:
            AddressRefusedError: the redirect leads to something that may not be opened.
        """
        try:
            joined = urljoin(self.request_url, location)
        except ValueError:
            joined = None
        # Outside the except block: the error holds what was named, which may carry a log-in.
        if joined is None:
            _refuse("A redirect or a playlist names an address that can't be read.")
        target = StreamAddress.parse(joined)
        if target.username is None and target.origin == self.origin:
            return StreamAddress(target.scheme, target.host, target.port, target.target, self.username, self.password)
        return target


def _split_scheme(text: str) -> tuple[str, str]:
    match = _SCHEME.match(text)
    if match is None:
        _refuse("The address has no scheme.")
    scheme = match[1].lower()
    if scheme not in DEFAULT_PORTS:
        # Not repeated: without a scheme, what stands before the colon may be part of a log-in.
        _refuse("The address's scheme is not allowed.")
    rest = text[match.end() :]
    if not rest.startswith("//"):
        _refuse("The address lacks the // after its scheme.")
    return scheme, rest[2:]


def _readings(rest: str) -> Iterator[_Reading]:
    """Yield each way in which `rest` splits into log-in, host, port and path."""
    ends = [match.end() for match in re.finditer("@", rest)]
    yield from _reading("", rest)
    for end in ends:
        userinfo = rest[: end - 1]
        # Without a colon, an @ behind a slash belongs to the path: nobody's whole log-in is a user
        # with a slash in it.
        if _is_within_authority(rest, end) or ":" in userinfo:
            yield from _reading(userinfo, rest[end:])


def _is_within_authority(rest: str, end: int) -> bool:
    return not any(character in rest[:end] for character in "/?#")


def _reading(userinfo: str, remainder: str) -> Iterator[_Reading]:
    match = _HOST_PORT.match(remainder)
    if match is None:
        return
    target = remainder[match.end() :]
    port = None if match["port"] is None else int(match["port"])
    if target[:1] not in ("", "/", "?", "#") or port == 0 or (port or 0) > _HIGHEST_PORT or not _is_host(match["host"]):
        return
    # A fragment never reaches the other side.
    target = quote(target.partition("#")[0], safe=_URL_CHARACTERS)
    yield userinfo, match["host"].strip("[]").lower(), port, target


def _is_host(host: str) -> bool:
    if host.startswith("["):
        try:
            ipaddress.IPv6Address(host.strip("[]"))
        except ValueError:
            return False
        return True
    try:
        # The form in which the resolver will be asked for it.
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return all(_LABEL.fullmatch(label) for label in ascii_host.rstrip(".").split("."))


def _split_userinfo(userinfo: str) -> tuple[str | None, str | None]:
    if not userinfo:
        return None, None
    if any(character in userinfo for character in "@/?#") and _ENCODED.search(userinfo):
        _refuse("The user or the password is percent-encoded in part. Encode all of @ / # ? %, or give them apart.")
    username, colon, password = userinfo.partition(":")
    return _decoded(username), _decoded(password) if colon else None


def _decoded(text: str) -> str:
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError:
        decoded = None
    # Outside the except block, so that the error with the text in it is not chained.
    if decoded is None:
        _refuse("The user or the password is percent-encoded in something else than UTF-8.")
    return decoded


def _secret(text: str | None) -> SecretStr | None:
    return None if text is None else SecretStr(text)


def _origin(scheme: str, host: str, port: int) -> str:
    bracketed = f"[{host}]" if ":" in host else host
    return f"{scheme}://{bracketed}" if port == DEFAULT_PORTS[scheme] else f"{scheme}://{bracketed}:{port}"


def _refuse(reason: str) -> NoReturn:
    raise AddressRefusedError(f"{reason} {_ACCEPTED}")
