"""From photographs to shipped weights in one call: build the set, train, choose thresholds, export."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vision.adapters.ultralytics_gate import DetectionModel
from vision.openvino_detector import OpenVinoDetector
from vision.taxonomy import NETWORK_LABELS
from vision.training.blend import Blend, best_blend
from vision.training.coco_start import NAME as COCO_START
from vision.training.dataset import TrainingSet, build_training_set
from vision.training.dev_figures import DevFigures, dev_figures
from vision.training.export import export
from vision.training.operating_point import choose_redaction_threshold, counting_threshold
from vision.training.sample import DEVELOPMENT
from vision.training.settings import TrainingSettings
from vision.training.start import load_start, site_network
from vision.training.state import TrainingState
from vision.training.trainer import Progress, train
from vision.weights import Manifest, Thresholds, load_weights, write_manifest

NAME = "nazar-site-n"
NMS_IOU = 0.6
# The development split shows too few machines of named types to choose it there.
TYPE_THRESHOLD = 0.35

_DESCRIPTION = (
    "People, site machinery with its types, and vehicles on construction sites; figures in docs/design/detector."
)
# Replaced before the manifest is final, when there are weights to choose them with.
_UNCHOSEN_REDACTION = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a call has brought a training; `manifest` once it is done and its weights are written."""

    state: TrainingState
    manifest: Manifest | None


def train_on(
    data: Path,
    start: Path | None,
    out: Path,
    *,
    settings: TrainingSettings,
    footage: Sequence[Path] = (),
    resume: bool = False,
    start_sha256: str | None = None,
    name: str = NAME,
    with_export: bool = True,
    progress: Progress | None = None,
) -> Outcome:
    """Train on the photograph sets under `data` and leave shippable weights in `out`/weights.

    `start` is a COCO-trained safetensors state dict, a .pt of ultralytics with `start_sha256` beside
    it, or None to train from scratch. `footage` are folders of rendered sample sites. A call that
    has to stop early leaves a state in `out`, from which the same call with `resume` goes on.

    Raises:
        DatasetError: no known photograph set is there, or one is not laid out as documented.
        WeightsError: the start does not fit the network, or the state in `out` is not this training's.
    """
    to = progress or Progress()
    network = None if start is None else load_start(start, start_sha256)
    teacher = OpenVinoDetector(load_weights(COCO_START))
    training_set = build_training_set(data, out / "dataset", settings, teacher, footage, to.on_note)
    trained = train(
        training_set,
        out,
        start=network,
        start_text=_described_start(start),
        settings=settings,
        resume=resume,
        progress=to,
    )
    if trained.network is None or not with_export:
        return Outcome(trained.state, None)
    settled = _settled(trained.network, network, training_set, settings, to)
    return Outcome(trained.state, _exported(settled, trained.state, training_set, out, name))


def _settled(
    trained: DetectionModel,
    start: DetectionModel | None,
    training_set: TrainingSet,
    settings: TrainingSettings,
    to: Progress,
) -> Blend:
    """The trained network as it ships: drawn back toward what it started from, if it started from something."""
    samples = training_set.of_part(DEVELOPMENT)

    def measure(network: DetectionModel) -> DevFigures:
        return dev_figures(network, training_set.folder, samples, settings.image_size_px)

    if start is None:
        return Blend(trained, 1.0, measure(trained))
    return best_blend(site_network(start), trained, measure, to.on_note)


def _exported(settled: Blend, state: TrainingState, training_set: TrainingSet, out: Path, name: str) -> Manifest:
    counting = counting_threshold(settled.figures.best_confidence)
    folder = out / "weights"
    manifest = export(
        settled.network,
        folder,
        name=name,
        description=_DESCRIPTION,
        labels=NETWORK_LABELS,
        image_size_px=state.settings.image_size_px,
        nms_iou=NMS_IOU,
        thresholds=Thresholds(counting=counting, redaction=_UNCHOSEN_REDACTION),
        type_threshold=TYPE_THRESHOLD,
        start=_kept_of(state.start, settled.share),
        data=training_set.origins,
    )
    redaction = choose_redaction_threshold(
        load_weights(name, folder), load_weights(COCO_START), training_set.folder, training_set.of_part(DEVELOPMENT)
    )
    manifest = manifest.model_copy(update={"thresholds": Thresholds(counting=counting, redaction=redaction)})
    write_manifest(manifest, folder)
    return manifest


def _kept_of(start: str, trained_share: float) -> str:
    return start if trained_share == 1 else f"{start}; {1 - trained_share:.0%} of it is kept"


def _described_start(start: Path | None) -> str:
    if start is None:
        return "none: trained from scratch"
    return f"{start.name}, sha256 {hashlib.sha256(start.read_bytes()).hexdigest()}"
