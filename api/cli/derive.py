"""`nazar derive`: a project's days and signals from what was observed, again."""

from datetime import date, datetime

import click

from api.settings import InstanceSettings
from api.wiring import open_instance
from pipeline.settings import load_settings
from roadmap.accounts import machine_principal

_MOST_SHOWN = 20
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("derive")
@click.argument("project")
@click.option("--from", "first", type=_DAY, help="The first day; that on which a camera came, if not given.")
@click.option("--to", "last", type=_DAY, help="The last day; today, if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(project: str, first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """Derive the site days and signals of PROJECT (its key or id) again, and say what changed.

    What comes to the same is left as it is. A day that was final is not edited: a corrected one stands in its place,
    with the reason.
    """
    with open_instance(load_settings(InstanceSettings)) as instance:
        done = instance.services.deriving.derive(machine_principal("command line"), project, _date(first), _date(last))
    if as_json:
        click.echo(done.model_dump_json(by_alias=True, exclude_none=True))
        return
    click.echo(f"{len(done.days)} site days changed, {done.corrected} of them corrected; {len(done.signals)} signals.")
    if done.progress:
        span = f"{done.progress[0].isoformat()} to {done.progress[-1].isoformat()}"
        click.echo(f"What is built changed on {len(done.progress)} days, {span}.")
    for day in done.days[:_MOST_SHOWN]:
        because = ", ".join(reason.reason for reason in day.corrected_because)
        click.echo(f"  {day.day.isoformat()}  {day.state.value:<12} {because}".rstrip())
    if len(done.days) > _MOST_SHOWN:
        click.echo(f"  and {len(done.days) - _MOST_SHOWN} more; --json has them all.")


def _date(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
