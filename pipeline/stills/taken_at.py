"""When a photograph says that it was taken."""

from datetime import datetime
from pathlib import Path
from typing import Final

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from vision.image import FORMATS

_EXIF_FOLDER: Final = 0x8769
_TAKEN, _OFFSET = 0x9003, 0x9011
# What Pillow raises for a file that is damaged, or none of its formats, beside its own errors.
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, Pillow.DecompressionBombError)


def taken_at(photograph: Path) -> datetime | None:
    """EXIF's DateTimeOriginal with its offset, or by the camera's own clock where it has none; None without either.

    The picture itself is not decoded: whether it can be is told when it is looked at.
    """
    try:
        with Pillow.open(photograph, formats=FORMATS) as opened:
            tags = opened.getexif().get_ifd(_EXIF_FOLDER)
    except (UnidentifiedImageError, *_DAMAGE):
        return None
    taken, offset = (str(tags.get(tag, "")).strip(" \t\0") for tag in (_TAKEN, _OFFSET))
    for text, form in ((f"{taken} {offset}", "%Y:%m:%d %H:%M:%S %z"), (taken, "%Y:%m:%d %H:%M:%S")):
        try:
            # A camera's own clock is the site's: the day is the one it names.
            return datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue
    return None
