"""Addresses are read in one way only, and show no credential anywhere."""

import dataclasses
import json
import pickle
import string
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from streams.address import StreamAddress
from streams.errors import AddressRefusedError

_PRINTABLE = st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp"))
# Long enough not to stand in the rest of the address by chance.
_passwords = st.text(_PRINTABLE | st.sampled_from("@/#?:%&=+ "), min_size=6, max_size=40)
_usernames = st.text(_PRINTABLE.filter(lambda character: character != ":"), min_size=6, max_size=20)
_targets = st.text(string.ascii_letters + "/?=&.@-", max_size=20).map(lambda text: f"/{text}")
_hosts = st.sampled_from(["192.0.2.10", "camera.example.kz", "[2001:db8::1]", "камера.қаз"])


def _login(address: StreamAddress) -> tuple[str | None, str | None]:
    username, password = address.username, address.password
    return (
        None if username is None else username.get_secret_value(),
        None if password is None else password.get_secret_value(),
    )


@pytest.mark.parametrize(
    ("text", "login", "display"),
    [
        ("rtsp://192.0.2.10/live", (None, None), "rtsp://192.0.2.10/live"),
        ("RTSP://192.0.2.10:554/live", (None, None), "rtsp://192.0.2.10/live"),
        ("rtsp://admin@192.0.2.10:8554/", ("admin", None), "rtsp://192.0.2.10:8554/"),
        ("rtsp://admin:p%40s%2Fs@192.0.2.10/live", ("admin", "p@s/s"), "rtsp://192.0.2.10/live"),
        ("rtsp://admin:p@ss@192.0.2.10/live", ("admin", "p@ss"), "rtsp://192.0.2.10/live"),
        ("rtsp://admin:p/s#s?x:y@192.0.2.10/live", ("admin", "p/s#s?x:y"), "rtsp://192.0.2.10/live"),
        ("rtsp://admin:100%@192.0.2.10/live", ("admin", "100%"), "rtsp://192.0.2.10/live"),
        ("http://оператор:құпия@камера.қаз/a", ("оператор", "құпия"), "http://камера.қаз/a"),
        ("rtsps://a:b@[2001:db8::1]:322/x", ("a", "b"), "rtsps://[2001:db8::1]/x"),
        ("http://192.0.2.10/x?mail=a@b.kz", (None, None), "http://192.0.2.10/x?mail=a%40b.kz"),
    ],
)
def test_an_address_is_read_with_its_log_in(text: str, login: tuple[str | None, str | None], display: str) -> None:
    address = StreamAddress.parse(text)
    assert _login(address) == login
    assert address.display == display


@pytest.mark.parametrize(
    "text",
    [
        "",
        "192.0.2.10",
        "admin:geheim@192.0.2.10",
        "file:///etc/passwd",
        "concat:rtsp://192.0.2.10/geheim",
        "rtmp://192.0.2.10/geheim",
        "rtsp:192.0.2.10",
        "rtsp://",
        "rtsp:///geheim",
        "rtsp://192.0.2.10:0/geheim",
        "rtsp://192.0.2.10:99999/geheim",
        "rtsp://bad host/geheim",
        "rtsp://[::zz]/geheim",
        "rtsp://a..b/geheim",
        "rtsp://192.0.2.10/geheim\r\nX: y",
        "rtsp://a%3Ab:geheim@192.0.2.10/",
        "rtsp://a:geheim%FF@192.0.2.10/",
        "rtsp://:geheim@192.0.2.10/" + "x" * 3000,
    ],
)
def test_what_is_no_camera_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(AddressRefusedError, match="Accepted are rtsp://, rtsps://, http:// and https://") as caught:
        StreamAddress.parse(text)
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "text",
    [
        # Host `ss` with a path, or a password with a slash.
        "rtsp://admin:p@ss/w@192.0.2.10/live",
        # Host `admin`, port 12, or a password 12/34.
        "rtsp://admin:12/34@192.0.2.10/live",
        # Encoded, or with raw characters that look encoded.
        "rtsp://admin:p/w%40x@192.0.2.10/live",
    ],
)
def test_an_address_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(AddressRefusedError, match=r"apart|encoded"):
        StreamAddress.parse(text)


def test_a_log_in_given_apart_needs_no_encoding_and_wins() -> None:
    address = StreamAddress.parse("rtsp://old:one@192.0.2.10/live", username="new", password="%41:@/#?")
    assert _login(address) == ("new", "%41:@/#?")


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/user=admin_password=tlJw6_channel=1_stream=0.sdp", "/user=***_password=***_channel=1_stream=0.sdp"),
        ("/cgi?usr=admin&pwd=geheim&stream=1", "/cgi?usr=***&pwd=***&stream=1"),
        ("/video?u=admin&p=geheim", "/video?u=***&p=***"),
        ("/AbCdEf0123456789?enableSrtp", "/***?enableSrtp"),
        ("/Streaming/Channels/101", "/Streaming/Channels/101"),
        ("/cam/realmonitor?channel=1&subtype=0", "/cam/realmonitor?channel=1&subtype=0"),
    ],
)
def test_a_log_in_in_the_path_is_hidden_too(target: str, shown: str) -> None:
    address = StreamAddress.parse(f"rtsp://192.0.2.10{target}")
    assert address.display == f"rtsp://192.0.2.10{shown}"
    assert address.reveal() == f"rtsp://192.0.2.10{target}"


@given(_hosts, st.integers(1, 65535), _targets, _usernames, _passwords)
def test_no_credential_shows_and_reveal_gives_the_address_back(
    host: str, port: int, target: str, username: str, password: str
) -> None:
    plain = f"rtsp://{host}:{port}{target}"
    # What stands in the address anyway can't be hidden.
    assume(all(secret not in plain and secret.lower() not in "streamaddress" for secret in (username, password)))
    address = StreamAddress.parse(plain, username=username, password=password)
    copies = (address, pickle.loads(pickle.dumps(address)), StreamAddress.parse(address.reveal()))
    for copy in copies:
        assert copy == address
        assert _login(copy) == (username, password)
        shown = (
            str(copy),
            repr(copy),
            f"{copy}",
            f"{copy!r}",
            copy.display,
            copy.origin,
            repr(dataclasses.asdict(copy)),
            json.dumps([copy], default=repr),
        )
        for secret in (username, password, quote(username, safe=""), quote(password, safe="")):
            assert all(secret not in text for text in shown)


@given(_usernames, _passwords)
def test_no_error_about_an_address_shows_its_credentials(username: str, password: str) -> None:
    assume(all(secret not in "rtsp://192.0.2.10/live" for secret in (username, password)))
    try:
        StreamAddress.parse(f"rtsp://{username}:{password}@192.0.2.10/live")
    except AddressRefusedError as error:
        fixed = [
            "The address can be read in more than one way",
            "The address names no host",
            "The user or the password is percent-encoded in part",
            "The user or the password is percent-encoded in something else than UTF-8",
            "The user holds a colon",
        ]
        assert any(str(error).startswith(text) for text in fixed)  # noqa: PT017  # only some inputs are refused


def test_a_redirect_takes_the_log_in_along_within_its_origin_only() -> None:
    address = StreamAddress.parse("http://admin:geheim@192.0.2.10:8080/a")
    assert _login(address.redirected("/b")) == ("admin", "geheim")
    assert _login(address.redirected("http://192.0.2.10:8080/b")) == ("admin", "geheim")
    assert _login(address.redirected("http://192.0.2.10/b")) == (None, None)
    assert _login(address.redirected("https://192.0.2.10:8080/b")) == (None, None)
    assert _login(address.redirected("http://192.0.2.11:8080/b")) == (None, None)
    with pytest.raises(AddressRefusedError):
        address.redirected("file:///etc/passwd")
