"""`nazar seal`: the key that seals camera addresses and unredacted pictures."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event

import click
from cryptography.fernet import Fernet

from api.command_error import CommandError
from api.settings import InstanceSettings
from api.wiring import open_instance
from models.database import Database
from models.key_file import read_keys, write_secret
from models.key_rotation import SealReport, check_seals, reseal, rotate_key_file
from models.secrets import KEY_VARIABLE, Seal, keys_given
from pipeline.settings import load_settings

# Longer than a change waits for SQLite's lock after it has sealed its address.
_SETTLE_S = 35.0
_MOST_NAMED = 50


@click.group("seal")
def command() -> None:
    """Change the key that seals camera addresses, or check what it opens."""


@command.command("rotate")
@click.option(
    "--settle-s",
    type=click.FloatRange(min=0),
    default=_SETTLE_S,
    show_default=True,
    help="Seconds to wait for changes that were begun with the old key; 0 if nothing else of Nazar runs.",
)
@click.option("--to", "file", metavar="FILE", type=click.Path(path_type=Path), help="New file for what to set.")
@click.option("--to-fd", "descriptor", metavar="N", type=click.IntRange(min=0), help="Open descriptor for it instead.")
def rotate(settle_s: float, file: Path | None, descriptor: int | None) -> int:
    """Make a new key and seal everything with it; killed at any moment, the next call goes on.

    A key file is replaced, and running processes follow. A key that is given by NAZAR_MODELS__SEAL_KEY is changed
    in two calls, each of which writes to FILE, or to descriptor N, what the variable is to be set to.
    """
    settings = load_settings(InstanceSettings)
    with open_instance(settings) as instance:
        if settings.models.seal_key is not None:
            keys = keys_given(settings.models.seal_key.get_secret_value())
            return _rotate_given(instance.database, keys, _target(file, descriptor))
        if file is not None or descriptor is not None:
            raise CommandError(f"--to and --to-fd are for a key that is given by {KEY_VARIABLE}; here it is in a file.")
        report = rotate_key_file(instance.database, settings.models.key_file, lambda: _settle(settle_s))
    click.echo(f"{settings.models.key_file} holds a new key. The old one opens nothing any more but older backups.")
    return _say(report)


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(as_json: bool) -> int:
    """Say how many sealed values open with the key, and which cameras don't; exit code 1 if any doesn't."""
    settings = load_settings(InstanceSettings)
    models = settings.models
    # Not `open_seal`, which makes a key where there is none.
    keys = read_keys(models.key_file) if models.seal_key is None else keys_given(models.seal_key.get_secret_value())
    with open_instance(settings) as instance:
        report = check_seals(instance.database, Seal(*keys))
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
        return 0 if report.is_well else 1
    return _say(report)


@dataclass(frozen=True, slots=True)
class _Target:
    """Where what to set is written to, and how people call it."""

    name: str
    write: Callable[[str], None]


def _rotate_given(database: Database, keys: tuple[bytes, ...], target: _Target) -> int:
    if len(keys) == 1:
        _set(target, (Fernet.generate_key(), *keys))
        click.echo(
            f"Nothing is sealed anew yet. Set {KEY_VARIABLE} for every process as {target.name} has it, start them "
            "again, and call this once more with the variable set so."
        )
        return 0
    reseal(database, Seal(*keys))
    report = check_seals(database, Seal(keys[0]))
    _set(target, keys[:1])
    click.echo(
        f"The old key opens nothing any more but older backups. Set {KEY_VARIABLE} as {target.name} has it, and start "
        "every process again."
    )
    return _say(report)


def _set(target: _Target, keys: tuple[bytes, ...]) -> None:
    line = f"{KEY_VARIABLE}={','.join(key.decode() for key in keys)}\n"
    try:
        target.write(line)
    except OSError as error:
        raise CommandError(f"{target.name} can't be written: {error.strerror}.") from error


def _target(file: Path | None, descriptor: int | None) -> _Target:
    """Take what the user named; it is looked at before anything is done."""
    if (file is None) == (descriptor is None):
        raise CommandError(
            f"The key is given by {KEY_VARIABLE}: name a new file (--to FILE) or an open descriptor (--to-fd N) for "
            "what it is to be set to."
        )
    if descriptor is not None:
        number = descriptor
        try:
            os.fstat(number)
        except OSError as error:
            raise CommandError(f"Descriptor {number} is not open. Open it, as in --to-fd 3 3>new.env.") from error
        return _Target(f"descriptor {number}", lambda line: _write_all(number, line.encode()))
    assert file is not None
    path = file
    if path.exists():
        raise CommandError(f"{path} is there already, and a key in it may be in use. Name a new file.")
    if not path.parent.is_dir():
        raise CommandError(f"There is no folder {path.parent}.")
    return _Target(str(path), lambda line: write_secret(path, line))


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _settle(settle_s: float) -> None:
    if settle_s > 0:
        click.echo(f"Sealed anew. Waiting {settle_s:g} s for changes that were begun with the old key.")
        Event().wait(settle_s)


def _say(report: SealReport) -> int:
    click.echo(f"{report.newest} sealed values open with the key.")
    if report.older:
        click.echo(f"{report.older} open with the old key only; finish with: nazar seal rotate")
    if report.unopened:
        click.echo(f"{report.unopened} open with no key; put the right key back, or give the cameras' addresses again.")
    for name in report.cameras[:_MOST_NAMED]:
        click.echo(f"  camera {name}")
    if len(report.cameras) > _MOST_NAMED:
        click.echo(f"  and {len(report.cameras) - _MOST_NAMED} more cameras; --json has all")
    return 0 if report.is_well else 1
