"""Activity held against truth: what machines do, how many people, the tracker alone, and what kind of days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from pipeline.clip_activity import RULE_VERSION, ClipActivity, WatchedClip, watch_clip
from pipeline.clip_zones import read_zones
from pipeline.errors import FootageError
from pipeline.evaluation.footage_set import Clip, FootageSet
from pipeline.evaluation.replayed_site import judged_days
from pipeline.evaluation.site_card import site_card
from pipeline.evaluation.site_days import ComparedDay, DayFigures, compared_days, day_figures
from pipeline.evaluation.true_clip import (
    TruePicture,
    counted_pictures,
    followed_truth,
    machine_moments,
    true_pictures,
)
from pipeline.signals.site_day import RULE_VERSION as SITE_DAY_VERSION
from vision.detector import Detector
from vision.evaluation.people_counts import CountedPicture, CountFigures, count_figures
from vision.evaluation.tracking import FollowedPicture, TrackFigures, track_figures
from vision.evaluation.work_states import MachineMoment, WorkFigures, work_figures

# Pictures a second that true boxes are thinned to.
RATES: Final = (5.0, 2.5, 2.0)
LEAST_BALANCED_ACCURACY: Final = 0.93
LEAST_STATE_SHARE: Final = 0.25
LEAST_WITHIN_ONE: Final = 0.9
LEAST_IDF1: Final = 0.9

# Told the name of a piece of work before it begins.
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ActivityReport:
    """All figures over one folder, and whether each bar is kept; None where there is nothing to hold against it.

    `people` counts as `nazar activity` does: the detections of a usable look at the shipped threshold, and whoever
    was missed for a moment, by their tracks. `people_found` counts the detections alone, as windows do. `tracker` is by
    pictures a second. `without_truth` are clips that nobody wrote the truth of.
    """

    detector: str
    weights_sha256: str
    rule_version: str
    clips: int
    sites: int
    work: WorkFigures
    people: CountFigures
    people_found: CountFigures
    tracker: Mapping[str, TrackFigures]
    site_days: DayFigures
    without_truth: tuple[ClipActivity, ...]
    bars: Mapping[str, bool | None]


def evaluate_activity(footage: FootageSet, detector: Detector, tell: Tell = lambda _name: None) -> ActivityReport:
    """Measure everything that `footage` has truth for.

    Raises:
        StreamError: a clip or its times can't be used.
        FootageError: a clip is shorter or longer than its truth, or a time-lapse breaks off.
    """
    moments: list[MachineMoment] = []
    counted: list[CountedPicture] = []
    found: list[CountedPicture] = []
    followed: dict[float, dict[str, list[FollowedPicture]]] = {rate: {} for rate in RATES}
    for clip in footage.clips:
        tell(clip.name)
        assert clip.truth is not None  # only these are among them
        truth = true_pictures(clip.truth)
        watched = _watched(clip, detector)
        _require_same(clip, truth, watched)
        moments += machine_moments(clip.name, truth, watched)
        counted += counted_pictures(clip.name, truth, watched, as_found=False)
        found += counted_pictures(clip.name, truth, watched, as_found=True)
        for rate in RATES:
            followed[rate][clip.name] = followed_truth(truth, 1 / rate)
    days: list[ComparedDay] = []
    for site in footage.sites:
        tell(f"{site.folder.name}: days")
        card = site_card(site.folder, site.card)
        wanted = [date.fromisoformat(day["on"]) for day in site.truth["days"]]
        days += compared_days(card.key, site.truth, judged_days(card, wanted, detector))
    plain = []
    for clip in footage.without_truth:
        tell(clip.name)
        plain.append(watch_clip(clip.path, clip.times, detector).activity)
    work, people = work_figures(moments), count_figures(counted)
    tracker = {f"{rate:g}": track_figures(followed[rate]) for rate in RATES}
    site_days = day_figures(days)
    return ActivityReport(
        detector=detector.name,
        weights_sha256=detector.weights_sha256,
        rule_version=f"{RULE_VERSION}+{SITE_DAY_VERSION}",
        clips=len(footage.clips),
        sites=len(footage.sites),
        work=work,
        people=people,
        people_found=count_figures(found),
        tracker=tracker,
        site_days=site_days,
        without_truth=tuple(plain),
        bars=_bars(work, people, tracker, site_days),
    )


def _watched(clip: Clip, detector: Detector) -> WatchedClip:
    """Watch a clip as its camera is: with its privacy masks and what is to be ignored."""
    drawn = None if clip.card is None else read_zones(clip.card, clip.path)
    if clip.times is None:
        raise FootageError(
            f"{clip.name} has no times beside it, and its truth is by time. Write {clip.path.stem}.times.json."
        )
    return watch_clip(clip.path, clip.times, detector, drawn)


def _require_same(clip: Clip, truth: list[TruePicture], watched: WatchedClip) -> None:
    """Truth and clip must be of the same pictures, or all is compared with something else."""
    known = {one.at for one in truth}
    unknown = [one.captured_at for one in watched.pictures if one.captured_at not in known]
    if unknown:
        raise FootageError(
            f"{clip.name} has a picture of {unknown[0].isoformat()}, and its truth has none of then; mend its times."
        )


def _bars(
    work: WorkFigures, people: CountFigures, tracker: Mapping[str, TrackFigures], days: DayFigures
) -> dict[str, bool | None]:
    total = work.total
    return {
        "working_against_idle": _reaches(total.balanced_accuracy, LEAST_BALANCED_ACCURACY),
        "each_state_a_quarter": min(total.share.values()) >= LEAST_STATE_SHARE if total.seconds else None,
        "people_within_one": _reaches(people.within_one_share, LEAST_WITHIN_ONE),
        **{f"tracker_at_{rate}_a_second": _reaches(one.idf1, LEAST_IDF1) for rate, one in tracker.items()},
        **{name: claim.holds for name, claim in days.claims.items()},
    }


def _reaches(figure: float | None, least: float) -> bool | None:
    return None if figure is None else figure >= least
