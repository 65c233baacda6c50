"""The one door to ultralytics: quiet, offline, and usable beside a CPU-only torch.

ultralytics reads its switches from the environment while it is imported, so they are set
here before the import; every other module takes what it needs from ultralytics from here.

torchvision has no CPU build on the package index: its compiled operators fail to load beside
a CPU torch and `import torchvision` raises. Declaring the two operators it looks up at import
is enough for ultralytics, which only needs `torchvision.ops.nms`; that name is then pointed at
ultralytics' own pure-torch suppression.
"""

import os
import tempfile
from pathlib import Path

_CONFIG = Path(os.environ.get("YOLO_CONFIG_DIR") or Path(tempfile.gettempdir()) / f"nazar-yolo-{os.getuid()}")
_CONFIG.mkdir(parents=True, exist_ok=True)
os.environ["YOLO_CONFIG_DIR"] = str(_CONFIG)
os.environ["YOLO_OFFLINE"] = "true"
os.environ["YOLO_AUTOINSTALL"] = "false"

# ruff: noqa: E402 - the switches above must be set before ultralytics is imported.
import torch
from PIL import Image

# ultralytics puts its own function in Pillow's place, which looks for a package to install
# whenever bytes are no picture. It is put back below: other code reads pictures too.
_PILLOW_OPEN = Image.open

from ultralytics import YOLO
from ultralytics.cfg import DEFAULT_CFG_DICT
from ultralytics.data.loaders import LoadStreams
from ultralytics.models.yolo.detect import DetectionTrainer
from ultralytics.nn.tasks import DetectionModel
from ultralytics.utils import SETTINGS
from ultralytics.utils.nms import TorchNMS

__all__ = ["DEFAULT_CFG_DICT", "YOLO", "DetectionModel", "DetectionTrainer", "LoadStreams"]

Image.open = _PILLOW_OPEN
SETTINGS["sync"] = False

_OPERATORS = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]  # torch ships it unannotated


def _make_torchvision_importable() -> None:
    try:
        import torchvision.ops  # noqa: PLC0415 - the import itself is what is tried
    except RuntimeError:
        for name in ("nms", "qnms"):
            signature = f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
            _OPERATORS.define(signature)  # type: ignore[no-untyped-call]  # torch ships it unannotated
        import torchvision.ops  # noqa: PLC0415 - importable now that the operators are declared

        torchvision.ops.nms = TorchNMS.nms


_make_torchvision_importable()
