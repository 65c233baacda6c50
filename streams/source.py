"""Where frames are had from, one run at a time."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Event
from typing import Protocol
from uuid import UUID

from streams.frame import Frame


@dataclass(frozen=True, slots=True)
class Run:
    """An unbroken stretch of one stream, open now. `frames` ends quietly on a stop or when an archive is through.

    Reading `frames` raises StreamError when the run breaks off; what came before is good.
    """

    run_id: UUID
    frames: Iterator[Frame]


class Source(Protocol):
    """A camera or an archive.

    Every `open` is a new run with a run_id of its own. Trying again after a fault is the caller's
    part. The run and its frames belong to the thread that opened it.
    """

    def open(self, stop: Event) -> AbstractContextManager[Run]:
        """Open a run and close it at the end of the `with` block; setting `stop` ends it within a second.

        Raises:
            StreamError: it could not be opened.
        """
        ...
