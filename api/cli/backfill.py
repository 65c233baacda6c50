"""`nazar backfill`: dated footage of a camera, worked through as if it had been watched."""

import json
import threading
from pathlib import Path

import click

from api.command_error import CommandError
from api.progress import progress_bar
from api.settings import InstanceSettings
from api.wiring import open_instance
from models.repositories.sites import SiteRepository
from pipeline.settings import load_settings
from streams.archive import ArchiveClip, ArchiveFolder


@click.command("backfill")
@click.argument("camera")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--every",
    "look_every_s",
    type=click.FloatRange(min=0.2, max=86400),
    help="Seconds between looks; the camera's own if not given.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(camera: str, path: Path, look_every_s: float | None, as_json: bool) -> int:
    """Work the footage at PATH (a clip with its times, or a folder of dated photographs) through CAMERA.

    The same footage again changes nothing.
    """
    with open_instance(load_settings(InstanceSettings)) as instance:
        with instance.database.reading() as session:
            found = SiteRepository(session).camera_by_name(camera)
        if found is None:
            raise CommandError(f"There is no camera called {camera!r}.")
        archive = ArchiveFolder(path) if path.is_dir() else ArchiveClip(path)
        with archive.open(threading.Event()) as run, progress_bar(f"{camera}: {path.name}", None) as advance:
            report = instance.backfill().run(found.id, run.frames, look_every_s or found.look_every_s, advance)
    if as_json:
        days = [day.isoformat() for day in report.days]
        click.echo(json.dumps({"looks": report.looks, "days": days, "problem": report.problem}))
    else:
        click.echo(f"{report.looks} looks on {len(report.days)} days.")
    if report.problem is not None:
        raise CommandError(f"{report.problem} What came before it is kept.")
    return 0
