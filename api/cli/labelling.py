"""`nazar labelling`: the queue of frames on which the detector is unsure."""

import json
from pathlib import Path

import click
from pydantic import ValidationError

from api.command_error import CommandError
from api.settings import InstanceSettings
from api.wiring import Instance, open_instance
from models.errors import ModelsError
from models.principal import Principal
from pipeline.labelling.export_forms import ExportForm
from pipeline.labelling.export_target import ExportFolder, ExportZip, open_zip
from pipeline.labelling.service import Exported, OpeningDraft
from pipeline.settings import load_settings
from roadmap.accounts import machine_principal


@click.group("labelling")
def command() -> None:
    """Frames on which the detector is unsure, for people to label."""


@command.command("export")
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--form",
    type=click.Choice([form.value for form in ExportForm]),
    default="yolo",
    show_default=True,
    help="How boxes are written.",
)
@click.option("--unredacted", is_flag=True, help="Those that are kept as they were sent, while the queue is open.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def export(target: Path, form: str, unredacted: bool, as_json: bool) -> None:
    """Write the queue with its proposed boxes to DIR, a new folder, or to a new .zip file, for CVAT or Label Studio."""
    with open_instance(load_settings(InstanceSettings)) as instance:
        exported = _export(instance, _principal(), target, ExportForm(form), unredacted=unredacted)
    if as_json:
        click.echo(json.dumps({"frames": exported.frames, "proposals": exported.proposals}))
    else:
        click.echo(f"{exported.frames} frames with {exported.proposals} proposed boxes are in {target}.")


@command.command("open")
@click.option("--hours", type=int, required=True, help="For how long.")
@click.option("--reason", required=True, help="Why; it is kept with who opened it.")
def open_queue(hours: int, reason: str) -> None:
    """Have the queue keep unredacted pictures too, sealed, for a time."""
    try:
        draft = OpeningDraft(hours=hours, reason=reason)
    except ValidationError as error:
        problems = "; ".join(f"{item['loc'][0]}: {item['msg']}" for item in error.errors())
        raise CommandError(f"The queue can't be opened: {problems}.") from None
    with open_instance(load_settings(InstanceSettings)) as instance:
        opening = instance.services.labelling.open(_principal(), draft)
    click.echo(f"Unredacted frames are kept, sealed, until {opening.closes_at.isoformat(timespec='minutes')}.")


@command.command("close")
def close_queue() -> None:
    """Keep no more unredacted pictures, from now on."""
    with open_instance(load_settings(InstanceSettings)) as instance:
        labelling = instance.services.labelling
        for opening in labelling.openings(_principal()):
            labelling.close(_principal(), opening.id)
    click.echo("The queue is closed for unredacted frames.")


@command.command("sweep")
def sweep() -> None:
    """Delete what has expired now; while cameras are watched, this happens by itself."""
    with open_instance(load_settings(InstanceSettings)) as instance:
        instance.labelling_sweep.sweep()
    click.echo("What had expired is deleted.")


def _export(instance: Instance, principal: Principal, target: Path, form: ExportForm, *, unredacted: bool) -> Exported:
    labelling = instance.services.labelling
    if target.suffix.lower() != ".zip":
        return labelling.export(principal, form, ExportFolder(target), unredacted=unredacted)
    try:
        with open_zip(target) as archive:
            return labelling.export(principal, form, ExportZip(archive), unredacted=unredacted)
    except (ModelsError, OSError):
        target.unlink(missing_ok=True)
        raise


def _principal() -> Principal:
    return machine_principal("command line")
