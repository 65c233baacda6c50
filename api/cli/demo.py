"""`nazar demo`: the sample roadmap and footage, worked through and then served."""

import threading
from contextlib import ExitStack
from ipaddress import ip_network
from pathlib import Path

import click
from pydantic import SecretStr

from api.progress import progress_bar
from api.sample_sites import sample_sites
from api.sample_work import SampleWork
from api.settings import InstanceSettings
from api.web import require_free_port, serve
from api.wiring import Instance, open_instance
from models.errors import ConflictError
from models.principal import Principal, Role
from pipeline.settings import load_settings
from roadmap.accounts import AccountDraft, machine_principal
from roadmap.sample_roadmap import load_sample_roadmap
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
_LOOPBACK = ip_network("127.0.0.0/8")


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Stop once everything is loaded and worked through.")
def command(no_serve: bool) -> None:
    """Load the sample roadmap and footage, replay the sample cameras, and serve it all."""
    settings = demo_settings(load_settings(InstanceSettings))
    if not no_serve:
        require_free_port(settings.api.host, settings.api.port)
    sites = sample_sites()
    with ExitStack() as stack:
        instance = stack.enter_context(open_instance(settings))
        principal = machine_principal("nazar demo")
        _load(instance, principal)
        cameras = [camera for site in sites for camera in site.cameras]
        clips = {camera.replay_key: camera.live_clip for camera in cameras if camera.live_clip is not None}
        replay = stack.enter_context(ReplayServer(clips, instance.clock))
        work = SampleWork(instance, principal, sites)
        work.enter(replay)
        if no_serve:
            work.run(threading.Event(), progress_bar)
        _tell(settings, work.remaining)
        if not no_serve:
            serve(instance, watches=True, first=lambda stop: work.run(stop, progress_bar))


def demo_settings(settings: InstanceSettings) -> InstanceSettings:
    """The settings with a folder of the demo's own and this machine's loopback among the allowed networks."""
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


def _tell(settings: InstanceSettings, remaining: int) -> None:
    logins = ", ".join(login for login, _, _, _ in _ACCOUNTS)
    click.echo()
    click.echo(f"  Nazar's demo stands at  http://{settings.api.host}:{settings.api.port}")
    click.echo(f"  Accounts                {logins}")
    click.echo(f"  Password of each        {DEMO_PASSWORD}")
    if remaining:
        click.echo(f"  Footage of {remaining} cameras is being worked through; their statuses come up one by one,")
        click.echo("  and the cameras play once it is done. Stopped on the way, it goes on with the next start.")
    click.echo("  Everything in it is invented. Stop it with Ctrl+C.")
    click.echo()
