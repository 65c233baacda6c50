"""Progress held against truth: each camera's time-lapse followed as a folder of stills is, by element and day."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Final

from models.words import ZonePurpose
from pipeline.errors import FootageError
from pipeline.evaluation.card_kinds import kind_of
from pipeline.evaluation.footage_set import SiteFolder
from pipeline.evaluation.moved_camera import MovedFigures, moved_figures, together
from pipeline.evaluation.site_card import CardCamera, site_card
from pipeline.stills.drawn_elements import drawing
from pipeline.stills.elements_file import DrawnElement
from pipeline.stills.followed_view import FollowedDay, FollowedView
from pipeline.stills.still_folder import StillFolder, Tell
from vision.detector import Detector, Image
from vision.evaluation.progress import (
    EstimatedElementDay,
    ProgressFigures,
    ProgressReport,
    TrueElementDay,
    progress_report,
)
from vision.privacy_mask import Polygon, apply_privacy_masks
from vision.progress.element_progress import RULE_VERSION, Looker, ProgressReason
from vision.progress.work_element import Growth

MOST_MEAN_ERROR: Final = 0.03
MOST_LARGEST_ERROR: Final = 0.10
LEAST_COVERAGE, MOST_COVERAGE = 0.85, 0.97
MOST_HALF_WIDTH: Final = 0.05
LEAST_ANSWERED: Final = 0.85
# Other figures are memories of earlier days, which answer nothing of their own.
_SEEN: Final = frozenset({ProgressReason.SEEN, ProgressReason.PARTLY_SEEN})


@dataclass(frozen=True, slots=True)
class ProgressEvaluation:
    """All figures over one folder, and whether each bar is kept, by all sites together and by each of them.

    A bar is None where there is nothing to hold against it.
    """

    detector: str
    weights_sha256: str
    rule_version: str
    cameras: int
    days: int
    shares: ProgressReport
    moved: MovedFigures
    bars: Mapping[str, bool | None]


def evaluate_progress(
    sites: Sequence[SiteFolder], detector: Detector, looker: Looker, tell: Tell = lambda _said: None
) -> ProgressEvaluation:
    """Follow every camera of `sites` that has work elements, and hold what was said against the truth.

    Raises:
        StreamError: a clip or its times can't be used.
        FootageError: there is no site, a card or its truth can't be used, or two sites or elements have one key.
    """
    if not sites:
        raise FootageError(
            "There is no site (site.json and truth.json) in that folder or one below it; docs/design/progress.md says "
            "what they look like."
        )
    _require_own_keys(sites)
    truth: list[TrueElementDay] = []
    said: list[EstimatedElementDay] = []
    moved: list[MovedFigures] = []
    cameras = days = 0
    for site in sites:
        card = site_card(site.folder, site.card)
        for camera in card.cameras:
            if not camera.elements:
                continue
            tell(f"{card.key}/{camera.key}")
            truth += _true_days(card.key, camera, site.truth)
            followed = list(followed_camera(camera, detector, looker, tell))
            said += _estimates(card.key, followed)
            moved.append(moved_figures(card.key, camera.key, site.truth, followed))
            cameras, days = cameras + 1, days + len(followed)
    shares = progress_report(truth, said)
    all_moved = together(moved)
    return ProgressEvaluation(
        detector=detector.name,
        weights_sha256=detector.weights_sha256,
        rule_version=RULE_VERSION,
        cameras=cameras,
        days=days,
        shares=shares,
        moved=all_moved,
        bars=_bars(shares, all_moved),
    )


def _require_own_keys(sites: Sequence[SiteFolder]) -> None:
    """Figures go by a site's and an element's keys: two of one key would be one."""
    folders: dict[str, SiteFolder] = {}
    for site in sites:
        key = site.card["key"]
        other = folders.setdefault(key, site)
        if other is not site:
            raise FootageError(
                f"{other.folder} and {site.folder} are both the site {key}, as two seeds of one site are. Measure one "
                f"at a time: --data {site.folder}."
            )
        drawn: set[str] = set()
        for element in (one for camera in site.card["cameras"] for one in camera["elements"]):
            if element["key"] in drawn:
                raise FootageError(
                    f"{site.folder.name}/site.json has two elements with the key {element['key']}. Name one of them "
                    "otherwise, there and in truth.json."
                )
            drawn.add(element["key"])


def followed_camera(camera: CardCamera, detector: Detector, looker: Looker, tell: Tell) -> Iterator[FollowedDay]:
    """Follow one camera's time-lapse with what its card draws, behind its privacy masks."""
    folder = StillFolder(camera.key, {}, (camera.time_lapse,))
    found = folder.reference(camera.reference_at.isoformat())
    height_px, width_px = found.image.shape[:2]
    masks = [zone["polygon"] for zone in camera.zones if ZonePurpose(zone["purpose"]) is ZonePurpose.PRIVACY_MASK]
    reference = replace(found, image=_masked(lambda: found.image, masks))
    elements = drawing(_drawn(camera, width_px, height_px), width_px, height_px).elements
    view = FollowedView(reference, elements, detector, looker, tell)
    stills = (
        replace(still, read=partial(_masked, still.read, masks)) if masks else still for still in folder.stills(tell)
    )
    return view.days(stills)


def _drawn(camera: CardCamera, width_px: int, height_px: int) -> list[DrawnElement]:
    drawn = []
    for element in camera.elements:
        if element["grows"] not in tuple(Growth):
            raise FootageError(f"Element {element['key']}: grows {element['grows']!r} is none of {', '.join(Growth)}.")
        drawn.append(
            DrawnElement(
                id=element["key"],
                polygon=tuple((x * width_px, y * height_px) for x, y in element["polygon"]),
                reference_share=element["reference_share"],
                growth=Growth(element["grows"]),
                kind=kind_of(element),
            )
        )
    return drawn


def _masked(read: Callable[[], Image], masks: Sequence[Polygon]) -> Image:
    image = read()
    height_px, width_px = image.shape[:2]
    return apply_privacy_masks(image, [[(x * width_px, y * height_px) for x, y in mask] for mask in masks])


def _true_days(site: str, camera: CardCamera, truth: Mapping[str, Any]) -> Iterator[TrueElementDay]:
    for day in truth["days"]:
        for element in camera.elements:
            key = element["key"]
            if key not in day["elements"] or key not in day["visible_shares"]:
                raise FootageError(f"{site}/truth.json says nothing of the element {key} on {day['on']}.")
            yield TrueElementDay(
                site, key, date.fromisoformat(day["on"]), day["elements"][key], day["visible_shares"][key]
            )


def _estimates(site: str, days: Iterable[FollowedDay]) -> Iterator[EstimatedElementDay]:
    for day in days:
        for one in day.elements:
            yield EstimatedElementDay(
                site, one.element_id, one.on, one.share, one.low, one.high, is_seen=one.reason in _SEEN
            )


def _bars(report: ProgressReport, moved: MovedFigures) -> dict[str, bool | None]:
    everywhere = [report.pooled, *report.sites.values()]

    def holds(figure: Callable[[ProgressFigures], float | None], least: float, most: float) -> bool | None:
        values = [figure(one) for one in everywhere]
        if values[0] is None:
            return None
        return all(value is None or least <= value <= most for value in values)

    return {
        "mean_error": holds(lambda one: one.mean_error, 0.0, MOST_MEAN_ERROR),
        "largest_error": holds(lambda one: one.largest_error, 0.0, MOST_LARGEST_ERROR),
        "interval_coverage": holds(lambda one: one.coverage, LEAST_COVERAGE, MOST_COVERAGE),
        "half_width": holds(lambda one: one.median_half_width, 0.0, MOST_HALF_WIDTH),
        "answered": holds(lambda one: one.answered_share, LEAST_ANSWERED, 1.0),
        "moved_camera_named_within_a_day": (
            all(spell.is_named_in_time for spell in moved.spells) if moved.spells else None
        ),
    }
