"""`nazar eval activity`: what is said of activity against what is known to be true of footage."""

import importlib.util
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from api.cli.activity import as_stored
from api.command_error import CommandError
from api.settings import InstanceSettings
from pipeline.evaluation.activity import ActivityReport, evaluate_activity
from pipeline.evaluation.footage_set import footage_set
from pipeline.evaluation.site_days import Claim, ComparedDay
from pipeline.settings import load_settings
from vision.evaluation.figures import Interval
from vision.evaluation.people_counts import CountFigures
from vision.evaluation.work_states import StateFigures
from vision.sight import open_detector

# What measuring takes beyond running, and the product is installed without.
_NEEDED = ("jsonschema", "motmetrics")


@click.command("activity")
@click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A site's folder with its truth, or a folder of such folders; docs/design/activity.md has their form.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(data: Path, as_json: bool) -> None:
    """Machines, people, tracks and site days against their truth; clips without truth beside them."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise CommandError(f"Measuring activity needs {' and '.join(missing)}: pip install 'nazar[dev]'.")
    footage = footage_set(data)
    detector = open_detector(load_settings(InstanceSettings).vision)
    report = evaluate_activity(footage, detector, lambda name: click.echo(name, err=True))
    if as_json:
        click.echo(json.dumps(_as_stored(report), ensure_ascii=False))
        return
    _print(report)


def _as_stored(report: ActivityReport) -> dict[str, Any]:
    stored: dict[str, Any] = asdict(report)
    stored["without_truth"] = [as_stored(one) for one in report.without_truth]
    days = stored["site_days"]
    days["claims"] = {name: _claim(one) for name, one in report.site_days.claims.items()}
    days["frozen_reason"] = _claim(report.site_days.frozen_reason)
    days["wrong"] = [_wrong(one) for one in report.site_days.wrong]
    return stored


def _claim(claim: Claim) -> dict[str, Any]:
    return {**asdict(claim), "holds": claim.holds}


def _wrong(day: ComparedDay) -> dict[str, Any]:
    return {
        "site": day.site,
        "day": day.day.isoformat(),
        "true": day.true.value,
        "judged": day.judged.value,
        "faults": day.faults,
        "weather": day.weather,
        "reasons": day.reasons,
        "looks": [
            {"at": look.starts_at.isoformat(), "view_quality": look.view_quality, "found": look.found}
            for look in day.looks
        ],
    }


def _print(report: ActivityReport) -> None:
    click.echo(f"{report.detector}, weights {report.weights_sha256}\nrule {report.rule_version}")
    click.echo(f"{report.clips} clips, {report.sites} sites")
    _print_work(report)
    _print_people("people", report.people)
    _print_people("people as found, without tracks", report.people_found)
    click.echo(f"\n{'tracker on true boxes':<24} {'boxes':>7} {'things':>7} {'IDF1':>22} {'MOTA':>7} {'switches':>9}")
    for rate, one in report.tracker.items():
        click.echo(
            f"{rate + ' pictures a second':<24} {one.boxes:>7} {one.things:>7} {_with(one.idf1, one.interval):>22} "
            f"{_figure(one.mota):>7} {one.switches:>9}"
        )
    _print_days(report)
    for clip in report.without_truth:
        mean = "not known" if clip.people.mean is None else f"{clip.people.mean:.1f} people a look"
        machines = ", ".join(
            f"{one.label} working {one.seconds.working_s:.0f} s, idle {one.seconds.idle_s:.0f} s, unknown "
            f"{one.seconds.unknown_s:.0f} s"
            for one in clip.machines
        )
        click.echo(f"without truth: {clip.clip}, {clip.seconds:.0f} s: {mean}; {machines or 'no machines'}")
    click.echo("\nbars")
    for name, is_kept in report.bars.items():
        said = {True: "kept", False: "NOT KEPT", None: "nothing to hold it against"}[is_kept]
        click.echo(f"{name.replace('_', ' '):<44} {said}")


def _print_work(report: ActivityReport) -> None:
    click.echo(
        f"\n{'working against idle':<32} {'machines':>9} {'seconds':>8} {'working':>8} {'balanced accuracy':>22} "
        f"{'right':>6} {'unknown':>8} {'unmatched':>10}"
    )
    rows = {"all": report.work.total, **report.work.types, **report.work.clips}
    for name, one in rows.items():
        click.echo(
            f"{name:<32} {one.machines:>9} {one.seconds:>8.1f} {one.share['working']:>8.0%} "
            f"{_with(one.balanced_accuracy, one.interval):>22} {_figure(one.accuracy):>6} "
            f"{_seconds(one, 'unknown'):>8.1f} {_seconds(one, 'unmatched'):>10.1f}"
        )
    click.echo(
        f"\n{'machine-seconds':<18}" + "".join(f"{name:>11}" for name in ("working", "idle", "unknown", "unmatched"))
    )
    for state, row in report.work.total.confusion.items():
        click.echo(f"{'truly ' + state:<18}" + "".join(f"{seconds:>11.1f}" for seconds in row.values()))


def _print_people(name: str, figures: CountFigures) -> None:
    click.echo(
        f"\n{name}: within 1 in {figures.within_one} of {figures.pictures} pictures, "
        f"{_with(figures.within_one_share, figures.interval)}; mean error {_figure(figures.mean_error)}, "
        f"bias {_figure(figures.bias)}"
    )


def _print_days(report: ActivityReport) -> None:
    days = report.site_days
    if not days.days:
        return
    share = days.right_share
    interval = "" if share is None else f" ({share.low:.3f}-{share.high:.3f})"
    click.echo(f"\nsite days: {days.right} of {days.days} right{interval}")
    columns = sorted({judged for row in days.confusion.values() for judged in row})
    click.echo(f"{'truly':<14}" + "".join(f"{name:>13}" for name in columns))
    for true, row in sorted(days.confusion.items()):
        click.echo(f"{true:<14}" + "".join(f"{row.get(name, 0):>13}" for name in columns))
    frozen = days.frozen_reason
    click.echo(f"frozen days told by that reason: {frozen.held} of {frozen.days}")
    for one in days.wrong:
        looks = "; ".join(
            f"{look.starts_at:%H:%M} {'/'.join(look.view_quality)} "
            + (", ".join(f"{count} {label}" for label, count in look.found.items()) or "nothing found")
            for look in one.looks
        )
        click.echo(
            f"wrong: {one.site} {one.day.isoformat()} is {one.true.value}, judged {one.judged.value} "
            f"({one.weather}{''.join(f', {fault}' for fault in one.faults)}): {looks or 'no looks'}"
        )


def _seconds(figures: StateFigures, found: str) -> float:
    return sum(row[found] for row in figures.confusion.values())


def _with(value: float | None, interval: Interval | None) -> str:
    bounds = "" if interval is None else f" ({interval.low:.3f}-{interval.high:.3f})"
    return f"{_figure(value)}{bounds}"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
