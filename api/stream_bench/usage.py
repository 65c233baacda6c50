"""Processor time and memory of a process with all that it started, as Linux counts them."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu_s` since their start, of children that ended too; `pss_mb` is resident memory, shared pages shared out."""

    cpu_s: float
    pss_mb: float
    processes: int


def usage_of(process_id: int) -> Usage:
    """What a process and its descendants have used; one that ends meanwhile counts as far as it can be seen."""
    ids = _family(process_id)
    ticks = sum(_ticks(one) for one in ids)
    kilobytes = sum(_pss_kb(one) for one in ids)
    return Usage(ticks / _TICKS_A_SECOND, kilobytes * 1024 / 1e6, len(ids))


def _family(process_id: int) -> list[int]:
    family, index = [process_id], 0
    while index < len(family):
        for task in _entries(_PROC / str(family[index]) / "task"):
            family += [int(child) for child in _text(task / "children").split()]
        index += 1
    return family


def _ticks(process_id: int) -> int:
    """Ticks of user and system time: of the process, and of children that it has waited for."""
    # The name, in brackets, may hold anything.
    fields = _text(_PROC / str(process_id) / "stat").rpartition(")")[2].split()
    return sum(map(int, fields[11:15]))


def _pss_kb(process_id: int) -> int:
    lines = _text(_PROC / str(process_id) / "smaps_rollup").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
