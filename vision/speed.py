"""How fast things look at pictures: frames a second and processor time, side by side in one run."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from vision.detector import Image

FULL_HD_PX = (1920, 1080)

# Looks at pictures and returns how many boxes it found in all of them.
Look = Callable[[Sequence[Image]], int]


@dataclass(frozen=True, slots=True)
class Speed:
    """What one contender took, from decoded pictures to boxes: the median of its rounds.

    `cpu_ms_a_frame` is processor time of the whole process, all threads together.
    """

    name: str
    frames_a_second: float
    cpu_ms_a_frame: float
    boxes_a_frame: float


def measure_speeds(contenders: Mapping[str, Look], frames: Sequence[Image], rounds: int) -> list[Speed]:
    """Let each contender look at all `frames`, in turns, so that what else the machine does hits all alike."""
    if not frames or rounds < 1:
        raise ValueError("Speed is measured on one frame and in one round at least.")
    boxes = {name: look(frames) for name, look in contenders.items()}  # warms up as well
    wall_s: dict[str, list[float]] = {name: [] for name in contenders}
    cpu_s: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, look in contenders.items():
            wall_from, cpu_from = time.perf_counter(), time.process_time()
            look(frames)
            wall_s[name].append(time.perf_counter() - wall_from)
            cpu_s[name].append(time.process_time() - cpu_from)
    count = len(frames)
    return [
        Speed(
            name,
            count / statistics.median(wall_s[name]),
            statistics.median(cpu_s[name]) * 1000 / count,
            boxes[name] / count,
        )
        for name in contenders
    ]


def full_hd(image: Image) -> Image:
    """The picture at 1920 x 1080, stretched if need be: for timing only."""
    return np.asarray(cv2.resize(image, FULL_HD_PX, interpolation=cv2.INTER_CUBIC), np.uint8)


def calibration_gflops() -> float:
    """What this machine does right now, to hold other figures against: float32 matrix products on all cores."""
    size, took_s = 1024, []
    left, right = (np.random.default_rng(seed).random((size, size), np.float32) for seed in (1, 2))
    for _ in range(5):
        started = time.perf_counter()
        left @ right
        took_s.append(time.perf_counter() - started)
    return 2 * size**3 / min(took_s) / 1e9


def core_gflops() -> float:
    """What one core does in single precision, by its own processor time: much the same on a busy machine."""
    # Products as small as these are left to one core and stay within its nearest memory.
    size, times, best = 64, 2000, 0.0
    left, right = (np.random.default_rng(seed).random((size, size), np.float32) for seed in (1, 2))
    product = np.empty_like(left)
    for _ in range(5):
        started = time.thread_time()
        for _ in range(times):
            np.matmul(left, right, out=product)
        best = max(best, 2 * size**3 * times / (time.thread_time() - started) / 1e9)
    return best
