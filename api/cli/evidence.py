"""`nazar evidence`: the pictures behind the figures, whether they are as they were, and what is kept of them."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from api.progress import progress_bar
from api.settings import InstanceSettings
from api.wiring import open_instance
from pipeline.evidence_check import CheckedStore, check_store, count_named
from pipeline.orphans import Collected, OrphanCollection
from pipeline.retention import EvidenceSweep, Swept
from pipeline.settings import load_settings

_MOST_NAMED = 50


@click.group("evidence")
def command() -> None:
    """Check the pictures behind the figures, and remove what policy no longer keeps."""


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(as_json: bool) -> int:
    """Read every picture that is kept and check its sha256; exit code 1 if one is missing, altered or orphaned."""
    with (
        open_instance(load_settings(InstanceSettings)) as instance,
        progress_bar("checking pictures", count_named(instance.database)) as advance,
    ):
        found = check_store(instance.database, instance.store, instance.clock.now(), advance)
    if as_json:
        document = asdict(found) | {"is_well": found.is_well}
        click.echo(json.dumps(document, ensure_ascii=False, default=str))
    else:
        _say_checked(found)
    return 0 if found.is_well else 1


@command.command("sweep")
@click.option("--dry-run", "is_dry", is_flag=True, help="Only say what would be removed.")
@click.option(
    "--all-orphans",
    is_flag=True,
    help="Remove files without a row however many they are: the database is the right one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def sweep(is_dry: bool, all_orphans: bool, as_json: bool) -> None:
    """Remove what policy no longer keeps, and files that no row names; while cameras are watched, once a day."""
    settings = load_settings(InstanceSettings)
    with open_instance(settings) as instance:
        retention = EvidenceSweep(instance.database, instance.store, instance.clock, settings.retention)
        collection = OrphanCollection(instance.database, instance.store, instance.clock)
        swept = retention.sweep(is_dry=is_dry)
        collected = collection.collect(is_dry=is_dry, however_many=all_orphans)
    if as_json:
        document = {"dry_run": is_dry, **asdict(swept), "orphans": asdict(collected)}
        click.echo(json.dumps(document))
    else:
        _say_swept(swept, collected, is_dry=is_dry)


def _say_checked(found: CheckedStore) -> None:
    click.echo(f"{found.checked} files checked; {found.removed_by_policy} pictures were removed by policy.")
    _list(f"{len(found.missing)} missing; put them back from a backup:", [bad.path for bad in found.missing])
    _list(
        f"{len(found.changed)} altered, and not served; put them back from a backup:",
        [bad.path for bad in found.changed],
    )
    _list(f"{len(found.orphaned)} that no row names; nazar evidence sweep removes them:", list(found.orphaned))


def _list(title: str, paths: Sequence[str]) -> None:
    if not paths:
        return
    click.echo(title)
    for path in paths[:_MOST_NAMED]:
        click.echo(f"  {path}")
    if len(paths) > _MOST_NAMED:
        click.echo(f"  and {len(paths) - _MOST_NAMED} more; --json has all")


def _say_swept(swept: Swept, collected: Collected, *, is_dry: bool) -> None:
    verb = "would be removed" if is_dry else "were removed"
    click.echo(f"{swept.pictures} pictures {verb} ({swept.size_bytes / 1e6:.1f} MB).")
    click.echo(f"{swept.cited} as old are kept: figures, decisions or flags in force rest on them.")
    click.echo(f"{collected.removed} files that no row names {verb}.")
    if collected.left_alone:
        click.echo(
            f"{collected.left_alone} files that no row names are left alone, being too many for leftovers of a crash. "
            "If this is the database that they belong to: nazar evidence sweep --all-orphans"
        )
