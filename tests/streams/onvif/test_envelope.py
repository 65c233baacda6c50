"""Reading XML that strangers send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import OnvifError
from streams.onvif.envelope import envelope, number_at, read_envelope, text_at


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"<?xml version='1.0'?><a>{text}</a>".encode()))
def test_anything_is_read_or_is_the_one_error(data: bytes) -> None:
    try:
        told = read_envelope(data, "192.0.2.10").tag
    except OnvifError as error:
        told = str(error)
    assert told == "a" or "192.0.2.10" in told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1251"])
def test_encodings_that_cameras_use_are_read(encoding: str) -> None:
    text = "Kamera-1" if encoding == "iso-8859-1" else "Камера-1"
    data = f'<?xml version="1.0" encoding="{encoding}"?><a><b>{text}</b></a>'.encode(encoding)
    assert text_at(read_envelope(data, "192.0.2.10"), "b") == text


def test_what_is_written_is_read_in_any_namespace() -> None:
    root = read_envelope(envelope('<x:Count xmlns:x="urn:x"> 12 </x:Count><Name>  a\nb </Name>'), "192.0.2.10")
    assert number_at(root, "{*}Body/{*}Count") == 12
    assert text_at(root, "{*}Body/{*}Name") == "ab"
    assert text_at(root, "{*}Body/{*}None") is None


@pytest.mark.parametrize("text", ["", "-1", "1.5", "9999999999", "¹", "٣", "0x1", "1e9"])
def test_a_number_is_a_few_digits(text: str) -> None:
    assert number_at(read_envelope(f"<a><b>{text}</b></a>".encode(), "192.0.2.10"), "b") is None
