"""`nazar detect`: what the detector finds in photographs."""

import json
from pathlib import Path

import click

from api.command_error import CommandError
from api.settings import InstanceSettings
from pipeline.evidence import describe
from pipeline.settings import load_settings
from vision.image import read_image
from vision.sight import open_detector

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"})


@click.command("detect")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(paths: tuple[Path, ...], as_json: bool) -> None:
    """Detect in the photographs at PATHS; a folder stands for the photographs in it.

    Boxes are left, top, right, bottom in pixels of the original picture.
    """
    files = [file for path in paths for file in _files(path)]
    detector = open_detector(load_settings(InstanceSettings).vision)
    found = []
    for file in files:
        detections = detector.detect([read_image(file)])[0]
        found.append({"file": str(file), "detections": describe(detections)})
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for entry in found:
        click.echo(f"{entry['file']}: {len(entry['detections'])} found")
        for detection in entry["detections"]:
            assert isinstance(detection, dict)
            box = ", ".join(f"{value:.0f}" for value in detection["xyxy"])
            click.echo(f"  {detection['label']:<12} {detection['confidence']:.2f}  [{box}]")


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in PICTURES)
        if not files:
            raise CommandError(f"{path} holds no photographs ({', '.join(sorted(PICTURES))}).")
        return files
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    return [path]
