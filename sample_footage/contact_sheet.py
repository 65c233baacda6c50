"""A site's time-lapse on one sheet, a row a day: `python -m sample_footage.contact_sheet CLIP OUT.jpg`."""

import argparse
import sys
from datetime import date
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw

from sample_footage.footage import decode, read_json

_TILE_PX = (240, 135)
_GAP_PX = 2


def make_contact_sheet(clip: Path, across: int, every: int = 1) -> Image.Image:
    """Lay a time-lapse out, `across` days a row and the looks of a day below each other; every n-th day only."""
    times = read_json(clip.with_suffix(".times.json"))["times"]
    pictures = zip(times, decode(clip), strict=True)
    days = [list(looks) for _, looks in groupby(pictures, key=lambda look: date.fromisoformat(look[0][:10]))][::every]
    looks = max(len(day) for day in days)
    rows = -(-len(days) // across)
    step_x, step_y = _TILE_PX[0] + _GAP_PX, _TILE_PX[1] + _GAP_PX
    sheet = Image.new("RGB", (across * step_x - _GAP_PX, rows * (looks * step_y + 3 * _GAP_PX)), "white")
    pen = ImageDraw.Draw(sheet)
    for index, day in enumerate(days):
        left, top = index % across * step_x, index // across * (looks * step_y + 3 * _GAP_PX)
        for look, (at, picture) in enumerate(day):
            corner = (left, top + look * step_y)
            sheet.paste(Image.fromarray(picture[:, :, ::-1]).resize(_TILE_PX, Image.Resampling.LANCZOS), corner)
            pen.text(
                (corner[0] + 5, corner[1] + 3),
                at[5:16].replace("T", " "),
                fill="white",
                stroke_fill="black",
                stroke_width=2,
            )
    return sheet


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sample_footage.contact_sheet", description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--across", type=int, default=5, help="days a row")
    parser.add_argument("--every", type=int, default=1, help="show every n-th day")
    options = parser.parse_args()
    make_contact_sheet(options.clip, options.across, options.every).save(options.out, quality=80)
    sys.exit(0)
