"""What was seen of a daily view, as a file: a PNG of one bit a pixel, white where something was seen."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from vision.errors import UnreadableImageError


def encode_seen(seen: NDArray[np.bool_]) -> bytes:
    """Encode (height, width) bool."""
    buffer = io.BytesIO()
    Pillow.fromarray(seen).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def decode_seen(data: bytes) -> NDArray[np.bool_]:
    """Decode what `encode_seen` made.

    Raises:
        UnreadableImageError: the bytes are no such PNG.
    """
    try:
        with Pillow.open(io.BytesIO(data), formats=("PNG",)) as opened:
            return np.asarray(opened.convert("1"), np.bool_)
    except (UnidentifiedImageError, OSError) as error:
        raise UnreadableImageError("What was seen of a daily view can't be read; derive the day again.") from error
