"""Which precision of a set of weights ships: eight-bit integers only where they cost next to nothing."""

from vision.errors import WeightsError
from vision.weights import Manifest, Precision, PrecisionFigures

# Shares of 1; a whole point of mAP50 is too much.
MAP50_LOSS_REFUSED = 0.01
# Figures are given with four places or so: 0.81 - 0.80 is one point, whatever binary fractions say.
_ROUNDING = 1e-9


def better_precision(figures: PrecisionFigures) -> Precision:
    """int8 if it costs less than a point of mAP50, else fp32."""
    loss = figures.fp32_map50 - figures.int8_map50
    return "int8" if loss < MAP50_LOSS_REFUSED - _ROUNDING else "fp32"


def with_figures(manifest: Manifest, figures: PrecisionFigures) -> Manifest:
    """The manifest with both figures, and the precision that they speak for.

    Raises:
        WeightsError: the weights have no int8 files.
    """
    if manifest.int8 is None:
        raise WeightsError(f"The weights {manifest.name} have no int8 files. Make them with nazar quantise make.")
    quantised = manifest.int8.model_copy(update={"figures": figures})
    return manifest.model_copy(update={"int8": quantised, "precision": better_precision(figures)})
