"""Bytes and files to pictures and back: BGR, 8 bits, upright."""

import io
import struct
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from vision.detector import Image
from vision.errors import UnreadableImageError

# What cameras and phones send. Pillow knows more formats, some of which start other programs.
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF")
MAX_PIXELS = 80_000_000
DEFAULT_JPEG_QUALITY = 85

# What Pillow's decoders raise on damaged data, apart from its own errors, which are OSErrors.
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error, OverflowError)


def decode_image(data: bytes) -> Image:
    """Decode a picture to (height, width, 3) uint8 BGR, turned upright by its EXIF orientation.

    Grey pictures get three equal channels, 16-bit ones keep their upper 8 bits, transparency is
    dropped, and of several frames the first is taken.

    Raises:
        UnreadableImageError: empty, damaged, cut off, too large, or not a picture.
    """
    if not data:
        raise UnreadableImageError("The picture is empty (0 bytes). Send it again.")
    try:
        with Pillow.open(io.BytesIO(data), formats=FORMATS) as opened:
            return _decoded(opened)
    except Pillow.DecompressionBombError as error:
        raise UnreadableImageError(_too_large()) from error
    except UnidentifiedImageError as error:
        raise UnreadableImageError(f"These bytes are no picture. Send one of {', '.join(FORMATS)}.") from error
    except _DAMAGE as error:
        raise UnreadableImageError(f"The picture is damaged or cut off ({error}). Send it again.") from error


def read_image(path: Path) -> Image:
    """Read a picture file as `decode_image` does.

    Raises:
        UnreadableImageError: the file is missing, may not be read, or holds no picture.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableImageError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        return decode_image(data)
    except UnreadableImageError as error:
        raise UnreadableImageError(f"{path}: {error}") from error


def encode_jpeg(image: Image, quality: int = DEFAULT_JPEG_QUALITY) -> bytes:
    """Encode (height, width, 3) uint8 BGR as JPEG, without any metadata."""
    _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return bytes(encoded.tobytes())


def _decoded(opened: Pillow.Image) -> Image:
    if opened.width * opened.height > MAX_PIXELS:
        raise UnreadableImageError(_too_large())
    upright = ImageOps.exif_transpose(opened)
    if upright.mode.startswith("I") or upright.mode == "F":
        return _from_deep_grey(np.asarray(upright))
    rgb = np.asarray(upright.convert("RGB"), dtype=np.uint8)
    return np.ascontiguousarray(rgb[:, :, ::-1])


def _from_deep_grey(values: NDArray[np.generic]) -> Image:
    grey = (np.clip(values.astype(np.float64), 0, 65535) / 256).astype(np.uint8)
    return np.ascontiguousarray(np.repeat(grey[:, :, np.newaxis], 3, axis=2))


def _too_large() -> str:
    return f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels. Send a smaller one."
