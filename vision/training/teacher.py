"""What the COCO-trained start knows of people and vehicles, laid over a set's own labels.

The start has seen a hundred thousand pictures with careful boxes. Where it and a label mean the
same person, its box is the tighter; where a set labels no people, its confident finds are labels;
where a set should have labelled one and did not, nothing is taught.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from vision.box_overlap import Boxes, ious
from vision.detections import Detection, Group
from vision.detector import Detector, Image
from vision.taxonomy import MACHINERY_ID, PERSON_ID, VEHICLE_ID, group_class_of
from vision.training.sample import BoxUse, Sample, SampleBox
from vision.training.settings import TrainingSettings

LEAST_CONFIDENCE = 0.1
AGREES_CONFIDENCE = 0.3
AGREES_IOU = 0.6
LABEL_CONFIDENCE = 0.6
SPARED_CONFIDENCE = 0.5
# Below this no label can have meant what the start found.
OTHER_THING_IOU = 0.3
# COCO's lorries are the nearest it has to site machines.
_MAYBE_A_MACHINE = "truck"
_CLASS_OF = {Group.PERSON: PERSON_ID, Group.VEHICLE: VEHICLE_ID}


def taught(sample: Sample, image: Image, teacher: Detector, settings: TrainingSettings) -> Sample:
    """Return `sample` with its boxes refined and completed by what `teacher` finds in `image`."""
    if not (settings.refine_boxes or settings.teach_unlabelled or settings.spare_unlabelled):
        return sample
    found = [one for one in teacher.detect([image], LEAST_CONFIDENCE)[0] if one.label.group in _CLASS_OF]
    boxes = [_refined(box, found) for box in sample.boxes] if settings.refine_boxes else [*sample.boxes]
    return replace(sample, boxes=(*boxes, *_added(sample, found, settings)))


def _refined(box: SampleBox, found: Iterable[Detection]) -> SampleBox:
    if box.class_id not in _CLASS_OF.values() or box.use is BoxUse.IGNORED:
        return box
    alike = [one for one in found if _class_of(one) == box.class_id and one.confidence >= AGREES_CONFIDENCE]
    if not alike:
        return box
    overlaps = ious(_boxes([box.xyxy]), _boxes([one.xyxy for one in alike]))[0]
    best = int(overlaps.argmax())
    return replace(box, xyxy=alike[best].xyxy, use=BoxUse.WHOLE) if overlaps[best] >= AGREES_IOU else box


def _added(sample: Sample, found: Iterable[Detection], settings: TrainingSettings) -> list[SampleBox]:
    added: list[SampleBox] = []
    for one in found:
        class_id = _class_of(one)
        is_labelled = class_id not in sample.not_labelled
        if _overlaps(sample, one, {class_id}) or (class_id == VEHICLE_ID and _overlaps(sample, one, {MACHINERY_ID})):
            continue
        if is_labelled and settings.spare_unlabelled and one.confidence >= SPARED_CONFIDENCE:
            added.append(SampleBox(class_id, one.xyxy, BoxUse.IGNORED))
        certain = one.confidence >= LABEL_CONFIDENCE and one.label.name != _MAYBE_A_MACHINE
        if not is_labelled and settings.teach_unlabelled and certain:
            added.append(SampleBox(class_id, one.xyxy))
    return added


def _overlaps(sample: Sample, one: Detection, class_ids: set[int]) -> bool:
    labelled = [box.xyxy for box in sample.boxes if group_class_of(box.class_id) in class_ids]
    return bool(labelled) and bool(ious(_boxes(labelled), _boxes([one.xyxy])).max() >= OTHER_THING_IOU)


def _class_of(one: Detection) -> int:
    return _CLASS_OF[one.label.group]


def _boxes(corners: list[tuple[float, float, float, float]]) -> Boxes:
    return np.array(corners, np.float32).reshape(-1, 4)
