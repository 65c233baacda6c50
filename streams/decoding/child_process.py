"""Starting a process that libav may crash: it is given sockets and memory, and nothing that anybody could steal."""

import subprocess
import sys
from collections.abc import Sequence


def start_child(module: str, arguments: Sequence[object], files: Sequence[int]) -> "subprocess.Popen[bytes]":
    """Run one of our own modules with `arguments`; of our open files it has `files` alone."""
    return subprocess.Popen(  # noqa: S603 - our own module, with numbers only
        [sys.executable, "-I", "-m", module, *map(str, arguments)],
        pass_fds=tuple(files),
        stdin=subprocess.DEVNULL,
        # Of ours it needs nothing, and the key of the seal may be in it.
        env={},
        # A signal to our group, such as Ctrl-C, is for us to act on.
        start_new_session=True,
    )
