import numpy as np
import pytest

from vision.taxonomy import MACHINERY_ID, PERSON_ID, TYPE_IDS, VEHICLE_ID
from vision.training.dev_figures import DevFigures, Found, figures_of
from vision.training.sample import DEVELOPMENT, BoxUse, Sample, SampleBox

MAN = (10.0, 10.0, 30.0, 60.0)
DIGGER = (50.0, 10.0, 150.0, 90.0)
NOWHERE = (160.0, 60.0, 180.0, 95.0)


def sample(*boxes: SampleBox, not_labelled: tuple[int, ...] = ()) -> Sample:
    return Sample("one.jpg", DEVELOPMENT, "some", 200, 100, boxes, not_labelled)


def found(*rows: tuple[int, float, tuple[float, float, float, float]]) -> Found:
    return Found(
        np.array([row[2] for row in rows], np.float32).reshape(-1, 4),
        np.array([row[1] for row in rows], np.float32),
        np.array([row[0] for row in rows], np.int64),
    )


def test_everything_found_where_it_is_is_perfect() -> None:
    truth = sample(SampleBox(PERSON_ID, MAN), SampleBox(TYPE_IDS[0], DIGGER))
    figures = figures_of([(found((PERSON_ID, 0.9, MAN), (MACHINERY_ID, 0.8, DIGGER)), truth)])
    assert figures.ap50 == {"person": pytest.approx(0.995), "machinery": pytest.approx(0.995)}
    assert figures.ap50_95 == pytest.approx(figures.ap50)
    assert figures.best_f1 == pytest.approx(1, abs=0.01)


def test_a_loose_box_counts_at_low_overlaps_only() -> None:
    loose = (10.0, 10.0, 30.0, 84.0)
    figures = figures_of([(found((PERSON_ID, 0.9, loose)), sample(SampleBox(PERSON_ID, MAN)))])
    # An overlap of 50/74, 0.676, passes four of the ten from 0.5 to 0.65.
    assert figures.ap50["person"] == pytest.approx(0.995)
    assert figures.ap50_95["person"] == pytest.approx(0.4 * 0.995)


def test_a_second_find_of_one_thing_is_wrong() -> None:
    twice = found((PERSON_ID, 0.9, MAN), (PERSON_ID, 0.8, MAN))
    one = sample(SampleBox(PERSON_ID, MAN))
    assert figures_of([(twice, one)]).best_f1 == pytest.approx(1, abs=0.01)
    assert figures_of([(twice, one)]).best_confidence > 0.8


@pytest.mark.parametrize(
    "truth",
    [
        sample(SampleBox(PERSON_ID, MAN), not_labelled=(PERSON_ID,)),
        sample(SampleBox(PERSON_ID, MAN), SampleBox(PERSON_ID, NOWHERE, BoxUse.IGNORED)),
    ],
)
def test_what_may_be_right_is_not_counted_as_wrong(truth: Sample) -> None:
    surer = found((PERSON_ID, 0.95, NOWHERE), (PERSON_ID, 0.9, MAN))
    assert figures_of([(surer, truth)]).ap50["person"] == pytest.approx(0.995)
    assert figures_of([(surer, sample(SampleBox(PERSON_ID, MAN)))]).ap50["person"] < 0.6


def test_vehicles_weigh_little_in_the_choice_of_an_epoch() -> None:
    figures = DevFigures(
        {"person": 0.8, "machinery": 0.9, "vehicle": 0.0}, {"person": 0.4, "machinery": 0.5, "vehicle": 0.0}, 0.3, 0.8
    )
    assert figures.fitness == pytest.approx((0.6 + 0.7) / 2.2)


def test_a_network_that_finds_nothing_has_figures() -> None:
    nothing = figures_of([(found(), sample(SampleBox(PERSON_ID, MAN), SampleBox(VEHICLE_ID, DIGGER)))])
    assert nothing.ap50 == {"person": 0, "vehicle": 0}
    assert nothing.fitness == 0
