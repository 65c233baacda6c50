import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from vision.detector import Image
from vision.errors import UnreadableImageError
from vision.image import decode_image, encode_jpeg, read_image


def encoded(array: np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    Pillow.fromarray(array).save(buffer, kind, **options)
    return buffer.getvalue()


def test_a_photograph_decodes_to_its_size(bus: Image) -> None:
    assert bus.shape == (1080, 810, 3)
    assert bus.dtype == np.uint8


def test_colours_keep_their_channels() -> None:
    red = np.zeros((4, 4, 3), np.uint8)
    red[..., 0] = 200
    assert decode_image(encoded(red))[0, 0].tolist() == [0, 0, 200]


def test_a_grey_picture_gets_three_equal_channels() -> None:
    grey = np.arange(64, dtype=np.uint8).reshape(8, 8)
    decoded = decode_image(encoded(grey))
    assert decoded.shape == (8, 8, 3)
    assert np.array_equal(decoded[..., 0], grey)
    assert np.array_equal(decoded[..., 0], decoded[..., 2])


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_16_bit_picture_keeps_its_upper_bits(kind: str) -> None:
    deep = np.array([[0, 256, 32768, 65535]], np.uint16)
    assert decode_image(encoded(deep, kind))[0, :, 0].tolist() == [0, 1, 128, 255]


def test_transparency_is_dropped() -> None:
    rgba = np.full((5, 5, 4), 90, np.uint8)
    decoded = decode_image(encoded(rgba))
    assert decoded.shape == (5, 5, 3)
    assert decoded[2, 2].tolist() == [90, 90, 90]


def test_a_picture_of_one_pixel_is_a_picture() -> None:
    assert decode_image(encoded(np.full((1, 1, 3), 7, np.uint8))).tolist() == [[[7, 7, 7]]]


def test_a_rotated_photograph_is_turned_upright() -> None:
    wide = np.zeros((20, 40, 3), np.uint8)
    wide[:, :20] = 255
    turned = Pillow.Exif()
    turned[0x0112] = 6  # the camera was held turned by a quarter, clockwise
    decoded = decode_image(encoded(wide, "JPEG", exif=turned))
    assert decoded.shape == (40, 20, 3)
    assert decoded[5].mean() > 250
    assert decoded[35].mean() < 5


def test_no_bytes_are_refused() -> None:
    with pytest.raises(UnreadableImageError, match="empty"):
        decode_image(b"")


def test_text_is_refused() -> None:
    with pytest.raises(UnreadableImageError, match="no picture"):
        decode_image(b"<html>401 Unauthorized</html>")


def test_a_cut_off_photograph_is_refused(bus_path: Path) -> None:
    data = bus_path.read_bytes()
    with pytest.raises(UnreadableImageError, match="damaged or cut off"):
        decode_image(data[: len(data) // 2])


def test_a_picture_too_large_to_hold_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(UnreadableImageError, match="80 million pixels"):
        decode_image(encoded(np.zeros((9000, 9000), np.uint8)))


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableImageError, match=r"gone\.jpg cannot be read"):
        read_image(tmp_path / "gone.jpg")


def test_a_damaged_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "zero.jpg"
    path.touch()
    with pytest.raises(UnreadableImageError, match=r"zero\.jpg: The picture is empty"):
        read_image(path)


def test_jpeg_and_back_keeps_the_picture(bus: Image) -> None:
    again = decode_image(encode_jpeg(bus, 95))
    assert np.abs(again.astype(int) - bus).mean() < 3


# Pillow warns of much that it then reads or refuses.
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")
@given(
    st.binary(min_size=1, max_size=200), st.integers(0, 400), st.sampled_from(["JPEG", "PNG", "WEBP", "BMP", "TIFF"])
)
def test_damage_anywhere_is_a_picture_or_a_refusal(damage: bytes, at: int, kind: str) -> None:
    whole = encoded(np.arange(300, dtype=np.uint8).reshape(10, 10, 3), kind)
    broken = whole[:at] + damage + whole[at + len(damage) :]
    try:
        decoded = decode_image(broken)
    except UnreadableImageError:
        return
    assert decoded.ndim == 3
    assert decoded.dtype == np.uint8
