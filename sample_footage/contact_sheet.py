"""Every picture of a time-lapse on one sheet, a row a day: `python -m sample_footage.contact_sheet DIR OUT.jpg`."""

import argparse
import sys
from pathlib import Path

from PIL import Image, ImageDraw

from sample_footage.footage import decode, read_json

_TILE_PX = (320, 180)
_GAP_PX = 2


def make_contact_sheet(folder: Path, looks: int) -> Image.Image:
    """Lay a site's time-lapse out, `looks` pictures a row."""
    clip = folder / "time_lapse.mp4"
    times = read_json(clip.with_suffix(".times.json"))["times"]
    rows = -(-len(times) // looks)
    step_x, step_y = _TILE_PX[0] + _GAP_PX, _TILE_PX[1] + _GAP_PX
    sheet = Image.new("RGB", (looks * step_x - _GAP_PX, rows * step_y - _GAP_PX), "white")
    pen = ImageDraw.Draw(sheet)
    for index, (at, picture) in enumerate(zip(times, decode(clip), strict=True)):
        corner = (index % looks * step_x, index // looks * step_y)
        sheet.paste(Image.fromarray(picture[:, :, ::-1]).resize(_TILE_PX, Image.Resampling.LANCZOS), corner)
        pen.text(
            (corner[0] + 6, corner[1] + 4), at[:16].replace("T", " "), fill="white", stroke_fill="black", stroke_width=2
        )
    return sheet


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sample_footage.contact_sheet", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--looks", type=int, default=4, help="pictures a day")
    options = parser.parse_args()
    make_contact_sheet(options.folder, options.looks).save(options.out, quality=82)
    sys.exit(0)
