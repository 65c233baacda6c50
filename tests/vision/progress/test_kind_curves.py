"""By the kind of work it is known what an element shows when so much of it is built."""

import pytest

from vision.progress.kind_curves import CURVES, KindCurve
from vision.progress.work_kind import WorkKind


@pytest.mark.parametrize("kind", sorted(CURVES))
def test_the_more_is_shown_the_more_is_built(kind: WorkKind) -> None:
    curve = CURVES[kind]
    told = [curve.share_at(step / 50) for step in range(51)]
    assert told == sorted(told)
    assert told[0] == pytest.approx(0.0, abs=0.01)
    assert told[-1] > 0.99


def test_every_kind_that_stands_has_a_curve() -> None:
    assert set(WorkKind) - set(CURVES) == {WorkKind.FINISHING}


def test_a_base_of_gravel_from_end_to_end_is_two_thirds_of_a_pavement() -> None:
    pavement = CURVES[WorkKind.PAVEMENT]
    assert pavement.share_at(0.5) == pytest.approx(0.333, abs=0.01)
    assert pavement.share_at(0.985) == pytest.approx(0.656, abs=0.01)


def test_what_runs_away_from_the_camera_shows_more_of_its_near_end() -> None:
    curve = KindCurve((0.0, 0.6, 0.8), 0.1, (0.0, 0.5, 1.0), is_foreshortened=True)
    near, far, unknown = (curve.share_at(0.2, way) for way in (1.0, -1.0, 0.0))
    assert near == pytest.approx(1 / 6, abs=0.01)
    assert far == pytest.approx(1 / 2, abs=0.01)
    assert unknown == pytest.approx((near + far) / 2)
    assert curve.share_at(0.8, -1.0) == pytest.approx(1.0, abs=0.01)


def test_a_curve_that_falls_or_lacks_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="neither falls"):
        KindCurve((0.0, 0.5, 0.4), 0.1, (0.0, 0.5, 1.0))
    with pytest.raises(ValueError, match="as many shares as values"):
        KindCurve((0.0, 0.5), 0.1)
