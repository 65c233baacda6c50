from datetime import date

import pytest

from models.plan_curve import PlannedTask
from pipeline.signals.progress_share import project_share
from pipeline.signals.report_gap import ReportGap, report_gap
from tests.support.shares import figure

# Half of the plan has gone by.
ON = date(2026, 6, 30)
FRAME = PlannedTask(date(2026, 1, 1), date(2026, 12, 26), 80.0, "frame")
FINISHING = PlannedTask(date(2026, 1, 1), date(2026, 12, 26), 20.0, "finishing")


def gap(reported: float, *tasks: PlannedTask) -> ReportGap:
    share = project_share(tasks, [figure("frame", 0.4, 0.05)])
    assert share is not None
    return report_gap(tasks, share, reported, ON)


@pytest.mark.parametrize(
    ("reported", "points", "disagrees"),
    [(40.0, 0.0, False), (54.9, 14.9, False), (55.0, 15.0, True), (25.1, -14.9, False), (25.0, -15.0, True)],
)
def test_a_report_disagrees_ten_points_outside_the_interval(reported: float, points: float, disagrees: bool) -> None:
    found = gap(reported, FRAME)
    assert found.points == pytest.approx(points)
    assert found.disagrees is disagrees


def test_what_no_camera_sees_may_stand_or_not() -> None:
    # 80 % of the plan stand at 40 % with 5 points to either side; of the rest half is planned.
    found = gap(42.0, FRAME, FINISHING)
    assert found.points == pytest.approx(0.0, abs=0.1)
    assert "(28 to 56)" in found.reason.en
    assert [gap(reported, FRAME, FINISHING).disagrees for reported in (18.0, 18.1, 65.9, 66.0)] == [
        True,
        False,
        False,
        True,
    ]


def test_the_reason_says_which_way_it_differs() -> None:
    assert "20 points higher" in gap(60.0, FRAME).reason.en
    assert "отчёт ниже на 30 п. п." in gap(10.0, FRAME).reason.ru
    assert "есеп 20 п. т. жоғары" in gap(60.0, FRAME).reason.kk
