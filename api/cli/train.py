"""`nazar train`: from labelled photographs to weights that can be shipped."""

from pathlib import Path

import click

from vision.training.run import DEFAULT_EPOCHS, DEFAULT_IMAGE_SIZE_PX, DEFAULT_SEED, reproduce


@click.command("train")
@click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of the sets named in vision/class_maps.yaml.",
)
@click.option(
    "--start",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="COCO-trained YOLO11n state dict (safetensors); from scratch without it.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the run and the weights.")
@click.option("--epochs", default=DEFAULT_EPOCHS, show_default=True, type=click.IntRange(min=1))
@click.option("--image-size", default=DEFAULT_IMAGE_SIZE_PX, show_default=True, type=click.IntRange(min=64))
@click.option("--seed", default=DEFAULT_SEED, show_default=True)
def command(data: Path, start: Path | None, out: Path, epochs: int, image_size: int, seed: int) -> None:
    """Fine-tune, choose thresholds on a split by source, and export to OpenVINO.

    Run again with the same --out it goes on where it was stopped.
    """
    manifest = reproduce(data, start, out, epochs=epochs, image_size_px=image_size, seed=seed, on_epoch=_tell)
    click.echo(f"{manifest.name}: weights in {out / 'weights'}, sha256 {manifest.weights_sha256}")


def _tell(epoch: int, figures: dict[str, float]) -> None:
    shown = "  ".join(f"{name.split('/')[-1]} {value:.3f}" for name, value in figures.items())
    click.echo(f"epoch {epoch + 1}: {shown}")
