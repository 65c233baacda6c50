"""`nazar db`: looking after the database."""

import click

from api.settings import InstanceSettings
from models.database import Database
from pipeline.settings import load_settings


@click.group("db")
def command() -> None:
    """Look after the database."""


@command.command("upgrade")
def upgrade() -> None:
    """Bring the schema to the newest migration."""
    database = Database(load_settings(InstanceSettings).models.url)
    try:
        database.upgrade()
    finally:
        database.close()
    click.echo("The database's schema is current.")
