"""What training takes from ultralytics besides the network itself, by way of the gate."""

# The gate sets ultralytics' switches and is imported before anything of it.
from vision.adapters.ultralytics_gate import DetectionModel  # isort: split

from ultralytics.utils.loss import v8DetectionLoss
from ultralytics.utils.metrics import ap_per_class
from ultralytics.utils.tal import make_anchors

__all__ = ["DetectionModel", "ap_per_class", "make_anchors", "v8DetectionLoss"]
