"""`nazar eval`: how well it sees, on labelled photographs and on footage whose truth is known."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from api.cli import eval_activity, eval_progress
from api.command_error import CommandError
from api.settings import InstanceSettings
from pipeline.settings import load_settings
from vision.evaluation.detection import ClassFigures, DetectionReport, evaluate_detection
from vision.evaluation.figures import Interval
from vision.evaluation.ignored_boxes import ignored_classes
from vision.evaluation.redaction import evaluate_redaction
from vision.photo_set import CLASS_MAPS, ClassMap, class_map_of, load_class_maps
from vision.settings import VisionSettings
from vision.sight import open_detector, open_redactor
from vision.weights import load_manifest

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_COLUMNS = ("ap50", "ap50_95", "precision", "recall", "f1", "recall_at_precision_95")
_NOT_SET = {"threshold": None, "precision": None}


@click.group("eval")
def command() -> None:
    """Measure on labelled photographs in YOLO layout, and on footage with its truth."""


command.add_command(eval_activity.command)
command.add_command(eval_progress.command)


def _measure(function: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option("--split", default="val", show_default=True, help="Which split of the set."),
        click.option(
            "--map",
            "map_file",
            type=_FILE,
            help="What the set's classes are to us, in the form of vision/class_maps.yaml; not needed for sets in it.",
        ),
        click.option(
            "--data", required=True, type=_FOLDER, help="A set's folder, named as in vision/class_maps.yaml or the map."
        ),
    ):
        function = option(function)
    return function


@command.command("detection")
@_measure
@click.option("--weights", help="Name of the weights to measure; those in the settings if not given.")
@click.option("--size", "size_px", type=int, help="Longer side at which pictures are looked at, in pixels.")
@click.option("--precision", type=click.Choice(["fp32", "int8"]), help="Of the weights; the shipped one if not given.")
@click.option("--against", help="Name of further weights, measured the same way beside the first.")
def detection(
    data: Path,
    map_file: Path | None,
    split: str,
    as_json: bool,
    weights: str | None,
    size_px: int | None,
    precision: str | None,
    against: str | None,
) -> None:
    """Figures per group and label by COCO's rules, with 90 % intervals over pictures."""
    vision = load_settings(InstanceSettings).vision
    class_map = _class_map(data, map_file)
    ignored = ignored_classes(map_file or CLASS_MAPS, class_map.set_name)

    def measured_with(settings: VisionSettings) -> DetectionReport:
        used_px = settings.image_size_px or load_manifest(settings.weights, settings.weights_folder).image_size_px
        detector = open_detector(settings)
        return evaluate_detection(detector, data, class_map, split, ignored=ignored, image_size_px=used_px)

    # What was set for the weights in the settings says nothing about others.
    own = {} if weights is None else _NOT_SET
    chosen = {"weights": weights, "precision": precision, "image_size_px": size_px}
    report = measured_with(_changed(vision, own, chosen))
    others = {"weights": against, "image_size_px": size_px}
    beside = None if against is None else measured_with(_changed(vision, _NOT_SET, others))
    if as_json:
        measured: dict[str, Any] = asdict(report)
        if beside is not None:
            measured = {"measured": measured, "against": asdict(beside)}
        click.echo(json.dumps(measured, ensure_ascii=False))
        return
    for one in (report, beside):
        if one is not None:
            _print_detection(one)


@command.command("redaction")
@_measure
def redaction(data: Path, map_file: Path | None, split: str, as_json: bool) -> None:
    """Share of labelled people and vehicles over 24 px high that are hidden, and each miss."""
    redactor = open_redactor(load_settings(InstanceSettings).vision)
    _print(asdict(evaluate_redaction(redactor, data, _class_map(data, map_file), split)), as_json)


def _class_map(data: Path, map_file: Path | None) -> ClassMap:
    if map_file is None:
        return class_map_of(data)
    maps = load_class_maps(map_file)
    if len(maps) == 1:
        return next(iter(maps.values()))
    if data.name not in maps:
        raise CommandError(f"{map_file} has no entry named {data.name}; there are {', '.join(maps) or 'none'}.")
    return maps[data.name]


def _changed(
    vision: VisionSettings, unset: Mapping[str, object], chosen: Mapping[str, object | None]
) -> VisionSettings:
    values = {**vision.model_dump(), **unset, **{name: value for name, value in chosen.items() if value is not None}}
    try:
        return VisionSettings.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(f"{item['loc'][0]}: {item['msg']}" for item in error.errors())
        raise CommandError(f"This can't be measured: {problems}.") from None


def _print_detection(report: DetectionReport) -> None:
    click.echo(
        f"{report.detector} at {report.image_size_px} px on {report.photo_set}/{report.split}: "
        f"{report.photos} pictures, threshold {report.threshold:.2f}"
    )
    _print_figures(report.groups, report.labels)
    if report.unseen_sources is not None:
        click.echo(f"only the {report.unseen_sources.photos} pictures whose source is not in train:")
        _print_figures(report.unseen_sources.groups, report.unseen_sources.labels)


def _print_figures(*tables: dict[str, ClassFigures]) -> None:
    click.echo(f"{'':<12} {'boxes':>6} " + " ".join(f"{name:>22}" for name in _COLUMNS) + f" {'calibration error':>18}")
    for table in tables:
        for name, figures in table.items():
            cells = " ".join(
                f"{_with_interval(getattr(figures, column), figures.intervals[column]):>22}" for column in _COLUMNS
            )
            click.echo(f"{name:<12} {figures.boxes:>6} {cells} {_share(figures.calibration.expected_error):>18}")
    for table in tables:
        for name, figures in table.items():
            sizes = "; ".join(
                f"{height} px {size.boxes} boxes, AP50 {_share(size.ap50)}, recall {_share(size.recall)}"
                for height, size in figures.sizes.items()
            )
            click.echo(f"{name:<12} {sizes}")


def _with_interval(value: float | None, interval: Interval | None) -> str:
    bounds = "" if interval is None else f" ({interval.low:.3f}-{interval.high:.3f})"
    return f"{_share(value)}{bounds}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


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
