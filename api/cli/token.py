"""`nazar token`: making tokens for systems."""

import click

from api.settings import InstanceSettings
from api.wiring import open_instance
from models.principal import Permission
from pipeline.settings import load_settings
from roadmap.accounts import machine_principal


@click.group("token")
def command() -> None:
    """Make tokens for systems."""


@command.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([permission.value for permission in Permission]),
    default=(Permission.ROADMAP_READ.value,),
    show_default=True,
    help="What the token may do; can be given several times.",
)
def add(name: str, scopes: tuple[str, ...]) -> None:
    """Make a token; it is printed this once."""
    with open_instance(load_settings(InstanceSettings)) as instance:
        token = instance.services.accounts.issue_token(
            machine_principal("command line"), name, frozenset(Permission(scope) for scope in scopes)
        )
    click.echo(token)
