import pytest

from vision.errors import WeightsError
from vision.precision import better_precision, with_figures
from vision.weights import OpenVinoFiles, PrecisionFigures, QuantisedFiles, WeightsFile, load_manifest


def figures(fp32: float, int8: float) -> PrecisionFigures:
    return PrecisionFigures(measured_on="a set, val", fp32_map50=fp32, int8_map50=int8)


@pytest.mark.parametrize(
    ("fp32", "int8", "chosen"),
    [(0.81, 0.805, "int8"), (0.81, 0.82, "int8"), (0.81, 0.8, "fp32"), (0.7, 0.69, "fp32"), (0.7, 0.6901, "int8")],
)
def test_int8_ships_if_it_costs_less_than_a_point(fp32: float, int8: float, chosen: str) -> None:
    assert better_precision(figures(fp32, int8)) == chosen


def test_the_manifest_keeps_both_figures_and_the_choice() -> None:
    manifest = load_manifest("coco-start-n")
    file = WeightsFile(name="x", sha256="0" * 64)
    int8 = QuantisedFiles(structure=file, numbers=file, calibration="made up")
    assert isinstance(int8, OpenVinoFiles)
    chosen = with_figures(manifest.model_copy(update={"int8": int8}), figures(0.5, 0.499))
    assert chosen.precision == "int8"
    assert chosen.weights_sha256 == "0" * 64
    assert chosen.int8 is not None
    assert chosen.int8.figures == figures(0.5, 0.499)


def test_without_int8_files_there_is_nothing_to_choose() -> None:
    with pytest.raises(WeightsError, match="nazar quantise make"):
        with_figures(load_manifest("coco-start-n").model_copy(update={"int8": None}), figures(0.5, 0.5))
