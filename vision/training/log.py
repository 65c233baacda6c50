"""The training's log as people read it: `results.csv`, and `curves.svg` drawn plainly."""

import csv
from collections.abc import Sequence
from pathlib import Path

from vision.training.state import LogRow

RESULTS, CURVES = "results.csv", "curves.svg"
_PANELS = (
    ("losses", ("box_loss", "cls_loss", "dfl_loss")),
    ("AP50 on the development split", ("person_ap50", "machinery_ap50", "vehicle_ap50")),
    ("AP50-95 on the development split", ("person_ap50_95", "machinery_ap50_95", "vehicle_ap50_95")),
)
_COLOURS = ("#1f5fa8", "#c0571b", "#4a8a3c")
_WIDTH_PX, _HEIGHT_PX, _EDGE_PX = 420, 240, 36


def write_log(folder: Path, rows: Sequence[LogRow]) -> None:
    """Write both files anew from all rows so far."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with (folder / RESULTS).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _short(value) for name, value in row.items()} for row in rows)
    (folder / CURVES).write_text(_curves(rows), encoding="utf-8")


def _curves(rows: Sequence[LogRow]) -> str:
    panels = "".join(
        f'<g transform="translate({number * _WIDTH_PX} 0)">{_panel(title, names, rows)}</g>'
        for number, (title, names) in enumerate(_PANELS)
    )
    size = f'width="{_WIDTH_PX * len(_PANELS)}" height="{_HEIGHT_PX}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">'
        f'<rect width="100%" height="100%" fill="white"/>{panels}</svg>\n'
    )


def _panel(title: str, names: Sequence[str], rows: Sequence[LogRow]) -> str:
    lines = {name: [(row["epoch"], row[name]) for row in rows if name in row] for name in names}
    values = [value for points in lines.values() for _, value in points]
    if not values:
        return f'<text x="{_EDGE_PX}" y="20">{title}: nothing yet</text>'
    last, top = max(row["epoch"] for row in rows), max(*values, 1e-6)

    def place(epoch: float, value: float) -> str:
        x = _EDGE_PX + (_WIDTH_PX - 2 * _EDGE_PX) * epoch / max(last, 1)
        y = _HEIGHT_PX - _EDGE_PX - (_HEIGHT_PX - 2 * _EDGE_PX) * value / top
        return f"{x:.1f},{y:.1f}"

    drawn = [f'<text x="{_EDGE_PX}" y="20" font-weight="bold">{title}</text>']
    drawn.append(f'<text x="4" y="{_EDGE_PX}">{top:.2f}</text><text x="4" y="{_HEIGHT_PX - _EDGE_PX}">0</text>')
    drawn.append(f'<text x="{_WIDTH_PX - 2 * _EDGE_PX}" y="{_HEIGHT_PX - 8}">epoch {last:.0f}</text>')
    for number, (name, points) in enumerate(lines.items()):
        path = " ".join(place(epoch, value) for epoch, value in points)
        colour = _COLOURS[number]
        drawn.append(f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{path}"/>')
        drawn.append(f'<text x="{_EDGE_PX + number * 110}" y="{_HEIGHT_PX - 22}" fill="{colour}">{name}</text>')
    return "".join(drawn)


def _short(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.5g}"
