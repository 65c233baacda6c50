"""Building what looks at pictures from the settings."""

from vision.detector import Detector
from vision.openvino_detector import OpenVinoDetector
from vision.redaction import RedactionPass, Redactor
from vision.settings import VisionSettings
from vision.tiling import TiledDetector
from vision.weights import VerifiedWeights, load_manifest, load_weights

# The redactor looks at each picture at several scales, for each is blind in its own way: people far
# away are lost when a wide view is made small, and fine patterns (sharpening, watermarks, moire) can
# hide even people close by from a network until the picture is made small enough to lose them.
SMALL_SIZE_PX = 416
MIDDLE_SIZE_PX = 960
LARGE_SIZE_PX = 1280
LARGE_FROM_SIDE_PX = 960


def open_detector(settings: VisionSettings) -> Detector:
    """Load the detector that counts.

    Raises:
        WeightsError: the weights are missing or altered.
        DeviceError: the GPU that the settings ask for is not there.
    """
    detector = _open_one(settings)
    return detector if settings.tiles == 1 else TiledDetector(detector, settings.tiles)


def open_redactor(settings: VisionSettings) -> Redactor:
    """Load the redactor. It runs on the CPU on every machine: what is stored or shown is rare.

    It runs in float, whichever precision counts: its thresholds were chosen so. It runs on one core unless the
    settings say how many: nobody waits for a picture, and several cores take a quarter more time of all of them.

    Raises:
        WeightsError: the weights are missing or altered.
    """
    return Redactor(
        redaction_passes(
            load_weights(settings.weights, settings.weights_folder, "fp32"),
            load_weights(settings.redaction_weights, settings.weights_folder, "fp32"),
            threshold=settings.redaction_threshold,
            threads=settings.threads or 1,
        )
    )


def redaction_passes(
    own: VerifiedWeights, second: VerifiedWeights, *, threshold: float | None = None, threads: int = 0
) -> tuple[RedactionPass, ...]:
    """The redactor's looks at a picture, for which the weights' redaction thresholds were chosen.

    `own` are the weights that count, `second` have seen streets: they know the cars and buses that
    site photographs lack, and people far away. `threshold` replaces that of `own`.
    """
    own_from = threshold or own.manifest.thresholds.redaction
    second_from = second.manifest.thresholds.redaction

    def at(weights: VerifiedWeights, image_size_px: int) -> OpenVinoDetector:
        return OpenVinoDetector(weights, image_size_px=image_size_px, threads=threads)

    return (
        RedactionPass(OpenVinoDetector(own, threads=threads), own_from),
        RedactionPass(at(own, SMALL_SIZE_PX), own_from, mirrored=True),
        RedactionPass(at(second, SMALL_SIZE_PX), second_from),
        RedactionPass(at(second, MIDDLE_SIZE_PX), second_from, below_side_px=LARGE_FROM_SIDE_PX),
        RedactionPass(at(second, LARGE_SIZE_PX), second_from, from_side_px=LARGE_FROM_SIDE_PX),
        RedactionPass(at(own, LARGE_SIZE_PX), own_from, from_side_px=LARGE_FROM_SIDE_PX),
    )


def _open_one(settings: VisionSettings) -> Detector:
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
        load_weights(settings.weights, settings.weights_folder, settings.precision),
        image_size_px=settings.image_size_px,
        threshold=settings.threshold,
        threads=settings.threads,
        goal="throughput",
    )
