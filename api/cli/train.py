"""`nazar train`: from labelled photographs to weights that can be shipped."""

from pathlib import Path

import click

from vision.training.run import Outcome, train_on
from vision.training.settings import TrainingSettings, changed, quick_try
from vision.training.trainer import Progress

DEFAULTS = TrainingSettings()
_Folder = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command("train")
@click.option("--data", required=True, type=_Folder, help="Folder of the sets named in vision/class_maps.yaml.")
@click.option(
    "--start",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="COCO-trained YOLO11n state dict (safetensors), or a .pt of ultralytics; from scratch without it.",
)
@click.option("--start-sha256", help="The digest that a .pt start must have; it is a pickle.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for state, log and weights.")
@click.option("--footage", multiple=True, type=_Folder, help="A rendered sample site's folder; may be repeated.")
@click.option("--epochs", type=click.IntRange(min=1), help=f"{DEFAULTS.epochs} by default.")
@click.option("--image-size", type=click.IntRange(min=64), help=f"{DEFAULTS.image_size_px} px by default.")
@click.option("--seed", type=int, help=f"{DEFAULTS.seed} by default.")
@click.option("--minutes", type=click.FloatRange(min=0), help="Stop at an epoch's end before these are over.")
@click.option("--resume", is_flag=True, help="Go on from the state in --out, if there is one.")
@click.option("--try", "is_try", is_flag=True, help="A few small epochs, for comparing settings; nothing is exported.")
@click.option("--set", "switches", multiple=True, metavar="NAME=VALUE", help="Change a training setting.")
def command(
    data: Path,
    start: Path | None,
    start_sha256: str | None,
    out: Path,
    footage: tuple[Path, ...],
    epochs: int | None,
    image_size: int | None,
    seed: int | None,
    minutes: float | None,
    resume: bool,
    is_try: bool,
    switches: tuple[str, ...],
) -> None:
    """Fine-tune, choose thresholds on a split by source, and export to OpenVINO.

    A training that was stopped, or whose minutes were over, goes on by the same command with --resume.
    """
    named = {"epochs": epochs, "image_size_px": image_size, "seed": seed}
    changes = {name: str(value) for name, value in named.items() if value is not None}
    outcome = train_on(
        data,
        start,
        out,
        settings=changed(quick_try() if is_try else DEFAULTS, changes | _written(switches)),
        footage=footage,
        resume=resume,
        start_sha256=start_sha256,
        with_export=not is_try,
        progress=Progress(on_epoch=_tell, on_note=click.echo, limit_s=None if minutes is None else minutes * 60),
    )
    click.echo(_conclusion(outcome, out))


def _written(switches: tuple[str, ...]) -> dict[str, str]:
    pairs = [switch.partition("=") for switch in switches]
    for name, sign, _ in pairs:
        if not sign:
            raise click.BadParameter(f"{name} has no value; write {name}=VALUE.", param_hint="--set")
    return {name: value for name, _, value in pairs}


def _conclusion(outcome: Outcome, out: Path) -> str:
    state, best = outcome.state, outcome.state.best
    chosen = f"best epoch {best.epoch}, fitness {best.fitness:.4f}" if best else "nothing measured yet"
    if outcome.manifest is not None:
        digest = outcome.manifest.weights_sha256
        return f"{outcome.manifest.name}: weights in {out / 'weights'}, sha256 {digest}; {chosen}"
    if state.epochs_done < state.settings.epochs:
        return f"stopped after epoch {state.epochs_done} of {state.settings.epochs}; go on by --resume; {chosen}"
    return f"tried {state.epochs_done} epochs: {chosen}"


def _tell(row: dict[str, float]) -> None:
    shown = "  ".join(f"{name} {value:.4g}" for name, value in row.items() if name != "epoch")
    click.echo(f"epoch {row['epoch']:.0f}: {shown}")
