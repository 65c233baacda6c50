"""`nazar serve`: pages and API."""

import click

from api.settings import InstanceSettings
from api.web import serve
from api.wiring import open_instance
from pipeline.settings import load_settings


@click.command("serve")
def command() -> None:
    """Serve pages and API; `nazar watch` watches the cameras in a process of its own."""
    with open_instance(load_settings(InstanceSettings)) as instance:
        serve(instance, watches=False)
