"""`nazar eval`: how well it sees, on labelled photographs."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from api.settings import InstanceSettings
from pipeline.settings import load_settings
from vision.evaluation.detection import evaluate_detection
from vision.evaluation.redaction import evaluate_redaction
from vision.photo_set import class_map_of
from vision.sight import open_detector, open_redactor

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.group("eval")
def command() -> None:
    """Measure on labelled photographs in YOLO layout."""


def _measure(function: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option("--split", default="val", show_default=True, help="Which split of the set."),
        click.option("--data", required=True, type=_FOLDER, help="A set's folder, named as in vision/class_maps.yaml."),
    ):
        function = option(function)
    return function


@command.command("detection")
@_measure
def detection(data: Path, split: str, as_json: bool) -> None:
    """Average precision per label and group, by COCO's rules."""
    detector = open_detector(load_settings(InstanceSettings).vision)
    _print(asdict(evaluate_detection(detector, data, class_map_of(data), split)), as_json)


@command.command("redaction")
@_measure
def redaction(data: Path, split: str, as_json: bool) -> None:
    """Share of labelled people and vehicles over 24 px high that are hidden, and each miss."""
    redactor = open_redactor(load_settings(InstanceSettings).vision)
    _print(asdict(evaluate_redaction(redactor, data, class_map_of(data), split)), as_json)


def _print(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for name, value in report.items():
        if isinstance(value, dict):
            for inner, figures in value.items():
                click.echo(f"{name:<20} {inner:<12} {_plain(figures)}")
        elif isinstance(value, tuple | list):
            for entry in value:
                click.echo(f"{name:<20} {_plain(entry)}")
        else:
            click.echo(f"{name:<20} {_plain(value)}")


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{name} {_plain(inner)}" for name, inner in value.items())
    return f"{value:.3f}" if isinstance(value, float) else str(value)
