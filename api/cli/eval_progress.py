"""`nazar eval progress`: built shares against what truly stood, on footage whose truth is known."""

import importlib.util
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from api.command_error import CommandError
from api.settings import InstanceSettings
from pipeline.evaluation.footage_set import site_folders
from pipeline.evaluation.moved_camera import MovedSpell
from pipeline.evaluation.progress import ProgressEvaluation, evaluate_progress
from pipeline.settings import load_settings
from vision.evaluation.progress import ProgressFigures
from vision.progress.cell_view import open_cell_looker
from vision.sight import open_detector


@click.command("progress")
@click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A site's folder with its truth, or a folder of such folders; docs/design/progress.md has their form.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(data: Path, as_json: bool) -> None:
    """Each camera's time-lapse followed, and each element's built share by day held against its truth."""
    if importlib.util.find_spec("jsonschema") is None:
        raise CommandError("Measuring progress needs jsonschema: pip install 'nazar[dev]'.")
    sites = site_folders(data)
    settings = load_settings(InstanceSettings).vision
    report = evaluate_progress(
        sites, open_detector(settings), open_cell_looker(settings.threads), lambda said: click.echo(said, err=True)
    )
    if as_json:
        click.echo(json.dumps(_as_stored(report), ensure_ascii=False))
        return
    _print(report)


def _as_stored(report: ProgressEvaluation) -> dict[str, Any]:
    stored: dict[str, Any] = asdict(report)
    stored["moved"]["spells"] = [_spell(one) for one in report.moved.spells]
    return stored


def _spell(spell: MovedSpell) -> dict[str, Any]:
    return {
        "site": spell.site,
        "camera": spell.camera,
        "starts_on": spell.starts_on.isoformat(),
        "ends_on": spell.ends_on.isoformat(),
        "seen_on": None if spell.seen_on is None else spell.seen_on.isoformat(),
        "named_on": None if spell.named_on is None else spell.named_on.isoformat(),
        "is_named_in_time": spell.is_named_in_time,
    }


def _print(report: ProgressEvaluation) -> None:
    click.echo(f"{report.detector}, weights {report.weights_sha256}\nrule {report.rule_version}")
    click.echo(f"{len(report.shares.sites)} sites, {report.cameras} cameras, {report.days} days\n")
    rows = {"all": report.shares.pooled, **report.shares.sites, **report.shares.elements}
    width = max(len(name) for name in rows)
    columns = ("mean error", "largest", "bias", "in interval", "half width", "answered")
    click.echo(f"{'shares in points':<{width}} {'days':>6}" + "".join(f"{name:>13}" for name in columns))
    for name, one in rows.items():
        click.echo(f"{name:<{width}} {one.answers:>6}" + "".join(f"{figure:>13}" for figure in _figures(one)))
    for spell in report.moved.spells:
        named = "never named" if spell.named_on is None else f"named on {spell.named_on}"
        seen = "nothing was seen" if spell.seen_on is None else f"seen from {spell.seen_on} on"
        click.echo(f"moved: {spell.site}/{spell.camera} from {spell.starts_on} to {spell.ends_on}: {seen}, {named}")
    for day in report.moved.blocked_named:
        click.echo(f"blocked, and said to look elsewhere: {day}")
    for day in report.moved.wrongly_named:
        click.echo(f"said to look elsewhere, and did not: {day}")
    click.echo("\nbars")
    for name, is_kept in report.bars.items():
        told = {True: "kept", False: "NOT KEPT", None: "nothing to hold it against"}[is_kept]
        click.echo(f"{name.replace('_', ' '):<44} {told}")


def _figures(figures: ProgressFigures) -> tuple[str, ...]:
    points = (figures.mean_error, figures.largest_error, figures.bias)
    return (
        *("-" if value is None else f"{100 * value:.1f}" for value in points),
        "-" if figures.coverage is None else f"{figures.coverage:.0%}",
        "-" if figures.median_half_width is None else f"{100 * figures.median_half_width:.1f}",
        "-" if figures.answered_share is None else f"{figures.answered_share:.0%}",
    )
