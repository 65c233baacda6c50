"""`nazar bench`: how fast it is here, beside what others would do with the same weights."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import click

from api.cli.bench_streams import streams
from api.command_error import CommandError
from api.settings import InstanceSettings
from pipeline.settings import load_settings
from sample_footage.footage import SITES, decode
from vision.detector import Image
from vision.errors import VisionError
from vision.openvino_detector import Goal, OpenVinoDetector
from vision.settings import VisionSettings
from vision.speed import FULL_HD_PX, Look, Speed, calibration_gflops, full_hd, measure_speeds
from vision.weights import Manifest, Precision, load_manifest, load_weights

MOST_CLIPS = 8
FRAMES_OF_A_CLIP = 2
# Frames that the detector is handed in one call where many are in flight, and ultralytics in one batch.
MANY = 8
TORCH = "ultralytics predict, torch"
ONNX = "ultralytics predict, ONNX Runtime"


@dataclass(frozen=True, slots=True)
class DetectorBench:
    """What `nazar bench detector` prints."""

    weights: str
    weights_sha256: str
    precision: Precision
    image_size_px: int
    frame_px: tuple[int, int]
    cores: int
    calibration_gflops: float
    speeds: tuple[Speed, ...]
    left_out: dict[str, str]
    frames_a_second: float
    times_ultralytics_torch: float | None


@click.group("bench")
def command() -> None:
    """Measure speed on this machine."""


command.add_command(streams)


@command.command("detector")
@click.option("--weights", default=None, help="Name of the weights; those of the settings by default.")
@click.option("--frames", "frame_count", default=48, show_default=True, type=click.IntRange(1), help="Frames a round.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1), help="Rounds; the median counts.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def detector(weights: str | None, frame_count: int, rounds: int, as_json: bool) -> None:
    """Frames a second and CPU-ms a frame, from decoded 1080p pictures to boxes.

    Our detector, one picture at a time and many, stands beside ultralytics' own predict on the same
    weights. The frames are of the sample footage.
    """
    settings = load_settings(InstanceSettings).vision
    if weights is not None:
        settings = settings.model_copy(update={"weights": weights})
    bench = bench_detector(settings, frame_count, rounds)
    if as_json:
        click.echo(json.dumps(asdict(bench), ensure_ascii=False))
        return
    click.echo(f"{bench.weights}, {bench.precision} ships, {bench.image_size_px} px, {bench.cores} cores")
    click.echo(f"calibration: {bench.calibration_gflops:.0f} Gflop/s")
    click.echo(f"{'':<46} {'frames/s':>9} {'CPU-ms/frame':>13} {'boxes/frame':>12}")
    for speed in bench.speeds:
        figures = f"{speed.frames_a_second:>9.1f} {speed.cpu_ms_a_frame:>13.1f} {speed.boxes_a_frame:>12.2f}"
        click.echo(f"{speed.name:<46} {figures}")
    for name, reason in bench.left_out.items():
        click.echo(f"{name:<46} left out: {reason}")
    click.echo(f"as shipped: {bench.frames_a_second:.1f} frames/s")
    if bench.times_ultralytics_torch is not None:
        click.echo(f"times the fastest of ultralytics' predict in torch: {bench.times_ultralytics_torch:.2f}")


def bench_detector(settings: VisionSettings, frame_count: int, rounds: int) -> DetectorBench:
    """Measure what the settings name.

    Raises:
        WeightsError: the weights are missing or altered.
        CommandError: there is no footage to look at.
    """
    manifest = load_manifest(settings.weights, settings.weights_folder)
    shipped = settings.precision or manifest.precision
    frames = _frames(frame_count)
    contenders = dict(_ours(settings, manifest))
    left_out = {} if manifest.int8 else {_name("int8", many=True): "these weights have no int8 files"}
    with tempfile.TemporaryDirectory() as scratch:
        contenders |= _theirs(settings, manifest, Path(scratch), left_out)
        speeds = measure_speeds(contenders, frames, rounds)
    fastest = {speed.name: speed.frames_a_second for speed in speeds}
    as_shipped = fastest[_name(shipped, many=True)]
    in_torch = [figure for name, figure in fastest.items() if name.startswith(TORCH)]
    return DetectorBench(
        weights=manifest.name,
        weights_sha256=manifest.files(shipped).numbers.sha256,
        precision=shipped,
        image_size_px=settings.image_size_px or manifest.image_size_px,
        frame_px=FULL_HD_PX,
        cores=len(os.sched_getaffinity(0)),
        calibration_gflops=calibration_gflops(),
        speeds=tuple(speeds),
        left_out=left_out,
        frames_a_second=as_shipped,
        times_ultralytics_torch=as_shipped / max(in_torch) if in_torch else None,
    )


def _ours(settings: VisionSettings, manifest: Manifest) -> Iterator[tuple[str, Look]]:
    precisions: tuple[Precision, ...] = ("fp32", "int8") if manifest.int8 else ("fp32",)
    for precision in precisions:
        for many in (False, True):
            goal: Goal = "throughput" if many else "latency"
            ours = OpenVinoDetector(
                load_weights(manifest.name, settings.weights_folder, precision),
                image_size_px=settings.image_size_px,
                threshold=settings.threshold,
                threads=settings.threads,
                goal=goal,
            )
            yield _name(precision, many=many), _look(ours, MANY if many else 1)


def _theirs(settings: VisionSettings, manifest: Manifest, scratch: Path, left_out: dict[str, str]) -> dict[str, Look]:
    # torch is loaded only where it is measured: it takes seconds and half a gigabyte.
    from vision.adapters.ultralytics_predict import onnx_predict, torch_predict  # noqa: PLC0415

    folder, found = settings.weights_folder, dict[str, Look]()
    size_px = settings.image_size_px or manifest.image_size_px
    manifest = manifest.model_copy(update={"image_size_px": size_px})
    try:
        in_torch = torch_predict(manifest, folder, scratch)
    except VisionError as error:
        left_out[TORCH] = left_out[ONNX] = str(error)
        return found
    found[f"{TORCH}, one at a time"] = in_torch.one_by_one
    found[f"{TORCH}, batches of {MANY}"] = lambda images: in_torch.in_batches(images, MANY)
    try:
        found[f"{ONNX}, one at a time"] = onnx_predict(manifest, folder, scratch, *FULL_HD_PX).one_by_one
    except VisionError as error:
        left_out[ONNX] = str(error)
    return found


def _look(ours: OpenVinoDetector, size: int) -> Callable[[Sequence[Image]], int]:
    def look(images: Sequence[Image]) -> int:
        parts = (images[start : start + size] for start in range(0, len(images), size))
        return sum(len(found) for part in parts for found in ours.detect(part))

    return look


def _name(precision: Precision, *, many: bool) -> str:
    return f"nazar {precision}, {f'{MANY} in a call' if many else 'one at a time'}"


def _frames(count: int) -> list[Image]:
    """Frames of the committed clips at 1080p; few distinct ones, repeated, for they are large."""
    clips = sorted(SITES.rglob("*.mp4"))
    distinct = [full_hd(image) for clip in clips[:MOST_CLIPS] for image in islice(decode(clip), FRAMES_OF_A_CLIP)]
    if not distinct:
        raise CommandError(f"There is no footage under {SITES} to measure with. Run make footage.")
    return [distinct[number % len(distinct)] for number in range(count)]
