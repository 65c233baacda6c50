"""The `nazar` command: commands are imported when they are called, so that each starts light."""

import importlib
import sys
from typing import Any

import click
import structlog
from sqlalchemy.exc import DBAPIError

from api.cli.logs import set_up_logs
from api.command_error import CommandError
from models.errors import ModelsError
from pipeline.errors import PipelineError
from streams.errors import StreamError
from vision.errors import VisionError

_COMMANDS = {
    "activity": "Say who and what is at work in a clip.",
    "backfill": "Work dated footage of a camera through the pipeline.",
    "bench": "Measure how fast it is on this machine.",
    "db": "Look after the database.",
    "demo": "Load the sample roadmap and footage, and serve them.",
    "derive": "Derive a project's days and signals again, and say what changed.",
    "detect": "Detect people, machines and vehicles in photographs.",
    "doctor": "Say whether this machine has what Nazar needs.",
    "eval": "Measure detection, redaction, activity or progress against what is known to be true.",
    "evidence": "Check the pictures behind the figures, and remove what policy no longer keeps.",
    "labelling": "Export frames on which the detector is unsure, for people to label.",
    "onvif": "Find cameras that speak ONVIF, and ask them what they stream.",
    "probe": "Say what a camera's address sends.",
    "progress": "Say how much stands of what was drawn, by photographs of one view.",
    "quantise": "Make int8 weights beside the float ones, and choose which ship.",
    "run": "Serve pages and API and watch all cameras, in one process.",
    "seal": "Change the key that seals camera addresses, or check what it opens.",
    "serve": "Serve pages and API.",
    "token": "Make tokens for systems.",
    "train": "Fine-tune a detector on labelled photographs.",
    "user": "Make accounts.",
    "watch": "Watch all cameras.",
}
USAGE_EXIT = 2


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        # Loading a command loads what it needs: torch for train, the web for serve.
        module = importlib.import_module(f"api.cli.{cmd_name}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, summary in sorted(_COMMANDS.items())])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nazar", prog_name="nazar")
def nazar() -> None:
    """Nazar watches construction sites and feeds the status of a roadmap."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command; what goes wrong foreseeably is one line and exit code 2."""
    set_up_logs()
    try:
        code: Any = nazar.main(arguments, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE_EXIT)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except (CommandError, ModelsError, PipelineError, StreamError, VisionError) as error:
        _say(str(error))
        sys.exit(USAGE_EXIT)
    except DBAPIError as error:
        # The driver's words may hold the database's address with its password.
        structlog.get_logger().debug("database failed", kind=type(error.orig).__name__)
        _say("The database doesn't answer. Check models.database_url (NAZAR_MODELS__DATABASE_URL) and that it runs.")
        sys.exit(USAGE_EXIT)
    sys.exit(code if isinstance(code, int) else 0)


def _say(message: str) -> None:
    click.echo(f"nazar: {' '.join(message.split())}", err=True)


if __name__ == "__main__":
    main()
