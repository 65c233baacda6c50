"""Built shares of a painted tower and of committed footage, day by day, read through the shipped network."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice, pairwise

import numpy as np
import pytest

from sample_footage.footage import SITES, decode
from tests.support.scenes import HEIGHT_PX, WIDTH_PX, view
from vision.daily_view import DailyView, DailyViewMaker
from vision.detector import Image
from vision.openvino_detector import OpenVinoDetector
from vision.progress.built_share import ElementState
from vision.progress.cell_view import CellLooker, open_cell_looker
from vision.progress.element_progress import ElementDay, ElementProgress, ProgressReason
from vision.progress.work_element import Growth, WorkElement
from vision.progress.work_kind import WorkKind

FIRST = date(2026, 9, 7)
# Where tests/support/scenes.py builds.
LEFT, RIGHT, BOTTOM, TOP = WIDTH_PX / 3, 2 * WIDTH_PX / 3, HEIGHT_PX - 60, 60
TOWER = ((LEFT, TOP), (RIGHT, TOP), (RIGHT, BOTTOM), (LEFT, BOTTOM))


@pytest.fixture(scope="module")
def looker() -> CellLooker:
    return open_cell_looker()


def day_view(
    number: int, image: Image | None, seen: bool | np.ndarray[tuple[int, int], np.dtype[np.bool_]] = True
) -> DailyView:
    shown = np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.uint8) if image is None else image
    was_seen = np.broadcast_to(np.asarray(seen, np.bool_), shown.shape[:2]).copy()
    return DailyView(FIRST + timedelta(days=number), shown, was_seen, int(image is not None), (), 0.0, 9.0)


def followed(looker: CellLooker, reference: Image, *elements: WorkElement) -> ElementProgress:
    return ElementProgress(day_view(0, reference), elements, looker)


def fed(progress: ElementProgress, shares: Sequence[float | None], first: int = 1) -> list[ElementDay]:
    """The first element's days, one look a day; None is a day without a view."""
    return [
        progress.add_day(day_view(number, None if share is None else view(noise=number, built=share)))[0]
        for number, share in enumerate(shares, first)
    ]


def test_a_tower_rises_from_nothing_to_complete(looker: CellLooker) -> None:
    shares = [0.0] * 3 + [number / 50 for number in range(51)] + [1.0] * 5
    days = fed(followed(looker, view(), WorkElement("tower", TOWER)), shares)
    assert days[2].state is ElementState.NOT_STARTED
    assert days[2].share < 0.02
    errors = [abs(day.share - share) for day, share in zip(days, shares, strict=True)]
    # What is new is believed after some looks, while the tower grows on by 2 points a day.
    assert max(errors) < 0.12
    assert np.mean(errors) < 0.07
    assert days[-1].share > 0.95
    assert all(before.share <= after.share for before, after in pairwise(days))
    assert all(day.low <= day.share <= day.high for day in days)


def test_what_stood_on_the_reference_date_counts_and_grows_on(looker: CellLooker) -> None:
    element = WorkElement("tower", TOWER, Growth.UP, reference_share=0.5)
    days = fed(followed(looker, view(built=0.5), element), [0.5] * 3 + [0.75] * 5)
    assert days[2].share == pytest.approx(0.5, abs=0.02)
    assert days[-1].share == pytest.approx(0.75, abs=0.06)
    assert days[-1].state is ElementState.IN_PROGRESS


def test_rare_photographs_are_believed_sooner(looker: CellLooker) -> None:
    progress = followed(looker, view(), WorkElement("tower", TOWER))
    day = progress.add_day(day_view(40, view(noise=4, built=0.6)))[0]
    assert day.share == pytest.approx(0.6, abs=0.08)


def test_one_misleading_photograph_of_weekly_ones_does_not_stand_for_a_month(looker: CellLooker) -> None:
    progress = followed(looker, view(), WorkElement("tower", TOWER))
    shown = [0.1, 0.2, 0.2, 0.8, 0.25, 0.3, 0.3]
    days = [
        progress.add_day(day_view(7 * week, view(noise=week, built=share)))[0] for week, share in enumerate(shown, 1)
    ]
    assert days[3].share > 0.6
    assert days[5].share == pytest.approx(0.3, abs=0.08)
    assert days[6].share == pytest.approx(0.3, abs=0.08)


def test_the_figure_of_a_day_uses_no_later_one(looker: CellLooker) -> None:
    element = WorkElement("tower", TOWER)
    short = fed(followed(looker, view(), element), [0.2, 0.3, 0.4])
    long = fed(followed(looker, view(), element), [0.2, 0.3, 0.4, 0.9, 1.0])
    assert long[:3] == short


def test_what_passes_for_a_day_is_not_built(looker: CellLooker) -> None:
    # Somebody parks something large before the view for one day: it is no tower.
    days = fed(followed(looker, view(), WorkElement("tower", TOWER)), [0.0, 0.0, 0.9, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert days[2].share <= 0.06
    assert days[-1].share < 0.02


def test_a_share_stays_through_days_without_a_view_and_its_interval_widens(looker: CellLooker) -> None:
    days = fed(followed(looker, view(), WorkElement("tower", TOWER)), [0.5] * 6 + [None] * 20)
    seen, soon, late = days[5], days[6], days[-1]
    assert seen.reason is ProgressReason.SEEN
    assert (soon.reason, late.reason) == (ProgressReason.NOT_SEEN, ProgressReason.NOT_SEEN_FOR_LONG)
    assert late.share == soon.share == seen.share
    assert late.visible_share == 0.0
    assert late.unseen_days == 20
    assert late.high - late.low > seen.high - seen.low + 0.1


def test_a_day_of_the_reference_without_a_view_is_not_seen(looker: CellLooker) -> None:
    tower = followed(looker, view(built=0.5), WorkElement("tower", TOWER, reference_share=0.5))
    (day,) = tower.add_day(day_view(0, None))
    assert (day.reason, day.visible_share, day.unseen_days) == (ProgressReason.NOT_SEEN, 0.0, 0)
    assert day.share == 0.5


def test_a_hidden_part_is_not_visible_and_says_so(looker: CellLooker) -> None:
    progress = followed(looker, view(), WorkElement("tower", TOWER))
    seen = np.ones((HEIGHT_PX, WIDTH_PX), np.bool_)
    seen[:, : WIDTH_PX // 2] = False
    day = progress.add_day(day_view(1, view(noise=1), seen))[0]
    assert day.visible_share == pytest.approx(0.5, abs=0.06)
    assert day.reason is ProgressReason.PARTLY_SEEN


def test_a_reference_in_fog_gives_way_to_the_first_clear_view(looker: CellLooker) -> None:
    fog = np.asarray(view() * 0.15 + 150, np.uint8)
    in_fog = DailyView(FIRST, fog, np.ones((HEIGHT_PX, WIDTH_PX), np.bool_), 1, (), 0.0, 1.5)
    progress = ElementProgress(in_fog, [WorkElement("tower", TOWER)], looker)
    days = fed(progress, [0.0] * 4 + [0.5] * 5, first=6)
    assert days[3].share < 0.02
    assert days[-1].share == pytest.approx(0.5, abs=0.07)


def test_a_demolished_tower_is_taken_back_after_some_days(looker: CellLooker) -> None:
    days = fed(followed(looker, view(), WorkElement("tower", TOWER)), [0.8] * 6 + [0.0] * 16)
    assert days[5].share > 0.7
    assert days[7].share == days[5].share
    assert days[-1].share < 0.1


def test_what_runs_along_is_told_from_either_end(looker: CellLooker) -> None:
    band = ((60, 300), (900, 300), (900, 420), (60, 420))
    laid = view()
    laid[300:420, 60:480] = (70, 70, 75)
    progress = followed(looker, view(), WorkElement("road", band, Growth.ALONG))
    days = [progress.add_day(day_view(number, laid))[0] for number in range(1, 8)]
    assert days[-1].share == pytest.approx(0.5, abs=0.05)
    back = followed(looker, view()[:, ::-1].copy(), WorkElement("road", band, Growth.ALONG))
    days = [back.add_day(day_view(number, laid[:, ::-1].copy()))[0] for number in range(1, 8)]
    assert days[-1].share == pytest.approx(0.5, abs=0.05)


def test_a_facade_is_told_from_the_frame_that_carries_it(looker: CellLooker) -> None:
    frame, facade = WorkElement("frame", TOWER), WorkElement("facade", TOWER)
    progress = followed(looker, view(), frame, facade)
    clad = view(built=1.0)
    clad[TOP + 210 : int(BOTTOM), int(LEFT) : int(RIGHT)] = (235, 240, 240)
    days = [progress.add_day(day_view(number, view(noise=number, built=1.0))) for number in range(1, 22)]
    assert days[-1][0].share > 0.9
    assert days[-1][1].share < 0.05
    days = [progress.add_day(day_view(number, clad)) for number in range(22, 30)]
    assert days[-1][1].share == pytest.approx(0.5, abs=0.1)


def test_a_kind_whose_carrier_is_done_is_compared_with_that(looker: CellLooker) -> None:
    left_half = ((LEFT, TOP), ((LEFT + RIGHT) / 2, TOP), ((LEFT + RIGHT) / 2, BOTTOM), (LEFT, BOTTOM))
    frame = WorkElement("frame", TOWER, Growth.UP, 0.0, WorkKind.FRAME)
    facade = WorkElement("facade", left_half, Growth.UP, 0.0, WorkKind.FACADE)
    progress = followed(looker, view(), frame, facade)
    days = [progress.add_day(day_view(number, view(noise=number, built=1.0))) for number in range(1, 22)]
    assert days[-1][0].share > 0.95
    assert days[-1][1].share < 0.05


def test_elements_that_cannot_be_followed_are_refused(looker: CellLooker) -> None:
    with pytest.raises(ValueError, match="crosses itself"):
        WorkElement("bow", ((0, 0), (100, 100), (100, 0), (0, 100)))
    with pytest.raises(ValueError, match="outside the reference picture"):
        followed(looker, view(), WorkElement("far", ((2000, 0), (2100, 0), (2100, 90))))
    with pytest.raises(ValueError, match="same id"):
        followed(looker, view(), WorkElement("a", TOWER), WorkElement("a", TOWER))
    progress = followed(looker, view(), WorkElement("tower", TOWER))
    progress.add_day(day_view(5, None))
    with pytest.raises(ValueError, match="order of time"):
        progress.add_day(day_view(4, None))


def test_the_schools_wing_is_followed_in_committed_footage(looker: CellLooker, detector: OpenVinoDetector) -> None:
    folder = SITES / "school"
    pictures = list(islice(decode(folder / "mast-1" / "time_lapse.mp4"), 36))
    times = json.loads((folder / "mast-1" / "time_lapse.times.json").read_text(encoding="utf-8"))["times"][:36]
    camera = json.loads((folder / "site.json").read_text(encoding="utf-8"))["cameras"][0]
    truth = {day["on"]: day["elements"] for day in json.loads((folder / "truth.json").read_text("utf-8"))["days"]}
    wing = next(one for one in camera["elements"] if one["key"] == "wing-west")
    element = WorkElement(
        wing["key"],
        [(x * WIDTH_PX, y * HEIGHT_PX) for x, y in wing["polygon"]],
        Growth(wing["grows"]),
        wing["reference_share"],
    )
    reference_at = times.index(camera["reference_at"])
    maker = DailyViewMaker(pictures[reference_at], detector)
    reference = maker.reference_view(date.fromisoformat(times[reference_at][:10]))
    progress = ElementProgress(reference, [element], looker)
    found = {}
    for on in sorted({time[:10] for time in times}):
        looks = [picture for picture, time in zip(pictures, times, strict=True) if time[:10] == on]
        found[on] = progress.add_day(maker.view(date.fromisoformat(on), looks))[0]
    errors = [abs(day.share - truth[on]["wing-west"]) for on, day in found.items()]
    assert len(errors) == 12
    assert max(errors) < 0.13
    assert found[max(found)].share > wing["reference_share"] + 0.2
    assert all(day.visible_share > 0.4 for day in found.values())
