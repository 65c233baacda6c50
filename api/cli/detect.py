"""`nazar detect`: what the detector finds in photographs."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from api.command_error import CommandError
from api.settings import InstanceSettings
from pipeline.evidence import describe
from pipeline.settings import load_settings
from vision.detector import Detector, Image
from vision.errors import UnreadableImageError
from vision.image import read_image
from vision.settings import MOST_TILES
from vision.sight import open_detector

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"})
UNREADABLE_EXIT = 2
# Pictures that the detector is handed at once: enough to keep many cores busy, few enough for memory.
AT_ONCE = 8


@click.command("detect")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--tiles",
    type=click.IntRange(1, MOST_TILES),
    help="Look in N x N tiles as well, for wide views where people are small; by default as the settings say.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(paths: tuple[Path, ...], tiles: int | None, as_json: bool) -> int:
    """Detect in the photographs at PATHS; a folder stands for the photographs in it.

    Boxes are left, top, right, bottom in pixels of the original picture. A photograph that cannot be
    read is named, the others are looked at, and the exit code is 2.
    """
    files = [file for path in paths for file in _files(path)]
    settings = load_settings(InstanceSettings).vision
    if tiles is not None:
        settings = settings.model_copy(update={"tiles": tiles})
    detector = open_detector(settings)
    unreadable: list[UnreadableImageError] = []
    found = list(_found(detector, files, unreadable))
    for error in unreadable:
        click.echo(f"nazar: {' '.join(str(error).split())}", err=True)
    if as_json and found:
        click.echo(json.dumps(found, ensure_ascii=False))
    elif found:
        _print(found)
    return UNREADABLE_EXIT if unreadable else 0


def _found(
    detector: Detector, files: Sequence[Path], unreadable: list[UnreadableImageError]
) -> Iterator[dict[str, Any]]:
    for start in range(0, len(files), AT_ONCE):
        read: list[tuple[Path, Image]] = []
        for file in files[start : start + AT_ONCE]:
            try:
                read.append((file, read_image(file)))
            except UnreadableImageError as error:
                unreadable.append(error)
        for (file, _), detections in zip(read, detector.detect([image for _, image in read]), strict=True):
            yield {"file": str(file), "detections": describe(detections)}


def _print(found: Sequence[dict[str, Any]]) -> None:
    for entry in found:
        click.echo(f"{entry['file']}: {len(entry['detections'])} found")
        for detection in entry["detections"]:
            box = ", ".join(f"{value:.0f}" for value in detection["xyxy"])
            click.echo(f"  {detection['label']:<12} {detection['confidence']:.2f}  [{box}]")


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in PICTURES and file.is_file())
        if not files:
            raise CommandError(f"{path} holds no photographs ({', '.join(sorted(PICTURES))}).")
        return files
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    return [path]
