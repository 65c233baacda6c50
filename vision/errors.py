"""What can go wrong while looking at a picture.

VisionError
├── DeviceError           a GPU was asked for that is not there
├── WeightsError          weights are missing, altered, or of a layout that is not ours
├── UnreadableImageError  bytes that no image decoder accepts
└── DatasetError          training or evaluation data that is not laid out as documented
"""


class VisionError(Exception):
    """Any failure of vision/; its message says what to do."""


class DeviceError(VisionError):
    """A device that cannot be used."""


class WeightsError(VisionError):
    """Weights that may not be loaded."""


class UnreadableImageError(VisionError):
    """Bytes or a file that hold no picture."""


class DatasetError(VisionError):
    """A folder of photographs and labels that cannot be used as it is."""
