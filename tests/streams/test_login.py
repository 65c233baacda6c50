"""Challenges are answered as RFC 7616 and RFC 7617 ask."""

import base64
import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.address import StreamAddress
from streams.errors import AuthenticationError
from streams.login import Login

_PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=20)


def _login(username: str = "Mufasa", password: str = "Circle of Life") -> Login:
    return Login(StreamAddress.parse("http://www.example.org/dir/index.html", username=username, password=password))


def _fields(header: str) -> dict[str, str]:
    return {name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', header)}


def test_nothing_is_sent_before_the_camera_asks() -> None:
    assert _login().headers("GET", "/") == {}


@pytest.mark.parametrize(("algorithm", "digest"), [("MD5", "md5"), ("SHA-256", "sha256")])
def test_a_digest_challenge_is_answered(algorithm: str, digest: str) -> None:
    def hashed(text: str) -> str:
        return hashlib.new(digest, text.encode()).hexdigest()

    login = _login()
    # The challenge of RFC 7616, section 3.9.1.
    login.take(
        [
            f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
            'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
            'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
        ]
    )
    answers = [_fields(login.headers("GET", "/dir/index.html")["Authorization"]) for _ in range(2)]
    assert [answer["nc"] for answer in answers] == ["00000001", "00000002"]
    for answer in answers:
        a1 = hashed("Mufasa:http-auth@example.org:Circle of Life")
        a2 = hashed("GET:/dir/index.html")
        middle = f"{answer['nonce']}:{answer['nc']}:{answer['cnonce']}:auth"
        assert answer["response"] == hashed(f"{a1}:{middle}:{a2}")
        assert answer["opaque"] == "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"


def test_an_old_digest_challenge_is_answered_in_the_old_way() -> None:
    login = _login()
    login.take(['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'])
    # RFC 2069's example with RFC 7616's user, worked out with its formula.
    a1 = hashlib.md5(b"Mufasa:testrealm@host.com:Circle of Life").hexdigest()
    a2 = hashlib.md5(b"DESCRIBE:rtsp://192.0.2.10/").hexdigest()
    expected = hashlib.md5(f"{a1}:dcd98b7102dd2f0e8b11d0f600bfb0c093:{a2}".encode()).hexdigest()
    header = login.headers("DESCRIBE", "rtsp://192.0.2.10/")["Authorization"]
    assert _fields(header)["response"] == expected
    assert "qop" not in header
    assert "algorithm" not in header


def test_the_strongest_scheme_is_chosen() -> None:
    login = _login()
    login.take(
        [
            'Basic realm="x"',
            'Digest realm="x", nonce="1", algorithm=MD5',
            'Digest realm="x", nonce="2", algorithm=SHA-256',
        ]
    )
    assert _fields(login.headers("GET", "/")["Authorization"])["nonce"] == "2"
    login = _login()
    login.take(['Basic realm="x", Digest realm="x", nonce="1"'])
    assert login.headers("GET", "/")["Authorization"].startswith("Digest ")


@given(_PRINTABLE.filter(lambda text: ":" not in text), _PRINTABLE)
def test_basic_carries_any_password(username: str, password: str) -> None:
    login = _login(username, password)
    login.take(['Basic realm="x"'])
    scheme, _, token = login.headers("GET", "/")["Authorization"].partition(" ")
    assert (scheme, base64.b64decode(token).decode()) == ("Basic", f"{username}:{password}")


def test_a_second_refusal_is_final_unless_the_challenge_was_stale() -> None:
    login = _login()
    login.take(['Digest realm="x", nonce="1"'])
    login.take(['Digest realm="x", nonce="2", stale=true'])
    assert _fields(login.headers("GET", "/")["Authorization"])["nonce"] == "2"
    with pytest.raises(AuthenticationError, match="Check the camera's user and password"):
        login.take(['Digest realm="x", nonce="3"'])


@pytest.mark.parametrize("challenges", [[], ["Negotiate"], ['Digest realm="x", nonce="1", algorithm=SHA-512-256']])
def test_a_scheme_that_is_not_known_is_said(challenges: list[str]) -> None:
    with pytest.raises(AuthenticationError, match="digest or basic"):
        _login().take(challenges)


@given(st.lists(st.text(max_size=60) | st.text(max_size=60).map("Digest {}".format), max_size=3))
def test_garbled_challenges_are_survived(challenges: list[str]) -> None:
    login = _login()
    try:
        login.take(challenges)
    except AuthenticationError:
        return
    assert login.headers("GET", "/")
