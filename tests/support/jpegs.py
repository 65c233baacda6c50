"""JPEGs as cameras send them."""

import struct

import cv2
import numpy as np
from numpy.typing import NDArray


def jpeg(image: NDArray[np.uint8], quality: int = 90) -> bytes:
    """Encode a BGR picture, (height, width, 3) uint8."""
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def png(image: NDArray[np.uint8]) -> bytes:
    """Encode a BGR picture without loss."""
    return cv2.imencode(".png", image)[1].tobytes()


def with_exif_time(data: bytes, taken: str, offset: str, order: str = "<") -> bytes:
    """Put DateTimeOriginal and OffsetTimeOriginal into a JPEG, in little or big endian."""
    texts = [text.encode() + b"\x00" for text in (taken, offset)]
    # Header, the root folder with one tag, and then the EXIF folder with two, whose texts follow it.
    tags_at, texts_at = 8 + 18, 8 + 18 + 30
    tiff = {"<": b"II", ">": b"MM"}[order] + struct.pack(f"{order}HI", 42, 8)
    tiff += struct.pack(f"{order}HHHIII", 1, 0x8769, 4, 1, tags_at, 0)
    tiff += struct.pack(f"{order}H", 2)
    for tag, text, at in zip((0x9003, 0x9011), texts, (texts_at, texts_at + len(texts[0])), strict=True):
        tiff += struct.pack(f"{order}HHII", tag, 2, len(text), at)
    tiff += struct.pack(f"{order}I", 0) + b"".join(texts)
    block = b"Exif\x00\x00" + tiff
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:]
