"""The COCO-trained start as weights of their own: people and road vehicles, for the redactor."""

import hashlib
from pathlib import Path

from vision.adapters.class_branch import keep_classes
from vision.detections import Group, Label
from vision.taxonomy import PERSON
from vision.training.export import export
from vision.training.start import load_start
from vision.weights import DataOrigin, Manifest, Thresholds

NAME = "coco-start-n"
IMAGE_SIZE_PX = 640
NMS_IOU = 0.6
# Chosen on the development split, see docs/design/detector/README.md.
THRESHOLDS = Thresholds(counting=0.4, redaction=0.1)

# COCO's class numbers of what a camera beside a road sees.
_CLASSES = {
    0: PERSON,
    2: Label("car", Group.VEHICLE),
    3: Label("motorcycle", Group.VEHICLE),
    5: Label("bus", Group.VEHICLE),
    7: Label("truck", Group.VEHICLE),
}
_COCO = DataOrigin(
    name="coco",
    pictures=118287,
    origin="COCO train2017, cocodataset.org",
    licence="annotations CC BY 4.0; photographs under their Flickr licences",
)


def export_coco_start(start: Path, folder: Path) -> Manifest:
    """Write the start's person and vehicle classes into `folder`.

    Raises:
        WeightsError: the start does not fit the network.
    """
    digest = hashlib.sha256(start.read_bytes()).hexdigest()
    return export(
        keep_classes(load_start(start), list(_CLASSES)),
        folder,
        name=NAME,
        description="ultralytics' YOLO11n as trained on COCO, rebuilt from its int8 export; five of its classes.",
        labels=list(_CLASSES.values()),
        image_size_px=IMAGE_SIZE_PX,
        nms_iou=NMS_IOU,
        thresholds=THRESHOLDS,
        start=f"{start.name}, sha256 {digest}",
        data=[_COCO],
        with_state=False,
    )
