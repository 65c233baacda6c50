import time
from collections.abc import Sequence

import numpy as np
import pytest

from vision.detector import Image
from vision.speed import calibration_gflops, full_hd, measure_speeds

FRAMES = [np.zeros((4, 4, 3), np.uint8)] * 4


def sleeping(images: Sequence[Image]) -> int:
    time.sleep(0.01 * len(images))
    return 3 * len(images)


def counting(images: Sequence[Image]) -> int:
    until = time.process_time() + 0.01 * len(images)
    while time.process_time() < until:
        pass
    return len(images)


def test_waiting_costs_time_and_working_costs_the_processor() -> None:
    waits, works = measure_speeds({"waits": sleeping, "works": counting}, FRAMES, rounds=3)
    assert (waits.name, works.name) == ("waits", "works")
    assert 20 < waits.frames_a_second <= 100
    assert waits.cpu_ms_a_frame < 5
    assert works.cpu_ms_a_frame >= 10
    assert works.frames_a_second <= 100
    assert (waits.boxes_a_frame, works.boxes_a_frame) == (3, 1)


def test_nothing_to_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        measure_speeds({}, [], rounds=1)


def test_frames_are_1080p_and_the_machine_has_a_figure() -> None:
    assert full_hd(np.zeros((540, 960, 3), np.uint8)).shape == (1080, 1920, 3)
    assert calibration_gflops() > 0.1
