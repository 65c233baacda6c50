"""Progress bars during long work; plain lines where nobody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

_CONSOLE = Console(stderr=True)


@contextmanager
def progress_bar(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show how far `title` has come of `total`, where that is known; the value yielded takes the count so far."""
    if not _CONSOLE.is_terminal:
        _CONSOLE.print(f"{title} ...", highlight=False)
        yield lambda _done: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeRemainingColumn(), console=_CONSOLE) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.update(task, completed=done)
