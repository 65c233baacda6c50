"""`nazar user`: making accounts."""

import click
from pydantic import SecretStr, ValidationError

from api.command_error import CommandError
from api.settings import InstanceSettings
from api.wiring import open_instance
from models.principal import Role
from pipeline.settings import load_settings
from roadmap.accounts import AccountDraft, machine_principal


@click.group("user")
def command() -> None:
    """Make accounts."""


@command.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role if role is not Role.SYSTEM]))
@click.option("--organisation", help="Key of the organisation that an owner belongs to.")
@click.password_option(help="Asked for if not given; at least 8 characters.")
def add(login: str, name: str, role: str, organisation: str | None, password: str) -> None:
    """Make an account for a person."""
    try:
        draft = AccountDraft(
            login=login, name=name, role=Role(role), password=SecretStr(password), organisation=organisation
        )
    except ValidationError as error:
        problems = "; ".join(f"{item['loc'][0]}: {item['msg']}" for item in error.errors())
        raise CommandError(f"This account can't be made: {problems}.") from None
    with open_instance(load_settings(InstanceSettings)) as instance:
        account = instance.services.accounts.add_account(machine_principal("command line"), draft)
    click.echo(f"{account.login} can log in as {account.role.value}.")
