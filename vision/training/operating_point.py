"""Choosing a detector's thresholds on the development split, never on val."""

from pathlib import Path

import numpy as np

from vision.adapters.ultralytics_gate import YOLO
from vision.errors import DatasetError
from vision.evaluation.redaction import evaluate_redaction
from vision.photo_set import ClassMap
from vision.redaction import Redactor
from vision.sight import redaction_passes
from vision.taxonomy import MACHINERY, PERSON, SITE_LABELS
from vision.weights import VerifiedWeights

# Beyond these a curve tells of a network that has learnt nothing.
LOWEST_COUNTING, HIGHEST_COUNTING = 0.05, 0.95
REDACTION_CANDIDATES = (0.1, 0.07, 0.05, 0.04, 0.03, 0.02, 0.015, 0.01)
# The development split is of mosaics whose labels outlive what they named: people on posters,
# behind glass, cut to a bare wall. Looked at one by one, what was still missed at this share was
# nearly all of that kind.
WANTED_HIDDEN_SHARE = 0.96


def choose_counting_threshold(checkpoint: Path, data_file: Path, image_size_px: int) -> float:
    """Return the confidence with the best mean F1 of people and machinery at IoU 0.5.

    Raises:
        DatasetError: neither is labelled in the development split.
    """
    metrics = YOLO(str(checkpoint)).val(
        data=str(data_file),
        imgsz=image_size_px,
        plots=False,
        workers=0,
        verbose=False,
        project=str(checkpoint.parent),
        name="operating_point",
        exist_ok=True,
    )
    counted = {SITE_LABELS.index(label) for label in (PERSON, MACHINERY)}
    # The curves have a row for each class that is labelled in the split, and a column for each confidence.
    rows = [row for row, class_id in enumerate(metrics.box.ap_class_index) if class_id in counted]
    if not rows:
        raise DatasetError(f"The development split of {data_file} shows no people and no machinery. Add photographs.")
    best = int(np.argmax(metrics.box.f1_curve[rows].mean(axis=0)))
    return min(max(round(float(metrics.box.px[best]), 2), LOWEST_COUNTING), HIGHEST_COUNTING)


def choose_redaction_threshold(weights: VerifiedWeights, second: VerifiedWeights, dataset: Path, split: str) -> float:
    """Return the highest confidence from which enough of the labelled people and vehicles are hidden.

    `second` are the redactor's further weights, at their own threshold.
    """
    class_map = ClassMap("development", "", "", dict(enumerate(SITE_LABELS)))
    for threshold in REDACTION_CANDIDATES:
        redactor = Redactor(redaction_passes(weights, second, threshold=threshold))
        report = evaluate_redaction(redactor, dataset, class_map, split)
        if report.hidden_share is not None and report.hidden_share >= WANTED_HIDDEN_SHARE:
            return threshold
    return REDACTION_CANDIDATES[-1]
