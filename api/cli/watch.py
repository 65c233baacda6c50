"""`nazar watch`: the cameras, without the web."""

import signal
import threading
from types import FrameType

import click

from api.settings import InstanceSettings
from api.wiring import open_instance, watch
from pipeline.settings import load_settings


@click.command("watch")
def command() -> None:
    """Watch all cameras until interrupted."""
    stop = threading.Event()

    def _on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, _on_signal)
    signal.signal(signal.SIGTERM, _on_signal)
    with open_instance(load_settings(InstanceSettings)) as instance:
        watch(instance, stop)
