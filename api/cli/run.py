"""`nazar run`: everything in one process."""

import click

from api.settings import InstanceSettings
from api.web import serve
from api.wiring import open_instance
from pipeline.settings import load_settings


@click.command("run")
def command() -> None:
    """Serve pages and API and watch all cameras, in one process."""
    with open_instance(load_settings(InstanceSettings)) as instance:
        serve(instance, watches=True)
