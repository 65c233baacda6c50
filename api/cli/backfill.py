"""`nazar backfill`: dated footage of a camera, worked through as if it had been watched."""

import json
import threading
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from api.command_error import CommandError
from api.progress import progress_bar
from api.settings import InstanceSettings
from api.wiring import open_instance
from models.repositories.sites import SiteRepository
from models.words import Sampling
from pipeline.backfill import BackfillReport
from pipeline.settings import load_settings
from streams.archive import ArchiveClip, ArchiveFolder


@click.command("backfill")
@click.argument("camera")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--every",
    "look_every_s",
    type=click.FloatRange(min=0.2, max=86400),
    help="Seconds between looks; the camera's own if not given. Up to 3 tells what machines do.",
)
@click.option(
    "--time-zone",
    "time_zone_name",
    help="Time zone of photographs whose EXIF names none, such as Asia/Almaty: what the camera's clock was set to.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(camera: str, path: Path, look_every_s: float | None, time_zone_name: str | None, as_json: bool) -> int:
    """Work the footage at PATH (a clip with its times, or a folder of dated photographs) through CAMERA.

    A camera that is watched in bursts has its clips looked at in bursts, too. The same footage again changes nothing.
    """
    time_zone = None if time_zone_name is None else _time_zone(time_zone_name)
    with open_instance(load_settings(InstanceSettings)) as instance:
        with instance.database.reading() as session:
            found = SiteRepository(session).camera_by_name(camera)
        if found is None:
            raise CommandError(f"There is no camera called {camera!r}.")
        archive = ArchiveFolder(path, time_zone=time_zone) if path.is_dir() else ArchiveClip(path)
        in_bursts = look_every_s is None and found.sampling == Sampling.BURST.value
        with archive.open(threading.Event()) as run, progress_bar(f"{camera}: {path.name}", None) as advance:
            report = instance.backfill().run(
                found.id,
                run.frames,
                look_every_s or found.look_every_s,
                advance,
                burst_s=found.burst_s if in_bursts else 0.0,
            )
    if as_json:
        click.echo(json.dumps(_document(report)))
    else:
        click.echo(f"{report.looks} looks on {len(report.days)} days{_span(report)}.")
        if report.windows_kept:
            click.echo(f"{report.windows_kept} windows stay as they are: more of them had been seen before.")
    if report.problem is not None:
        raise CommandError(f"{report.problem} What came before it is kept.")
    return 0


def _time_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CommandError(f"There is no time zone {name!r}. Give one such as Asia/Almaty or UTC.") from error


def _document(report: BackfillReport) -> dict[str, object]:
    return {
        "looks": report.looks,
        "days": [day.isoformat() for day in report.days],
        "first_at": None if report.first_at is None else report.first_at.isoformat(),
        "last_at": None if report.last_at is None else report.last_at.isoformat(),
        "windows_kept": report.windows_kept,
        "problem": report.problem,
    }


def _span(report: BackfillReport) -> str:
    """From when to when by the site's clock, so that a wrong time zone is seen."""
    if report.first_at is None or report.last_at is None:
        return ""
    return f", from {report.first_at:%Y-%m-%d %H:%M} to {report.last_at:%Y-%m-%d %H:%M} by the site's clock"
