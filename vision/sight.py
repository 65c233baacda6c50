"""Building what looks at pictures from the settings."""

from vision.detector import Detector
from vision.openvino_detector import OpenVinoDetector
from vision.redaction import RedactionPass, Redactor
from vision.settings import VisionSettings
from vision.weights import VerifiedWeights, load_manifest, load_weights

# The redactor looks at pictures from this size on once more, at a larger scale: what is lost when
# a wide view is made small is people far away.
LARGE_FROM_SIDE_PX = 960
LARGE_SIZE_PX = 1280


def open_detector(settings: VisionSettings) -> Detector:
    """Load the detector that counts.

    Raises:
        WeightsError: the weights are missing or altered.
        DeviceError: the GPU that the settings ask for is not there.
    """
    if settings.device == "cuda":
        # torch is loaded only where it is asked for: it takes seconds and half a gigabyte.
        from vision.adapters.ultralytics_detector import load_state  # noqa: PLC0415

        return load_state(
            load_manifest(settings.weights, settings.weights_folder),
            settings.weights_folder,
            image_size_px=settings.image_size_px,
            threshold=settings.threshold,
            device="cuda",
        )
    return OpenVinoDetector(
        load_weights(settings.weights, settings.weights_folder),
        image_size_px=settings.image_size_px,
        threshold=settings.threshold,
        threads=settings.threads,
    )


def open_redactor(settings: VisionSettings) -> Redactor:
    """Load the redactor. It runs on the CPU on every machine: what is stored or shown is rare.

    Raises:
        WeightsError: the weights are missing or altered.
    """
    own = load_weights(settings.weights, settings.weights_folder)
    second = load_weights(settings.redaction_weights, settings.weights_folder)
    return Redactor(
        (
            *own_passes(own, threshold=settings.redaction_threshold, threads=settings.threads),
            *second_passes(second, threads=settings.threads),
        )
    )


def own_passes(
    weights: VerifiedWeights, *, threshold: float | None = None, threads: int = 0
) -> tuple[RedactionPass, ...]:
    """The looks with the weights that count, as their redaction threshold was chosen for."""
    confidence = threshold or weights.manifest.thresholds.redaction
    detector = OpenVinoDetector(weights, threads=threads)
    return RedactionPass(detector, confidence), RedactionPass(detector, confidence, mirrored=True)


def second_passes(weights: VerifiedWeights, *, threads: int = 0) -> tuple[RedactionPass, ...]:
    """The looks with weights that have seen streets: cars and buses that site photographs lack, people far away."""
    confidence = weights.manifest.thresholds.redaction
    usual = OpenVinoDetector(weights, threads=threads)
    large = OpenVinoDetector(weights, image_size_px=LARGE_SIZE_PX, threads=threads)
    return (
        RedactionPass(usual, confidence),
        RedactionPass(large, confidence, from_side_px=LARGE_FROM_SIDE_PX),
    )
