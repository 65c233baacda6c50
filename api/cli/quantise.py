"""`nazar quantise`: weights in eight-bit integers, and whether they may ship."""

from importlib.util import find_spec
from pathlib import Path

import click

from api.command_error import CommandError
from vision.precision import with_figures
from vision.weights import SHIPPED, PrecisionFigures, load_manifest, load_weights, write_manifest

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_WEIGHTS_FOLDER = click.option(
    "--weights-folder", default=SHIPPED, type=_FOLDER, help="Folder of weights manifests; the shipped one by default."
)


@click.group("quantise")
def command() -> None:
    """Make int8 weights beside the float ones, and choose which ship."""


@command.command("make")
@click.argument("name")
@_WEIGHTS_FOLDER
@click.option("--data", "folders", required=True, multiple=True, type=_FOLDER, help="Training pictures; repeatable.")
@click.option("--pictures", "count", default=300, show_default=True, type=click.IntRange(1), help="How many of them.")
@click.option("--float-head", is_flag=True, help="Leave the head in float, where eight bits cost accuracy there.")
def make(name: str, weights_folder: Path, folders: tuple[Path, ...], count: int, float_head: bool) -> None:
    """Quantise the weights NAME, calibrated with pictures that they were trained on.

    The float weights go on shipping until `nazar quantise choose` says otherwise.
    """
    if find_spec("nncf") is None:
        raise CommandError("Quantising needs NNCF: pip install 'nazar[quantise]'.")
    # An extra, so it may not be there when this command's help is asked for.
    from vision.training.quantise import calibration_pictures, quantise  # noqa: PLC0415

    weights = load_weights(name, weights_folder, "fp32")
    manifest = quantise(weights, weights_folder, calibration_pictures(folders, count), keeps_float_head=float_head)
    assert manifest.int8 is not None
    click.echo(f"{manifest.int8.numbers.name}: {manifest.int8.calibration}")
    click.echo(f"Measure both with NAZAR_VISION__PRECISION=fp32 and int8, then: nazar quantise choose {name}")


@command.command("choose")
@click.argument("name")
@_WEIGHTS_FOLDER
@click.option("--fp32", required=True, type=click.FloatRange(0, 1), help="mAP50 of the float weights.")
@click.option("--int8", required=True, type=click.FloatRange(0, 1), help="mAP50 of the int8 weights.")
@click.option("--on", "measured_on", required=True, help="What both were measured on, in words.")
def choose(name: str, weights_folder: Path, fp32: float, int8: float, measured_on: str) -> None:
    """Write both figures into the manifest; int8 ships if it costs less than a point of mAP50."""
    figures = PrecisionFigures(measured_on=measured_on, fp32_map50=fp32, int8_map50=int8)
    manifest = with_figures(load_manifest(name, weights_folder), figures)
    write_manifest(manifest, weights_folder)
    click.echo(f"{manifest.precision} ships: int8 costs {100 * (fp32 - int8):.2f} points of mAP50.")
