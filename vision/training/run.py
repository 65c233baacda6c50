"""From photographs to shipped weights in one call: build the set, train, choose thresholds, export."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vision.openvino_detector import OpenVinoDetector
from vision.taxonomy import NETWORK_LABELS
from vision.training.coco_start import NAME as COCO_START
from vision.training.dataset import TrainingSet, build_training_set
from vision.training.export import export
from vision.training.operating_point import choose_redaction_threshold, counting_threshold
from vision.training.sample import DEVELOPMENT
from vision.training.settings import TrainingSettings
from vision.training.start import load_start
from vision.training.state import TrainingState
from vision.training.trainer import Progress, Trained, train
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
    if not trained.is_done or not with_export:
        return Outcome(trained.state, None)
    return Outcome(trained.state, _exported(trained, training_set, out, name))


def _exported(trained: Trained, training_set: TrainingSet, out: Path, name: str) -> Manifest:
    best = trained.state.best
    counting = counting_threshold(best.confidence if best else 0.5)
    folder = out / "weights"
    manifest = export(
        trained.network,
        folder,
        name=name,
        description=_DESCRIPTION,
        labels=NETWORK_LABELS,
        image_size_px=trained.state.settings.image_size_px,
        nms_iou=NMS_IOU,
        thresholds=Thresholds(counting=counting, redaction=_UNCHOSEN_REDACTION),
        type_threshold=TYPE_THRESHOLD,
        start=trained.state.start,
        data=training_set.origins,
    )
    redaction = choose_redaction_threshold(
        load_weights(name, folder), load_weights(COCO_START), training_set.folder, training_set.of_part(DEVELOPMENT)
    )
    manifest = manifest.model_copy(update={"thresholds": Thresholds(counting=counting, redaction=redaction)})
    write_manifest(manifest, folder)
    return manifest


def _described_start(start: Path | None) -> str:
    if start is None:
        return "none: trained from scratch"
    return f"{start.name}, sha256 {hashlib.sha256(start.read_bytes()).hexdigest()}"
