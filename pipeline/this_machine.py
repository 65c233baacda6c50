"""The machine that this runs on, as forecasts of what it holds need it."""

import os
from functools import cache

from pipeline.capacity import Machine
from vision.speed import core_gflops


@cache
def this_machine() -> Machine:
    """What this process may use of the machine; measured once, for a tenth of a second."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
    return Machine(len(os.sched_getaffinity(0)), core_gflops(), memory_mb)
