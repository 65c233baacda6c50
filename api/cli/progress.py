"""`nazar progress`: how much stands of what was drawn, day by day, from photographs of one view."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from api.progress import progress_bar
from api.settings import InstanceSettings
from pipeline.settings import load_settings
from pipeline.stills.drawn_elements import drawing
from pipeline.stills.elements_file import read_elements
from pipeline.stills.followed_view import FollowedDay, FollowedView
from pipeline.stills.still_folder import still_folder
from vision.progress.cell_view import open_cell_looker
from vision.progress.element_progress import RULE_VERSION, ElementDay
from vision.sight import open_detector

# Shares are told to a hundredth of a percentage point.
_DIGITS = 4


@click.command("progress")
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--elements",
    "elements_file",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What is drawn on which picture, and when pictures were taken; docs/design/progress.md has its form.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(folder: Path, elements_file: Path, as_json: bool) -> int:
    """Say how much of each drawn element stands, by the photographs or the time-lapse in FOLDER.

    They are of one view, one or many a day; each day from the reference's on is told by that day and earlier ones.
    What is left out is named on stderr, with why.
    """
    file = read_elements(elements_file)
    stills = still_folder(folder, file.times, _note, elements_file)
    reference = stills.reference(file.reference)
    height_px, width_px = reference.image.shape[:2]
    drawn = drawing(file.elements, width_px, height_px)
    for note in drawn.notes:
        _note(note)
    settings = load_settings(InstanceSettings).vision
    detector = open_detector(settings)
    view = FollowedView(reference, drawn.elements, detector, open_cell_looker(settings.threads), _note)
    places = {element.id: place for place, element in enumerate(file.elements)}
    told: list[ElementDay] = []
    with progress_bar(f"{stills.name}: days", None) as advance:
        for done, day in enumerate(view.days(stills.stills(_note)), start=1):
            told += _in_file_order(day, places)
            advance(done)
    if as_json:
        click.echo(json.dumps([as_stored(day) for day in told], ensure_ascii=False))
        return 0
    _print(told)
    click.echo(f"\n{detector.name}, weights {detector.weights_sha256}\nrule {RULE_VERSION}")
    return 0


def as_stored(day: ElementDay) -> dict[str, Any]:
    """One element on one day as JSON."""
    return {
        "date": day.on.isoformat(),
        "element": day.element_id,
        "share": round(day.share, _DIGITS),
        "low": round(day.low, _DIGITS),
        "high": round(day.high, _DIGITS),
        "visible_share": round(day.visible_share, _DIGITS),
        "state": day.state.value,
        "reason": day.reason.value,
    }


def _in_file_order(day: FollowedDay, places: dict[str, int]) -> list[ElementDay]:
    return sorted(day.elements, key=lambda one: places[one.element_id])


def _print(told: Iterable[ElementDay]) -> None:
    days = list(told)
    width = max([len("element"), *(len(day.element_id) for day in days)])
    click.echo(f"{'date':<10}  {'element':<{width}}  {'built':>6}  {'90 % interval':>15}  {'seen':>5}  state, reason")
    for day in days:
        interval = f"{day.low:.1%} - {day.high:.1%}"
        click.echo(
            f"{day.on}  {day.element_id:<{width}}  {day.share:>6.1%}  {interval:>15}  {day.visible_share:>5.0%}  "
            f"{day.state.value.replace('_', ' ')}, {day.reason.value.replace('_', ' ')}"
        )


def _note(message: str) -> None:
    click.echo(f"nazar: {' '.join(message.split())}", err=True)
