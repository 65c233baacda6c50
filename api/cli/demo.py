"""`nazar demo`: the sample roadmap and footage, worked through and then served."""

import json
import threading
from contextlib import ExitStack
from datetime import date, timedelta
from ipaddress import ip_network
from pathlib import Path

import click
from pydantic import SecretStr

from api.footage_dates import last_working_day_before, moved, working_days_map
from api.progress import progress_bar
from api.sample_sites import SampleSite, enter, sample_sites
from api.settings import InstanceSettings
from api.web import require_free_port, serve
from api.wiring import Instance, open_instance
from models.errors import ConflictError
from models.principal import Principal, Role
from pipeline.settings import load_settings
from roadmap.accounts import AccountDraft, machine_principal
from roadmap.sample_roadmap import load_sample_roadmap
from streams.archive import ArchiveClip
from streams.replay import ReplayServer

DEMO_DATA = Path("var/demo")
DEMO_PASSWORD = "nazar-demo"  # noqa: S105 - printed on purpose: everything in the demo is invented
_ACCOUNTS = (
    ("admin", "Demo administrator", Role.ADMIN, None),
    ("operator", "Demo operator", Role.OPERATOR, None),
    ("office", "Demo Project Office", Role.OFFICE, None),
    ("owner", "Demo owner", Role.OWNER, "akimat-astana"),
    ("viewer", "Demo viewer", Role.VIEWER, None),
)
_STALE_AFTER = timedelta(days=4)
_LOOPBACK = ip_network("127.0.0.0/8")


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Stop once everything is loaded and worked through.")
def command(no_serve: bool) -> None:
    """Load the sample roadmap and footage, replay the sample cameras, and serve it all."""
    settings = _demo_settings(load_settings(InstanceSettings))
    if not no_serve:
        require_free_port(settings.api.host, settings.api.port)
    sites = sample_sites()
    with ExitStack() as stack:
        instance = stack.enter_context(open_instance(settings))
        replay = stack.enter_context(ReplayServer({site.key: site.live_clip for site in sites}, instance.clock))
        principal = machine_principal("nazar demo")
        _load(instance, principal)
        _work_through(instance, principal, sites, replay)
        _tell(settings)
        if not no_serve:
            serve(instance, watches=True)


def _demo_settings(settings: InstanceSettings) -> InstanceSettings:
    # The replayed cameras are on this machine, which the network policy has to name.
    streams = settings.streams.model_copy(update={"allowed_networks": (*settings.streams.allowed_networks, _LOOPBACK)})
    models = settings.models
    if "data_dir" not in models.model_fields_set:
        models = models.model_copy(update={"data_dir": DEMO_DATA})
    return settings.model_copy(update={"streams": streams, "models": models})


def _load(instance: Instance, principal: Principal) -> None:
    loaded = load_sample_roadmap(instance.database, instance.clock.now())
    if loaded.items:
        click.echo(f"Loaded the sample roadmap: {loaded.items} items, {loaded.projects} projects.")
    for login, name, role, organisation in _ACCOUNTS:
        draft = AccountDraft(
            login=login, name=name, role=role, password=SecretStr(DEMO_PASSWORD), organisation=organisation
        )
        try:
            instance.services.accounts.add_account(principal, draft)
        except ConflictError:
            continue


def _work_through(instance: Instance, principal: Principal, sites: list[SampleSite], replay: ReplayServer) -> None:
    for site in sites:
        note = instance.settings.models.data_dir / f"footage-{site.key}.json"
        known = json.loads(note.read_text(encoding="utf-8")) if note.is_file() else {}
        today = instance.clock.now().astimezone(site.time_zone).date()
        # The first run fixes the dates, so that later ones find the same rows; a demo that was left
        # alone for long is moved to the present, or all it had seen would be days without footage.
        newest = last_working_day_before(today, site.working_weekdays)
        if known and newest - date.fromisoformat(known["anchor_on"]) > _STALE_AFTER:
            known = {}
        anchor_on = date.fromisoformat(known["anchor_on"]) if known else newest
        _note(note, anchor_on, is_done=bool(known.get("is_done")))
        camera_id = enter(instance, principal, site, replay.url(site.key), anchor_on)
        if known.get("is_done"):
            continue
        archive = ArchiveClip(site.time_lapse)
        days = working_days_map(site.footage_days, anchor_on, site.working_weekdays)
        with archive.open(threading.Event()) as run, progress_bar(f"Working through {site.key}", site.looks) as advance:
            frames = moved(run.frames, days, site.time_zone)
            instance.backfill().run(camera_id, frames, site.look_every_s, advance)
        _note(note, anchor_on, is_done=True)


def _note(path: Path, anchor_on: date, *, is_done: bool) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"anchor_on": anchor_on.isoformat(), "is_done": is_done}), encoding="utf-8")
    part.replace(path)


def _tell(settings: InstanceSettings) -> None:
    logins = ", ".join(login for login, _, _, _ in _ACCOUNTS)
    click.echo()
    click.echo(f"  Nazar's demo stands at  http://{settings.api.host}:{settings.api.port}")
    click.echo(f"  Accounts                {logins}")
    click.echo(f"  Password of each        {DEMO_PASSWORD}")
    click.echo("  Everything in it is invented. Stop it with Ctrl+C.")
    click.echo()
