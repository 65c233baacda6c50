"""Measuring one watcher: cameras are served, it is started in a process of its own, and what it uses is counted."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from api.command_error import CommandError
from api.settings import InstanceSettings
from api.stream_bench.looks import looks_on_time, read_looks
from api.stream_bench.policy import Policy, Watcher
from api.stream_bench.registration import Registration, bench_settings
from api.stream_bench.subject import Assignment
from api.stream_bench.usage import Usage, usage_of
from api.wiring import open_instance
from pipeline.clock import SystemClock
from pipeline.watch.tally import WINDOW_S, window_start

_POLL_S = 0.5
_FIRST_LOOKS_S = 240.0
_FIRST_LOOK_OF_EACH_S = 3.0
_SETTLE_S = 12.0
_STOP_LIMIT_S = 30.0
_TOLD_BYTES = 600
# Connections are opened one after the other, as at no start of a server of hundreds but as cameras come in life.
_REGISTERED_TOGETHER = 5
_REGISTRATION_PAUSE_S = 2.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What watching cost, of the watcher's processes only, while it went steadily.

    `mb_a_further_camera` is what the second half of the cameras added, None where there was one. `usable_share`
    is the share of looks on which something was searched for, known of Nazar's. `drops` are looks that fell
    due and did not come in time. `windows_closed` says how many whole windows of five minutes were written
    in the time: one of a camera in five minutes is the truth of long watching.
    """

    watcher: Watcher
    cameras: int
    seconds: float
    cpu_ms_a_camera_second: float
    mb: float
    mb_a_further_camera: float | None
    on_time_share: float | None
    drops: int
    usable_share: float | None
    windows_closed: int


def measure(
    watcher: Watcher,
    policy: Policy,
    addresses: tuple[str, ...],
    seconds: float,
    settings: InstanceSettings,
    folder: Path,
) -> Cost:
    """Let `watcher` look at the cameras and measure it for `seconds`, once it goes steadily; `folder` is empty.

    Raises:
        CommandError: it did not get going; with its last words.
    """
    folder.mkdir(parents=True)
    assignment = Assignment(watcher, policy, addresses, folder)
    if watcher is not Watcher.NAZAR:
        with running(assignment) as process:
            _await_looks(assignment, process, len(addresses))
            return _steady(assignment, process, seconds, None)
    half = len(addresses) // 2
    with open_instance(bench_settings(settings, folder)) as instance:
        registration = Registration(instance)
        with running(assignment) as process:
            with_half = _register(registration, addresses[:half], assignment, process, half)
            _register(registration, addresses[half:], assignment, process, len(addresses))
            # A run's first window is written once more than others, early; that is no steady watching.
            _sleep(settings.pipeline.first_record_s + policy.look_every_s, process, folder)
            cost = _steady(assignment, process, seconds, with_half)
        # The process has written its last windows.
        return replace(cost, usable_share=registration.usable_share())


@contextmanager
def running(assignment: Assignment) -> Iterator["subprocess.Popen[bytes]"]:
    """The process that is measured, told to end with the block."""
    with (assignment.folder / "words").open("wb") as words:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "api.stream_bench.subject", assignment.as_json()],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def require_running(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Stop here if the measured process has ended.

    Raises:
        CommandError: it has; with its last words.
    """
    if process.poll() is not None:
        raise CommandError(f"What was to be measured ended by itself: {_last_words(folder)}")


def _steady(
    assignment: Assignment, process: "subprocess.Popen[bytes]", seconds: float, with_half: Usage | None
) -> Cost:
    cameras, clock = len(assignment.addresses), SystemClock()
    from_s, from_window, before = clock.monotonic_s(), window_start(clock.now()), usage_of(process.pid)
    _sleep(seconds, process, assignment.folder)
    until_s, until_window, after = clock.monotonic_s(), window_start(clock.now()), usage_of(process.pid)
    elapsed_s = until_s - from_s
    due, came = looks_on_time(read_looks(assignment.looks_file), assignment.policy.look_every_s, from_s, until_s)
    further = cameras - cameras // 2
    return Cost(
        watcher=assignment.watcher,
        cameras=cameras,
        seconds=elapsed_s,
        cpu_ms_a_camera_second=(after.cpu_s - before.cpu_s) * 1000 / elapsed_s / cameras,
        mb=after.pss_mb,
        mb_a_further_camera=None if with_half is None else (after.pss_mb - with_half.pss_mb) / further,
        on_time_share=came / due if due else None,
        drops=due - came,
        usable_share=None,
        windows_closed=round((until_window - from_window).total_seconds() / WINDOW_S),
    )


def _register(
    registration: Registration,
    addresses: tuple[str, ...],
    assignment: Assignment,
    process: "subprocess.Popen[bytes]",
    count: int,
) -> Usage | None:
    """Add cameras, wait until all of the `count` that are there then have been looked at, and see what that takes."""
    if not addresses:
        return None
    for start in range(0, len(addresses), _REGISTERED_TOGETHER):
        for address in addresses[start : start + _REGISTERED_TOGETHER]:
            registration.add(address, assignment.policy)
        if start + _REGISTERED_TOGETHER < len(addresses):
            _sleep(_REGISTRATION_PAUSE_S, process, assignment.folder)
    _await_looks(assignment, process, count)
    return usage_of(process.pid)


def _await_looks(assignment: Assignment, process: "subprocess.Popen[bytes]", count: int) -> None:
    """Wait until so many cameras were looked at, and then for what follows a first look: windows are begun."""
    deadline_s = time.monotonic() + _FIRST_LOOKS_S + _FIRST_LOOK_OF_EACH_S * count
    while (seen := len(read_looks(assignment.looks_file))) < count:
        if time.monotonic() > deadline_s:
            words = _last_words(assignment.folder)
            raise CommandError(f"Only {seen} of {count} cameras were looked at in time. Try fewer. {words}")
        _sleep(_POLL_S, process, assignment.folder)
    _sleep(_SETTLE_S, process, assignment.folder)


def _sleep(seconds: float, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return
    require_running(process, folder)


def _last_words(folder: Path) -> str:
    words = (folder / "words").read_bytes()[-_TOLD_BYTES:]
    return words.decode(errors="replace").strip()
