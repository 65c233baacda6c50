"""Choosing a detector's redaction threshold on the development split, never on val."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from vision.evaluation.redaction import evaluate_redaction
from vision.photo_set import ClassMap
from vision.redaction import Redactor
from vision.sight import redaction_passes
from vision.taxonomy import PERSON_ID, SITE_LABELS, VEHICLE_ID, group_class_of
from vision.training.sample import DEVELOPMENT, BoxUse, Sample
from vision.weights import VerifiedWeights

# Beyond these a curve tells of a network that has learnt nothing.
LOWEST_COUNTING, HIGHEST_COUNTING = 0.05, 0.95
REDACTION_CANDIDATES = (0.1, 0.07, 0.05, 0.04, 0.03, 0.02, 0.015, 0.01)
# The development split is of pieces of mosaics whose labels outlive what they named: people on
# posters, behind glass, cut to a bare wall. Looked at one by one, what was still missed at this
# share was nearly all of that kind.
WANTED_HIDDEN_SHARE = 0.96


def counting_threshold(best_confidence: float) -> float:
    """Return the confidence with the best F1 on the development split, kept within reason."""
    return min(max(round(best_confidence, 2), LOWEST_COUNTING), HIGHEST_COUNTING)


def choose_redaction_threshold(
    weights: VerifiedWeights, second: VerifiedWeights, folder: Path, samples: Sequence[Sample]
) -> float:
    """Return the highest confidence from which enough of the labelled people and vehicles are hidden.

    `second` are the redactor's further weights, at their own threshold; `samples` lie in `folder`.
    """
    labelled = [one for one in samples if not {PERSON_ID, VEHICLE_ID} & set(one.not_labelled)]
    if not labelled:
        return REDACTION_CANDIDATES[-1]
    photo_set = _as_photo_set(folder, labelled)
    class_map = ClassMap("development", "", "", dict(enumerate(SITE_LABELS)))
    for threshold in REDACTION_CANDIDATES:
        redactor = Redactor(redaction_passes(weights, second, threshold=threshold))
        report = evaluate_redaction(redactor, photo_set, class_map, DEVELOPMENT)
        if report.hidden_share is not None and report.hidden_share >= WANTED_HIDDEN_SHARE:
            return threshold
    return REDACTION_CANDIDATES[-1]


def _as_photo_set(folder: Path, samples: Sequence[Sample]) -> Path:
    """Write samples in the layout in which photograph sets are measured."""
    photo_set = folder / "redaction"
    shutil.rmtree(photo_set, ignore_errors=True)
    images, labels = photo_set / "images" / DEVELOPMENT, photo_set / "labels" / DEVELOPMENT
    images.mkdir(parents=True)
    labels.mkdir(parents=True)
    for sample in samples:
        path = (folder / sample.path).resolve()
        (images / path.name).symlink_to(path)
        (labels / f"{path.stem}.txt").write_text(_label_text(sample), encoding="utf-8")
    return photo_set


def _label_text(sample: Sample) -> str:
    lines: list[str] = []
    for box in sample.boxes:
        if box.use is BoxUse.IGNORED:
            continue
        left, top, right, bottom = box.xyxy
        centre = ((left + right) / 2 / sample.width_px, (top + bottom) / 2 / sample.height_px)
        size = ((right - left) / sample.width_px, (bottom - top) / sample.height_px)
        lines.append(" ".join((str(group_class_of(box.class_id)), *(f"{value:.6f}" for value in (*centre, *size)))))
    return "".join(f"{line}\n" for line in lines)
